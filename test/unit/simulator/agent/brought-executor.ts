import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import type { ExecutorInfo } from '../../../../src/simulator/mesos/shapes.js';
import { type Cleanup, until } from '../../../support/simulator.js';
import {
  agentOf,
  commandTask,
  type FakeMaster,
  FRAMEWORK,
  fakeMaster,
  run,
  sandboxOf,
  type TestAgent,
} from './fake-master.js';

export const IDS = { executor_id: { value: 'mine' }, framework_id: { value: FRAMEWORK } };
export const PATH = '/api/v1/executor';

export interface Event {
  type: string;
  [part: string]: unknown;
}

/** The process is there to live and die; this test speaks for it. */
export const executorInfo = (value = 'env > environment; exec sleep 1000'): ExecutorInfo => ({
  executor_id: { value: 'mine' },
  command: { value },
});

export const task = (id: string, executor = executorInfo()) => {
  const { command: _none, ...rest } = commandTask(id, '');
  return { ...rest, executor };
};

/** What tests do in the place of an executor that a framework brought. */
export function broughtExecutor(cleanup: Cleanup) {
  async function launched(...flags: string[]) {
    const master = await fakeMaster(cleanup);
    const agent = await agentOf(cleanup, master, cleanup.directory(), ...flags);
    run(master, [task('one')]);
    await until('the executor to run', () => existing(join(sandboxOf(agent, 'mine'), 'environment')));
    return { master, agent };
  }

  /** An open subscription. */
  async function answered(agent: TestAgent, more: object = {}): Promise<Response> {
    const aborting = new AbortController();
    cleanup.add(() => aborting.abort());
    const response = await fetch(`http://127.0.0.1:${agent.port}${PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ ...IDS, type: 'SUBSCRIBE', subscribe: {}, ...more }),
      signal: aborting.signal,
    });
    expect(response.status).toBe(200);
    return response;
  }

  /** An open subscription that is read as its test likes. */
  async function subscription(agent: TestAgent): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const { body } = await answered(agent);
    if (body === null) throw new Error('there is nothing to read');
    return body.getReader();
  }

  /** An open subscription, and what came on it. */
  async function subscribe(agent: TestAgent, more: object = {}): Promise<Event[]> {
    const response = await answered(agent, more);
    const events: Event[] = [];
    const splitter = new RecordSplitter();
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) {
        for (const record of splitter.push(Buffer.from(chunk))) events.push(JSON.parse(record.toString()) as Event);
      }
    };
    read().catch(() => {});
    return events;
  }

  return { launched, subscribe, subscription };
}

function existing(file: string): string | null {
  try {
    return readFileSync(file, 'utf8') || null;
  } catch {
    return null;
  }
}

export const has = (events: Event[], type: string) => until(type, () => events.find((event) => event.type === type));

export function status(state: string, uuid = 'A'.repeat(22), taskId = 'one') {
  return {
    task_id: { value: taskId },
    state,
    source: 'SOURCE_EXECUTOR',
    uuid: `${uuid}==`,
    executor_id: IDS.executor_id,
  };
}

export const exited = (master: FakeMaster) =>
  until('the executor to exit', () => master.heard.find(({ type }) => type === 'EXITED_EXECUTOR'));
