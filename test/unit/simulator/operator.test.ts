import { afterEach, expect, it } from 'vitest';
import { loadFlags } from '../../../src/simulator/flags.js';
import type { Level } from '../../../src/simulator/log.js';
import { type Agent, AgentTable } from '../../../src/simulator/master/agents.js';
import { masterFlags } from '../../../src/simulator/master/flags.js';
import { masterHttp } from '../../../src/simulator/master/http.js';
import type { MasterMessage } from '../../../src/simulator/mesos/agent-protocol.js';
import { generationOf } from '../../../src/simulator/mesos/version.js';

let levels: Level[] = [];
afterEach(() => {
  levels = [];
});

/** A leading master without sockets, and an agent's end of a link. */
function master(version = '1.11.0') {
  const log: string[] = [];
  const agents = new AgentTable({
    masterId: 'm',
    pingTimeoutMs: 15_000,
    maxMissedPings: 5,
    now: () => 7,
    log: (line) => log.push(line),
  });
  const self = { id: 'm', ip: '10.0.0.1', port: 5050, hostname: '10.0.0.1', version };
  const flags = loadFlags(masterFlags(generationOf(version)), [], {});
  const view = () => ({
    self,
    leader: self,
    flags,
    startTime: 1,
    electedTime: 2,
    now: 7,
    agents: agents.all,
    unreachableCount: agents.unreachableCount,
    counters: agents.counters,
  });
  const handle = masterHttp({ view, agents, setLevel: (level) => levels.push(level) });
  const request = (method: string, path: string, body = '', headers: { [name: string]: string } = {}) =>
    handle({ method, path, query: new URLSearchParams(), headers, body });
  const call = (body: object) =>
    request('POST', '/api/v1', JSON.stringify(body), { 'content-type': 'application/json' });
  return { agents, request, call, log };
}

function link() {
  const sent: MasterMessage[] = [];
  let closed = false;
  return {
    sent,
    get closed() {
      return closed;
    },
    send: (message: MasterMessage) => sent.push(message),
    close: () => {
      closed = true;
    },
  };
}

const announcement = (port = 5051, ip = '10.0.0.2') => ({
  info: { hostname: ip, port, resources: [], attributes: [] },
  ip,
  version: '1.11.0',
});

it.each([
  ['GET', '', {}, 405, "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'."],
  ['POST', '{}', {}, 400, "Expecting 'Content-Type' to be present"],
  ['POST', '{}', { 'content-type': 'text/plain' }, 415, "Expecting 'Content-Type' of"],
  ['POST', '{}', { 'content-type': 'application/json', accept: 'text/html' }, 406, "Expecting 'Accept' to allow"],
  ['POST', '{', { 'content-type': 'application/json' }, 400, 'Failed to parse body into JSON'],
  ['POST', '[]', { 'content-type': 'application/json' }, 400, 'Failed to convert JSON'],
  ['POST', '{"type":"toString"}', { 'content-type': 'application/json' }, 400, "Expecting 'type' to be present"],
  ['POST', '{"type":"SUBSCRIBE"}', { 'content-type': 'application/json' }, 501, 'does not do SUBSCRIBE'],
  [
    'POST',
    '{"type":"MARK_AGENT_GONE"}',
    { 'content-type': 'application/json' },
    400,
    "Expecting 'mark_agent_gone' to be present",
  ],
])('S22 a wrong call: %s %s %j is %i', (method, body, headers, status, message) => {
  const answer = master().request(method, '/api/v1', body, headers);
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(message);
});

it('S22 a call is unknown to versions before the one that brought it', () => {
  expect(master('1.0.0').call({ type: 'GET_AGENTS' }).status).toBe(200);
  expect(master('1.0.0').call({ type: 'MARK_AGENT_GONE' }).body).toContain("Expecting 'type' to be present");
  expect(master('1.5.0').call({ type: 'DRAIN_AGENT' }).body).toContain("Expecting 'type' to be present");
});

it('S23 deactivates, drains and reactivates an agent', () => {
  const { agents, call, request } = master();
  const agent: Agent = agents.register(announcement(), link());
  const on = (type: string, more = {}) =>
    call({ type, [type.toLowerCase()]: { agent_id: { value: agent.id }, ...more } });
  const shown = () => JSON.parse(JSON.stringify(request('GET', '/slaves').body)).slaves[0];
  expect(on('DEACTIVATE_AGENT').status).toBe(200);
  expect(shown()).toMatchObject({ active: false, deactivated: true });
  expect(on('REACTIVATE_AGENT').status).toBe(200);
  expect(shown()).toMatchObject({ active: true, deactivated: false });
  expect(on('DRAIN_AGENT', { max_grace_period: { nanoseconds: 5 } }).status).toBe(200);
  expect(shown()).toMatchObject({
    active: false,
    deactivated: true,
    drain_info: { state: 'DRAINED', config: { max_grace_period: { nanoseconds: 5 }, mark_gone: false } },
    estimated_drain_start_time_seconds: 7,
  });
  expect(call({ type: 'DRAIN_AGENT', drain_agent: { agent_id: { value: 'nobody' } } }).status).toBe(404);
});

it('S23 draining with mark_gone sends the agent away', () => {
  const { agents, call } = master();
  const wire = link();
  const { id } = agents.register(announcement(), wire);
  call({ type: 'DRAIN_AGENT', drain_agent: { agent_id: { value: id }, mark_gone: true } });
  expect(agents.all).toEqual([]);
  expect(wire.sent.at(-1)).toMatchObject({ type: 'SHUTDOWN' });
});

it('S24 an agent that misses its pings is unreachable; it may come back with its id', () => {
  const { agents } = master();
  const [frozen, lively] = [link(), link()];
  const gone = agents.register(announcement(5051), frozen);
  const stays = agents.register(announcement(5052), lively);
  for (let tick = 0; tick < 5; tick += 1) {
    agents.ping();
    stays.missedPings = 0;
  }
  expect(agents.all).toHaveLength(2);
  agents.ping();
  expect(agents.all.map(({ id }) => id)).toEqual([stays.id]);
  expect([agents.unreachableCount, frozen.closed, lively.closed]).toEqual([1, true, false]);
  const back = agents.reregister(gone.id, announcement(5051, '10.0.0.9'), link());
  // Once it is forgotten, another address is no reason to send it away.
  expect(back?.id).toBe(gone.id);
  expect(agents.unreachableCount).toBe(0);
});

it('S24 a second connection of an agent takes the place of the first', () => {
  const { agents } = master();
  const [first, second] = [link(), link()];
  const agent = agents.register(announcement(), first);
  agents.reregister(agent.id, announcement(), second);
  expect(first.closed).toBe(true);
  agents.disconnected(agent, first);
  expect(agents.all[0]?.link).toBe(second);
});
