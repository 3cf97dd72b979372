export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Where an answer differs from a recorded one: `path` in the JSON, or a header, and how. */
export interface Difference {
  path: string;
  how: string;
}

const FORMATS: readonly (readonly [name: string, form: RegExp])[] = [
  ['uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['agent id', /^[0-9a-f-]{36}-S\d+$/],
  ['framework id', /^[0-9a-f-]{36}-\d{4,}$/],
  ['offer id', /^[0-9a-f-]{36}-O\d+$/],
  ['base64 of 16 bytes', /^[A-Za-z0-9+/]{22}==$/],
  ['master pid', /^master@[\d.]+:\d+$/],
  ['agent pid', /^slave\(1\)@[\d.]+:\d+$/],
  ['IP address', /^\d+\.\d+\.\d+\.\d+$/],
  ['moment', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC)?$/],
  ['version', /^\d+\.\d+\.\d+$/],
  ['commit', /^[0-9a-f]{40}$/],
  ['ranges', /^\[\d+-\d+(, \d+-\d+)*\]$/],
  ['duration', /^[\d.]+(ns|us|ms|secs|mins|hrs|days|weeks)$/],
  ['number', /^\d+(\.\d+)?$/],
  ['truth', /^(true|false)$/],
  ['ZooKeeper URL', /^zk:\/\//],
  ['URL', /^https?:\/\//],
  ['path', /^\//],
];

/** What a text is the like of; a constant is like itself only. */
function formatOf(text: string): string {
  if (/^[A-Z][A-Z0-9]+(_[A-Z0-9]+)*$/.test(text)) return text;
  return FORMATS.find(([, form]) => form.test(text))?.[0] ?? 'text';
}

const MOMENT_KEY = /(^|_)time(stamp|_seconds)?$/;

function kindOf(value: Json, key: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  // A moment, and none: unregistered_time of what is registered is 0.
  if (typeof value === 'number' && MOMENT_KEY.test(key))
    return value === 0 ? 'zero' : value > 1e9 ? 'moment' : 'number';
  return typeof value === 'string' ? formatOf(value) : typeof value;
}

/** Where `actual` differs in keys, types and formats. */
export function differences(expected: Json, actual: Json, path = '', key = ''): Difference[] {
  const [wanted, found] = [kindOf(expected, key), kindOf(actual, key)];
  if (wanted !== found) {
    // Any text is like a text of no form.
    return wanted === 'text' && typeof actual === 'string' ? [] : [{ path, how: `${wanted} recorded, ${found} found` }];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) return ofArrays(expected, actual, path);
  return isObject(expected) && isObject(actual) ? ofObjects(expected, actual, path) : [];
}

function ofObjects(expected: JsonObject, actual: JsonObject, path: string): Difference[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) => {
    const [wanted, found] = [expected[key], actual[key]];
    const place = `${path}/${key.replaceAll('/', '~1')}`;
    if (found === undefined) return [{ path: place, how: 'missing' }];
    if (wanted === undefined) return [{ path: place, how: 'not recorded' }];
    return differences(wanted, found, place, key);
  });
}

/** Of a list of named things each is compared with its namesake; of another each with whatever it is most like. */
function ofArrays(expected: Json[], actual: Json[], path: string): Difference[] {
  const [wanted, found] = [named(expected), named(actual)];
  if (wanted !== null && found !== null) return ofObjects(wanted, found, path);
  if (expected.length === 0 && actual.length === 0) return [];
  if (expected.length === 0) return [{ path: `${path}/*`, how: 'not recorded' }];
  if (actual.length === 0) return [{ path: `${path}/*`, how: 'missing' }];
  const constants = (list: Json[]) => list.filter((each) => typeof each === 'string' && formatOf(each) === each);
  const lost = constants(expected).filter((each) => !actual.includes(each));
  return [
    ...lost.map((each) => ({ path: `${path}/${each}`, how: 'missing' })),
    ...actual.flatMap((each) => closest(expected, each, `${path}/*`)),
  ];
}

function closest(expected: Json[], actual: Json, path: string): Difference[] {
  const all = expected.map((each) => differences(each, actual, path));
  return all.reduce((best, each) => (each.length < best.length ? each : best));
}

function named(list: Json[]): JsonObject | null {
  if (list.length === 0) return null;
  const keys = list.map((each) =>
    isObject(each) && typeof each.name === 'string' ? `${each.name}${owner(each)}` : null,
  );
  if (keys.includes(null) || new Set(keys).size < keys.length) return null;
  return Object.fromEntries(list.map((each, index) => [keys[index] ?? '', each]));
}

function owner({ role }: JsonObject): string {
  return typeof role === 'string' ? `(${role})` : '';
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
