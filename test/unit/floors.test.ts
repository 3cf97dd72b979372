/** An import points down, never up: the floors of the house, from the top. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const FLOORS = [
  ['cli'],
  ['doctor'],
  ['api'],
  ['controller', 'settlement', 'recall', 'pace', 'patience', 'record', 'last-words', 'clock'],
  ['reconcile'],
  ['executor'],
  [
    'desired',
    'plan',
    'execute',
    'sandbox-folder',
    'host-ports',
    'create-component',
    'remove-as-root',
    'task-containers',
    'lock',
    'holder',
    'session',
    'watch',
  ],
  ['observed', 'world', 'status', 'conditions', 'variables'],
  ['components'],
  ['minimesosfile', 'docker', 'mesos', 'journal'],
  ['policy', 'ownership'],
  ['model', 'app', 'container-spec', 'spec', 'errors', 'digest', 'time-limit', 'distribution-table', 'secrets'],
];

const SRC = resolve(import.meta.dirname, '../../src');

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** The folder, or the file without its ending, right below src. */
function room(path: string): string {
  return (relative(SRC, path).split('/')[0] ?? '').replace(/\.[jt]s$/, '');
}

function imports(path: string): string[] {
  const code = readFileSync(path, 'utf8');
  return [...code.matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)].map(([, still, lazy]) =>
    resolve(dirname(path), still ?? lazy ?? ''),
  );
}

const floorOf = (name: string) => FLOORS.findIndex((floor) => floor.includes(name));

describe('an import', () => {
  it('never points to a floor above', () => {
    const upward = sources(SRC).flatMap((path) =>
      imports(path)
        .filter((target) => floorOf(room(target)) < floorOf(room(path)))
        .map((target) => `${relative(SRC, path)} → ${relative(SRC, target)}`),
    );
    expect(upward.filter((arrow) => !arrow.startsWith('simulator/'))).toEqual([]);
  });

  it('never crosses the wall around the simulator', () => {
    const crossing = sources(SRC).flatMap((path) =>
      imports(path)
        .filter((target) => (room(path) === 'simulator') !== (room(target) === 'simulator'))
        .map((target) => `${relative(SRC, path)} → ${relative(SRC, target)}`),
    );
    expect(crossing).toEqual([]);
  });

  it('finds every room of the house on a floor', () => {
    const rooms = new Set(
      sources(SRC)
        .map(room)
        .filter((name) => name !== 'simulator'),
    );
    expect([...rooms].filter((name) => floorOf(name) < 0)).toEqual([]);
  });
});
