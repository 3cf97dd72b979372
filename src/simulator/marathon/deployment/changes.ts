import { type App, type AppDefinition, type Complaint, invalid, nextVersion } from '../app/definition.js';
import { servicePorts, withServicePorts } from '../app/service-ports.js';
import { ranks } from '../group/dependencies.js';
import { atVersion, emptyRoot, idOfBoth, type RootGroup } from '../group/root.js';
import type { Changing, GroupChange } from '../group/update.js';
import type { History } from '../storage/history.js';
import type { Deployment, Deployments } from './deployments.js';
import { affectedApps, type Step, stepsBetween } from './plan.js';

/** ZooKeeper takes no larger znode. */
const MOST_BYTES = 1_000_000;

export type Outcome =
  | { deployment: Deployment }
  | { complaint: Complaint }
  /** By these deployments. */
  | { locked: Deployment[] };

export interface ChangeListener {
  begun(deployment: Deployment): void;
  cancelled(deployment: Deployment): void;
}

/** Changes what is wanted: each change is a new root and a deployment that leads there, kept before it is answered. */
export class Changes {
  readonly #history: History;
  readonly #deployments: Deployments;
  readonly #listener: ChangeListener;
  #root: RootGroup = emptyRoot(new Date(0).toISOString());

  constructor(history: History, deployments: Deployments, listener: ChangeListener) {
    this.#history = history;
    this.#deployments = deployments;
    this.#listener = listener;
  }

  /** All that is wanted now. */
  get root(): RootGroup {
    return this.#root;
  }

  async load(): Promise<void> {
    this.#root = await this.#history.load();
    await this.#deployments.load(this.#history);
  }

  /** What a change would do, without doing it. */
  preview(make: (root: RootGroup, changing: Changing) => GroupChange): { steps: Step[] } | { complaint: Complaint } {
    const made = this.#make(make);
    return 'complaint' in made ? made : { steps: stepsBetween(this.#root, made.root) };
  }

  async change(make: (root: RootGroup, changing: Changing) => GroupChange, force: boolean): Promise<Outcome> {
    const before = this.#root;
    const made = this.#make(make);
    if ('complaint' in made) return made;
    const after = made.root;
    const steps = stepsBetween(before, after);
    const inTheWay = this.#deployments.touching(affectedApps(steps));
    if (inTheWay.length > 0 && !force) return { locked: inTheWay };
    const deployment = { id: crypto.randomUUID(), version: after.version, before, after, steps, currentStep: 0 };
    await this.#deployments.add(deployment);
    await this.#history.add(after, new Set([...this.#deployments.pinned(), before.version]));
    // It is kept, and so from here on nothing may fail: all of it counts, at once.
    for (const each of inTheWay) this.#ended(each);
    this.#root = after;
    this.#deployments.begin(deployment);
    this.#listener.begun(deployment);
    await Promise.allSettled(inTheWay.map(({ id }) => this.#deployments.erase(id)));
    return { deployment };
  }

  /** Ends a deployment as it stands. */
  async cancel(deployment: Deployment): Promise<void> {
    await this.#deployments.erase(deployment.id);
    this.#ended(deployment);
  }

  #ended(deployment: Deployment): void {
    this.#deployments.end(deployment.id);
    this.#listener.cancelled(deployment);
  }

  #make(make: (root: RootGroup, changing: Changing) => GroupChange): GroupChange {
    const before = this.#root;
    const now = this.#nextVersion();
    const taken = new Set([...before.apps.values()].flatMap(servicePorts));
    const settle = (definition: AppDefinition): App => {
      const app = before.apps.get(definition.id);
      const settled = nextVersion(app, withServicePorts(definition, app, taken), now);
      for (const port of servicePorts(settled)) taken.add(port);
      return settled;
    };
    const made = make(before, { now, settle });
    if ('complaint' in made) return made;
    const both = idOfBoth(made.root);
    if (both !== undefined) {
      const errors = [`Groups and Applications may not have the same identifier: ${both}`];
      return { complaint: invalid([{ path: '/id', errors }]) };
    }
    if (ranks(made.root) === null) {
      return { complaint: invalid([{ path: '/', errors: ['Dependency graph has cyclic dependencies.'] }]) };
    }
    const large = [...made.root.apps.values()].find((app) => before.apps.get(app.id) !== app && isTooLarge(app));
    if (large !== undefined) return { complaint: invalid([{ path: '/', errors: [tooLarge(large.id)] }]) };
    return { root: atVersion(before, made.root, now) };
  }

  /** Now, and later than every version before. */
  #nextVersion(): string {
    const last = Date.parse(this.#root.version);
    return new Date(Math.max(Date.now(), last + 1)).toISOString();
  }
}

function isTooLarge(app: App): boolean {
  return Buffer.byteLength(JSON.stringify(app)) > MOST_BYTES;
}

function tooLarge(id: string): string {
  return `App '${id}' is larger than zk_max_node_size: ${MOST_BYTES} bytes`;
}
