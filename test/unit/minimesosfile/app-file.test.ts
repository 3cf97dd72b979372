import { describe, expect, it } from 'vitest';
import { readApp } from '../../../src/minimesosfile/app-file.js';
import type { AppFile } from '../../../src/spec.js';
import { specOf } from './parsing.js';

const SPEC = specOf('minimesos { agent { }\n marathon { } }');

function readOf(type: 'app' | 'group', json: unknown) {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return readApp({ type, source: 'x.json', text }, SPEC);
}

function fileOf(type: 'app' | 'group', json: unknown): AppFile {
  const read = readOf(type, json);
  if (read.ok) return read.file;
  throw new Error(JSON.stringify(read.problems));
}

/** `line:column message` of each. */
function problemsOf(type: 'app' | 'group', json: unknown): string[] {
  const read = readOf(type, json);
  return read.ok ? [] : read.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('an app', () => {
  it('F25 is one object with an id, in its own text', () => {
    const text = '{ "id": "/web", "cmd": "sleep ${MINIMESOS_AGENT}" }';
    expect(fileOf('app', text)).toEqual({ type: 'app', id: '/web', source: 'x.json', text, appIds: ['/web'] });
  });

  it.each([
    ['[{"id": "a"}]', '1:1 it must be one app, not a list; each app has a file and a block of its own'],
    ['"a"', '1:1 it must be an object, { "id": … }'],
    ['{\n}', '1:1 the app has no id'],
    ['{"id": null}', '1:1 the app has no id'],
    ['{\n  "id": 5\n}', '2:9 id must be a text in double quotes'],
    ['{"id": "a",\n "groups": []}', '2:2 "groups" makes it a group, not an app; name it in a group block'],
    ['{"apps": []}', '1:2 "apps" makes it a group, not an app; name it in a group block'],
  ])('F25 is a mistake as %j', (text, problem) => {
    expect(problemsOf('app', text)).toEqual([problem]);
  });

  it('F25 whose id stands twice has the later, as JSON.parse has it', () => {
    expect(fileOf('app', '{"id": "a", "id": "b"}').id).toBe('/b');
  });

  it.each([
    ['elasticsearch', '/elasticsearch'],
    ['/a/b-1.c', '/a/b-1.c'],
    ['0', '/0'],
  ])('F26 may have the id %j', (id, absolute) => {
    expect(fileOf('app', { id })).toMatchObject({ id: absolute, appIds: [absolute] });
  });

  it.each([
    ['', 'id must not be empty'],
    ['/', 'id "/" is the group of all that Marathon has; name one below it'],
    ['a//b', 'id "a//b" has an empty part'],
    ['a/', 'id "a/" has an empty part'],
    ['Web', 'id "Web" has the part "Web"; Marathon takes lower-case letters, digits, "-" and "."'],
    ['a/b_c', 'id "a/b_c" has the part "b_c"; '],
    ['-a', 'id "-a" has the part "-a"; '],
    ['a-', 'id "a-" has the part "a-"; '],
    ['a.-b', 'id "a.-b" has the part "a.-b"; '],
    ['../a', 'id "../a" has the part ".."; '],
    ['é', 'id "é" has the part "é"; '],
    ['a-${MINIMESOS_AGENT_PORT}', 'id must not hold a token'],
  ])('F26 cannot have the id %j', (id, problem) => {
    expect(problemsOf('app', { id })).toEqual([expect.stringContaining(`1:7 ${problem}`)]);
  });

  it('F26 with an id that nobody would write is answered at once', () => {
    expect(problemsOf('app', { id: `${'a-'.repeat(100_000)}_` })).toHaveLength(1);
  });
});

describe('a group', () => {
  it('F25 has apps and groups at any depth, whose ids are completed', () => {
    const group = {
      id: 'shop',
      apps: [{ id: 'web' }, { id: '/shop/api' }],
      groups: [{ id: 'db', apps: [{ id: 'main' }], groups: [{ id: '/shop/db/spare', apps: [{ id: 'a/b' }] }] }],
    };
    expect(fileOf('group', group)).toMatchObject({
      id: '/shop',
      appIds: ['/shop/web', '/shop/api', '/shop/db/main', '/shop/db/spare/a/b'],
    });
  });

  it.each([
    ['{"id": "a"}', '1:1 the group holds no app'],
    ['{"id": "a", "apps": [], "groups": [{"id": "b"}]}', '1:1 the group holds no app'],
    ['{"id": "a", "apps": null}', '1:1 the group holds no app'],
    ['{"id": "a",\n "cmd": "x"}', '2:2 "cmd" makes it an app, not a group; name it in an app block'],
    ['[]', '1:1 it must be one group, not a list; each app has a file and a block of its own'],
    ['{"id": "a", "apps": {}}', '1:21 apps must be a list'],
    ['{"id": "a", "apps": [3]}', '1:22 each of apps must be an object, { "id": … }'],
    ['{"id": "a", "apps": [{"cmd": "x"}]}', '1:22 the app has no id'],
    ['{"id": "a", "groups": [{"apps": [{"id": "b"}]}]}', '1:24 the group has no id'],
    ['{"id": "a", "apps": [{"id": "b"}, {"id": "/a/b"}]}', '1:42 id "/a/b" is there twice'],
    ['{"id": "a", "apps": [{"id": "/b"}]}', '1:29 id "/b" is not below the group "/a" that it stands in'],
    ['{"id": "a", "apps": [{"id": "/ab/c"}]}', '1:29 id "/ab/c" is not below the group "/a" that it stands in'],
  ])('F25 is a mistake as %j', (text, problem) => {
    expect(problemsOf('group', text)).toEqual([problem]);
  });

  it('F25 may have what only apps have beside its apps', () => {
    expect(fileOf('group', '{"id": "a", "cpus": 1, "apps": [{"id": "b"}]}').appIds).toEqual(['/a/b']);
  });
});

describe('JSON with tokens', () => {
  it('F23 F29 has every problem reported at once, in the order of the text', () => {
    const text = [
      '{',
      '  "id": "A",',
      '  "cmd": "x ${MINIMESOS_MASTR} ${PORT0}",',
      '  "port": ${MINIMESOS_MARATHON_PORT},',
      '  "url": ${MINIMESOS_MASTER},',
      '  "dns": ${MINIMESOS_MESOSDNS_PORT}',
      '}',
    ].join('\r\n');
    expect(problemsOf('app', text)).toEqual([
      expect.stringMatching(/^2:9 id "A" has the part "A"/),
      '3:13 unknown token "${MINIMESOS_MASTR}"; did you mean "${MINIMESOS_MASTER}"?',
      '5:10 ${MINIMESOS_MASTER} stands for a text, which needs double quotes',
      '6:10 ${MINIMESOS_MESOSDNS_PORT} stands for nothing: the minimesosFile has no mesosdns block',
    ]);
  });

  it('F23 F29 that is no JSON has its unknown tokens reported too', () => {
    expect(problemsOf('app', '{"id": "${MINIMESOS_X}"')).toEqual([
      '1:1 the "{" that begins here is never closed',
      expect.stringMatching(/^1:9 unknown token/),
    ]);
  });

  it('F29 that stand for nothing has notes, where they are in quotes', () => {
    const text = '{"id": "a",\n "${MINIMESOS_SCOPE}": "${MINIMESOS_AGENT} ${MINIMESOS_CONSUL_PORT}${MINIMESOS_SCOPE}"}';
    expect(readOf('app', text)).toMatchObject({
      ok: true,
      notes: [
        { line: 2, column: 3, message: '${MINIMESOS_SCOPE} stands for nothing: the minimesosFile has no scope block' },
        {
          line: 2,
          column: 44,
          message: '${MINIMESOS_CONSUL_PORT} stands for nothing: the minimesosFile has no consul block',
        },
      ],
    });
  });

  it('F24 that is a page of the web is told so', () => {
    expect(problemsOf('app', '\n<!DOCTYPE html>')).toEqual(['1:1 it is a web page or XML, not JSON']);
  });

  it('F24 quotes a token as it is written', () => {
    expect(problemsOf('app', '{"id": "a" ${MINIMESOS_AGENT_PORT}}')).toEqual([
      '1:12 expected "," or "}", found "${MINIMESOS_AGENT_PORT}"',
    ]);
  });

  it('F30 may begin with a byte order mark, which goes', () => {
    expect(fileOf('app', '\uFEFF{"id": "a"}').text).toBe('{"id": "a"}');
  });
});
