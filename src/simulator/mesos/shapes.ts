/** The v1 API's messages as JSON, as far as the simulator looks into them; what it does not look into goes through untouched. */

import type { JsonObject } from '../json.js';
import type { Attribute, Resource } from './resources.js';

export interface Id {
  value: string;
}

/** A resource in an offer or a task: whose it is, and for which of a framework's roles. */
export type AllocatedResource = Resource & {
  allocation_info?: { role: string };
  reservations?: { type: 'STATIC' | 'DYNAMIC'; role: string; principal?: string; labels?: JsonObject }[];
  disk?: JsonObject;
  shared?: JsonObject;
};

export interface FrameworkInfo {
  user: string;
  name: string;
  id?: Id;
  /** Seconds. */
  failover_timeout?: number;
  checkpoint?: boolean;
  role?: string;
  roles?: string[];
  hostname?: string;
  principal?: string;
  webui_url?: string;
  capabilities?: { type: string }[];
  labels?: JsonObject;
}

export interface CommandInfo {
  value?: string;
  shell?: boolean;
  arguments?: string[];
  user?: string;
  environment?: { variables: { name: string; value?: string; type?: string }[] };
  uris?: { value: string; executable?: boolean; extract?: boolean; cache?: boolean; output_file?: string }[];
}

export interface ExecutorInfo {
  type?: 'UNKNOWN' | 'DEFAULT' | 'CUSTOM';
  executor_id: Id;
  framework_id?: Id;
  command?: CommandInfo;
  container?: JsonObject;
  resources?: AllocatedResource[];
  name?: string;
  source?: string;
  data?: string;
  labels?: JsonObject;
  shutdown_grace_period?: { nanoseconds: number };
}

export interface KillPolicy {
  grace_period?: { nanoseconds: number };
}

export interface TaskInfo {
  name: string;
  task_id: Id;
  agent_id: Id;
  resources?: AllocatedResource[];
  executor?: ExecutorInfo;
  command?: CommandInfo;
  container?: JsonObject;
  health_check?: JsonObject;
  check?: JsonObject;
  kill_policy?: KillPolicy;
  data?: string;
  labels?: JsonObject;
  discovery?: JsonObject;
  max_completion_time?: { nanoseconds: number };
  limits?: { [name: string]: { value: number } };
}

export type TaskState =
  | 'TASK_STAGING'
  | 'TASK_STARTING'
  | 'TASK_RUNNING'
  | 'TASK_KILLING'
  | 'TASK_FINISHED'
  | 'TASK_FAILED'
  | 'TASK_KILLED'
  | 'TASK_ERROR'
  | 'TASK_LOST'
  | 'TASK_DROPPED'
  | 'TASK_UNREACHABLE'
  | 'TASK_GONE'
  | 'TASK_GONE_BY_OPERATOR'
  | 'TASK_UNKNOWN';

const ENDED: readonly TaskState[] = [
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
];

/** Whether a task in this state never changes again, and holds nothing. */
export function hasEnded(state: TaskState): boolean {
  return ENDED.includes(state);
}

export interface TaskStatus {
  task_id: Id;
  state: TaskState;
  message?: string;
  source?: 'SOURCE_MASTER' | 'SOURCE_AGENT' | 'SOURCE_EXECUTOR';
  reason?: string;
  data?: string;
  agent_id?: Id;
  executor_id?: Id;
  /** Seconds since the epoch. */
  timestamp?: number;
  /** Base64 of 16 bytes; absent where nobody waits for an acknowledgement. */
  uuid?: string;
  healthy?: boolean;
  check_status?: JsonObject;
  labels?: JsonObject;
  container_status?: JsonObject;
  /** Since when the agent is unreachable. */
  unreachable_time?: { nanoseconds: number };
}

/** A task as master and agent keep it: Mesos' `Task`. */
export interface Task {
  name: string;
  task_id: Id;
  framework_id: Id;
  /** Absent for a command task. */
  executor_id?: Id;
  agent_id: Id;
  /** As its agent knows it last, acknowledged or not. */
  state: TaskState;
  resources: AllocatedResource[];
  /** One a state, the latest last. */
  statuses: TaskStatus[];
  /** Of the latest update that was sent on to the framework. */
  status_update_state?: TaskState;
  status_update_uuid?: string;
  labels?: JsonObject;
  discovery?: JsonObject;
  container?: JsonObject;
  health_check?: JsonObject;
  kill_policy?: KillPolicy;
  user?: string;
}

/** The task that a TaskInfo becomes when it is launched. */
export function taskFrom(info: TaskInfo, frameworkId: string): Task {
  const { name, task_id, agent_id, resources = [], executor, labels, discovery, container, health_check } = info;
  return {
    name,
    task_id,
    framework_id: { value: frameworkId },
    ...(executor === undefined ? {} : { executor_id: executor.executor_id }),
    agent_id,
    state: 'TASK_STAGING',
    resources,
    statuses: [],
    ...(labels === undefined ? {} : { labels }),
    ...(discovery === undefined ? {} : { discovery }),
    ...(container === undefined ? {} : { container }),
    ...(health_check === undefined ? {} : { health_check }),
    ...(info.kill_policy === undefined ? {} : { kill_policy: info.kill_policy }),
    ...(info.command?.user === undefined ? {} : { user: info.command.user }),
  };
}

export interface Offer {
  id: Id;
  framework_id: Id;
  agent_id: Id;
  hostname: string;
  url: { scheme: string; address: { hostname: string; ip: string; port: number }; path: string };
  resources: AllocatedResource[];
  attributes?: Attribute[];
  executor_ids?: Id[];
  allocation_info?: { role: string };
  unavailability?: JsonObject;
}
