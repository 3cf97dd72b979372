/** The options of commands that change a cluster: how patient they are, and how careful. */

import type { Argv } from 'yargs';
import type { ControlOptions, PolicyOptions } from '../api/options.js';
import { MinimesosError } from '../errors.js';
import { KINDS, type Kind } from '../model.js';
import type { Context } from './context.js';
import { last, numberOver, wholeNumber } from './numbers.js';

/** As yargs gives them. */
export interface ControlFlags {
  'lock-timeout'?: number | undefined;
  'max-unavailable'?: number | undefined;
  'progress-deadline'?: number | undefined;
  'drain-timeout'?: number | undefined;
  health?: string[] | undefined;
}

export function lockOption(command: Argv): Argv {
  return command.option('lock-timeout', {
    type: 'number',
    requiresArg: true,
    coerce: numberOver(-1, 'lock-timeout'),
    describe: 'seconds to wait for another minimesos that changes this cluster (30)',
  });
}

export function controlOptions(command: Argv): Argv {
  return lockOption(command)
    .option('max-unavailable', {
      type: 'number',
      requiresArg: true,
      coerce: wholeNumber('max-unavailable'),
      describe: 'so many agents may be away at once in a roll (1)',
    })
    .option('progress-deadline', {
      type: 'number',
      requiresArg: true,
      coerce: numberOver(0, 'progress-deadline'),
      describe: 'seconds for a changed component to become ready, before the roll stops (120)',
    })
    .option('drain-timeout', {
      type: 'number',
      requiresArg: true,
      coerce: numberOver(-1, 'drain-timeout'),
      describe: 'seconds for the tasks of an agent that goes to end (30)',
    })
    .option('health', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'KIND=DEGRADED/RESTART: seconds without an answer, for example agent=3/15',
    });
}

export function controlOf({ tell }: Context, command: string, flags: ControlFlags): ControlOptions {
  return {
    command,
    lockTimeout: last(flags['lock-timeout']),
    policy: policyOf(flags),
    onWait: ({ description, since }) => tell(`waits for ${description}${since ? `, since ${since}` : ''}`),
  };
}

function policyOf(flags: ControlFlags): PolicyOptions {
  const { 'progress-deadline': deadline, 'drain-timeout': drain, 'max-unavailable': away, health = [] } = flags;
  const kinds: NonNullable<PolicyOptions['kinds']> = Object.fromEntries(health.map(healthOf));
  if (away !== undefined) kinds.agent = { ...kinds.agent, maxUnavailable: away };
  return {
    kinds,
    ...(deadline === undefined ? {} : { progressDeadlineMs: deadline * 1000 }),
    ...(drain === undefined ? {} : { drainLimitMs: drain * 1000 }),
  };
}

function healthOf(text: string): [Kind, { degradedAfterMs: number; restartAfterMs: number }] {
  const [, name, degraded, restart] = /^([a-z-]+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const kind = KINDS.find((each) => each === name);
  if (!kind || Number(degraded) > Number(restart)) {
    throw new MinimesosError('USAGE', `--health takes KIND=DEGRADED/RESTART in seconds, not "${text}"`, {
      hint: `for example agent=3/15; the kinds are ${KINDS.join(', ')}`,
    });
  }
  return [kind, { degradedAfterMs: Number(degraded) * 1000, restartAfterMs: Number(restart) * 1000 }];
}
