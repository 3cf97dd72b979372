import { isObject, type Json } from '../../json.js';
import type { RootGroup } from '../group/root.js';
import type { History } from '../storage/history.js';
import type { Znodes } from '../storage/znodes.js';
import { type Action, type ActionName, affectedApps, type Step } from './plan.js';

/** A change that is under way. */
export interface Deployment {
  id: string;
  /** Of the root that it leads to. */
  version: string;
  before: RootGroup;
  after: RootGroup;
  steps: readonly Step[];
  /** Index of the step whose actions are done now. */
  currentStep: number;
}

/** As it is kept: its roots by version. */
interface StoredDeployment {
  id: string;
  before: string;
  after: string;
  steps: Step[];
  currentStep: number;
}

/** What a deployment wants done with an app now: `hold` before its turn. */
export type Part = ActionName | 'hold';

/** The deployments that are under way, in ZooKeeper under `deployments/<id>`. */
export class Deployments {
  readonly #znodes: Znodes;
  readonly #running = new Map<string, Deployment>();

  constructor(znodes: Znodes) {
    this.#znodes = znodes;
  }

  async load(history: History): Promise<void> {
    for (const id of await this.#znodes.list('deployments')) {
      const stored = storedDeployment(await this.#znodes.read(`deployments/${id}`));
      const [before, after] =
        stored === null ? [null, null] : [await history.rootAt(stored.before), await history.rootAt(stored.after)];
      // One whose target was never kept has not begun.
      if (stored === null || before === null || after === null) await this.erase(id);
      else this.#running.set(id, { ...stored, version: stored.after, before, after });
    }
  }

  get all(): Deployment[] {
    return [...this.#running.values()];
  }

  find(id: string): Deployment | undefined {
    return this.#running.get(id);
  }

  /** The versions that are needed until these deployments are over. */
  pinned(): Set<string> {
    return new Set(this.all.flatMap(({ before, after }) => [before.version, after.version]));
  }

  /** Those that one of the apps is part of. */
  touching(apps: readonly string[]): Deployment[] {
    return this.all.filter(({ steps }) => affectedApps(steps).some((app) => apps.includes(app)));
  }

  partOf(app: string): Part | null {
    for (const { steps, currentStep } of this.#running.values()) {
      const action = steps[currentStep]?.actions.find((each) => each.app === app);
      if (action !== undefined) return action.action;
      if (steps.slice(currentStep + 1).some(({ actions }) => actions.some((each) => each.app === app))) return 'hold';
    }
    return null;
  }

  /** Kept before it counts. */
  async add(deployment: Deployment): Promise<void> {
    await this.#znodes.write(`deployments/${deployment.id}`, stored(deployment));
  }

  /** Begins one that is kept. */
  begin(deployment: Deployment): void {
    this.#running.set(deployment.id, deployment);
  }

  end(id: string): void {
    this.#running.delete(id);
  }

  /** The next Marathon will not know of it. */
  erase(id: string): Promise<void> {
    return this.#znodes.remove(`deployments/${id}`);
  }

  /** Goes on to the next step of each deployment whose step is done. */
  advance(isDone: (action: Action) => boolean): { deployment: Deployment; step: Step | undefined; over: boolean }[] {
    const moved: { deployment: Deployment; step: Step | undefined; over: boolean }[] = [];
    for (const deployment of this.all) {
      const step = deployment.steps[deployment.currentStep];
      if (step !== undefined && !step.actions.every(isDone)) continue;
      const next = { ...deployment, currentStep: deployment.currentStep + 1 };
      const over = next.currentStep >= next.steps.length;
      if (over) this.#running.delete(deployment.id);
      else this.#running.set(deployment.id, next);
      moved.push({ deployment: next, step, over });
    }
    return moved;
  }

  /** Keeps how far a deployment is. */
  keep(deployment: Deployment): Promise<void> {
    return this.#running.has(deployment.id)
      ? this.#znodes.write(`deployments/${deployment.id}`, stored(deployment))
      : this.erase(deployment.id);
  }
}

function stored({ id, before, after, steps, currentStep }: Deployment): StoredDeployment {
  return { id, before: before.version, after: after.version, steps: [...steps], currentStep };
}

function storedDeployment(json: Json | undefined): StoredDeployment | null {
  if (!isObject(json) || typeof json.id !== 'string' || !Array.isArray(json.steps)) return null;
  return json as unknown as StoredDeployment;
}
