/** The Marathon of a cluster, for tests: apps and groups are deployed, seen and removed. */

import { systemClock } from '../clock.js';
import { MinimesosError } from '../errors.js';
import { Marathon, type MarathonApp, type MarathonTask } from '../mesos/marathon.js';
import { observedApps } from '../observed/apps.js';
import { type Definition, definitionOf, jsonTextOf } from './marathon-json.js';
import { until, type WaitOptions } from './until.js';

export interface ChangeOptions extends WaitOptions {
  /** Until the tasks run, or are gone; default true. Else it resolves as soon as Marathon has taken it. */
  wait?: boolean | undefined;
  /** Cancels a deployment of the app that is under way. */
  force?: boolean | undefined;
}

export interface Deployment {
  /** Of the app or group: `/web`. */
  id: string;
  version: string;
  deploymentId: string;
}

export interface Around {
  /** What the tokens in JSON stand for: `MINIMESOS_ZOOKEEPER`. */
  variables(): Promise<ReadonlyMap<string, string>>;
  /** Of the cluster. */
  id: string;
  signal: AbortSignal;
}

/** Its methods reject with `MESOS_UNREACHABLE` too. */
export class ClusterMarathon {
  readonly #client: Marathon;
  readonly #around: Around;

  constructor(
    /** `http://172.30.8.18:8080` */
    readonly url: string,
    around: Around,
  ) {
    this.#client = new Marathon(url);
    this.#around = around;
  }

  /**
   * Makes an app or a group as its JSON says, whether it is there or not. `json` is an object, the text of JSON, a path or
   * a URL; `${MINIMESOS_ZOOKEEPER}` and its kin are replaced in it. Rejects with `FILE_INVALID` for what is no app,
   * `APP_REFUSED`, `APP_LOCKED`, `NOT_SETTLED` with Marathon's reason, `INTERRUPTED`.
   */
  async deploy(json: object | string, options: ChangeOptions = {}): Promise<Deployment> {
    const { wait = true, force = false } = options;
    const definition = definitionOf(await jsonTextOf(json, this.#around.signal), await this.#around.variables());
    const { type, id } = definition;
    const deployment = { id, ...(await this.#client.put(type, id, definition.body, { force })) };
    if (wait) await this.#waitForTasks(definition, deployment, options);
    return deployment;
  }

  /** Apps with their tasks. */
  apps(): Promise<MarathonApp[]> {
    return this.#client.apps();
  }

  /** Of an app, or of all in a group. Rejects with `NO_APP` where there is none. */
  async tasks(id: string): Promise<MarathonTask[]> {
    const apps = within(await this.#client.apps(), rooted(id));
    if (apps.length === 0) throw new MinimesosError('NO_APP', `Marathon has no app ${rooted(id)}`);
    return apps.flatMap(({ tasks = [] }) => tasks);
  }

  /** An app, or a group with all that is in it. Rejects with `NO_APP` where there is none. */
  async remove(id: string, options: ChangeOptions = {}): Promise<void> {
    const { wait = true, force = false } = options;
    const path = rooted(id);
    const isApp = (await this.#client.apps()).some((app) => app.id === path);
    await this.#client.remove(isApp ? 'app' : 'group', path, { force });
    if (!wait) return;
    await until({
      ...this.#patience(options),
      look: async () => within(await this.#client.apps(), path),
      holds: (apps) => apps.length === 0,
      missing: `${path} is not gone`,
      describe: (apps) => apps.map((app) => `${app.id} has ${app.tasksRunning} tasks`),
    });
  }

  async #waitForTasks({ type, id }: Definition, { deploymentId }: Deployment, options: ChangeOptions): Promise<void> {
    await until({
      ...this.#patience(options),
      look: async () => {
        const { apps, queue, deployments } = await this.#look();
        const ours = observedApps({ apps: within(apps, id), queue }, this.#around.id);
        return { apps: ours, over: !deployments.includes(deploymentId) };
      },
      holds: ({ apps, over }) => over && apps.every(({ ready }) => ready),
      missing: `${type} ${id} does not run`,
      describe: ({ apps }) => apps.map(({ path, reason }) => `${path}: ${reason}`),
    });
  }

  async #look() {
    const [apps, queue, deployments] = await Promise.all([
      this.#client.apps(),
      this.#client.queue(),
      this.#client.deployments(),
    ]);
    return { apps, queue, deployments };
  }

  #patience({ timeout = 60, signal }: WaitOptions) {
    const ended = signal ? AbortSignal.any([this.#around.signal, signal]) : this.#around.signal;
    return { clock: systemClock, timeout, signal: ended };
  }
}

function rooted(id: string): string {
  return id.startsWith('/') ? id : `/${id}`;
}

function within(apps: readonly MarathonApp[], path: string): MarathonApp[] {
  return apps.filter(({ id }) => id === path || id.startsWith(path === '/' ? path : `${path}/`));
}
