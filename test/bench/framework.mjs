// A scheduler for measurements: it subscribes with Node's own HTTP and answers offers with as many tasks as it is asked for.

import { once } from 'node:events';
import { request } from 'node:http';

const RESOURCES = [
  ['cpus', 0.01],
  ['mem', 1],
];

export class BenchFramework {
  #host;
  #port;
  #response;
  #streamId;
  #wanted = 0;
  #command = 'true';
  #launched = 0;
  /** Task id → its latest state. */
  states = new Map();
  counts = {};
  offeredAgents = new Set();
  id;

  constructor(host, port) {
    this.#host = host;
    this.#port = port;
  }

  /** Resolves with the first event, which is SUBSCRIBED. */
  async subscribe() {
    const framework_info = { user: 'root', name: 'bench', capabilities: [{ type: 'MULTI_ROLE' }], roles: ['*'] };
    this.#response = await this.#post({ type: 'SUBSCRIBE', subscribe: { framework_info } });
    this.#streamId = this.#response.headers['mesos-stream-id'];
    let text = '';
    this.#response.setEncoding('latin1');
    this.#response.on('data', (chunk) => {
      text += chunk;
      for (let record = take(); record !== null; record = take()) this.#receive(record);
    });
    const take = () => {
      const end = text.indexOf('\n');
      const length = Number(text.slice(0, end));
      if (end === -1 || text.length < end + 1 + length) return null;
      const record = JSON.parse(text.slice(end + 1, end + 1 + length));
      text = text.slice(end + 1 + length);
      return record;
    };
    await this.until(() => this.id !== undefined);
  }

  /** Launches so many more tasks, as offers allow. */
  async launch(count, command) {
    this.#wanted += count;
    this.#command = command;
    await this.call({ type: 'REVIVE' });
  }

  async call(call) {
    const response = await this.#post({ framework_id: { value: this.id }, ...call });
    response.resume();
    if (response.statusCode !== 202) throw new Error(`${call.type} was answered with ${response.statusCode}`);
  }

  async until(condition, withinMs = 120_000) {
    const end = performance.now() + withinMs;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`waited in vain: ${condition} ${JSON.stringify(this.counts)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  close() {
    this.#response.destroy();
  }

  #receive({ type, subscribed, offers, update }) {
    if (type === 'SUBSCRIBED') this.id = subscribed.framework_id.value;
    else if (type === 'OFFERS') for (const offer of offers.offers) this.#answer(offer).catch(failed);
    else if (type === 'UPDATE') this.#updated(update.status).catch(failed);
  }

  async #answer({ id, agent_id, resources }) {
    this.offeredAgents.add(agent_id.value);
    const amount = (name) => resources.find((each) => each.name === name)?.scalar?.value ?? 0;
    const fitting = Math.min(...RESOURCES.map(([name, value]) => Math.floor(amount(name) / value + 1e-9)));
    const count = Math.min(fitting, this.#wanted);
    this.#wanted -= count;
    if (count === 0)
      return this.call({ type: 'DECLINE', decline: { offer_ids: [id], filters: { refuse_seconds: 5 } } });
    const task_infos = Array.from({ length: count }, () => this.#task(agent_id));
    const operations = [{ type: 'LAUNCH', launch: { task_infos } }];
    return this.call({ type: 'ACCEPT', accept: { offer_ids: [id], operations, filters: { refuse_seconds: 0 } } });
  }

  #task(agent_id) {
    this.#launched += 1;
    return {
      name: 'bench',
      task_id: { value: `bench-${this.#launched}` },
      agent_id,
      resources: RESOURCES.map(([name, value]) => ({ name, type: 'SCALAR', scalar: { value } })),
      command: { value: this.#command },
    };
  }

  async #updated({ task_id, agent_id, state, uuid }) {
    if (this.states.get(task_id.value) !== state) this.counts[state] = (this.counts[state] ?? 0) + 1;
    this.states.set(task_id.value, state);
    if (uuid !== undefined) await this.call({ type: 'ACKNOWLEDGE', acknowledge: { task_id, agent_id, uuid } });
  }

  async #post(body) {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    if (this.#streamId !== undefined) headers['Mesos-Stream-Id'] = this.#streamId;
    const asked = request({ host: this.#host, port: this.#port, path: '/api/v1/scheduler', method: 'POST', headers });
    asked.end(JSON.stringify(body));
    const [response] = await once(asked, 'response');
    return response;
  }
}

function failed(error) {
  console.error(error);
  process.exitCode = 1;
}
