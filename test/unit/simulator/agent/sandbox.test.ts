import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Sandboxes } from '../../../../src/simulator/agent/tasks/sandboxes.js';
import { listen } from '../../../../src/simulator/listen.js';
import { Files } from '../../../../src/simulator/mesos/files.js';
import { ask, Cleanup, send, until } from '../../../support/simulator.js';
import {
  AGENT,
  agentOf,
  commandTask,
  FRAMEWORK,
  fakeMaster,
  outputOf,
  run,
  sandboxOf,
  statesOf,
  told,
} from './fake-master.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const file = (folder: string, name: string) => ({ value: `file://${folder}/${name}` });

async function started(...flags: string[]) {
  const master = await fakeMaster(cleanup);
  const agent = await agentOf(cleanup, master, cleanup.directory(), ...flags);
  return { master, agent };
}

describe('the sandbox of a command task', () => {
  it('S113 must hold what its URIs bring: by HTTP with redirects, from files, unpacked, executable', async () => {
    const { master, agent } = await started();
    const folder = cleanup.directory();
    writeFileSync(join(folder, 'inner.txt'), 'from the archive\n');
    execFileSync('tar', ['-czf', join(folder, 'some.tar.gz'), '-C', folder, 'inner.txt']);
    const archive = readFileSync(join(folder, 'some.tar.gz'));
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { Location: '/some.tar.gz' }).end();
      else response.end(archive);
    });
    const port = await listen(server, 0, '127.0.0.1');
    cleanup.add(() => server.close());
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho tool runs\n');
    const uris = [
      { value: `http://127.0.0.1:${port}/moved`, output_file: 'moved.tgz' },
      { value: `file://${folder}/tool`, executable: true },
      { value: `http://127.0.0.1:${port}/some.tar.gz?x=1`, extract: false },
    ];
    run(master, [commandTask('fetch', '', { command: { value: './tool; cat inner.txt; ls', uris } })]);
    await told(master, 'fetch', 'TASK_FINISHED');
    const lines = outputOf(agent, 'fetch').trim().split('\n');
    expect(lines).toEqual([
      'tool runs',
      'from the archive',
      'inner.txt',
      'moved.tgz',
      'some.tar.gz?x=1',
      'stderr',
      'stdout',
      'tool',
    ]);
  });

  it('S113 must hold what an archive links to, and nothing of it outside', async () => {
    const { master, agent } = await started();
    const folder = cleanup.directory();
    const outside = cleanup.directory();
    const archive = pack();
    archive.entry({ name: 'first' }, 'content');
    archive.entry({ name: 'second', type: 'link', linkname: 'first' });
    archive.entry({ name: '../above' }, 'x');
    archive.entry({ name: 'out', type: 'symlink', linkname: outside });
    archive.entry({ name: 'out/through' }, 'x');
    archive.entry({ name: 'stolen', type: 'link', linkname: 'out/secret' });
    archive.finalize();
    writeFileSync(join(outside, 'secret'), 'secret');
    writeFileSync(join(folder, 'links.tar'), await buffer(archive));
    run(master, [
      commandTask('links', '', { command: { value: 'cat second; ls', uris: [file(folder, 'links.tar')] } }),
    ]);
    await told(master, 'links', 'TASK_FINISHED');
    expect(outputOf(agent, 'links')).toBe('contentfirst\nlinks.tar\nout\nsecond\nstderr\nstdout\n');
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readdirSync(join(sandboxOf(agent, 'links'), '..')).sort()).toHaveLength(2);
  });

  it('S113 must not see a task run whose URIs cannot be fetched: TASK_FAILED with the reason of Mesos', async () => {
    const { master, agent } = await started();
    const server = createServer((_request, response) => response.writeHead(404).end());
    const port = await listen(server, 0, '127.0.0.1');
    cleanup.add(() => server.close());
    const values = [`http://127.0.0.1:${port}/gone`, '/no/such/file', 'hdfs://nowhere/x', '/etc/hostname'];
    const outside = { value: '/etc/hostname', output_file: '../../outside' };
    values.slice(0, 3).forEach((value, at) => {
      run(master, [commandTask(`bad-${at}`, '', { command: { value: 'echo ran', uris: [{ value }] } })]);
    });
    run(master, [commandTask('bad-3', '', { command: { value: 'echo ran', uris: [outside] } })]);
    const pathless = { value: `http://127.0.0.1:${port}/` };
    run(master, [commandTask('bad-4', '', { command: { value: 'echo ran', uris: [pathless] } })]);
    run(master, [commandTask('bad-5', '', { command: { value: 'echo ran', uris: [{ value: '/dev/zero' }] } })]);
    for (const id of ['bad-0', 'bad-1', 'bad-2', 'bad-3', 'bad-4', 'bad-5']) {
      const { reason, message, source } = await told(master, id, 'TASK_FAILED');
      expect({ reason, source }).toEqual({ reason: 'REASON_CONTAINER_LAUNCH_FAILED', source: 'SOURCE_AGENT' });
      expect(message).toMatch(/^Failed to launch container: Failed to fetch all URIs for container '[0-9a-f-]{36}'/);
      expect(outputOf(agent, id)).toBe('');
      expect(statesOf(master, id)).toEqual(['TASK_FAILED']);
    }
  });

  it('S114 must be shown under /files, and its task among what runs, or what is completed', async () => {
    const { master, agent } = await started();
    run(master, [commandTask('shown', 'echo out; sleep 1000')]);
    await told(master, 'shown', 'TASK_RUNNING');
    await until('the output', () => outputOf(agent, 'shown') === 'out\n');
    const state = await ask(agent.port, '/state');
    expect(state.at('frameworks', 0, 'executors', 0, 'tasks', 0, 'state')).toBe('TASK_RUNNING');
    expect(state.at('frameworks', 0, 'executors', 0, 'resources', 'cpus')).toBe(0.2);
    expect(state.at('unreserved_resources_allocated', 'mem')).toBe(48);
    const path = `/frameworks/${FRAMEWORK}/executors/shown/runs/latest/stdout`;
    expect((await ask(agent.port, `/files/read?path=${path}&offset=0`)).json).toEqual({ data: 'out\n', offset: 0 });
    const read = { type: 'READ_FILE', read_file: { path, offset: 0 } };
    expect((await send(agent.port, '/api/v1', read)).at('read_file', 'data')).toBe(
      Buffer.from('out\n').toString('base64'),
    );
    expect((await ask(agent.port, '/containers')).at(0, 'statistics', 'mem_rss_bytes')).toBeGreaterThan(0);
    expect((await ask(agent.port, '/metrics/snapshot')).at('slave/tasks_running')).toBe(1);

    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'shown' });
    await told(master, 'shown', 'TASK_KILLED');
    const later = () => ask(agent.port, '/state');
    await until('the framework to be history', async () => (await later()).at('completed_frameworks', 0) !== undefined);
    const history = (await later()).at(
      'completed_frameworks',
      0,
      'completed_executors',
      0,
      'completed_tasks',
      0,
      'state',
    );
    expect(history).toBe('TASK_KILLED');
    expect((await ask(agent.port, `/files/download?path=${path}`)).text).toBe('out\n');
    expect((await ask(agent.port, '/metrics/snapshot')).at('slave/tasks_killed')).toBe(1);
    expect(readdirSync(join(agent.workDirectory, 'meta/slaves', AGENT, 'frameworks'))).toEqual([]);
  });

  it('S114 must go when its time is over', async () => {
    const { master, agent } = await started('--gc_delay=50ms');
    run(master, [commandTask('gone', 'true')]);
    await told(master, 'gone', 'TASK_FINISHED');
    const executors = join(agent.workDirectory, 'slaves', AGENT, 'frameworks', FRAMEWORK, 'executors');
    await until('the sandbox to go', () => readdirSync(executors).length === 0);
  });

  it('S114 must be shown no more when there are too many', async () => {
    const { master, agent } = await started('--max_completed_executors_per_framework=2');
    const attached = async () => Object.keys((await ask(agent.port, '/files/debug')).json as object).length;
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      run(master, [commandTask(id, 'true')]);
      await told(master, id, 'TASK_FINISHED');
    }
    await until('the last two to be shown', async () => (await attached()) === 6);
    const shown = (await ask(agent.port, '/state')).at('completed_frameworks', 0, 'completed_executors');
    expect((shown as { id: string }[]).map(({ id }) => id)).toEqual(['d', 'e']);
    expect((await ask(agent.port, '/metrics/snapshot')).at('containerizer/fetcher/task_fetches_succeeded')).toBe(5);
  });

  it('S114 must lead to a persistent volume with what an earlier task left there', async () => {
    const { master, agent } = await started();
    const disk = { persistence: { id: 'kept' }, volume: { container_path: 'data', mode: 'RW' } };
    const volume = { name: 'disk', role: 'web', type: 'SCALAR' as const, scalar: { value: 1 }, disk };
    for (const [id, value] of Object.entries({ first: 'echo left > data/file', second: 'cat data/file' })) {
      run(master, [commandTask(id, value, { resources: [volume] })]);
      await told(master, id, 'TASK_FINISHED');
    }
    expect(outputOf(agent, 'second')).toBe('left\n');
  });

  it('S114 must not lead out of the work directory by the id of a volume', async () => {
    const master = await fakeMaster(cleanup);
    const base = cleanup.directory();
    await agentOf(cleanup, master, join(base, 'work'));
    const disk = { persistence: { id: '../../../../outside' }, volume: { container_path: 'data', mode: 'RW' } };
    const volume = { name: 'disk', role: 'web', type: 'SCALAR' as const, scalar: { value: 1 }, disk };
    run(master, [commandTask('thief', 'true', { resources: [volume] })]);
    expect((await told(master, 'thief', 'TASK_FAILED')).reason).toBe('REASON_CONTAINER_LAUNCH_FAILED');
    expect(readdirSync(base)).toEqual(['work']);
  });

  it('S114 that cannot be removed must keep nobody from removing the others', async () => {
    const workDirectory = cleanup.directory();
    const options = { files: new Files(), workDirectory, agentId: () => AGENT, delayMs: 0 };
    const sandboxes = cleanup.closing(new Sandboxes(options));
    const [blocked, free] = [
      join(workDirectory, 'file', 'executor/runs/one'),
      join(workDirectory, 'executor/runs/two'),
    ];
    writeFileSync(join(workDirectory, 'file'), '');
    mkdirSync(free, { recursive: true });
    for (const directory of [blocked, free]) sandboxes.collectLater({ directory });
    await until('the other to go', () => !existsSync(free));
  });
});
