/**
 * Access lists of Mesos, checked before a master sees them: it steps over a name that it does not know, and then allows
 * what somebody meant to forbid. No message shows a value of the text.
 */

import { ACL_OBJECTS } from './acl-names.js';
import { type JsonFault, type JsonNode, type JsonObject, readJson, type Span } from './json.js';
import { anyOf, didYouMean, shown } from './wording.js';

/** The end of a sentence that begins with the property's name, and its offset in the text. */
export type AclFault = JsonFault;

/** In order; of very many the first, so that a text of any length gets its answer soon. */
export function aclFaults(text: string): AclFault[] {
  const faults: AclFault[] = [];
  for (const fault of faultsIn(text)) if (faults.push(fault) === MOST_FAULTS) break;
  return faults;
}

const MOST_FAULTS = 1000;

function* faultsIn(text: string): Generator<AclFault, void> {
  const read = readJson(text);
  if (!read.ok) return yield { at: read.fault.at, message: `must be JSON: ${withoutValues(read.fault.message)}` };
  const { value: root } = read;
  if (root.kind !== 'object') return yield fault(root, `must be an object in JSON, ${EXAMPLE}`);
  const again = repeated(root);
  for (const { name, value } of root.members) {
    const object = ACL_OBJECTS.get(name.value);
    if (again.has(name)) yield fault(name, saidTwice(name.value));
    else if (object !== undefined) yield* ruleFaults(value, name.value, ['principals', object]);
    else if (name.value !== 'permissive') yield fault(name, unknownAction(name.value));
    else if (!isFlag(value)) yield fault(value, 'must have true or false as "permissive"');
  }
}

function unknownAction(name: string): string {
  return `has ${shown(name)}, which Mesos does not know${didYouMean(name, ACTIONS)}`;
}

const EXAMPLE = '{ "run_tasks": [ … ] } for example';
const ACTIONS = ['permissive', ...ACL_OBJECTS.keys()];
const TYPES = ['ANY', 'NONE', 'SOME'];

/** `parts`: whom and what each rule is about. */
function* ruleFaults(rules: JsonNode, action: string, parts: string[]): Generator<AclFault, void> {
  if (rules.kind !== 'list') return yield fault(rules, `must have a list as ${shown(action)}`);
  for (const rule of rules.items) {
    if (rule.kind !== 'object') yield fault(rule, `must have objects in ${shown(action)}`);
    else yield* partFaults(rule, action, parts);
  }
}

function* partFaults(rule: JsonObject, action: string, parts: string[]): Generator<AclFault, void> {
  for (const part of parts) {
    const isThere = rule.members.some(({ name }) => name.value === part);
    if (!isThere) yield fault(rule, `must say ${shown(part)} in each of ${shown(action)}`);
  }
  const again = repeated(rule);
  for (const { name, value } of rule.members) {
    if (again.has(name)) yield fault(name, saidTwice(name.value));
    else if (parts.includes(name.value)) yield* entityFaults(value, name.value);
    else yield fault(name, unknownPart(name.value, action, parts));
  }
}

function unknownPart(name: string, action: string, parts: string[]): string {
  return `has ${shown(name)} in ${shown(action)}, which knows ${anyOf(parts)}${didYouMean(name, parts)}`;
}

/** Who, or what: `{ "type": "ANY" }`, `{ "values": ["ops"] }`. */
function* entityFaults(entity: JsonNode, part: string): Generator<AclFault, void> {
  const wanted = `{ "type": "ANY" } or { "values": [ … ] } as ${shown(part)}`;
  if (entity.kind !== 'object') return yield fault(entity, `must have ${wanted}`);
  const again = repeated(entity);
  for (const { name, value } of entity.members) {
    if (again.has(name)) yield fault(name, saidTwice(name.value));
    else if (name.value === 'type') {
      if (!isType(value)) yield fault(value, `must have ${anyOf(TYPES)} as type`);
    } else if (name.value === 'values') {
      if (!isTexts(value)) yield fault(value, 'must have a list of texts as values');
    } else yield fault(name, `has ${shown(name.value)}, where it must have ${wanted}`);
  }
}

/** The names that stood in the object before: Mesos takes the last, and forgets what the others forbid. */
function repeated({ members }: JsonObject): Set<Span> {
  const seen = new Set<string>();
  return new Set(members.map(({ name }) => name).filter(({ value }) => seen.has(value) || !seen.add(value)));
}

function saidTwice(name: string): string {
  return `has ${shown(name)} twice in an object, of which Mesos would take the last`;
}

const isFlag = ({ kind }: JsonNode): boolean => kind === 'true' || kind === 'false';
const isType = (node: JsonNode): boolean => node.kind === 'text' && TYPES.includes(node.value);
const isTexts = (node: JsonNode): boolean => node.kind === 'list' && node.items.every(({ kind }) => kind === 'text');

function fault({ start: at }: Span, message: string): AclFault {
  return { at, message };
}

/** What stands where something else is expected may be a value, or a part of one, that lacks its quotes. */
function withoutValues(message: string): string {
  return message
    .replace(/, found ".*?"(?=;|$)/, '')
    .replace(/^".*" is not a number/, 'this is no number')
    .replace('the file', 'the text');
}
