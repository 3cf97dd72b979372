/** A tree of JSON → the app, or the group of apps, that it describes, with what Marathon would not take. Pure. */

import { absoluteId, idFault, isWithin } from './app-ids.js';
import type { JsonFault, JsonMember, JsonNode, JsonObject, Span } from './json.js';
import { shown } from './wording.js';

type AppType = 'app' | 'group';

export interface AppShape {
  /** As Marathon has it: `/elasticsearch`; undefined where it is missing or wrong. */
  id: string | undefined;
  /** Of every app in it, likewise. */
  appIds: string[];
  faults: JsonFault[];
}

/** What only an app has. */
const OF_AN_APP = ['cmd', 'args', 'container', 'instances', 'cpus', 'mem', 'disk'];
const OF_A_GROUP = ['apps', 'groups'];

/** `holdsToken` tells whether a part of the text does: what it stands for is not known yet. */
export function shapeOf(root: JsonNode, type: AppType, holdsToken: (span: Span) => boolean): AppShape {
  const fault = rootFault(root, type);
  if (fault || root.kind !== 'object') return { id: undefined, appIds: [], faults: fault ? [fault] : [] };
  const shaper = new Shaper(holdsToken);
  const id = shaper.idOf(root, type);
  if (type === 'app') return { id, appIds: id === undefined ? [] : [id], faults: shaper.faults };
  shaper.walk(root, id ?? '');
  const isEmpty = shaper.appIds.length === 0 && shaper.faults.length === 0;
  const faults = isEmpty ? [{ at: root.start, message: 'the group holds no app' }] : shaper.faults;
  return { id, appIds: shaper.appIds, faults };
}

function rootFault(root: JsonNode, type: AppType): JsonFault | undefined {
  if (root.kind === 'list')
    return {
      at: root.start,
      message: `it must be one ${type}, not a list; each app has a file and a block of its own`,
    };
  if (root.kind !== 'object') return { at: root.start, message: `it must be an object, { "id": … }` };
  const ofAGroup = firstOf(root, OF_A_GROUP);
  const ofAnApp = firstOf(root, OF_AN_APP);
  if (type === 'app' && ofAGroup) return otherType(ofAGroup, 'group', 'app');
  if (type === 'group' && ofAnApp && !ofAGroup) return otherType(ofAnApp, 'app', 'group');
  return undefined;
}

function otherType({ name }: JsonMember, is: AppType, saidToBe: AppType): JsonFault {
  const article = { app: 'an app', group: 'a group' };
  const message = `${shown(name.value)} makes it ${article[is]}, not ${article[saidToBe]}; name it in ${article[is]} block`;
  return { at: name.start, message };
}

class Shaper {
  readonly faults: JsonFault[] = [];
  readonly appIds: string[] = [];
  readonly #taken = new Set<string>();

  constructor(private readonly holdsToken: (span: Span) => boolean) {}

  walk(group: JsonObject, path: string): void {
    for (const app of this.#objects(group, 'apps')) {
      const id = this.idOf(app, 'app', path);
      if (id !== undefined) this.appIds.push(id);
    }
    for (const inner of this.#objects(group, 'groups')) this.walk(inner, this.idOf(inner, 'group', path) ?? path);
  }

  /** `group`: in which it stands. */
  idOf(definition: JsonObject, type: AppType, group?: string): string | undefined {
    const node = memberOf(definition, 'id')?.value;
    if (!node) return this.#report(definition.start, `the ${type} has no id`);
    if (node.kind !== 'text') return this.#report(node.start, 'id must be a text in double quotes');
    if (this.holdsToken(node)) return this.#report(node.start, 'id must not hold a token: it is known by its id');
    const fault = idFault(node.value);
    if (fault !== undefined) return this.#report(node.start, `id ${fault}`);
    const id = absoluteId(node.value, group);
    if (group !== undefined && (id === group || !isWithin(id, group)))
      return this.#report(node.start, `id ${shown(id)} is not below the group ${shown(group)} that it stands in`);
    if (this.#taken.has(id)) return this.#report(node.start, `id ${shown(id)} is there twice`);
    this.#taken.add(id);
    return id;
  }

  #objects(group: JsonObject, name: string): JsonObject[] {
    const list = memberOf(group, name)?.value;
    if (!list) return [];
    if (list.kind !== 'list') return this.#report(list.start, `${name} must be a list`) ?? [];
    return list.items.flatMap((item) => {
      if (item.kind === 'object') return [item];
      return this.#report(item.start, `each of ${name} must be an object, { "id": … }`) ?? [];
    });
  }

  #report(at: number, message: string): undefined {
    this.faults.push({ at, message });
    return undefined;
  }
}

function firstOf(object: JsonObject, names: readonly string[]): JsonMember | undefined {
  return names.map((name) => memberOf(object, name)).find((member) => member !== undefined);
}

/** Undefined also where it is null, which Marathon takes for left out. */
function memberOf({ members }: JsonObject, name: string): JsonMember | undefined {
  const member = members.findLast((each) => each.name.value === name);
  return member?.value.kind === 'null' ? undefined : member;
}
