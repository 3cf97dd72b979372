import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/simulator/json.js';
import { Cleanup, until } from '../../../support/simulator.js';
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

/** An engine that has one image, and whose containers say something and run until they are killed. */
async function fakeEngine() {
  const socketPath = join(cleanup.directory(), 'docker.sock');
  const specs: JsonObject[] = [];
  const asked: string[] = [];
  const waiting: ServerResponse[] = [];
  let code: number | null = null;
  let began = true;
  const end = (status: number): void => {
    code = status;
    for (const response of waiting.splice(0)) response.end(JSON.stringify({ StatusCode: status }));
  };
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    asked.push(`${method} ${url.replace(/mesos-[0-9a-f-]+/, 'NAME')}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (url === '/images/there%3A1/json') response.end('{}');
    else if (url.startsWith('/containers/create')) {
      specs.push(JSON.parse(Buffer.concat(chunks).toString()) as JsonObject);
      response.writeHead(201).end('{}');
    } else if (url.endsWith('/start')) response.writeHead(204).end();
    else if (url.includes('/logs')) {
      response.end(Buffer.concat([frame(1, 'to stdout\n'), frame(2, 'to stderr\n')]));
    } else if (url.endsWith('/wait')) {
      if (code === null) waiting.push(response);
      else response.end(JSON.stringify({ StatusCode: code }));
    } else if (url.endsWith('/json') && url.startsWith('/containers/')) {
      const Status = began ? 'running' : 'created';
      const State = { Status, Running: began && code === null, ExitCode: code ?? 0 };
      response.end(JSON.stringify({ State, NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.9' } } } }));
    } else if (url.includes('/kill?signal=SIGTERM')) {
      response.writeHead(204).end();
      end(143);
    } else response.writeHead(url.startsWith('/containers/') ? 204 : 404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  cleanup.add(() => {
    server.close();
    server.closeAllConnections();
  });
  const neverBegan = (): void => {
    began = false;
  };
  return { socketPath, specs, asked, end, neverBegan };
}

function frame(stream: number, content: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, Buffer.from(content)]);
}

const docker = (image: string, more: JsonObject = {}): JsonObject => ({ type: 'DOCKER', docker: { image, ...more } });

describe('a container task', () => {
  it('S129 must run as the docker containerizer runs it, where the engine has its image', async () => {
    const engine = await fakeEngine();
    const master = await fakeMaster(cleanup);
    const agent = await agentOf(cleanup, master, cleanup.directory(), `--docker_socket=${engine.socketPath}`);
    const container = {
      ...docker('there:1', {
        network: 'BRIDGE',
        port_mappings: [{ host_port: 31000, container_port: 80 }],
        parameters: [
          { key: 'env', value: 'MORE=1' },
          { key: 'nonsense', value: '1' },
        ],
      }),
      volumes: [
        { mode: 'RO', host_path: '/data', container_path: '/in' },
        { mode: 'RW', container_path: 'kept' },
      ],
    };
    const environment = { variables: [{ name: 'FOO', value: 'bar' }] };
    run(master, [commandTask('web', '', { command: { value: 'serve', environment }, container })]);
    const running = await told(master, 'web', 'TASK_RUNNING');
    expect(running.container_status).toMatchObject({
      network_infos: [{ ip_addresses: [{ ip_address: '172.17.0.9' }] }],
    });
    const spec = engine.specs[0] ?? {};
    expect(spec).toMatchObject({ Image: 'there:1', Entrypoint: ['/bin/sh'], Cmd: ['-c', 'serve'] });
    expect(spec.Labels).toMatchObject({ 'org.minimesos.simulator.task': 'web' });
    expect(spec.Env).toEqual(
      expect.arrayContaining(['FOO=bar', 'MORE=1', 'HOST=127.0.0.1', 'MESOS_SANDBOX=/mnt/mesos/sandbox']),
    );
    expect(spec.HostConfig).toMatchObject({
      NetworkMode: 'bridge',
      PortBindings: { '80/tcp': [{ HostPort: '31000' }] },
      CpuShares: 102,
      Memory: 16 * 1024 * 1024,
    });
    const { Binds: binds } = spec.HostConfig as unknown as { Binds: string[] };
    expect(binds[0]).toMatch(/\/executors\/web\/runs\/[0-9a-f-]{36}:\/mnt\/mesos\/sandbox$/);
    expect(binds[1]).toBe('/data:/in:ro');
    expect(binds[2]).toMatch(/\/kept:\/mnt\/mesos\/sandbox\/kept:rw$/);
    expect(outputOf(agent, 'web', 'stderr')).toContain("Ignored the parameter 'nonsense=1'");
    engine.end(5);
    expect((await told(master, 'web', 'TASK_FAILED')).message).toBe('Container exited with status 5');
    expect(outputOf(agent, 'web')).toBe('to stdout\n');
    expect(outputOf(agent, 'web', 'stderr')).toContain('to stderr\n');
    expect(engine.asked).toContain('DELETE /containers/NAME?force=1');
  });

  it('S129 must be adopted by an agent that comes back, and be killed when that is asked', async () => {
    const engine = await fakeEngine();
    const master = await fakeMaster(cleanup);
    const socket = `--docker_socket=${engine.socketPath}`;
    const first = await agentOf(cleanup, master, cleanup.directory(), socket);
    run(master, [commandTask('web', 'serve', { container: docker('there:1') })]);
    await told(master, 'web', 'TASK_RUNNING');
    await first.close();
    await agentOf(cleanup, master, first.workDirectory, socket, `--port=${first.port}`);
    await until(
      'the container to be looked at',
      () => engine.asked.filter((each) => each.endsWith('/wait')).length === 2,
    );
    expect(new Set(statesOf(master, 'web'))).toEqual(new Set(['TASK_STARTING', 'TASK_RUNNING']));
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'web' });
    expect((await told(master, 'web', 'TASK_KILLED')).message).toBe('Container exited with status 143');
  });

  /** Two lives of an agent, between which something happens to its container. */
  async function twoLives(between: (engine: Awaited<ReturnType<typeof fakeEngine>>, sandbox: string) => void) {
    const engine = await fakeEngine();
    const master = await fakeMaster(cleanup);
    const socket = `--docker_socket=${engine.socketPath}`;
    const first = await agentOf(cleanup, master, cleanup.directory(), socket);
    run(master, [commandTask('web', 'serve', { container: docker('there:1') })]);
    await told(master, 'web', 'TASK_RUNNING');
    await first.close();
    between(engine, sandboxOf(first, 'web'));
    await agentOf(cleanup, master, first.workDirectory, socket, `--port=${first.port}`);
    return { engine, master };
  }

  it('S129 whose container was made and never began must not be finished', async () => {
    const { engine, master } = await twoLives(({ neverBegan }) => neverBegan());
    expect(await told(master, 'web', 'TASK_FAILED')).toMatchObject({
      message: 'Abnormal executor termination: unknown container',
    });
    expect(engine.asked).toContain('DELETE /containers/NAME?force=1');
  });

  it('S129 whose sandbox somebody removed must harm nobody', async () => {
    const { engine, master } = await twoLives((_engine, sandbox) => rmSync(realpathSync(sandbox), { recursive: true }));
    engine.end(0);
    await told(master, 'web', 'TASK_FINISHED');
  });

  it('S129 that is killed before it began must leave nothing behind', async () => {
    const socketPath = join(cleanup.directory(), 'docker.sock');
    const asked: ServerResponse[] = [];
    const server = createServer((_request, response) => asked.push(response));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    cleanup.add(() => {
      server.close();
      server.closeAllConnections();
    });
    const master = await fakeMaster(cleanup);
    const agent = await agentOf(cleanup, master, cleanup.directory(), `--docker_socket=${socketPath}`);
    run(master, [commandTask('web', 'serve', { container: docker('there:1') })]);
    const question = await until('the engine to be asked', () => asked[0]);
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'web' });
    await told(master, 'web', 'TASK_KILLED');
    const kept = join(agent.workDirectory, 'meta/slaves', AGENT, 'frameworks');
    await until('nothing to be kept', () => readdirSync(kept).length === 0);
    question.writeHead(404).end('{}');
    run(master, [commandTask('next', 'true')], { id: { value: 'another' } });
    await told(master, 'next', 'TASK_FINISHED');
    await until('nothing to be kept', () => readdirSync(kept).length === 0);
    expect(outputOf(agent, 'web')).toBe('');
  });

  it.each([
    ['there is no engine', null],
    ['the engine has no such image', 'engine'],
  ])('S129 must be a placeholder that says so where %s', async (_why, kind) => {
    const master = await fakeMaster(cleanup);
    const socket = kind === null ? '/no/such/socket' : (await fakeEngine()).socketPath;
    const agent = await agentOf(cleanup, master, cleanup.directory(), `--docker_socket=${socket}`);
    const health_check = { type: 'TCP', tcp: { port: 1 }, delay_seconds: 0, grace_period_seconds: 0 };
    run(master, [commandTask('web', "echo 'it'", { container: docker('far/away:1'), health_check })]);
    const running = await told(master, 'web', 'TASK_RUNNING');
    expect(running.labels).toEqual({ labels: [{ key: 'minimesos.simulator.placeholder', value: 'far/away:1' }] });
    await until('the output', () => outputOf(agent, 'web').includes("It would run: echo 'it'\n"));
    expect(outputOf(agent, 'web')).toContain('this placeholder for a container of the image far/away:1');
    master.send({ type: 'KILL_TASK', frameworkId: FRAMEWORK, taskId: 'web' });
    await told(master, 'web', 'TASK_KILLED');
    expect(statesOf(master, 'web')).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLED']);
  });

  it('S129 whose container cannot be started must be TASK_FAILED with the words of the engine', async () => {
    const socketPath = join(cleanup.directory(), 'docker.sock');
    const server = createServer((request, response) => {
      const refused = request.url?.startsWith('/containers/create');
      response.writeHead(refused ? 409 : 200).end(JSON.stringify(refused ? { message: 'no room' } : {}));
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    cleanup.add(() => server.close());
    const master = await fakeMaster(cleanup);
    await agentOf(cleanup, master, cleanup.directory(), `--docker_socket=${socketPath}`);
    run(master, [commandTask('web', 'serve', { container: docker('there:1') })]);
    expect(await told(master, 'web', 'TASK_FAILED')).toMatchObject({
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: 'Failed to launch container: Failed to create container: no room',
    });
  });
});
