/** Numbers of the command line, checked. */

import { MinimesosError } from '../errors.js';

/** An option that is given twice: the last one counts. */
export function last<T>(value: T | T[]): T | undefined {
  return Array.isArray(value) ? value.at(-1) : value;
}

export function numberOver(least: number, option: string) {
  return (value: number | number[] | undefined): number | undefined => {
    const number = last(value as number);
    if (number === undefined || number > least) return number;
    throw new MinimesosError(
      'USAGE',
      `--${option} takes ${least < 0 ? 'no negative number' : `a number over ${least}`}`,
    );
  };
}

export function wholeNumber(option: string, most = 1000, least = 1) {
  return (value: number | number[] | undefined): number | undefined => {
    const number = last(value as number);
    if (number === undefined || (Number.isInteger(number) && number >= least && number <= most)) return number;
    throw new MinimesosError('USAGE', `--${option} takes a whole number from ${least} to ${most}`);
  };
}
