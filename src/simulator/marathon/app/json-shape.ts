import { isObject, type Json } from '../../json.js';
import type { Detail } from './definition.js';

/** Of Scala's `Int`. */
export const LARGEST_INT = 2 ** 31 - 1;

/** What is wrong with a value, in the words of Play's JSON, which Marathon reads with. `null` is as good as absent. */
export type Check = (value: Json, path: string) => Detail[];

const expected =
  (type: string, is: (value: Json) => boolean): Check =>
  (value, path) =>
    is(value) ? [] : [{ path, errors: [`error.expected.${type}`] }];

export const string = expected('jsstring', (value) => typeof value === 'string');
export const number = expected('jsnumber', (value) => typeof value === 'number');
export const boolean = expected('jsboolean', (value) => typeof value === 'boolean');
export const object = expected('jsobject', isObject);
export const anything: Check = () => [];

export const integer: Check = (value, path) => {
  const wrong = number(value, path);
  const isInt = Number.isInteger(value) && Math.abs(value as number) <= LARGEST_INT;
  return wrong.length > 0 || isInt ? wrong : [{ path, errors: ['error.expected.int'] }];
};

export function oneOf(...words: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string') return string(value, path);
    return words.includes(value) ? [] : [{ path, errors: ['error.unknown.enum.literal'] }];
  };
}

export function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, at) => item(each, `${path}(${at})`))
      : [{ path, errors: ['error.expected.jsarray'] }];
}

/** An object whose values are all alike. */
export function mapOf(item: Check): Check {
  return (value, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, each]) => item(each, `${path}/${key}`))
      : object(value, path);
}

/** An object with these fields among others; `needed` are those that must be there. */
export function fields(shape: { readonly [name: string]: Check }, needed: readonly string[] = []): Check {
  return (value, path) => {
    if (!isObject(value)) return object(value, path);
    const missing = needed
      .filter((name) => (value[name] ?? null) === null)
      .map((name) => ({ path: `${path}/${name}`, errors: ['error.path.missing'] }));
    const wrong = Object.entries(shape).flatMap(([name, check]) => {
      const field = value[name];
      return field === undefined || field === null ? [] : check(field, `${path}/${name}`);
    });
    return [...missing, ...wrong];
  };
}
