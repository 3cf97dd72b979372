/** A Marathon that has at once what it is given, and runs it. */

import { mapApps } from '../../src/components/app-definition.js';
import { MinimesosError } from '../../src/errors.js';
import type { AppOperator } from '../../src/mesos/app-operator.js';
import type { MarathonApp } from '../../src/mesos/marathon.js';
import type { AppsAnswer } from '../../src/observed/apps.js';

export const NO_APPS: AppsAnswer = { apps: [], queue: [] };

export class FakeMarathon implements AppOperator {
  readonly #apps = new Map<string, MarathonApp>();
  /** What it was asked for: `deploy /web`. */
  readonly asked: string[] = [];
  /** Paths of apps and groups that it will not have. */
  readonly refused = new Set<string>();
  /** Ids of apps whose tasks do not run. */
  readonly stuck = new Set<string>();

  answer(): AppsAnswer {
    const apps = [...this.#apps.values()].map((app) => ({
      ...app,
      tasksRunning: this.stuck.has(app.id) ? 0 : app.instances,
    }));
    return { apps, queue: [] };
  }

  /** As by hand. */
  install(definition: { id: string } & Record<string, unknown>): void {
    this.#apps.set(definition.id, {
      instances: 1,
      tasksHealthy: 0,
      tasksUnhealthy: 0,
      tasksRunning: 0,
      deployments: [],
      ...definition,
    });
  }

  readonly deploy: AppOperator['deploy'] = async (_address, { type, path, definition }) => {
    this.asked.push(`deploy ${path}`);
    if (this.refused.has(path)) throw new MinimesosError('APP_REFUSED', `${path} is not valid`);
    if (type === 'group') for (const id of this.#apps.keys()) if (id.startsWith(`${path}/`)) this.#apps.delete(id);
    mapApps(type, path, definition as Record<string, unknown>, (app, id) => {
      this.install({ ...app, id });
      return app;
    });
  };

  readonly undeploy: AppOperator['undeploy'] = async (_address, { path, apps }) => {
    this.asked.push(`undeploy ${path}`);
    if (this.refused.has(path)) throw new MinimesosError('APP_LOCKED', `${path} does not end`);
    for (const id of apps) this.#apps.delete(id);
  };
}
