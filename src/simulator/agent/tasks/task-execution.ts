import { isAtLeast } from '../../mesos/version.js';
import type { Activity, Change } from './activity.js';
import type { ExecutorEntry, TaskEntry } from './book.js';
import { describeEnding, type Ending, succeeded } from './ending.js';
import { fetchAll } from './fetch.js';
import { type Watch, watchHealth } from './health.js';
import { sayInSandbox } from './sandbox.js';
import { adoptActivity, startActivity } from './start.js';
import type { Surroundings } from './surroundings.js';
import { after, durationOf } from './time.js';

export interface ExecutionOptions {
  entry: TaskEntry;
  executor: ExecutorEntry;
  place: Surroundings;
  onChange(change: Change): void;
}

/** Runs one task of an executor that is ours, from fetching to its end. */
export class TaskExecution {
  readonly #options: ExecutionOptions;
  readonly #fetching = new AbortController();
  #activity: Activity | null = null;
  #watch: Watch | null = null;
  #killTimer: NodeJS.Timeout | undefined;
  #killAt = Number.POSITIVE_INFINITY;
  #completion: NodeJS.Timeout | undefined;
  #tookTooLong = false;
  /** An earlier life's task is looked for; who asked for its end is heeded when it is found. */
  #adopting = false;
  #over = false;
  #released = false;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { entry, place } = this.#options;
    const { directory, containerId } = entry;
    const uris = entry.info.command?.uris ?? [];
    if (uris.length > 0) {
      try {
        await fetchAll(uris, { directory, place, signal: this.#fetching.signal });
      } catch (error) {
        this.#fetching.abort();
        if (this.#over) return;
        sayInSandbox(directory, `Failed to fetch: ${(error as Error).message}`);
        this.#failLaunch(`Failed to fetch all URIs for container '${containerId}': exited with status 1`);
        return;
      }
    }
    if (this.#over) return;
    if (isAtLeast(place.version, '1.5.0')) this.#change({ state: 'TASK_STARTING' });
    try {
      const activity = await startActivity(this.#options, (ending) => this.#ended(ending));
      if (this.#released) activity.release();
      else if (this.#over) activity.signal('SIGKILL');
      else this.#run(activity);
    } catch (error) {
      if (!this.#over) this.#failLaunch((error as Error).message);
    }
  }

  /** Goes on with what an earlier life of the agent started. */
  async resume(): Promise<void> {
    this.#adopting = true;
    const adopted = await adoptActivity(this.#options, (ending) => this.#ended(ending));
    this.#adopting = false;
    if (adopted === null || 'ending' in adopted) {
      this.#ended(adopted?.ending ?? null);
      return;
    }
    if (this.#released) return adopted.release();
    this.#run(adopted);
    if (this.#options.entry.kill !== null) this.#end(0);
  }

  /** Ends the task, with the grace that it has before it is killed; a shorter one counts, whenever it comes. */
  kill(graceMs: number): void {
    if (this.#over || this.#adopting) return;
    if (this.#activity === null) {
      this.#fetching.abort();
      this.#finish({
        state: 'TASK_KILLED',
        source: 'SOURCE_AGENT',
        reason: 'REASON_EXECUTOR_UNREGISTERED',
        message: 'Unregistered executor',
      });
      return;
    }
    const { framework } = this.#options.executor;
    const saysKilling = framework.info.capabilities?.some(({ type }) => type === 'TASK_KILLING_STATE') === true;
    if (saysKilling && this.#killTimer === undefined) this.#change({ state: 'TASK_KILLING' });
    this.#end(graceMs);
  }

  release(): void {
    this.#over = true;
    this.#released = true;
    this.#fetching.abort();
    this.#stopTimers();
    this.#activity?.release();
  }

  #end(graceMs: number): void {
    const at = performance.now() + graceMs;
    this.#watch?.stop();
    if (this.#killAt === Number.POSITIVE_INFINITY) this.#activity?.signal('SIGTERM');
    if (at >= this.#killAt) return;
    this.#killAt = at;
    clearTimeout(this.#killTimer);
    this.#killTimer = after(graceMs, () => this.#activity?.signal('SIGKILL'));
  }

  #run(activity: Activity): void {
    const { entry } = this.#options;
    this.#activity = activity;
    if (activity.pid !== undefined) entry.pid = activity.pid;
    if (entry.task.state === 'TASK_STAGING' || entry.task.state === 'TASK_STARTING') {
      this.#change({ state: 'TASK_RUNNING' });
    }
    this.#limitTime();
    if (activity.placeholder === true) return;
    this.#watch = watchHealth(entry.info, activity, {
      onChange: (change) => this.#change({ state: 'TASK_RUNNING', ...change }),
      onUnhealthy: () => this.kill(this.#graceMs()),
    });
  }

  /** The time counts from the task's start, also where that was in an earlier life. */
  #limitTime(): void {
    const { info, task } = this.#options.entry;
    const limit = durationOf(info.max_completion_time);
    if (limit === undefined) return;
    const began = task.statuses.find(({ state }) => state === 'TASK_STARTING')?.timestamp ?? Date.now() / 1000;
    this.#completion = after(limit - (Date.now() - began * 1000), () => {
      this.#tookTooLong = true;
      this.#end(this.#graceMs());
    });
    this.#completion.unref();
  }

  #graceMs(): number {
    return durationOf(this.#options.entry.info.kill_policy?.grace_period) ?? DEFAULT_GRACE_MS;
  }

  #ended(ending: Ending | null): void {
    if (this.#over) return;
    const { entry } = this.#options;
    const ended = ending === null ? null : `${this.#activity?.subject ?? 'Command'} ${describeEnding(ending)}`;
    if (ended !== null)
      sayInSandbox(entry.directory, `${ended}${entry.pid === undefined ? '' : ` (pid: ${entry.pid})`}`);
    const message = ended === null ? {} : { message: ended };
    if (this.#tookTooLong) {
      this.#finish({ state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED', ...message });
    } else if (entry.kill !== null || this.#killAt !== Number.POSITIVE_INFINITY) {
      this.#finish({ state: 'TASK_KILLED', ...message, ...(this.#watch?.last ?? {}) });
    } else if (ending === null) {
      this.#finish({
        state: 'TASK_FAILED',
        source: 'SOURCE_AGENT',
        reason: 'REASON_EXECUTOR_TERMINATED',
        message: 'Abnormal executor termination: unknown container',
      });
    } else this.#finish({ state: succeeded(ending) ? 'TASK_FINISHED' : 'TASK_FAILED', ...message });
  }

  #failLaunch(why: string): void {
    this.#finish({
      state: 'TASK_FAILED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: `Failed to launch container: ${why}`,
    });
  }

  #finish(change: Change): void {
    this.#over = true;
    this.#stopTimers();
    this.#change(change);
  }

  #stopTimers(): void {
    clearTimeout(this.#killTimer);
    clearTimeout(this.#completion);
    this.#watch?.stop();
  }

  #change(change: Change): void {
    const { ip, labels } = this.#activity ?? {};
    this.#options.onChange({
      ...(ip === undefined ? {} : { ip }),
      ...(labels === undefined ? {} : { labels: { labels } }),
      ...change,
    });
  }
}

/** What a task gets that says nothing of its own. */
export const DEFAULT_GRACE_MS = 3000;
