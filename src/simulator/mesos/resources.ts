import { isObject, numberField, objectField, parseJson, stringField } from '../json.js';
import { addValues, parseValue, plainValue, roundScalar, type Value } from './values.js';

/** A resource of an agent; role `*` is for everybody, another is a static reservation. */
export type Resource = { name: string; role: string } & Exclude<Value, { type: 'TEXT' }>;

/** An attribute of an agent. */
export type Attribute = { name: string } & Exclude<Value, { type: 'SET' }>;

/** Parses `cpus(*):0.2; mem:256; ports(web):[31000-31010]` (or the JSON form); an error string in Mesos' words. */
export function parseResources(text: string, defaultRole: string): Resource[] | string {
  const asJson = text.trim().startsWith('[') ? parseJson(text) : undefined;
  if (Array.isArray(asJson)) return fromJson(asJson, defaultRole);
  const resources: Resource[] = [];
  for (const token of text.split(/[;\n]/).map((each) => each.trim())) {
    if (token === '') continue;
    const parts = token.split(':');
    const [key = '', given = ''] = parts.map((part) => part.trim());
    if (parts.length !== 2 || key === '' || given === '')
      return `Bad value for resources, missing or extra ':' in ${token}`;
    const match = /^([^()]+)(?:\(([^()]+)\))?$/.exec(key);
    if (match === null) return `Bad value for resources, mismatched parentheses in ${key}`;
    const [, name = '', role = defaultRole] = match;
    const value = parseValue(given);
    if (typeof value === 'string') return `Failed to parse resource ${name.trim()} value ${given} error ${value}`;
    if (value.type === 'TEXT') return `Bad type for resource ${name.trim()} value ${given} type TEXT`;
    resources.push({ name: name.trim(), role: role.trim(), ...value });
  }
  return joinResources(resources);
}

function fromJson(items: readonly unknown[], defaultRole: string): Resource[] | string {
  const resources: Resource[] = [];
  for (const item of items) {
    if (!isObject(item)) return 'Each resource must be a JSON object';
    const name = stringField(item, 'name');
    if (name === undefined) return 'Missing required fields: name';
    const role = stringField(item, 'role') ?? defaultRole;
    const scalar = numberField(objectField(item, 'scalar') ?? {}, 'value');
    const range = objectField(item, 'ranges')?.range;
    const members = objectField(item, 'set')?.item;
    if (scalar !== undefined) resources.push({ name, role, type: 'SCALAR', scalar: { value: roundScalar(scalar) } });
    else if (Array.isArray(range)) {
      const parts = range.filter(isObject).map((each) => `${String(each.begin)}-${String(each.end)}`);
      const value = parseValue(`[${parts.join(',')}]`);
      if (typeof value === 'string' || value.type !== 'RANGES') return `Bad ranges for resource ${name}`;
      resources.push({ name, role, ...value });
    } else if (Array.isArray(members)) resources.push({ name, role, type: 'SET', set: { item: members.map(String) } });
    else return `Resource ${name} has no value`;
  }
  return joinResources(resources);
}

/** One entry per name and role, in order of appearance. */
function joinResources(resources: readonly Resource[]): Resource[] {
  const joined = new Map<string, Resource>();
  for (const resource of resources) {
    const key = `${resource.name}(${resource.role})`;
    const before = joined.get(key);
    joined.set(key, before === undefined ? resource : ({ ...before, ...addValues(before, resource) } as Resource));
  }
  return [...joined.values()];
}

/** Parses `rack:1;zone:[1-3]`; an error string in Mesos' words. */
export function parseAttributes(text: string): Attribute[] | string {
  const attributes: Attribute[] = [];
  for (const token of text.split(/[;\n]/).map((each) => each.trim())) {
    if (token === '') continue;
    const colon = token.indexOf(':');
    const name = token.slice(0, colon).trim();
    if (colon === -1 || name === '') return `Invalid attribute key:value pair '${token}'`;
    const value = parseValue(token.slice(colon + 1));
    if (typeof value === 'string') return `Invalid attribute key:value pair '${token}'`;
    if (value.type === 'SET') return `Bad type for attribute '${token}'`;
    attributes.push({ name, ...value });
  }
  return attributes;
}

export type PlainResources = { [name: string]: number | string };

/** Resources as `/state` shows them: the four well-known ones always, whatever else is there after them. */
export function plainResources(resources: readonly Resource[]): PlainResources {
  const plain: PlainResources = { disk: 0, mem: 0, gpus: 0, cpus: 0 };
  const sums = joinResources(resources.map((resource) => ({ ...resource, role: '*' })));
  for (const resource of sums) plain[resource.name] = plainValue(resource);
  return plain;
}

/** The sum of a scalar over all roles. */
export function scalarTotal(resources: readonly Resource[], name: string): number {
  const total = resources.reduce(
    (sum, each) => sum + (each.name === name && each.type === 'SCALAR' ? each.scalar.value : 0),
    0,
  );
  return roundScalar(total);
}

export function plainAttributes(attributes: readonly Attribute[]): { [name: string]: number | string } {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, plainValue(attribute)]));
}
