/** How a master empties an agent, forgets one that is gone for good, and lets one take offers again: by its version. */

import { asMinimesosError, MinimesosError } from '../errors.js';
import { get, jsonOf, post } from './http.js';
import { readTasks } from './operator.js';

/** `maintenance`: frameworks are asked to move their tasks. `none`: neither is known. */
export type DrainMeans = 'drain' | 'maintenance' | 'none';

export interface AgentAtMaster {
  /** `HOST:PORT` of the leading master, and its version. */
  master: string;
  version: string;
  agentId: string;
  /** Of the agent, which is its host name too. */
  ip: string;
}

/** What a controller asks of the leading master. */
export interface Operator {
  /** Resolves when the agent runs no task any more, or the limit is over; gives what came of it, for people. */
  drain(agent: AgentAtMaster, limitMs: number, signal: AbortSignal): Promise<string>;
  /** Lets a drained agent take offers again, as soon as it is back. */
  reactivate(agent: AgentAtMaster): Promise<void>;
  /** Nobody waits for it any more; where the master cannot be told, it finds out by itself within two minutes. */
  gone(agent: AgentAtMaster): Promise<void>;
}

interface Clock {
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const ANSWER_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** DRAIN_AGENT came with Mesos 1.9, maintenance with 0.25, MARK_AGENT_GONE with 1.5 (Mesos' upgrade notes). */
export function drainMeans(version: string): DrainMeans {
  if (isAtLeast(version, 1, 9)) return 'drain';
  return isAtLeast(version, 0, 25) ? 'maintenance' : 'none';
}

export function networkOperator(clock: Clock): Operator {
  return {
    async drain(agent, limitMs, signal) {
      if (drainMeans(agent.version) === 'none') return 'not drained';
      try {
        const takeBack = await beginDrain(agent, limitMs);
        const left = await tasksAfter(agent, limitMs, clock, signal).finally(takeBack);
        return left.length === 0 ? 'drained' : `not drained within ${limitMs / 1000} s: ${listedTasks(left)}`;
      } catch (thrown) {
        if (signal.aborted) {
          await this.reactivate(agent).catch(() => {});
          throw thrown;
        }
        return `not drained: ${asMinimesosError(thrown).message}`;
      }
    },
    async reactivate(agent) {
      if (drainMeans(agent.version) !== 'drain') return;
      await call(agent, 'REACTIVATE_AGENT', { agent_id: { value: agent.agentId } });
    },
    async gone(agent) {
      if (isAtLeast(agent.version, 1, 5)) await call(agent, 'MARK_AGENT_GONE', { agent_id: { value: agent.agentId } });
    },
  };
}

/** Gives what takes back a request that is of no use any more. */
async function beginDrain(agent: AgentAtMaster, limitMs: number): Promise<() => Promise<void>> {
  switch (drainMeans(agent.version)) {
    case 'none':
      return async () => {};
    case 'drain':
      await call(agent, 'DRAIN_AGENT', {
        agent_id: { value: agent.agentId },
        // A google.protobuf.Duration: Mesos passes over nanoseconds.
        max_grace_period: { seconds: Math.ceil(limitMs / 1000) },
      });
      return async () => {};
    case 'maintenance':
      await reschedule(agent, (others) => [...others, windowOf(agent)]);
      return () => reschedule(agent, (others) => others);
  }
}

const MOST_NAMES = 5;

/** Names of tasks, for people: the first of them. */
export function listedTasks(tasks: readonly string[]): string {
  const more = tasks.length - MOST_NAMES;
  return [...tasks.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

async function tasksAfter(
  { master, agentId }: AgentAtMaster,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<string[]> {
  const end = clock.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const reply = await get(`http://${master}/master/state`, ANSWER_MS);
    if (reply.status !== 200) throw refused('/master/state', reply.status, reply.body);
    const left = readTasks(jsonOf(reply)?.frameworks).get(agentId) ?? [];
    if (left.length === 0 || clock.now() >= end) return left;
    await clock.wait(LOOK_EVERY_MS, signal);
  }
}

interface MaintenanceWindow {
  machine_ids: { hostname?: string; ip?: string }[];
  unavailability: unknown;
}

/** The schedule is replaced as a whole, so that of others is read first and kept. */
async function reschedule(
  { master, ip }: AgentAtMaster,
  change: (others: MaintenanceWindow[]) => MaintenanceWindow[],
): Promise<void> {
  const url = `http://${master}/maintenance/schedule`;
  const now = (jsonOf(await get(url, ANSWER_MS))?.windows ?? []) as MaintenanceWindow[];
  const others = now.filter(({ machine_ids }) => !machine_ids.some((machine) => machine.ip === ip));
  const reply = await post(url, { windows: change(others) }, ANSWER_MS);
  if (reply.status !== 200) throw refused('/maintenance/schedule', reply.status, reply.body);
}

function windowOf({ ip }: AgentAtMaster): MaintenanceWindow {
  return { machine_ids: [{ hostname: ip, ip }], unavailability: { start: { nanoseconds: Date.now() * 1e6 } } };
}

async function call({ master }: AgentAtMaster, type: string, argument: object): Promise<void> {
  const reply = await post(`http://${master}/api/v1`, { type, [type.toLowerCase()]: argument }, ANSWER_MS);
  if (reply.status !== 200 && reply.status !== 202) throw refused(type, reply.status, reply.body);
}

function refused(what: string, status: number, body: string): MinimesosError {
  return new MinimesosError('MESOS_UNREACHABLE', `the master answers ${status} to ${what}: ${body.trim()}`);
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ours = 0, minors = 0] = version.split('.').map(Number);
  return ours > major || (ours === major && minors >= minor);
}
