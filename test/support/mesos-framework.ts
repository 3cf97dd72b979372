/** The package mesos-framework, a scheduler library that is not ours, as far as our tests use it. */

import type { ClientRequest } from 'node:http';
import { createRequire } from 'node:module';
import { until } from './simulator.js';

interface Status {
  task_id: { value: string };
  agent_id: { value: string };
  state: string;
}

interface Scheduler {
  frameworkId: string | null;
  mesosStreamId: string | undefined;
  httpRequest: ClientRequest;
  requestTemplate: { headers: { [name: string]: string } };
  subscribe(): void;
  kill(taskId: string, agentId: string): void;
  teardown(): void;
  on(event: string, listener: (value: never) => void): void;
}

interface Package {
  Scheduler: new (options: object) => Scheduler;
  Mesos: { getMesos(): { CommandInfo: new (...fields: unknown[]) => object } };
}

export interface FrameworkOptions {
  masterPort: number;
  name: string;
  command: string;
  instances: number;
  /** Where the package writes its log. */
  logFolder: string;
}

/** A framework made of the package's scheduler, and what it was told. */
export class ForeignFramework {
  readonly statuses: Status[] = [];
  readonly errors: string[] = [];
  readonly #scheduler: Scheduler;
  #subscriptions = 0;
  #offers = 0;
  #closed = false;

  constructor({ masterPort, name, command, instances, logFolder }: FrameworkOptions) {
    const { Scheduler, Mesos } = createRequire(import.meta.url)('mesos-framework') as Package;
    const { CommandInfo } = Mesos.getMesos();
    const scheduler = new Scheduler({
      masterUrl: '127.0.0.1',
      port: masterPort,
      frameworkName: name,
      // Longer than the pause between two heartbeats, or it would call its connection dead.
      masterConnectionTimeout: 60,
      logging: { path: logFolder, fileName: 'scheduler.log', level: 'none' },
      tasks: {
        task: {
          instances,
          commandInfo: new CommandInfo(null, null, true, command, null, null),
          resources: { cpus: 0.1, mem: 16, ports: 1, disk: 0 },
        },
      },
    });
    this.#scheduler = scheduler;
    scheduler.on('subscribed', () => {
      this.#subscriptions += 1;
    });
    scheduler.on('offers', () => {
      this.#offers += 1;
    });
    scheduler.on('update', ({ status }: { status: Status }) => this.statuses.push(status));
    scheduler.on('error', (error: Error | string) => this.errors.push(String((error as Error).message ?? error)));
    scheduler.on('ready', () => this.#subscribe());
  }

  get id(): string | null {
    return this.#scheduler.frameworkId;
  }

  get subscriptions(): number {
    return this.#subscriptions;
  }

  get offers(): number {
    return this.#offers;
  }

  /** The tasks whose latest status is this. */
  tasksIn(state: string): Status[] {
    const latest = new Map(this.statuses.map((status) => [status.task_id.value, status]));
    return [...latest.values()].filter((status) => status.state === state);
  }

  killAll(): void {
    for (const { task_id, agent_id } of this.tasksIn('TASK_RUNNING'))
      this.#scheduler.kill(task_id.value, agent_id.value);
  }

  async teardown(): Promise<void> {
    let sent = false;
    this.#scheduler.on('sent_teardown', () => {
      sent = true;
    });
    this.#scheduler.teardown();
    await until('the framework to be torn down', () => sent);
  }

  close(): void {
    this.#closed = true;
    this.#scheduler.httpRequest.destroy?.();
  }

  /** The package itself begins anew only where its connection ended in an orderly way, which a killed master does not do. */
  #subscribe(): void {
    if (this.#closed) return;
    const { headers } = this.#scheduler.requestTemplate;
    for (const name of Object.keys(headers)) if (name.toLowerCase() === 'mesos-stream-id') delete headers[name];
    this.#scheduler.mesosStreamId = undefined;
    this.#scheduler.subscribe();
    this.#scheduler.httpRequest.on('close', () => setTimeout(() => this.#subscribe(), 20));
  }
}
