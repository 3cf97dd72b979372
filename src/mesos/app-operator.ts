/** What a controller asks of Marathon. */

import type { AppType } from '../app.js';
import { type ErrorCode, MinimesosError } from '../errors.js';
import { Marathon } from './marathon.js';

export interface AppOperator {
  /** Makes it so; does not wait until its tasks run. `address`: `HOST:PORT` of Marathon. */
  deploy(address: string, app: { type: AppType; path: string; definition: object }): Promise<void>;
  /** Resolves when these apps are gone, and with them a group that nothing is left in; none that is gone already is an error. */
  undeploy(
    address: string,
    app: { type: AppType; path: string; apps: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>;
}

interface Clock {
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Tasks have their time to end, three seconds as Mesos has it by default. */
const GONE_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;

export function networkApps(clock: Clock): AppOperator {
  return {
    async deploy(address, { type, path, definition }) {
      const marathon = new Marathon(`http://${address}`);
      // What is desired now counts more than a deployment that is under way.
      const put = () => marathon.put(type, path, definition, { force: true });
      await put().catch(async (thrown: unknown) => {
        const refused = type === 'app' && isCoded(thrown, 'APP_REFUSED');
        if (!refused || !(await removedAsEmpty(marathon, path))) throw thrown;
        await put();
      });
    },
    async undeploy(address, { type, path, apps }, signal) {
      const marathon = new Marathon(`http://${address}`);
      const removals = await Promise.all(apps.map((app) => removalOf(app, marathon)));
      const end = clock.now() + GONE_WITHIN_MS;
      for (;;) {
        const left = await appsLeft(apps, removals, marathon);
        if (left.length === 0) break;
        signal.throwIfAborted();
        if (clock.now() > end) throw stillThere(left);
        await clock.wait(LOOK_EVERY_MS, signal);
      }
      if (type === 'group') await removedAsEmpty(marathon, path);
    },
  };
}

/** The deployment that ends its tasks; undefined where it is gone already. */
async function removalOf(app: string, marathon: Marathon): Promise<string | undefined> {
  const deployed = await marathon.remove('app', app, { force: true }).catch(unlessGone);
  return deployed?.deploymentId;
}

/** Marathon forgets an app as soon as it is told, and its tasks end later. */
async function appsLeft(
  apps: readonly string[],
  removals: readonly (string | undefined)[],
  marathon: Marathon,
): Promise<string[]> {
  const [listed, deployments] = await Promise.all([marathon.apps(), marathon.deployments()]);
  const there = new Set(listed.map(({ id }) => id));
  const underWay = new Set<string | undefined>(deployments);
  return apps.filter((app, index) => there.has(app) || underWay.has(removals[index]));
}

/** Marathon keeps the groups of apps that are gone, and gives their ids to no app. Gives whether there was one. */
async function removedAsEmpty(marathon: Marathon, group: string): Promise<boolean> {
  const isEmpty = await marathon.isEmpty(group).catch(unlessGone);
  if (isEmpty) await marathon.remove('group', group).catch(unlessGone);
  return isEmpty === true;
}

function unlessGone(error: unknown): undefined {
  if (!isCoded(error, 'NO_APP')) throw error;
}

function isCoded(error: unknown, code: ErrorCode): boolean {
  return error instanceof MinimesosError && error.code === code;
}

function stillThere(apps: string[]): MinimesosError {
  const message = `Marathon has not ended ${apps.join(', ')} within ${GONE_WITHIN_MS / 1000} s`;
  return new MinimesosError('APP_LOCKED', message);
}
