import type { ComponentStatus, Status } from '../../api/cluster.js';
import { MinimesosError } from '../../errors.js';
import { openCluster } from '../cluster.js';
import { componentNamed, componentsMeant } from '../component.js';
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
export function whatIsNotReady(status: Status, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return whyNotReady(status);
  const component = componentNamed(status, wanted);
  return component.phase === 'ready' ? undefined : asText(component);
}

function whyNotReady({ cluster: { phase }, components }: Status): string | undefined {
  if (phase === 'ready') return undefined;
  const late = phase === 'absent' ? [] : components.filter((each) => each.phase !== 'ready');
  return [`the cluster is ${phase}`, ...late.map(asText)].join('; ');
}

/** Of those that are meant: one that is gone is none that could be named wrongly. */
export function whatIsThere({ cluster, components }: Status, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return cluster.phase === 'absent' ? undefined : `the cluster is ${cluster.phase}`;
  const there = componentsMeant(components, wanted).filter(({ phase }) => phase !== 'absent');
  return there.length > 0 ? there.map(asText).join('; ') : undefined;
}

function asText({ id, phase, reason }: ComponentStatus): string {
  return `${id} is ${phase}: ${reason}`;
}
