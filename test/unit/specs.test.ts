/** What specs/ says is what the code has, and each promise (`**C3**`) is held by a test whose name begins with its id. */

import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify } from '../../src/api/identity.js';
import { addressIn } from '../../src/components/kind.js';
import { COMPONENT_KINDS } from '../../src/components/registry.js';
import { ERRORS } from '../../src/errors.js';
import { containerLabels, networkLabels, publishedLabels, volumeLabels } from '../../src/observed/labels.js';
import { agentSpec, clusterSpec, desiredFrom } from '../support/worlds.js';

const SPECS = resolve(import.meta.dirname, '../../specs');
const TESTS = resolve(import.meta.dirname, '..');

const spec = (name: string) => readFileSync(join(SPECS, name), 'utf8');

/** The cells of each table row whose first cell is a word in backquotes, without the quotes. */
function rowsOf(markdown: string): string[][] {
  const rows = markdown.split('\n').filter((line) => /^\| `[^`]+` \|/.test(line));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]+)`$/, '$1')),
  );
}

/** The text from a heading to the next one. */
function section(markdown: string, heading: string): string {
  return markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

/** Ids by spec file. */
function promises(): string[] {
  const files = readdirSync(SPECS).filter((name) => name.endsWith('.md'));
  return files.flatMap((name) => [...spec(name).matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, id]) => id ?? ''));
}

/** The ids that begin the name of a test, of all tests. */
function held(): Set<string> {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  const sources = files.map((name) => readFileSync(join(TESTS, name), 'utf8'));
  const names = sources.flatMap((source) => [
    ...source.matchAll(/(?:\b(?:it|test|describe)|\))\(\s*['"`]((?:[A-Z]\d+ )+)/g),
  ]);
  return new Set(names.flatMap(([, ids]) => ids?.trim().split(' ') ?? []));
}

describe('a promise in specs/', () => {
  it('is made once', () => {
    const all = promises();
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
  });

  it('is held by a test', () => {
    const tested = held();
    expect(promises().filter((id) => !tested.has(id))).toEqual([]);
  });

  it('is there for each test that names one', () => {
    const made = new Set(promises());
    expect([...held()].filter((id) => !made.has(id))).toEqual([]);
  });
});

it('specs/cli.md lists every error with its exit code, and whether it is retried', () => {
  const listed = rowsOf(section(spec('cli.md'), 'Errors')).map(([code, exit, retried]) => [code, exit, retried]);
  const table = Object.entries(ERRORS).map(([code, error]) => [
    code,
    String(error.exit),
    'retryable' in error ? 'yes' : 'no',
  ]);
  expect(listed).toEqual(table);
});

describe('specs/labels.md', () => {
  const full = clusterSpec({
    zookeeper: { env: {}, instances: 3 },
    master: { env: {}, instances: 3, authenticate: false, aclJson: null },
    agents: [agentSpec({ name: 'ssd' })],
    marathon: { env: {}, cmd: '--master x', apps: [] },
    consul: { env: {} },
    registrator: { env: {} },
    mesosDns: { env: {} },
    scope: { env: {}, port: 4040 },
  });
  const { cluster: lasting, components } = desiredFrom(full);
  const cluster = { ...lasting, session: '{"machine":"laptop","pid":4711,"started":"1"}' };

  it('N1 lists the labels of networks, containers and volumes', () => {
    const made = components.map((each) => containerLabels(cluster, each, 0, '1.0.0', '172.30.224.64'));
    const published = publishedLabels([{ port: 5050, protocol: 'tcp', hostPort: 61_234 }], '89bd486dbd');
    const containers = made.map((labels) => ({ ...labels, ...published }));
    const volumes = components.flatMap(({ volume }, at) =>
      volume ? [volumeLabels(made[at] ?? {}, volume.labels, '172.30.224.64')] : [],
    );
    const bearers = { network: [networkLabels(cluster, '1.0.0')], containers, volumes };
    const borne = Object.entries(bearers).map(
      ([what, labels]) => [what, labels.flatMap((each) => Object.keys(each))] as const,
    );
    const keys = new Set(borne.flatMap(([, all]) => all));
    const expected = [...keys].map((key) => [
      key,
      borne
        .filter(([, all]) => all.includes(key))
        .map(([what]) => what)
        .join(', '),
    ]);
    const listed = rowsOf(section(spec('labels.md'), 'Labels')).map(([key, on]) => [key, on]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('N3 lists the address of each kind', () => {
    const listed = rowsOf(section(spec('labels.md'), 'Addresses'));
    const expected = COMPONENT_KINDS.map((kind) => [
      kind.kind,
      String(kind.firstAddress),
      addressIn('172.30.224.0/21', kind, 0),
    ]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('N5 says where a cluster’s id comes from', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'minimesos-specs-')));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'minimesosFile');
    const before = await identify(file);
    expect(before).toEqual({ id: expect.stringMatching(/^[0-9a-f]{10}$/), file });
    writeFileSync(file, '');
    symlinkSync(file, join(folder, 'link'));
    expect(await identify(join(folder, 'link'))).toEqual(before);
    expect(await identify(file, 'my-cluster')).toEqual({ id: 'my-cluster', file });
  });
});
