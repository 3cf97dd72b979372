import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, objectField } from '../../json.js';
import type { CommandInfo } from '../../mesos/shapes.js';
import type { Activity } from '../tasks/activity.js';
import type { Ending } from '../tasks/ending.js';
import { argv } from '../tasks/probe.js';
import type { OnEnd } from '../tasks/process.js';
import { type Engine, reasonOf } from './engine.js';
import { followLogs } from './logs.js';
import type { ContainerSpec } from './spec.js';

/** Creates and starts it; throws with the engine's words where it cannot. */
export async function startContainer(
  engine: Engine,
  name: string,
  spec: ContainerSpec,
  directory: string,
  onEnd: OnEnd,
): Promise<Activity> {
  const created = await engine.call('POST', `/containers/create?name=${name}`, spec);
  if (created.status !== 201) throw new Error(`Failed to create container: ${reasonOf(created)}`);
  const started = await engine.call('POST', `/containers/${name}/start`);
  if (started.status !== 204 && started.status !== 304) {
    await engine.call('DELETE', `/containers/${name}?force=1`);
    throw new Error(`Failed to run container: ${reasonOf(started)}`);
  }
  const inspected = await engine.call('GET', `/containers/${name}/json`);
  return follow(engine, name, inspected.json, { directory, sinceSeconds: 0 }, onEnd);
}

/** Goes on with one that an earlier life of this agent started; null where the engine does not know it. */
export async function adoptContainer(
  engine: Engine,
  name: string,
  directory: string,
  onEnd: OnEnd,
): Promise<Activity | { ending: Ending } | null> {
  const { status, json } = await engine.call('GET', `/containers/${name}/json`);
  if (status !== 200) return null;
  const state = objectField(json, 'State') ?? {};
  if (state.Running !== true) {
    await engine.call('DELETE', `/containers/${name}?force=1`);
    // One that was made and never began has not ended well.
    return state.Status === 'created' ? null : { ending: { code: Number(state.ExitCode ?? 0) } };
  }
  const written = ['stdout', 'stderr'].map(
    (file) => statSync(join(directory, file), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return follow(engine, name, json, { directory, sinceSeconds: Math.max(...written) / 1000 }, onEnd);
}

interface LogPlace {
  directory: string;
  sinceSeconds: number;
}

function follow(engine: Engine, name: string, inspected: JsonObject, logs: LogPlace, onEnd: OnEnd): Activity {
  const released = new AbortController();
  const { signal } = released;
  const logged = followLogs(engine, name, logs.directory, logs.sinceSeconds, signal).catch(() => {});
  const end = async (): Promise<void> => {
    const code = await exitCode(engine, name);
    if (signal.aborted) return;
    await logged;
    await engine.call('DELETE', `/containers/${name}?force=1`).catch(() => {});
    if (!signal.aborted) onEnd(code === null ? null : { code });
  };
  void end();
  const ip = addressOf(inspected);
  return {
    ...(ip === undefined ? {} : { ip }),
    subject: 'Container',
    ...(ip === undefined ? {} : { labels: [{ key: 'Docker.NetworkSettings.IPAddress', value: ip }] }),
    signal: (which) => void engine.call('POST', `/containers/${name}/kill?signal=${which}`).catch(() => {}),
    release: () => released.abort(),
    probe: (command, timeoutMs) => probeInside(engine, name, command, timeoutMs),
  };
}

async function exitCode(engine: Engine, name: string): Promise<number | null> {
  try {
    const { status, json } = await engine.call('POST', `/containers/${name}/wait`);
    return status === 200 ? Number(json.StatusCode ?? 0) : null;
  } catch {
    return null;
  }
}

/** Its own address; undefined where it has the agent's. */
function addressOf(inspected: JsonObject): string | undefined {
  const networks = objectField(objectField(inspected, 'NetworkSettings') ?? {}, 'Networks') ?? {};
  const addresses = Object.values(networks).flatMap((each) => (isObject(each) ? [each.IPAddress] : []));
  return addresses.find((each): each is string => typeof each === 'string' && each !== '');
}

const LOOK_EVERY_MS = 100;

async function probeInside(
  engine: Engine,
  name: string,
  command: CommandInfo,
  timeoutMs: number,
): Promise<number | null> {
  const [program, args] = argv(command);
  const made = await engine.call('POST', `/containers/${name}/exec`, { Cmd: [program, ...args] }).catch(() => null);
  const id = made?.json.Id;
  if (typeof id !== 'string') return null;
  await engine.call('POST', `/exec/${id}/start`, { Detach: true }).catch(() => null);
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    const looked = await engine.call('GET', `/exec/${id}/json`).catch(() => null);
    if (looked === null || looked.status !== 200) return null;
    if (looked.json.Running === false) return typeof looked.json.ExitCode === 'number' ? looked.json.ExitCode : null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}
