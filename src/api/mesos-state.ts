/** What masters and agents say of themselves at `/state`, as far as every version says it. Ask for more by its name. */

import { MinimesosError } from '../errors.js';
import { get, jsonOf } from '../mesos/http.js';

/** CPUs, MB, ports as `[31000-32000]`, and whatever else the agents offer. */
export interface MesosResources {
  cpus: number;
  mem: number;
  disk: number;
  ports?: string;
  [name: string]: number | string | undefined;
}

export interface MasterState {
  /** Of Mesos. */
  version: string;
  id: string;
  /** `master@172.30.8.10:5050` */
  pid: string;
  hostname: string;
  /** The cluster's name. */
  cluster?: string;
  leader?: string;
  activated_slaves: number;
  deactivated_slaves: number;
  flags: Record<string, string>;
  slaves: SlaveState[];
  frameworks: FrameworkState[];
  completed_frameworks: FrameworkState[];
  [field: string]: unknown;
}

/** An agent, as its master knows it. */
export interface SlaveState {
  id: string;
  /** `slave(1)@172.30.8.64:5051` */
  pid: string;
  hostname: string;
  active: boolean;
  attributes: Record<string, string | number>;
  resources: MesosResources;
  used_resources: MesosResources;
  [field: string]: unknown;
}

export interface FrameworkState {
  id: string;
  name: string;
  active: boolean;
  /** Those that have not ended. */
  tasks: TaskState[];
  completed_tasks: TaskState[];
  [field: string]: unknown;
}

export interface TaskState {
  id: string;
  name: string;
  framework_id: string;
  slave_id: string;
  /** `TASK_RUNNING` */
  state: string;
  resources: MesosResources;
  [field: string]: unknown;
}

/** An agent, as it knows itself. */
export interface AgentState {
  version: string;
  id: string;
  pid: string;
  hostname: string;
  attributes: Record<string, string | number>;
  resources: MesosResources;
  flags: Record<string, string>;
  frameworks: Record<string, unknown>[];
  completed_frameworks: Record<string, unknown>[];
  [field: string]: unknown;
}

const TIMEOUT_MS = 10_000;

/** `url` as `http://172.30.8.10:5050`. Rejects with `MESOS_UNREACHABLE` where it does not answer with its state. */
export function masterState(url: string): Promise<MasterState> {
  return ask(`${url}/state`);
}

/** As `masterState`, of an agent. */
export function agentState(url: string): Promise<AgentState> {
  return ask(`${url}/slave(1)/state`);
}

async function ask<State extends MasterState | AgentState>(url: string): Promise<State> {
  const reply = await get(url, TIMEOUT_MS);
  const state = reply.status === 200 ? jsonOf(reply) : undefined;
  if (state) return state as State;
  throw new MinimesosError('MESOS_UNREACHABLE', `${url} answers ${reply.status}: ${reply.body.trim().slice(0, 200)}`);
}
