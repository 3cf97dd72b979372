import type { Task, TaskState, TaskStatus } from '../mesos/shapes.js';
import type { Agent } from './agents/agent.js';
import type { Framework } from './frameworks/framework.js';

/** What operators that subscribed to the master are told. */
export type Announcement =
  | { type: 'TASK_ADDED'; task: Task }
  | { type: 'TASK_UPDATED'; frameworkId: string; status: TaskStatus; state: TaskState }
  | { type: 'FRAMEWORK_ADDED' | 'FRAMEWORK_UPDATED' | 'FRAMEWORK_REMOVED'; framework: Framework }
  | { type: 'AGENT_ADDED'; agent: Agent }
  | { type: 'AGENT_REMOVED'; agentId: string };

export type AnnouncementListener = (announcement: Announcement) => void;

/** Told in the order in which it happened, to whoever listens then. */
export class Announcements {
  readonly #listeners = new Set<AnnouncementListener>();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Returns what ends it. */
  listen(listener: AnnouncementListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(announcement: Announcement): void {
    for (const listener of [...this.#listeners]) listener(announcement);
  }
}
