import { type IncomingMessage, request } from 'node:http';
import type { JsonObject } from '../../../../src/simulator/json.js';
import { type Master, startMaster } from '../../../../src/simulator/master/main.js';
import { RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';
import type { AllocatedResource, TaskStatus } from '../../../../src/simulator/mesos/shapes.js';
import { type Cleanup, testHost, until } from '../../../support/simulator.js';

const PATH = '/api/v1/scheduler';
const JSON_HEADERS = { 'Content-Type': 'application/json' };

export interface SeenOffer {
  id: { value: string };
  agent_id: { value: string };
  resources: AllocatedResource[];
  allocation_info?: { role: string };
}

/** Which parts the events of a type have, as far as tests look into them. */
export interface Parts {
  SUBSCRIBED: { framework_id: { value: string }; heartbeat_interval_seconds: number; master_info: JsonObject };
  OFFERS: { offers: SeenOffer[] };
  RESCIND: { offer_id: { value: string } };
  UPDATE: { status: TaskStatus };
  MESSAGE: { data: string };
  FAILURE: { agent_id?: { value: string }; executor_id?: { value: string }; status?: number };
  ERROR: { message: string };
  UPDATE_OPERATION_STATUS: { status: { operation_id: { value: string }; state: string; message?: string } };
}

/** A master that leads alone, without ZooKeeper. */
export async function lonelyMaster(cleanup: Cleanup, ...flags: string[]): Promise<Master> {
  const host = testHost();
  const args = ['--registry=in_memory', '--port=0', '--ip=127.0.0.1', '--hostname=127.0.0.1', ...flags];
  const master = await startMaster(args, host);
  if (master === null) throw new Error(host.lines.join(''));
  cleanup.add(() => master.kill());
  return master;
}

/** A framework's scheduler that does only what its test tells it to. */
export class ScriptedScheduler {
  readonly port: number;
  readonly events: JsonObject[] = [];
  streamId = '';
  status = 0;
  /** What the answer was where it is no stream. */
  text = '';
  ended = false;
  #response: IncomingMessage | undefined;

  constructor(port: number) {
    this.port = port;
  }

  get id(): string {
    return this.all('SUBSCRIBED')[0]?.framework_id.value ?? '';
  }

  all<T extends keyof Parts>(type: T): Parts[T][] {
    return this.events
      .filter((event) => event.type === type)
      .map((event) => event[type.toLowerCase()] as unknown as Parts[T]);
  }

  heard<T extends keyof Parts>(type: T, at = 0): Promise<Parts[T]> {
    return until(`${type} ${at} at the scheduler`, () => this.all(type)[at]);
  }

  get offers(): SeenOffer[] {
    return this.all('OFFERS').flatMap(({ offers }) => offers);
  }

  get statuses(): TaskStatus[] {
    return this.all('UPDATE').map(({ status }) => status);
  }

  offer(at = 0): Promise<SeenOffer> {
    return until(`offer ${at}`, () => this.offers[at]);
  }

  /** The first status of a task in a state, as soon as it is there. */
  toldOf(taskId: string, state: string): Promise<TaskStatus> {
    return until(`${state} of ${taskId}`, () =>
      this.statuses.find((status) => status.task_id.value === taskId && status.state === state),
    );
  }

  async subscribe(body: object, headers: { [name: string]: string } = JSON_HEADERS): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, path: PATH, method: 'POST', headers }, (response) => {
        this.#response = response;
        this.status = response.statusCode ?? 0;
        this.streamId = String(response.headers['mesos-stream-id'] ?? '');
        const splitter = new RecordSplitter();
        response.on('data', (chunk: Buffer) => {
          if (this.status !== 200) this.text += chunk.toString();
          else for (const record of splitter.push(chunk)) this.events.push(JSON.parse(record.toString()));
        });
        response.on('error', () => {});
        response.on('close', () => {
          this.ended = true;
        });
        resolve();
      });
      asked.on('error', reject);
      asked.end(JSON.stringify(body));
    });
  }

  /** A call of a framework that is subscribed; `part` is what the call has under its own name. */
  call(
    type: string,
    part?: object,
    headers: { [name: string]: string } = {},
  ): Promise<{ status: number; text: string }> {
    const body = {
      framework_id: { value: this.id },
      type,
      ...(part === undefined ? {} : { [type.toLowerCase()]: part }),
    };
    return post(this.port, JSON.stringify(body), { ...JSON_HEADERS, 'Mesos-Stream-Id': this.streamId, ...headers });
  }

  acknowledge(status: TaskStatus): Promise<{ status: number; text: string }> {
    const { agent_id, task_id, uuid } = status;
    return this.call('ACKNOWLEDGE', { agent_id, task_id, uuid });
  }

  launch(offer: SeenOffer, tasks: object[], filters: object = { refuse_seconds: 0 }): Promise<{ status: number }> {
    const operations = [{ type: 'LAUNCH', launch: { task_infos: tasks } }];
    return this.call('ACCEPT', { offer_ids: [offer.id], operations, filters });
  }

  /** Reads nothing more. */
  stall(): void {
    this.#response?.pause();
  }

  disconnect(): void {
    this.#response?.destroy();
  }
}

export const INFO = { user: 'root', name: 'scripted' };
export const MODERN = {
  ...INFO,
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }],
};

/** A framework that is subscribed, or was told why not. */
export async function scriptedScheduler(
  cleanup: Cleanup,
  port: number,
  info: { id?: { value: string }; [field: string]: unknown } = MODERN,
  more: object = {},
): Promise<ScriptedScheduler> {
  const scheduler = new ScriptedScheduler(port);
  cleanup.add(() => scheduler.disconnect());
  const id = info.id === undefined ? {} : { framework_id: info.id };
  await scheduler.subscribe({ type: 'SUBSCRIBE', ...id, subscribe: { framework_info: info, ...more } });
  await until('the first event', () => scheduler.events.length > 0 || scheduler.status !== 200);
  return scheduler;
}

export async function post(
  port: number,
  body: string | Buffer,
  headers: { [name: string]: string },
  path = PATH,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text() };
}

/** A command task of half a CPU and 64 MB. */
export function task(offer: SeenOffer, id: string, more: object = {}) {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: scalars({ cpus: 0.5, mem: 64 }),
    command: { value: 'sleep 1' },
    ...more,
  };
}

export function scalars(amounts: { [name: string]: number }, more: object = {}): object[] {
  return Object.entries(amounts).map(([name, value]) => ({ name, type: 'SCALAR', scalar: { value }, ...more }));
}

/** `cpus:2 mem:1024`, in the order of names; ranges as [31000-32000]. */
export function amounts(resources: readonly AllocatedResource[]): string {
  const texts = resources.map((each) => {
    const role = each.role === '*' || each.role === undefined ? '' : `(${each.role})`;
    if (each.type === 'SCALAR') return `${each.name}${role}:${each.scalar.value}`;
    if (each.type === 'RANGES') {
      return `${each.name}${role}:[${each.ranges.range.map(({ begin, end }) => `${begin}-${end}`).join(',')}]`;
    }
    return `${each.name}${role}:{${each.set.item.join(',')}}`;
  });
  return texts.sort().join(' ');
}
