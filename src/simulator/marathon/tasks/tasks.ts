import { isObject, stringField } from '../../json.js';
import { hasEnded, type TaskState, type TaskStatus } from '../../mesos/shapes.js';
import type { Place } from '../launching/constraints.js';
import type { Znodes } from '../storage/znodes.js';

/** A task of an app, from its launch until it ends. */
export interface TaskRecord extends Place {
  id: string;
  appId: string;
  /** The app's when it was launched. */
  appVersion: string;
  /** When the configuration that it runs was made: scaling changes the app's version and not this. */
  configuredAt: string;
  agentId: string;
  /** One for each of the app's ports; null for one that the host has no part in. */
  hostPorts: (number | null)[];
  /** ISO 8601. */
  stagedAt: string;
  startedAt: string | null;
  state: TaskState;
  /** In its container's own network, or its host's. */
  ipAddresses: { ipAddress: string; protocol: string }[];
  /** What its agent found, where that looks after its health. */
  healthy: boolean | null;
}

/** The last task of an app that ended by itself, or was killed for its health. */
export interface TaskFailure {
  appId: string;
  host: string;
  message: string;
  slaveId: string;
  state: TaskState;
  taskId: string;
  timestamp: string;
  version: string;
}

export function failureOf(task: TaskRecord, state: TaskState, message: string, timestamp: string): TaskFailure {
  const { id, appId, hostname, agentId, appVersion } = task;
  return { appId, host: hostname, message, slaveId: agentId, state, taskId: id, timestamp, version: appVersion };
}

/** What becomes of a task with an update; null where the task is over. */
export function afterUpdate(task: TaskRecord, status: TaskStatus, now: string): TaskRecord | null {
  // A task that nobody can reach is replaced at once, and killed should it come back.
  if (hasEnded(status.state) || status.state === 'TASK_UNREACHABLE' || status.state === 'TASK_UNKNOWN') return null;
  const runs = status.state === 'TASK_RUNNING';
  return {
    ...task,
    state: status.state,
    startedAt: task.startedAt ?? (runs ? now : null),
    ipAddresses: ipAddresses(status) ?? task.ipAddresses,
    healthy: status.healthy ?? task.healthy,
  };
}

function ipAddresses({ container_status }: TaskStatus): TaskRecord['ipAddresses'] | undefined {
  const infos = container_status?.network_infos;
  if (!Array.isArray(infos)) return undefined;
  const addresses = infos
    .filter(isObject)
    .flatMap((info) => (Array.isArray(info.ip_addresses) ? info.ip_addresses : []));
  return addresses.filter(isObject).flatMap((each) => {
    const ipAddress = stringField(each, 'ip_address');
    return ipAddress === undefined ? [] : [{ ipAddress, protocol: stringField(each, 'protocol') ?? 'IPv4' }];
  });
}

/** The tasks that are there, in ZooKeeper under `tasks/<id>`. What is being killed is known in memory only: it is asked for again. */
export class Tasks {
  readonly #znodes: Znodes;
  readonly #tasks = new Map<string, TaskRecord>();
  readonly #byApp = new Map<string, Set<string>>();

  constructor(znodes: Znodes) {
    this.#znodes = znodes;
  }

  async load(): Promise<void> {
    const names = await this.#znodes.list('tasks');
    for (const json of await Promise.all(names.map((name) => this.#znodes.read(`tasks/${name}`)))) {
      if (isObject(json) && typeof json.id === 'string') this.#remember(json as unknown as TaskRecord);
    }
  }

  get all(): IterableIterator<TaskRecord> {
    return this.#tasks.values();
  }

  find(id: string): TaskRecord | undefined {
    return this.#tasks.get(id);
  }

  of(appId: string): TaskRecord[] {
    return [...(this.#byApp.get(appId) ?? [])].flatMap((id) => this.#tasks.get(id) ?? []);
  }

  /** The apps that have tasks. */
  appIds(): IterableIterator<string> {
    return this.#byApp.keys();
  }

  /** Known at once, kept when the promise is fulfilled. */
  put(task: TaskRecord): Promise<void> {
    const before = this.#tasks.get(task.id);
    this.#remember(task);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(task)) return Promise.resolve();
    return this.#znodes.write(`tasks/${task.id}`, task);
  }

  remove(id: string): Promise<void> {
    const task = this.#tasks.get(id);
    if (task === undefined) return Promise.resolve();
    this.#tasks.delete(id);
    const ofApp = this.#byApp.get(task.appId);
    ofApp?.delete(id);
    if (ofApp?.size === 0) this.#byApp.delete(task.appId);
    return this.#znodes.remove(`tasks/${id}`);
  }

  #remember(task: TaskRecord): void {
    this.#tasks.set(task.id, task);
    const ofApp = this.#byApp.get(task.appId) ?? new Set();
    this.#byApp.set(task.appId, ofApp.add(task.id));
  }
}
