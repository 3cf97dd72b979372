import { describe, expect, it } from 'vitest';
import { theOneGiven } from '../../../src/cli/app-options.js';
import type { MinimesosError } from '../../../src/errors.js';

function faultOf(options: Parameters<typeof theOneGiven>[0]): string {
  try {
    return `none: ${theOneGiven(options).option}`;
  } catch (thrown) {
    const { code, message } = thrown as MinimesosError;
    return `${code} ${message}`;
  }
}

describe('options of which one must be given', () => {
  it('are that one', () => {
    expect(theOneGiven({ app: undefined, group: 'shop.json', stdin: false })).toEqual({
      option: 'group',
      value: 'shop.json',
    });
    expect(theOneGiven({ app: undefined, stdin: true }).option).toBe('stdin');
  });

  it.each([
    [{ app: undefined, stdin: false }, 'USAGE one of --app, --stdin must be given'],
    [{ app: 'a', group: 'b', stdin: true }, 'USAGE --app and --group and --stdin cannot be given together'],
    [{ app: '', stdin: false }, 'USAGE --app takes what is not empty'],
  ])('are refused otherwise: %j', (options, fault) => {
    expect(faultOf(options)).toBe(fault);
  });
});
