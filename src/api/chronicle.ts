/** Keeps in the journal what a controller does and why, and knows since when the cluster stands as it does. */

import { type Condition, type ConditionType, conditionsOf, type Situation } from '../conditions.js';
import type { Listener } from '../controller.js';
import type { MinimesosError } from '../errors.js';
import type { Happening, Journal } from '../journal.js';
import type { ComponentId, Observed, Phase } from '../model.js';
import type { Pass } from '../reconcile.js';

export interface ChronicleOptions {
  /** `apply --watch`. */
  command: string;
  version: string;
  /** The wall's time, in milliseconds. */
  now(): number;
}

type News = Happening extends infer Each ? (Each extends Happening ? Omit<Each, 'time'> : never) : never;
type Told = Pick<Listener, 'done' | 'passed' | 'troubled' | 'failed' | 'engineLost' | 'engineBack'>;

/** Phases that no step leads to, so that no step tells of them. */
const TOLD: ReadonlySet<Phase> = new Set(['ready', 'degraded']);

/** One for each run of a controller; listens to it. */
export class Chronicle implements Told {
  readonly #phases = new Map<ComponentId, Phase>();
  #conditions: Condition[];
  /** Of the file that is acted on. */
  #generation: string | undefined;
  #begun = false;

  private constructor(
    private readonly journal: Journal,
    private readonly options: ChronicleOptions,
    before: readonly Happening[],
  ) {
    this.#conditions = conditionsIn(before);
    this.#generation = generationIn(before);
  }

  static async open(journal: Journal, options: ChronicleOptions): Promise<Chronicle> {
    return new Chronicle(journal, options, await journal.read());
  }

  /** As of the last pass, or as an earlier run left it. */
  get generation(): string | undefined {
    return this.#generation;
  }

  readonly done: Told['done'] = ({ step: { verb, component, cause }, elapsedMs, outcome, error }) => {
    if (error) return;
    const reason = outcome ? `${cause}; ${outcome}` : cause;
    this.#tell({ kind: 'step', component, verb, elapsedMs: Math.round(elapsedMs), reason });
  };

  readonly failed: Told['failed'] = (components, error) => this.#wentWrong(components, error);
  readonly troubled: Told['troubled'] = (components, error) => this.#wentWrong(components, error);
  readonly engineLost: Told['engineLost'] = (error) => this.#wentWrong([], error);
  readonly engineBack: Told['engineBack'] = () => this.#tell({ kind: 'engine', reason: 'the engine answers again' });

  readonly passed: Told['passed'] = ({ components }: Pass) => {
    for (const { id, phase, reason } of components) {
      const from = this.#phases.get(id);
      this.#phases.set(id, phase);
      if (from !== undefined && from !== phase && TOLD.has(phase))
        this.#tell({ kind: 'phase', component: id, from, to: phase, reason });
    }
  };

  fileChanged(reason: string): void {
    this.#tell({ kind: 'file', reason });
  }

  /** From here on this file is acted on. A cluster that is left alone by it again adds nothing to the journal. */
  actsOn(generation: string): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    if (this.#begun) this.#begin();
    else this.#tell();
  }

  /** The conditions now; those that changed are written down, for those who look later. */
  conditions(situation: Situation): Condition[] {
    const before = this.#conditions;
    this.#conditions = conditionsSince(before, situation, this.#now());
    for (const { type, status, reason, message } of this.#conditions) {
      const known = before.find((each) => each.type === type);
      if (known && known.status !== status)
        this.#tell({ kind: 'condition', name: type, status, reason: `${reason}: ${message}` });
    }
    return this.#conditions;
  }

  #wentWrong(components: ComponentId[], { code, message, details }: MinimesosError): void {
    const whose = components.length > 0 ? { component: components.join(', ') } : {};
    this.#tell({ kind: 'failure', ...whose, code, reason: message, details });
  }

  #tell(news?: News): void {
    if (!this.#begun) this.#begin();
    if (news) this.#write(news);
  }

  #begin(): void {
    this.#begun = true;
    const { command, version } = this.options;
    this.#write({ kind: 'run', command, version, generation: this.#generation, reason: command });
  }

  #write(news: News): void {
    this.journal.add({ time: this.#now(), ...news } as Happening);
  }

  #now(): string {
    return new Date(this.options.now()).toISOString();
  }
}

/** For one who only looks: as the journal tells, else as Docker does, else nobody knows. */
export function conditionsSeen(journal: readonly Happening[], situation: Situation): Condition[] {
  return conditionsSince(conditionsIn(journal), situation, null);
}

function conditionsSince(before: readonly Condition[], situation: Situation, now: string | null): Condition[] {
  return conditionsOf(situation, (type, status) => {
    const known = before.find((each) => each.type === type);
    if (known?.status === status) return known.since;
    return (known && now) ?? sinceSeen(type, status, situation.observed) ?? now;
  });
}

/** What Docker knows: a cluster is what it is at the latest since its last container was started. */
function sinceSeen(type: ConditionType, status: boolean, { components, pausedSince }: Observed): string | undefined {
  if (type === 'Paused' && status) return pausedSince;
  if (type === 'Paused' || type === 'FileInvalid') return undefined;
  return components
    .flatMap(({ container }) => container?.startedAt ?? [])
    .sort()
    .at(-1);
}

/** The last word of the journal on each condition. */
function conditionsIn(journal: readonly Happening[]): Condition[] {
  const last = new Map<string, Condition>();
  for (const each of journal) {
    if (each.kind !== 'condition') continue;
    const { name, status, reason, time } = each;
    last.set(name, { type: name as ConditionType, status, reason, message: '', since: time });
  }
  return [...last.values()];
}

export function generationIn(journal: readonly Happening[]): string | undefined {
  const run = journal.findLast((each) => each.kind === 'run');
  return run?.kind === 'run' ? run.generation : undefined;
}
