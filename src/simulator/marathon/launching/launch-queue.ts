import type { Offer } from '../../mesos/shapes.js';
import type { App } from '../app/definition.js';
import type { Place } from './constraints.js';
import { type Match, matchOffer, REJECT_REASONS, type RejectReason } from './matcher.js';
import type { Pool } from './offered.js';

/** What offers came and what became of them. */
export interface OfferCounts {
  processed: number;
  unused: number;
  lastUnusedAt: string | null;
  lastUsedAt: string | null;
  /** Since the app waits, by the first reason against each offer. */
  rejected: Map<RejectReason, number>;
  /** The last offer of each agent that would not do, the latest last. */
  lastUnused: Map<string, { offer: Offer; reasons: RejectReason[]; at: string }>;
}

/** An app of which more tasks are wanted than are there. */
export interface Waiting extends OfferCounts {
  app: App;
  count: number;
  since: string;
}

/** An offer that is being used. */
export interface OpenOffer {
  readonly offer: Offer;
  left: Pool;
  /** Those who had a look at it: each counts it once. */
  readonly counted: Set<Waiting>;
}

export function opened(offer: Offer): OpenOffer {
  return { offer, left: offer.resources, counted: new Set() };
}

export interface QueueContext {
  defaultRoles: readonly string[];
  random: () => number;
  /** When the app's next task may be launched, ms since the epoch. */
  delayedUntil(app: App): number;
  /** Where the app's tasks are. */
  placed(appId: string): readonly Place[];
  /** Makes the task, which is placed from then on. */
  launch(app: App, offer: Offer, match: Match): void;
}

/** What waits to be launched. */
export class LaunchQueue {
  readonly #waiting = new Map<string, Waiting>();
  readonly #context: QueueContext;

  constructor(context: QueueContext) {
    this.#context = context;
  }

  get all(): Waiting[] {
    return [...this.#waiting.values()];
  }

  /** Says how many more tasks of an app are wanted; true where that is a reason to ask for offers that were declined. */
  want(app: App, count: number, now: number): boolean {
    const before = this.#waiting.get(app.id);
    if (count === 0) {
      this.#waiting.delete(app.id);
      return false;
    }
    const same = before?.app.version === app.version;
    const entry = before !== undefined && same ? before : { ...noCounts(), since: iso(now) };
    this.#waiting.set(app.id, { ...entry, app, count });
    return !same || count > (before?.count ?? 0);
  }

  forget(appId: string): void {
    this.#waiting.delete(appId);
  }

  /** The next time, ms since the epoch, at which an app's delay is over; null where none waits for that. */
  nextDelayEnd(now: number): number | null {
    const ends = this.all.map(({ app }) => this.#context.delayedUntil(app)).filter((end) => end > now);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Launches up to `most` tasks on what is left of an offer, one of each app in turn; how many there were. */
  use(open: OpenOffer, most: number, now: number): number {
    let launched = 0;
    const entries = this.all.filter(({ app }) => this.#context.delayedUntil(app) <= now);
    for (const round = new Set(entries); round.size > 0 && launched < most; ) {
      for (const entry of round) {
        if (launched < most && this.#launchOne(entry, open, now)) launched += 1;
        else round.delete(entry);
      }
    }
    for (const { app, count: left } of entries) if (left === 0) this.#waiting.delete(app.id);
    return launched;
  }

  #launchOne(entry: Waiting, open: OpenOffer, now: number): boolean {
    if (entry.count === 0) return false;
    const result = this.#match(entry, open);
    if (!open.counted.has(entry)) count(entry, open.offer, 'reasons' in result ? result.reasons : [], now);
    open.counted.add(entry);
    if ('reasons' in result) return false;
    entry.count -= 1;
    open.left = result.match.left;
    this.#context.launch(entry.app, open.offer, result.match);
    return true;
  }

  #match({ app }: Waiting, { offer, left }: OpenOffer) {
    const { defaultRoles, random, placed } = this.#context;
    return matchOffer(app, offer, left, { defaultRoles, random, placed: placed(app.id) });
  }
}

function noCounts(): OfferCounts {
  return { processed: 0, unused: 0, lastUnusedAt: null, lastUsedAt: null, rejected: new Map(), lastUnused: new Map() };
}

function count(entry: Waiting, offer: Offer, reasons: readonly RejectReason[], now: number): void {
  entry.processed += 1;
  if (reasons.length === 0) {
    entry.lastUsedAt = iso(now);
    return;
  }
  entry.unused += 1;
  entry.lastUnusedAt = iso(now);
  const first = REJECT_REASONS.find((reason) => reasons.includes(reason));
  if (first !== undefined) entry.rejected.set(first, (entry.rejected.get(first) ?? 0) + 1);
  entry.lastUnused.delete(offer.agent_id.value);
  entry.lastUnused.set(offer.agent_id.value, { offer, reasons: [...reasons], at: iso(now) });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
