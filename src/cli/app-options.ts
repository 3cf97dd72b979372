/** The options of the commands for Marathon's apps, and which of them go together. */

import { MinimesosError } from '../errors.js';
import { last } from './numbers.js';

const TEXT = { type: 'string', requiresArg: true, coerce: last } as const;
const FLAG = { type: 'boolean', default: false } as const;

export const APP_FILE = { ...TEXT, describe: 'Marathon JSON of an app: a path or a URL' } as const;
export const GROUP_FILE = { ...TEXT, describe: 'Marathon JSON of a group: a path or a URL' } as const;
export const MARATHON_FILE = {
  ...TEXT,
  alias: 'marathon-file',
  describe: 'the older name: an app, or a group where the JSON is one',
} as const;
export const STDIN = { ...FLAG, describe: 'read the JSON of an app or a group from the standard input' } as const;
export const UPDATE = { ...FLAG, describe: 'change what is there already' } as const;
export const FORCE = { ...FLAG, describe: 'cancel a deployment that is under way' } as const;
export const APP_ID = { ...TEXT, describe: 'id of an app' } as const;
export const GROUP_ID = { ...TEXT, describe: 'id of a group, which goes with all that is in it' } as const;
export const WAIT = { ...FLAG, describe: 'until the deployment is over, for --timeout seconds (60) at most' } as const;
export const ALL = { ...FLAG, describe: 'those that have ended too' } as const;

/** What the option that is given holds, with its name. Rejects with `USAGE` unless it is exactly one, and not empty. */
export function theOneGiven<Name extends string>(
  options: Record<Name, string | boolean | undefined>,
): { option: Name; value: string } {
  const given = (Object.entries(options) as [Name, string | boolean | undefined][]).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  const [first, ...others] = given;
  const all = Object.keys(options).map((name) => `--${name}`);
  if (!first) throw new MinimesosError('USAGE', `one of ${all.join(', ')} must be given`);
  if (others.length > 0) {
    const names = given.map(([name]) => `--${name}`).join(' and ');
    throw new MinimesosError('USAGE', `${names} cannot be given together`);
  }
  const [option, value] = first;
  if (value === '') throw new MinimesosError('USAGE', `--${option} takes what is not empty`);
  return { option, value: String(value) };
}
