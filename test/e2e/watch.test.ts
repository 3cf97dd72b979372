/** `apply --watch`: what is saved is acted on, what is broken is not, and whoever leaves leaves the cluster running. */

import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Condition } from '../../src/conditions.js';
import type { Happening } from '../../src/journal.js';
import type { Status } from '../../src/status.js';
import { dockerSkipped } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const agent = (rack: string, more = '') => `  agent { attributes = "rack:${rack}"; ${more} }\n`;
const file = (...blocks: string[]) => `minimesos {\n  distribution = "simulator"\n${blocks.join('')}}\n`;
const TWO = file(agent('a'), agent('b'));

function condition(status: Status, wanted: string): Condition | undefined {
  return status.conditions.find(({ type }) => type === wanted);
}

const isFileInvalid = (watcher: Watcher): boolean => condition(watcher.status, 'FileInvalid')?.status === true;

async function disposable(minimesosFile: string): Promise<Project> {
  const project = await Project.create(minimesosFile);
  onTestFinished(() => project[Symbol.asyncDispose]());
  return project;
}

describe.skipIf(dockerSkipped)('a watched minimesosFile', () => {
  let project: Project;
  let watcher: Watcher;
  let generation: string | null;
  beforeAll(async () => {
    project = await Project.create(TWO);
    watcher = Watcher.of(project);
    generation = (await watcher.converged()).status.cluster.observedGeneration;
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  let lives: Record<string, string>;
  let lines: number;
  let heard: number;
  beforeEach(async () => {
    await project.write(TWO);
    await watcher.until('the cluster to be as at first', () => {
      const last = watcher.lines.at(-1);
      return last?.converged && last.status.cluster.observedGeneration === generation && !isFileInvalid(watcher);
    });
    [lives, lines, heard] = [watcher.lives, watcher.lines.length, watcher.stderr.length];
  });

  it('L6 with one agent edited leaves the master and the other agent untouched', async () => {
    await project.write(file(agent('a'), agent('b', 'resources { cpu { value = 8 } }')));
    const { status } = await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['remove agent-1', 'create agent-1']);
    expect({ ...watcher.lives, 'agent-1': '' }).toEqual({ ...lives, 'agent-1': '' });
    expect(watcher.lives['agent-1']).not.toBe(lives['agent-1']);
    expect(status.cluster.phase).toBe('ready');
    expect(watcher.stderr.slice(heard)).toContain('minimesosFile changed');
  });

  it('L5 grows and shrinks with the blocks in it', async () => {
    await project.write(file(agent('a'), agent('b'), agent('c'), agent('d')));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines).sort()).toEqual(['create agent-2', 'create agent-3']);
    const grown = watcher.lines.length;
    await project.write(file(agent('a'), agent('c'), agent('d')));
    await watcher.healed(grown);
    expect(watcher.stepsSince(grown).filter((step) => !step.startsWith('drain'))).toEqual(['remove agent-1']);
    expect(Object.keys(watcher.lives)).toEqual(['zookeeper-0', 'master-0', 'agent-0', 'agent-2', 'agent-3']);
  });

  it('L30 that is broken changes nothing, is shown with all its problems, and counts again when it is good', async () => {
    const { observedGeneration } = watcher.status.cluster;
    await project.write('minimesos {\n  distributon = "simulator"\n  agent { portNumber = "x" }\n}\n');
    await watcher.until('the file to be found broken', () => isFileInvalid(watcher));
    expect(condition(watcher.status, 'FileInvalid')).toMatchObject({
      reason: 'Broken',
      message: expect.stringMatching(/:2:3 unknown property "distributon"[\s\S]*:3:\d+ /),
    });
    await watcher.says(/:2:3 unknown property "distributon"; did you mean "distribution"\?/, heard);
    expect(watcher.status.cluster.observedGeneration).toBe(observedGeneration);
    expect(condition((await project.status()) as Status, 'FileInvalid')).toMatchObject({ status: true });

    await project.write(file(agent('a'), agent('b'), agent('c')));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['create agent-2']);
    expect(isFileInvalid(watcher)).toBe(false);
    expect(watcher.status.cluster.observedGeneration).not.toBe(observedGeneration);
    const { 'agent-2': _, ...others } = watcher.lives;
    expect(others).toEqual(lives);
  });

  it('L30 that is saved under another name and then renamed, as vim does, is noticed', async () => {
    await project.write(file(agent('a'), agent('b'), agent('c')), '.minimesosFile.swp');
    await rename(join(project.folder, '.minimesosFile.swp'), join(project.folder, 'minimesosFile'));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['create agent-2']);
  });

  it('L30 that is deleted changes nothing, and counts again when it is back', async () => {
    await rm(join(project.folder, 'minimesosFile'));
    await watcher.until('the file to be missed', () => isFileInvalid(watcher));
    expect(condition(watcher.status, 'FileInvalid')?.reason).toBe('Missing');
    await watcher.says('minimesosFile is gone', heard);
    expect(watcher.lives).toEqual(lives);
    await project.write(file(agent('a'), agent('b'), agent('c')));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['create agent-2']);
    expect(isFileInvalid(watcher)).toBe(false);
  });

  it('L30 has the files followed that it names', async () => {
    await mkdir(join(project.folder, 'apps'));
    await project.write('{"id": "web", "cmd": "sleep 600"}', 'apps/web.json');
    await project.write(file(agent('a'), agent('b'), '  marathon { app { marathonJson = "apps/web.json" } }\n'));
    await watcher.healed(lines);
    expect(watcher.component('marathon-0')?.phase).toBe('ready');
    await project.write('{"id": "web", "cmd": "sleep 601"}', 'apps/web.json');
    await watcher.says('apps/web.json changed', heard);
  });

  it('C19 has each pass that changed something told as one line of JSON', () => {
    expect(watcher.broken).toEqual([]);
    const types = ['Available', 'Progressing', 'Degraded', 'Paused', 'FileInvalid'];
    for (const { converged, steps, elapsedMs, status } of watcher.lines) {
      expect(status.conditions.map(({ type }) => type)).toEqual(types);
      expect(status.cluster).toMatchObject({
        id: project.id,
        observedGeneration: expect.stringMatching(/^[0-9a-f]+$/),
      });
      expect([typeof converged, Array.isArray(steps), elapsedMs >= 0]).toEqual(['boolean', true, true]);
    }
    const states = watcher.lines.map(({ steps, status }) => ({ steps, status }));
    expect(states.filter((each, at) => JSON.stringify(each) === JSON.stringify(states[at - 1]))).toEqual([]);
  });
});

describe.skipIf(dockerSkipped)('whoever watches', () => {
  it('L31 leaves the cluster running with Ctrl-C, and its lock to others', async () => {
    const project = await disposable(TWO);
    const watcher = Watcher.of(project);
    await watcher.converged();
    expect(await project.leftovers()).toContain(`minimesos-${project.id}-lock`);
    const { exit, stderr } = await watcher.end('SIGINT');
    expect(exit).toBe(0);
    expect(stderr).toContain('left the cluster running');
    expect(await project.leftovers()).not.toContain(`minimesos-${project.id}-lock`);
    expect((await project.status()).cluster.phase).toBe('ready');
  });

  it('L28 L31 and is killed leaves the cluster running, and holds up nobody', async () => {
    const project = await disposable(TWO);
    const watcher = Watcher.of(project);
    await watcher.converged();
    const { lives } = watcher;
    await watcher.end('SIGKILL');
    await project.write(file(agent('a'), agent('b'), agent('c')));
    const { steps, status } = await project.apply('--lock-timeout', '0');
    expect(steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual(['create agent-2']);
    const old = status.components.filter(({ id }) => id in lives);
    expect(old.map(({ id, container }) => `${id} ${container?.id} ${container?.startedAt}`)).toEqual(
      Object.entries(lives).map(([id, life]) => `${id} ${life}`),
    );
  });

  it('L26 C17 C18 does nothing while the cluster is paused, and mends it when it is resumed', async () => {
    const project = await disposable(TWO);
    const watcher = Watcher.of(project);
    await watcher.converged();
    const faults = await Faults.of(project);
    expect(await project.run(['pause'])).toMatchObject({ exit: 0 });
    await watcher.says('paused');
    const lines = watcher.lines.length;
    await faults.killed('agent-1');
    await watcher.until('agent-1 to be seen as stopped', () =>
      /start/.test(watcher.component('agent-1')?.reason ?? ''),
    );
    const paused = await project.status();
    expect(condition(paused, 'Paused')).toMatchObject({ status: true, since: expect.stringMatching(/^\d{4}-/) });
    expect(paused.components.find(({ id }) => id === 'agent-1')).toMatchObject({ phase: 'failed', endpoint: null });
    expect(await project.run(['wait', 'agent-1', '--timeout', '1'])).toMatchObject({
      exit: 124,
      stderr: expect.stringContaining('agent-1 is failed: stopped with exit code 137'),
    });
    expect(watcher.stepsSince(lines)).toEqual([]);

    const waiting = project.run(['wait', '--for', 'ready']);
    expect(await project.run(['resume'])).toMatchObject({ exit: 0 });
    expect(await waiting).toMatchObject({ exit: 0, stdout: expect.stringContaining('is ready') });
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['start agent-1']);

    const events = await project.json<Happening[]>(['events']);
    const told = events.map((each) =>
      each.kind === 'condition' ? `${each.status ? '' : 'not '}${each.name}` : each.kind,
    );
    expect(told[0]).toBe('run');
    expect(told.filter((each) => each.endsWith('Paused'))).toEqual(['Paused', 'not Paused']);
    expect(events.at(-1)?.time).toMatch(/^\d{4}-\d\d-\d\dT/);
    const start = events.find((each) => each.kind === 'step' && each.verb === 'start');
    expect(start).toMatchObject({ component: 'agent-1', reason: 'stopped with exit code 137' });
  });

  it('C17 is shown by status --watch, and waited for with wait', async () => {
    const project = await disposable(TWO);
    const watcher = Watcher.of(project);
    const ready = await project.json<Status>(['wait', 'agent-1']);
    expect(ready.components.find(({ id }) => id === 'agent-1')?.phase).toBe('ready');
    await watcher.converged();
    const seen: Status[] = [];
    const shown = project.spawn(['status', '--watch', '--output', 'json']);
    shown.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) seen.push(JSON.parse(line) as Status);
    });
    await watcher.until('the status to be shown', () => seen.length > 0);
    await project.write(file(agent('a')));
    expect(await project.run(['wait', 'agent-1', '--for', 'absent'])).toMatchObject({ exit: 0 });
    await watcher.until('the status without agent-1', () => seen.at(-1)?.components.length === 3);
    const exit = new Promise((done) => shown.on('close', done));
    shown.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(await project.run(['wait', 'agent-7'])).toMatchObject({ exit: 64 });
    expect((await project.status()).cluster.observedGeneration).toBe(watcher.status.cluster.observedGeneration);
  });
});
