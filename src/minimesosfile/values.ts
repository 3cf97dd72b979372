/** What properties take, as zod schemas. Each message ends a sentence that begins with the property's name. */

import * as z from 'zod/mini';
import { readNumber } from './lexer.js';
import { anyOf, didYouMean, shown } from './wording.js';

/** Says what is wrong with a value; undefined where nothing is. */
type FindFault<Value> = (value: Value) => string | undefined;

/** A text in quotes, which may be empty. */
export const anyText = z.string('must be a text in quotes');

/** A text in quotes that is not empty, and has no other fault. */
export function text(fault: FindFault<string> = () => undefined) {
  return anyText.check(without((value) => (value === '' ? 'must not be empty' : fault(value))));
}

export const flag = z.boolean({ error: ({ input }) => `must be true or false, without quotes, not ${written(input)}` });

/** A number, in quotes or not; `wanted` names those for which `fits` holds. */
export function number(wanted: string, fits: (value: number) => boolean) {
  return z.transform<unknown, number>((input, { issues }) => {
    const value = isText(input) ? readNumber(input.trim()) : input;
    if (typeof value === 'number' && fits(value)) return value;
    const hint = isText(input) && input.includes(',') ? '; a decimal has a point, not a comma' : '';
    issues.push({ code: 'custom', message: `must be ${wanted}, not ${written(input)}${hint}`, input });
    return z.NEVER;
  });
}

export function wholeNumber(lowest: number, highest: number) {
  const fits = (value: number) => Number.isInteger(value) && value >= lowest && value <= highest;
  return number(`a whole number from ${lowest} to ${highest}`, fits);
}

/** One of a few names, in any capitals. */
export function oneOf<const Name extends string>(names: readonly Name[]) {
  return z.transform<unknown, Name>((input, { issues }) => {
    const given = isText(input) ? input : '';
    const name = names.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
    if (name !== undefined) return name;
    const message = `must be ${anyOf(names)}, not ${written(input)}${didYouMean(given, names)}`;
    issues.push({ code: 'custom', message, input });
    return z.NEVER;
  });
}

export function without<Value>(fault: FindFault<Value>) {
  return z.check<Value>(({ value, issues }) => {
    const message = fault(value);
    if (message !== undefined) issues.push({ code: 'custom', message, input: value });
  });
}

/** As `schema`, but a text that looks like the placeholder counts as if the property were left out. */
export function unlessPlaceholder<Schema extends z.core.$ZodType>(placeholder: RegExp, schema: Schema) {
  const leaveOut = z.transform((input: unknown) => (isText(input) && placeholder.test(input) ? undefined : input));
  return z.optional(z.pipe(leaveOut, z.optional(schema)));
}

function isText(input: unknown): input is string {
  return typeof input === 'string';
}

function written(input: unknown): string {
  return isText(input) ? shown(input) : String(input);
}
