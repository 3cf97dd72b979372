import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/simulator/host.js';
import { createLog } from '../../src/simulator/log.js';
import { startZookeeper, type ZookeeperServer } from '../../src/simulator/zookeeper/server.js';

/** The simulator's processes as a test plays them: its log, what it printed, with what it ended. */
export interface TestHost extends Host {
  readonly lines: string[];
  readonly printed: string[];
  readonly exits: number[];
}

export function testHost(env: Host['env'] = {}): TestHost {
  const [lines, printed, exits] = [[] as string[], [] as string[], [] as number[]];
  return {
    env,
    lines,
    printed,
    exits,
    log: createLog((line) => lines.push(line)),
    print: (text) => printed.push(text),
    exit: (code) => exits.push(code),
  };
}

/** Undoes in reverse order what a test set up. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Closes the thing at the end; gives it back. */
  closing<T extends { close(): unknown }>(thing: T): T {
    this.add(() => thing.close());
    return thing;
  }

  directory(): string {
    const path = mkdtempSync(join(tmpdir(), 'minimesos-simulator-'));
    this.add(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

/** Polls until the condition gives something; fails with what it waited for. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  withinMs = 5000,
): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** A ZooKeeper on a free port of the loopback interface. */
export async function testZookeeper(cleanup: Cleanup, tickMs = 50, dataDirectory?: string): Promise<ZookeeperServer> {
  const directory = dataDirectory ?? cleanup.directory();
  return cleanup.closing(await startZookeeper({ port: 0, host: '127.0.0.1', tickMs, dataDirectory: directory }));
}

export interface Fetched {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined where the body is no JSON. */
  json: unknown;
  /** What is in the JSON at these keys. */
  at(...keys: (string | number)[]): unknown;
}

/** Asks a server of this test; redirects are answers, not followed. */
export async function ask(port: number, path: string, init: RequestInit = {}): Promise<Fetched> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const at = (...keys: (string | number)[]): unknown =>
    keys.reduce<unknown>((value, key) => (value as { [key: string | number]: unknown } | undefined)?.[key], json);
  return { status: response.status, headers: response.headers, text, json, at };
}

/** Sends JSON. */
export function send(port: number, path: string, body: unknown, method = 'POST'): Promise<Fetched> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(port, path, { method, body: text, headers: { 'Content-Type': 'application/json' } });
}

/** The command line of a master of this test. */
export function masterArgs(zookeeperPort: number, ...more: string[]): string[] {
  const zk = `--zk=zk://127.0.0.1:${zookeeperPort}/mesos`;
  return [
    zk,
    '--registry=in_memory',
    '--port=0',
    '--ip=127.0.0.1',
    '--hostname=127.0.0.1',
    '--zk_session_timeout=200ms',
    ...more,
  ];
}

/** The command line of an agent of this test. */
export function agentArgs(zookeeperPort: number, workDirectory: string, ...more: string[]): string[] {
  const master = `--master=zk://127.0.0.1:${zookeeperPort}/mesos`;
  const common = ['--port=0', '--ip=127.0.0.1', '--hostname=127.0.0.1', '--zk_session_timeout=200ms'];
  const resources = '--resources=cpus(*):1;mem(*):256;disk(*):200;ports(*):[31000-32000]';
  return [master, `--work_dir=${workDirectory}`, resources, ...common, ...more];
}
