import type { ComponentStatus, Status } from '../../api/cluster.js';
import { MinimesosError } from '../../errors.js';
import { openCluster } from '../cluster.js';
import type { Command } from '../context.js';

interface WaitFlags {
  for: 'ready' | 'absent';
  component?: string;
}

const TIMEOUT_S = 60;
const LOOK_EVERY_MS = 250;

/** Ends with 0 when the cluster, or the component, is as it is waited for; with 124 when the time is over. */
export const wait: Command<WaitFlags> = async (context, { for: goal, component }) => {
  const { args, print, printJson, signal } = context;
  const cluster = await openCluster(context, { find: true });
  const { systemClock: clock } = await import('../../clock.js');
  const timeoutS = args.timeout ?? TIMEOUT_S;
  const end = clock.now() + timeoutS * 1000;
  for (;;) {
    const status = await cluster.status();
    const unmet = goal === 'ready' ? whatIsNotReady(status, component) : whatIsThere(status, component);
    if (unmet === undefined) {
      if (args.output === 'json') printJson(status);
      else print(`${component ?? `cluster ${cluster.id}`} is ${goal}`);
      return 0;
    }
    if (clock.now() >= end) throw new MinimesosError('NOT_SETTLED', `not ${goal} within ${timeoutS} s: ${unmet}`);
    await clock.wait(LOOK_EVERY_MS, signal);
  }
};

/** For people; undefined where all that is waited for is ready. */
function whatIsNotReady({ cluster, components }: Status, id: string | undefined): string | undefined {
  if (id === undefined) return cluster.phase === 'ready' ? undefined : `the cluster is ${cluster.phase}`;
  const component = components.find((each) => each.id === id);
  if (!component) throw unknown(id, components);
  return component.phase === 'ready' ? undefined : `${id} is ${component.phase}: ${component.reason}`;
}

function whatIsThere({ cluster, components }: Status, id: string | undefined): string | undefined {
  if (id === undefined) return cluster.phase === 'absent' ? undefined : `the cluster is ${cluster.phase}`;
  const component = components.find((each) => each.id === id);
  return component?.container ? `${id} is ${component.phase}` : undefined;
}

function unknown(id: string, components: ComponentStatus[]): MinimesosError {
  const hint = `its components are ${components.map((each) => each.id).join(', ')}`;
  return new MinimesosError('USAGE', `the cluster has no component "${id}"`, { hint });
}
