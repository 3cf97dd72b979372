/** What a controller asks of Marathon. */

import type { AppType } from '../app.js';
import { MinimesosError } from '../errors.js';
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
      // What is desired now counts more than a deployment that is under way.
      await new Marathon(`http://${address}`).put(type, path, definition, { force: true });
    },
    async undeploy(address, { type, path, apps }, signal) {
      const marathon = new Marathon(`http://${address}`);
      await Promise.all(apps.map((app) => marathon.remove('app', app, { force: true }).catch(unlessGone)));
      const end = clock.now() + GONE_WITHIN_MS;
      for (;;) {
        const left = (await marathon.apps()).filter(({ id }) => apps.includes(id));
        if (left.length === 0) break;
        signal.throwIfAborted();
        if (clock.now() > end) throw stillThere(left.map(({ id }) => id));
        await clock.wait(LOOK_EVERY_MS, signal);
      }
      if (type === 'group') await removeIfEmpty(marathon, path).catch(unlessGone);
    },
  };
}

async function removeIfEmpty(marathon: Marathon, group: string): Promise<void> {
  if (await marathon.isEmpty(group)) await marathon.remove('group', group);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof MinimesosError && error.code === 'NO_APP')) throw error;
}

function stillThere(apps: string[]): MinimesosError {
  const message = `Marathon has not ended ${apps.join(', ')} within ${GONE_WITHIN_MS / 1000} s`;
  return new MinimesosError('APP_LOCKED', message);
}
