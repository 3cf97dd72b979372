/** A cluster's Mesos and Marathon as their users ask them, over HTTP. */

import { request } from 'node:http';
import type { Status } from '../../src/status.js';

export interface MarathonTask {
  id: string;
  appId: string;
  slaveId: string;
  state: string;
  ports: number[];
}

interface SlaveFramework {
  executors: { id: string; directory: string }[];
  completed_executors: { id: string; directory: string }[];
}

const EVERY_MS = 25;
const PATIENCE_MS = 60_000;

export class MesosCluster {
  readonly #status: () => Status;

  constructor(status: () => Status) {
    this.#status = status;
  }

  marathon(path: string, init?: { method: string; body?: object }): Promise<Answer> {
    return ask(`${this.#endpoint('marathon')}${path}`, init);
  }

  async tasks(appId: string): Promise<MarathonTask[]> {
    const { status, json } = await this.marathon(`/v2/apps/${appId.replace(/^\//, '')}/tasks`);
    return status === 200 ? (json as { tasks: MarathonTask[] }).tasks : [];
  }

  /** Until so many tasks of the app run and no deployment is under way. */
  deployed(appId: string, instances: number): Promise<MarathonTask[]> {
    return eventually(`${instances} running tasks of ${appId}`, async () => {
      const tasks = await this.tasks(appId);
      const { json } = await this.marathon('/v2/deployments');
      const done = tasks.length === instances && tasks.every(({ state }) => state === 'TASK_RUNNING');
      return done && Array.isArray(json) && json.length === 0 ? tasks : undefined;
    });
  }

  /** A file of the task's sandbox as its agent gives it away. */
  async sandboxFile({ id, slaveId }: MarathonTask, name: string, how: 'read' | 'download'): Promise<string> {
    const agent = this.#status().components.find(({ agentId }) => agentId === slaveId);
    const base = `http://${agent?.container?.ip}:${new URL(agent?.endpoint ?? 'http://a:5051').port}`;
    const { frameworks } = (await ask(`${base}/state`)).json as { frameworks: SlaveFramework[] };
    const executors = frameworks.flatMap((each) => [...each.executors, ...each.completed_executors]);
    const path = `${executors.find((each) => each.id === id)?.directory}/${name}`;
    const answer = await ask(`${base}/files/${how}?path=${encodeURIComponent(path)}&offset=0&length=10000`);
    return how === 'download' ? answer.text : (answer.json as { data: string }).data;
  }

  #endpoint(kind: string): string {
    const endpoint = this.#status().components.find((each) => each.kind === kind)?.endpoint;
    if (!endpoint) throw new Error(`the cluster has no ${kind}`);
    return endpoint;
  }
}

interface Answer {
  status: number;
  text: string;
  json: unknown;
}

/** A connection each: one that is kept would be that of a container which is no more. */
function ask(url: string, { method = 'GET', body }: { method?: string; body?: object } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    const asked = request(url, { method, headers, agent: false, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, json: parsed(text) }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${url} did not answer`)));
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Polls until it gives something; what fails meanwhile is asked again. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const found = await find();
      if (found !== undefined) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`waited in vain for ${what}`, { cause: last });
}
