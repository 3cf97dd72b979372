import type { JsonObject } from '../../json.js';
import type { CommandInfo, TaskState } from '../../mesos/shapes.js';

/** What runs for a task: a process group, or a container. */
export interface Activity {
  readonly pid?: number;
  /** Its own address, where it does not share the agent's. */
  readonly ip?: string;
  /** What Mesos calls it when it ends: `Command exited…` unless it is another. */
  readonly subject?: 'Container';
  /** Told with each status. */
  readonly labels?: { key: string; value?: string }[];
  /** It stands for something else, whose checks would find nothing. */
  readonly placeholder?: boolean;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Looks after it no more; it runs on. */
  release(): void;
  /** Runs a command where the task runs: its exit code, or null where it had none within the time. */
  probe(command: CommandInfo, timeoutMs: number): Promise<number | null>;
}

/** What an executor tells of a task. */
export interface Change {
  state: TaskState;
  message?: string;
  reason?: string;
  /** The agent's own word, where the executor could not give one. */
  source?: 'SOURCE_AGENT';
  healthy?: boolean;
  check_status?: JsonObject;
  labels?: { labels: { key: string; value?: string }[] };
  data?: string;
  ip?: string;
}
