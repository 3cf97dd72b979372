import { durationFlag } from '../../flags.js';
import { hasEnded, type TaskStatus } from '../../mesos/shapes.js';
import type { ExecutorEntry, TaskEntry } from '../tasks/book.js';
import type { Ending } from '../tasks/ending.js';
import { fetchAll } from '../tasks/fetch.js';
import { adoptProcess, type Supervised } from '../tasks/process.js';
import { sayInSandbox } from '../tasks/sandbox.js';
import { containerStatus } from '../tasks/status.js';
import type { Surroundings } from '../tasks/surroundings.js';
import { after } from '../tasks/time.js';
import type { Executor, ExecutorListener } from './executor.js';
import { startExecutor } from './start.js';

/** An open stream of events to an executor. */
export interface Subscription {
  send(event: object): void;
  close(): void;
}

/** What an executor that subscribes again tells of itself. */
export interface KnownToExecutor {
  /** The ids of tasks that it was sent and that were not acknowledged. */
  tasks: readonly string[];
  updates: readonly TaskStatus[];
}

/** An executor that its framework brought: a process that speaks the executor API. */
export class CustomExecutor implements Executor {
  readonly entry: ExecutorEntry;
  readonly #place: Surroundings;
  readonly #listener: ExecutorListener;
  readonly #fetching = new AbortController();
  #queue: (readonly TaskEntry[])[] = [];
  #process: Supervised | null = null;
  #subscription: Subscription | null = null;
  #registration: NodeJS.Timeout | undefined;
  #destruction: NodeJS.Timeout | undefined;
  #begun = false;
  #over = false;

  constructor(entry: ExecutorEntry, place: Surroundings, listener: ExecutorListener) {
    this.entry = entry;
    this.#place = place;
    this.#listener = listener;
  }

  get subscribed(): boolean {
    return this.#subscription !== null;
  }

  launch(group: readonly TaskEntry[]): void {
    if (this.#subscription === null) this.#queue.push(group);
    else this.#send(group);
    if (this.#begun) return;
    this.#begun = true;
    void this.#start();
  }

  resume(): void {
    this.#begun = true;
    this.#queue = unknownTo(this.entry);
    this.entry.state = 'REGISTERING';
    const adopted = adoptProcess(this.entry.meta, (ending) => this.#exited(ending));
    if (adopted === null || !('pid' in adopted)) {
      this.#exited(adopted);
      return;
    }
    this.#adopt(adopted);
    if (this.entry.framework.over) this.#destroy();
    else this.#expect('executor_reregistration_timeout', 'REREGISTRATION', 'reregister');
  }

  /** The executor asks for its events; what it has not been told comes first. The stream before is closed. */
  subscribe(subscription: Subscription, known: KnownToExecutor): void {
    clearTimeout(this.#registration);
    this.#subscription?.close();
    this.#subscription = subscription;
    if (this.entry.state === 'REGISTERING') this.entry.state = 'RUNNING';
    for (const status of known.updates) this.update(status);
    const queued = this.#queue.filter((group) => !group.some(({ info }) => known.tasks.includes(info.task_id.value)));
    this.#queue = [];
    for (const group of queued) this.#send(group);
    if (this.entry.state === 'TERMINATING') subscription.send({ type: 'SHUTDOWN' });
  }

  /** Its stream ended. It may come back for as long as its process lives. */
  unsubscribed(subscription: Subscription): void {
    if (this.#subscription === subscription) this.#subscription = null;
  }

  kill(entry: TaskEntry, graceMs: number): void {
    const queued = this.#queue.find((group) => group.includes(entry));
    if (queued !== undefined) {
      this.#killQueued(queued);
      return;
    }
    const { task_id } = entry.info;
    const kill_policy = { grace_period: { nanoseconds: graceMs * 1e6 } };
    this.#subscription?.send({ type: 'KILL', kill: { task_id, kill_policy } });
  }

  shutdown(graceMs: number): void {
    this.entry.state = 'TERMINATING';
    if (this.#process === null) {
      this.#fetching.abort();
      this.#exited(null);
      return;
    }
    this.#subscription?.send({ type: 'SHUTDOWN' });
    clearTimeout(this.#destruction);
    this.#destruction = after(this.#subscription === null ? 0 : graceMs, () => this.#destroy());
  }

  message(data: string): void {
    this.#subscription?.send({ type: 'MESSAGE', message: { data } });
  }

  /** A status as the executor sent it, which it must not send again once the agent has it: how the framework takes it is no matter of its. */
  update(sent: TaskStatus): void {
    const { task_id, uuid } = sent;
    if (uuid === undefined) return;
    this.#note(sent, uuid);
    this.#subscription?.send({ type: 'ACKNOWLEDGED', acknowledged: { task_id, uuid } });
  }

  #note(sent: TaskStatus, uuid: string): void {
    const entry = this.entry.tasks.get(sent.task_id.value);
    if (entry === undefined || hasEnded(entry.task.state) || isKnown(entry, uuid)) return;
    const { ip } = this.#place.address();
    this.#listener.onStatus(this.entry, entry, {
      ...sent,
      uuid,
      timestamp: sent.timestamp ?? Date.now() / 1000,
      agent_id: { value: this.#place.agentId() },
      executor_id: this.entry.info.executor_id,
      container_status: { ...containerStatus(this.entry, entry, ip), ...sent.container_status },
    });
  }

  release(): void {
    this.#over = true;
    this.#fetching.abort();
    clearTimeout(this.#registration);
    clearTimeout(this.#destruction);
    this.#process?.release();
    this.#subscription?.close();
  }

  async #start(): Promise<void> {
    const { directory, info } = this.entry;
    const place = this.#place;
    try {
      await fetchAll(info.command?.uris ?? [], { directory, place, signal: this.#fetching.signal });
    } catch (error) {
      sayInSandbox(directory, `Failed to fetch: ${(error as Error).message}`);
      const why = `Failed to fetch all URIs for container '${this.entry.containerId}': exited with status 1`;
      this.#failLaunch(why);
      return;
    }
    if (this.#over) return;
    try {
      this.#adopt(startExecutor(this.entry, place, (ending) => this.#exited(ending)));
      this.#expect('executor_registration_timeout', 'REGISTRATION', 'register');
    } catch (error) {
      this.#failLaunch((error as Error).message);
    }
  }

  #failLaunch(why: string): void {
    if (this.#over) return;
    this.#endAll('REASON_CONTAINER_LAUNCH_FAILED', `Failed to launch container: ${why}`);
    this.#exited({ code: 1 });
  }

  #adopt(process: Supervised): void {
    this.#process = process;
    this.entry.pid = process.pid;
  }

  #expect(flag: string, what: string, verb: string): void {
    const { flags } = this.#place;
    this.#registration = after(durationFlag(flags, flag), () => {
      this.#endAll(`REASON_EXECUTOR_${what}_TIMEOUT`, `Executor did not ${verb} within ${flags.get(flag)}`);
      this.#destroy();
    });
    this.#registration.unref();
  }

  #endAll(reason: string, message: string): void {
    for (const task of [...this.entry.tasks.values()].filter(({ task }) => !hasEnded(task.state))) {
      this.#listener.onChange(this.entry, task, { state: 'TASK_FAILED', source: 'SOURCE_AGENT', reason, message });
    }
  }

  #destroy(): void {
    this.#process?.signal('SIGKILL');
  }

  #exited(ending: Ending | null): void {
    if (this.#over) return;
    this.release();
    this.#listener.onExit(this.entry, ending);
  }

  #send(group: readonly TaskEntry[]): void {
    const [first] = group;
    if (first === undefined) return;
    const tasks = group.map(({ info }) => info);
    this.#subscription?.send(
      first.siblings.length > 1
        ? { type: 'LAUNCH_GROUP', launch_group: { task_group: { tasks } } }
        : { type: 'LAUNCH', launch: { task: first.info } },
    );
  }

  /** Tasks that it never heard of are ended here, and an executor that is left with none is not waited for. */
  #killQueued(group: readonly TaskEntry[]): void {
    this.#queue = this.#queue.filter((each) => each !== group);
    for (const task of group) {
      this.#listener.onChange(this.entry, task, {
        state: 'TASK_KILLED',
        source: 'SOURCE_AGENT',
        reason: 'REASON_EXECUTOR_UNREGISTERED',
        message: 'Unregistered executor',
      });
    }
    if (this.#queue.length === 0 && this.entry.state === 'REGISTERING') this.shutdown(0);
  }
}

/** What the agent, in an earlier life, had not told the executor yet. */
function unknownTo({ tasks }: ExecutorEntry): (readonly TaskEntry[])[] {
  const staging = [...tasks.values()].filter(({ task }) => task.state === 'TASK_STAGING');
  const groups = new Map<string, TaskEntry[]>();
  for (const entry of staging) {
    const key = entry.siblings.join(' ');
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

/** One that it sends again is not new. */
function isKnown({ task, pending }: TaskEntry, uuid: string): boolean {
  return [...task.statuses, ...pending].some((status) => status.uuid === uuid);
}
