import { describe, expect, it } from 'vitest';
import { aclFaults } from '../../../src/minimesosfile/acl-json.js';
import { ACL_OBJECTS } from '../../../src/minimesosfile/acl-names.js';
import { problemsWith } from './parsing.js';

const messages = (value: unknown) => aclFaults(JSON.stringify(value)).map(({ message }) => message);
const ANYONE = { type: 'ANY' };

describe('access lists', () => {
  it('F55 may have every action that Mesos knows, for anyone, nobody or some', () => {
    const entities = [ANYONE, { type: 'NONE' }, { values: ['ops'] }, { type: 'SOME', values: [] }];
    for (const [action, object] of ACL_OBJECTS)
      for (const entity of entities)
        expect(messages({ permissive: false, [action]: [{ principals: entity, [object]: ANYONE }] })).toEqual([]);
    expect(messages({})).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'must be an object in JSON, { "run_tasks": [ … ] } for example'],
    [
      'a name that nobody knows',
      { permisive: true },
      'has "permisive", which Mesos does not know; did you mean "permissive"?',
    ],
    ['an older name', { run_task: [] }, 'has "run_task", which Mesos does not know; did you mean "run_tasks"?'],
    ['a flag in quotes', { permissive: 'true' }, 'must have true or false as "permissive"'],
    ['no list', { run_tasks: {} }, 'must have a list as "run_tasks"'],
    ['no objects in the list', { run_tasks: ['ops'] }, 'must have objects in "run_tasks"'],
    ['nothing about whom', { run_tasks: [{ users: ANYONE }] }, 'must say "principals" in each of "run_tasks"'],
    ['nothing about what', { view_roles: [{ principals: ANYONE }] }, 'must say "roles" in each of "view_roles"'],
    [
      'another part',
      { run_tasks: [{ principals: ANYONE, users: ANYONE, roles: ANYONE }] },
      'has "roles" in "run_tasks", which knows principals or users',
    ],
    [
      'just a text',
      { run_tasks: [{ principals: 'ops', users: ANYONE }] },
      'must have { "type": "ANY" } or { "values": [ … ] } as "principals"',
    ],
    [
      'an unknown type',
      { run_tasks: [{ principals: { type: 'ALL' }, users: ANYONE }] },
      'must have ANY, NONE or SOME as type',
    ],
    [
      'numbers as values',
      { run_tasks: [{ principals: { values: [1] }, users: ANYONE }] },
      'must have a list of texts as values',
    ],
    [
      'another word for values',
      { run_tasks: [{ principals: { value: ['a'] }, users: ANYONE }] },
      'has "value", where it must have { "type": "ANY" } or { "values": [ … ] } as "principals"',
    ],
  ])('F55 with %s are a mistake', (_what, value, message) => {
    expect(messages(value)).toEqual([message]);
  });

  it.each([
    ['an action', '{ "run_tasks": [], "permissive": false, "run_tasks": [] }', 'run_tasks', 40],
    ['a part', '{ "run_tasks": [{ "principals": {}, "users": {}, "users": {} }] }', 'users', 49],
    ['values', '{ "run_tasks": [{ "principals": { "values": ["a"], "values": ["b"] }, "users": {} }] }', 'values', 51],
  ])('F55 that have %s twice are a mistake, since Mesos would forget the first', (_what, text, name, at) => {
    const message = `has "${name}" twice in an object, of which Mesos would take the last`;
    expect(aclFaults(text)).toEqual([{ at, message }]);
  });

  it('F55 have each mistake at its own place in the file, on whatever line of the text, behind whatever escapes', () => {
    const lines = ['{', '  "permisive": true,', '  "run_tasks": 1', '}'];
    const members = (value: string) => `master {\n  aclJson = ${value}\n}`;
    const unknown = 'aclJson has "permisive", which Mesos does not know; did you mean "permissive"?';
    const noList = 'aclJson must have a list as "run_tasks"';
    expect(problemsWith(members(`'''${lines.join('\n')}'''`))).toEqual([`4:3 ${unknown}`, `5:16 ${noList}`]);
    expect(problemsWith(members(`"""\\\n${lines.join('\n')}"""`))).toEqual([`5:3 ${unknown}`, `6:16 ${noList}`]);
    const escaped = `"${lines.join('\n').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
    expect(problemsWith(members(escaped))).toEqual([`3:19 ${unknown}`, `3:58 ${noList}`]);
    expect(problemsWith(members(`'\\u007b "permisive": 1 }'`))[0]).toMatch(/^3:21 aclJson has "permisive"/);
  });

  it('F55 that are no JSON are a mistake where the JSON ends to be some, without the values in it', () => {
    const at = (text: string) => problemsWith(`master { aclJson = '${text}' }`);
    expect(at('{ "run_tasks": [] "view_roles": [] }')).toEqual(['2:39 aclJson must be JSON: expected "," or "}"']);
    expect(at('{ "a": hunter2 }')).toEqual([
      '2:28 aclJson must be JSON: expected a value; a text stands in double quotes',
    ]);
    expect(at('{ "a": 2hunter }')).toEqual([
      '2:28 aclJson must be JSON: this is no number; write it like 4, 0.5 or -1',
    ]);
    expect(at('{')).toEqual(['2:21 aclJson must be JSON: the "{" that begins here is never closed']);
    expect(at('')).toEqual(['2:20 aclJson must not be empty']);
    expect(at(' ')).toEqual(['2:21 aclJson must be JSON: the text is empty']);
  });

  it('F18 F55 of a text with very many mistakes are answered in time that grows with its length', () => {
    const long = (count: number) => `{ ${Array(count).fill('\\u0022a": 1').join(', ').replaceAll('"', '\\"')} }`;
    expect(problemsWith(`master { aclJson = "${long(50_000)}" }`)).toHaveLength(101);
  });
});
