import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Happening, Journal, journalPath } from '../../src/journal.js';

const TIME = '2030-01-02T03:04:05.678Z';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minimesos-journal-'));
  path = journalPath({ id: 'c0ffee0000', file: join(folder, 'minimesosFile') });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const changed = (reason: string): Happening => ({ time: TIME, kind: 'file', reason });
const reasons = (happenings: readonly Happening[]): string[] => happenings.map(({ reason }) => reason);
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `no. ${from + at}`);

function addAll(journal: Journal, all: readonly string[]): void {
  for (const reason of all) journal.add(changed(reason));
}

function writeLines(...lines: string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join('\n'));
}

const line = (reason: string): string => JSON.stringify(changed(reason));
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('a journal', () => {
  it('must stand beside the minimesosFile, one for each cluster', () => {
    expect(path).toBe(join(folder, '.minimesos', 'events-c0ffee0000.jsonl'));
  });

  it('must give back every kind of happening as it was added, in order', async () => {
    const all: Happening[] = [
      { time: TIME, kind: 'run', command: 'apply --watch', version: '1.0.0', generation: 'abc', reason: 'started' },
      { time: TIME, kind: 'file', generation: 'def', reason: 'minimesosFile changed' },
      { time: TIME, kind: 'step', component: 'agent-1', verb: 'create', elapsedMs: 12, reason: 'no container' },
      { time: TIME, kind: 'phase', component: 'agent-1', from: 'creating', to: 'failed', reason: 'stopped' },
      { time: TIME, kind: 'failure', component: 'agent-1', code: 'COMPONENT_EXITED', details: ['a\nb'], reason: '—' },
      { time: TIME, kind: 'condition', name: 'Degraded', status: true, reason: 'agent-1 failed' },
      { time: TIME, kind: 'engine', reason: 'the engine answers again' },
    ];
    const journal = new Journal(path);
    for (const happening of all) journal.add(happening);
    expect(await journal.read()).toEqual(all);
    expect(await new Journal(path).read()).toEqual(all);
    expect(linesOf(readFileSync(path, 'utf8'))).toHaveLength(all.length);
  });

  it('must be carried on by the next process', async () => {
    const first = new Journal(path);
    addAll(first, ['a', 'b']);
    await first.flush();
    const second = new Journal(path);
    addAll(second, ['c']);
    await second.flush();
    expect(reasons(await first.read())).toEqual(['a', 'b', 'c']);
  });

  it('must be written without being asked to', async () => {
    addAll(new Journal(path), ['a']);
    await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toBe(`${line('a')}\n`);
  });

  it('must make no folder before the first line', async () => {
    const journal = new Journal(path);
    expect(await journal.read()).toEqual([]);
    await journal.flush();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('must give the last ones where it is asked for some', async () => {
    const journal = new Journal(path);
    addAll(journal, ['a', 'b', 'c']);
    expect(reasons(await journal.read(2))).toEqual(['b', 'c']);
    expect(reasons(await journal.read(9))).toEqual(['a', 'b', 'c']);
    expect(await journal.read(0)).toEqual([]);
  });
});

describe('a journal that was hurt', () => {
  it('must be read without what is no happening', async () => {
    writeLines(line('a'), '{"time":', 'null', '[]', '{}', '{"time":"now","reason":"b","kind":"party"}', '', line('c'));
    expect(reasons(await new Journal(path).read())).toEqual(['a', 'c']);
  });

  it('must lose no line to one that was cut off before it', async () => {
    writeLines(line('a'), line('b').slice(0, 20));
    const journal = new Journal(path);
    addAll(journal, ['c', 'd']);
    expect(reasons(await journal.read())).toEqual(['a', 'c', 'd']);
  });
});

describe('a journal that grows', () => {
  it('must keep the last 1,000 lines when there are more than 2,000', async () => {
    const journal = new Journal(path);
    addAll(journal, numbered(0, 2_000));
    expect(await journal.read()).toHaveLength(2_000);
    addAll(journal, ['no. 2000']);
    expect(reasons(await journal.read())).toEqual(numbered(1_001, 2_001));
    addAll(journal, ['no. 2001']);
    expect(reasons(await journal.read())).toEqual(numbered(1_001, 2_002));
    expect(readdirSync(dirname(path))).toEqual(['events-c0ffee0000.jsonl']);
  });

  it('must count what other processes wrote', async () => {
    const [one, other] = [new Journal(path), new Journal(path)];
    addAll(one, numbered(0, 1_500));
    await one.flush();
    addAll(other, numbered(1_500, 2_000));
    await other.flush();
    addAll(one, ['no. 2000']);
    expect(reasons(await one.read())).toEqual(numbered(1_001, 2_001));
  });

  it('must leave the rewriting to whoever began it, unless that was long ago', async () => {
    const journal = new Journal(path);
    addAll(journal, numbered(0, 2_000));
    await journal.flush();
    writeFileSync(`${path}.new`, '');
    for (const reason of ['no. 2000', 'no. 2001']) {
      addAll(journal, [reason]);
      await journal.flush();
    }
    expect(await journal.read()).toHaveLength(2_002);
    utimesSync(`${path}.new`, new Date(0), new Date(0));
    for (const reason of ['no. 2002', 'no. 2003']) {
      addAll(journal, [reason]);
      await journal.flush();
    }
    expect(reasons(await journal.read())).toEqual(numbered(1_004, 2_004));
    expect(journal.problem).toBeUndefined();
  });

  it('must hold each line of two processes that write at once, whole and in order', async () => {
    const program = `
      import { appendFileSync } from 'node:fs';
      for (let at = 0; at < 400; at++) {
        const happening = { time: '${TIME}', kind: 'file', reason: 'no. ' + at, generation: process.argv[1] };
        appendFileSync(process.argv[2], JSON.stringify(happening) + '\\n');
      }`;
    const journal = new Journal(path);
    addAll(journal, ['first']);
    await journal.flush();
    const other = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, 'other', path]);
    for (const reason of numbered(0, 400)) {
      journal.add({ time: TIME, kind: 'file', reason, generation: 'this' });
      await journal.flush();
    }
    await other;
    const all = (await journal.read()).filter((each) => each.kind === 'file');
    for (const name of ['this', 'other']) {
      expect(reasons(all.filter(({ generation }) => generation === name))).toEqual(numbered(0, 400));
    }
    // One who looked while the other wrote may have begun a new line in vain.
    expect(linesOf(readFileSync(path, 'utf8')).filter((line) => line !== '')).toHaveLength(801);
  });
});

describe('a journal that cannot be written', () => {
  it('must say why and throw nothing, and go on as soon as it can', async () => {
    writeFileSync(join(folder, '.minimesos'), 'no folder');
    const journal = new Journal(path);
    addAll(journal, ['a']);
    await journal.flush();
    expect(journal.problem?.message).toContain('ENOTDIR');
    expect(await journal.read()).toEqual([]);
    rmSync(join(folder, '.minimesos'));
    addAll(journal, ['b']);
    expect(reasons(await journal.read())).toEqual(['b']);
    expect(journal.problem).toBeUndefined();
  });

  it('must not make the folder of a minimesosFile that is gone', async () => {
    rmSync(folder, { recursive: true });
    const journal = new Journal(path);
    addAll(journal, ['a']);
    await journal.flush();
    expect(journal.problem?.message).toContain('ENOENT');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a journal that is removed', () => {
  it('must take its folder along', async () => {
    const journal = new Journal(path);
    addAll(journal, ['a']);
    await journal.remove();
    expect(readdirSync(folder)).toEqual([]);
    expect(await journal.read()).toEqual([]);
  });

  it('must leave a folder that something else is in, and mind none that is gone', async () => {
    const journal = new Journal(path);
    await journal.remove();
    expect(journal.problem).toBeUndefined();
    addAll(journal, ['a']);
    await journal.flush();
    writeFileSync(join(folder, '.minimesos', 'other'), '');
    await journal.remove();
    expect(readdirSync(join(folder, '.minimesos'))).toEqual(['other']);
  });

  it('must begin anew with the next line', async () => {
    const journal = new Journal(path);
    addAll(journal, ['a']);
    await journal.remove();
    addAll(journal, ['b']);
    expect(reasons(await journal.read())).toEqual(['b']);
  });
});
