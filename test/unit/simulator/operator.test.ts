import { expect, it } from 'vitest';
import { announcement, link, operatedMaster } from './operated.js';

it.each([
  ['GET', '', {}, 405, "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'."],
  ['POST', '{}', {}, 400, "Expecting 'Content-Type' to be present"],
  ['POST', '{}', { 'content-type': 'text/plain' }, 415, "Expecting 'Content-Type' of"],
  ['POST', '{}', { 'content-type': 'application/json', accept: 'text/html' }, 406, "Expecting 'Accept' to allow"],
  ['POST', '{', { 'content-type': 'application/json' }, 400, 'Failed to parse body into JSON'],
  ['POST', '[]', { 'content-type': 'application/json' }, 400, 'Failed to convert JSON'],
  ['POST', '{"type":"toString"}', { 'content-type': 'application/json' }, 400, "Expecting 'type' to be present"],
  ['POST', '{"type":"SET_QUOTA"}', { 'content-type': 'application/json' }, 501, 'does not do SET_QUOTA'],
  [
    'POST',
    '{"type":"MARK_AGENT_GONE"}',
    { 'content-type': 'application/json' },
    400,
    "Expecting 'mark_agent_gone' to be present",
  ],
])('S22 a wrong call: %s %s %j is %i', (method, body, headers, status, message) => {
  const answer = operatedMaster().request(method, '/api/v1', body, headers);
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(message);
});

it('S22 a call is unknown to versions before the one that brought it', () => {
  expect(operatedMaster('1.0.0').call({ type: 'GET_AGENTS' }).status).toBe(200);
  expect(operatedMaster('1.0.0').call({ type: 'MARK_AGENT_GONE' }).body).toContain("Expecting 'type' to be present");
  expect(operatedMaster('1.5.0').call({ type: 'DRAIN_AGENT' }).body).toContain("Expecting 'type' to be present");
});

it.each([
  [{}, 'Missing required fields: mark_agent_gone.agent_id'],
  [{ agent_id: {} }, 'Missing required fields: mark_agent_gone.agent_id.value'],
])('S22 a call without what it needs is none: %j', (asked, message) => {
  const answer = operatedMaster().call({ type: 'MARK_AGENT_GONE', mark_agent_gone: asked });
  expect(answer).toMatchObject({ status: 400, body: `Failed to convert JSON into Call protobuf: ${message}` });
});

it('S23 deactivates and reactivates an agent', () => {
  const { callOn, onlyAgent, registered } = operatedMaster();
  const { id } = registered();
  expect(callOn('DEACTIVATE_AGENT', id)).toEqual({ status: 200 });
  expect(onlyAgent()).toMatchObject({ active: false, deactivated: true });
  expect(callOn('REACTIVATE_AGENT', id)).toEqual({ status: 200 });
  expect(onlyAgent()).toMatchObject({ active: true, deactivated: false });
});

it('S23 an agent that is marked gone is removed at once, told so, and sent away whenever it comes back', () => {
  const { agents, callOn, registered } = operatedMaster();
  const [wire, later] = [link(), link()];
  const { id } = registered(announcement(), wire);
  expect(callOn('MARK_AGENT_GONE', id)).toEqual({ status: 200 });
  expect(agents.all).toEqual([]);
  expect([wire.sent.at(-1), wire.closed]).toEqual([{ type: 'SHUTDOWN', reason: 'Agent has been marked gone' }, true]);
  expect(agents.reregister(id, announcement(), later)).toBeNull();
  expect(later.sent).toEqual([{ type: 'SHUTDOWN', reason: 'Agent has been marked gone' }]);
  expect(callOn('MARK_AGENT_GONE', id)).toEqual({ status: 200 });
});

it.each([
  ['MARK_AGENT_GONE', 404, "Agent 'nobody' not found"],
  ['DRAIN_AGENT', 400, 'Unknown agent'],
  ['DEACTIVATE_AGENT', 400, 'Unknown agent'],
  ['REACTIVATE_AGENT', 400, 'Agent is not deactivated'],
])('S23 %s of an agent that nobody knows is answered with %i', (type, status, body) => {
  expect(operatedMaster().callOn(type, 'nobody')).toMatchObject({ status, body });
});

it('S23 an agent that is active is not reactivated', () => {
  const { callOn, registered } = operatedMaster();
  expect(callOn('REACTIVATE_AGENT', registered().id)).toMatchObject({ status: 400, body: 'Agent is not deactivated' });
});

it('S24 an agent that misses its pings is unreachable; it may come back with its id', () => {
  const { agents, registered } = operatedMaster();
  const [frozen, lively] = [link(), link()];
  const gone = registered(announcement(5051), frozen);
  const stays = registered(announcement(5052), lively);
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
  const { agents, registered } = operatedMaster();
  const [first, second] = [link(), link()];
  const agent = registered(announcement(), first);
  agents.reregister(agent.id, announcement(), second);
  expect(first.closed).toBe(true);
  agents.disconnected(agent, first);
  expect(agents.all[0]?.link).toBe(second);
});
