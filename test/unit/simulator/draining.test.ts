import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { announcement, link, operatedMaster } from './operated.js';

// Replies of a real master, kept beside the repository.
const recordings = join(import.meta.dirname, '../../../../shared/recordings/mesos-1.11.0/operator');

const drained = (config: object = {}) => ({ state: 'DRAINED', config: { mark_gone: false, ...config } });

describe('an agent that is to drain', () => {
  it('S36 is drained at once without tasks, and every JSON that lists agents says so', () => {
    const { callOn, shown, read, registered } = operatedMaster();
    const { id } = registered();
    expect(callOn('DRAIN_AGENT', id)).toEqual({ status: 200 });
    const expected = { active: false, deactivated: true, drain_info: drained() };
    for (const path of ['/slaves', '/state', '/state-summary']) {
      expect(shown(path).slaves).toMatchObject([{ ...expected, estimated_drain_start_time_seconds: 7 }]);
    }
    const times = { estimated_drain_start_time: { nanoseconds: 7_000_000_000 } };
    expect(read('GET_AGENTS').agents).toMatchObject([{ ...expected, ...times }]);
    expect(read('GET_STATE').get_agents.agents).toMatchObject([expected]);
  });

  it('S36 stays deactivated when it comes back, until it is reactivated', () => {
    const { agents, callOn, onlyAgent, registered, missPings } = operatedMaster();
    const { id } = registered();
    callOn('DRAIN_AGENT', id);
    agents.reregister(id, announcement(), link());
    expect(onlyAgent()).toMatchObject({ id, active: false, deactivated: true, drain_info: drained() });
    missPings();
    expect(agents.all).toEqual([]);
    agents.reregister(id, announcement(), link());
    expect(onlyAgent()).toMatchObject({ id, active: false, deactivated: true, drain_info: drained() });
    expect(callOn('REACTIVATE_AGENT', id)).toEqual({ status: 200 });
    expect(onlyAgent()).toMatchObject({ active: true, deactivated: false });
    expect(onlyAgent()).not.toHaveProperty('drain_info');
    expect(onlyAgent()).not.toHaveProperty('estimated_drain_start_time_seconds');
  });

  it('S36 drains until its last task has ended, and is not reactivated before', () => {
    const { agents, callOn, onlyAgent, registered } = operatedMaster();
    const agent = registered();
    agent.tasks.add('a').add('b');
    callOn('DRAIN_AGENT', agent.id);
    expect(onlyAgent()).toMatchObject({ active: false, drain_info: { state: 'DRAINING' } });
    const refusal = { status: 400, body: 'Agent is still in the DRAINING state' };
    expect(callOn('REACTIVATE_AGENT', agent.id)).toMatchObject(refusal);
    agent.tasks.delete('a');
    agents.settleDrain(agent);
    expect(onlyAgent().drain_info.state).toBe('DRAINING');
    agent.tasks.delete('b');
    agents.settleDrain(agent);
    expect(onlyAgent().drain_info.state).toBe('DRAINED');
  });

  it('S36 is gone once it is drained, where that was asked for', () => {
    const { agents, callOn, registered } = operatedMaster();
    const wire = link();
    const agent = registered(announcement(), wire);
    agent.tasks.add('a');
    callOn('DRAIN_AGENT', agent.id, { mark_gone: true });
    expect(agents.all).toEqual([agent]);
    agent.tasks.clear();
    agents.settleDrain(agent);
    expect(agents.all).toEqual([]);
    expect(wire.sent.at(-1)).toEqual({ type: 'SHUTDOWN', reason: 'Agent has been marked gone' });
    const idle = registered(announcement(5052));
    callOn('DRAIN_AGENT', idle.id, { mark_gone: true });
    expect(agents.all).toEqual([]);
  });

  it('S36 begins when it is back, where it was unreachable', () => {
    const { agents, callOn, onlyAgent, registered, missPings } = operatedMaster();
    const { id } = registered();
    missPings();
    expect(callOn('DRAIN_AGENT', id)).toEqual({ status: 200 });
    expect(callOn('REACTIVATE_AGENT', id)).toMatchObject({ status: 400 });
    agents.reregister(id, announcement(), link());
    expect(onlyAgent()).toMatchObject({ drain_info: drained(), estimated_drain_start_time_seconds: 7 });
  });

  it.each([
    [{ seconds: 90, nanos: 5 }, { max_grace_period: { nanoseconds: 90_000_000_005 } }],
    ['10mins', { max_grace_period: { nanoseconds: 600_000_000_000 } }],
    ['1.5s', { max_grace_period: { nanoseconds: 1_500_000_000 } }],
    // What a real 1.11.0 was sent and what it showed.
    [{ nanoseconds: 5_000_000_000 }, { max_grace_period: { nanoseconds: 0 } }],
  ])('S36 has a longest grace of %j', (asked, shown) => {
    const { callOn, onlyAgent, registered } = operatedMaster();
    callOn('DRAIN_AGENT', registered().id, { max_grace_period: asked });
    expect(onlyAgent().drain_info).toEqual(drained(shown));
  });

  it('S36 has no grace of text that is no duration', () => {
    const { callOn, registered } = operatedMaster();
    const answer = callOn('DRAIN_AGENT', registered().id, { max_grace_period: 'long' });
    expect(answer).toMatchObject({
      status: 400,
      body: "Failed to convert JSON into Call protobuf: Invalid duration 'long'",
    });
  });

  it('S36 is refused where it is too old to drain', () => {
    const { callOn, registered } = operatedMaster();
    const { id } = registered(announcement(5051, '10.0.0.2', '1.8.0'));
    expect(callOn('DRAIN_AGENT', id)).toMatchObject({ status: 400, body: `Agent ${id} is not capable of draining` });
  });

  it('S36 is refused where its machine is in the maintenance schedule', () => {
    const { callOn, request, registered } = operatedMaster();
    const { id } = registered();
    const window = {
      machine_ids: [{ hostname: '10.0.0.2', ip: '10.0.0.2' }],
      unavailability: { start: { nanoseconds: 1 } },
    };
    request('POST', '/maintenance/schedule', JSON.stringify({ windows: [window] }));
    const body = `Agent ${id} is part of a maintenance schedule under Machine 10.0.0.2 (10.0.0.2)`;
    expect(callOn('DRAIN_AGENT', id)).toMatchObject({ status: 400, body });
  });
});

it('S36 versions that cannot drain do not speak of deactivation', () => {
  const { onlyAgent, read, registered } = operatedMaster('1.8.0');
  registered(announcement(5051, '10.0.0.2', '1.8.0'));
  expect(onlyAgent()).not.toHaveProperty('deactivated');
  expect(read('GET_AGENTS').agents[0]).not.toHaveProperty('deactivated');
});

describe.skipIf(!existsSync(recordings))('beside the recorded 1.11.0', () => {
  const recorded = (file: string) => JSON.parse(readFileSync(join(recordings, file), 'utf8'));

  it.each([
    ['DRAIN_AGENT', 'slaves_after_drain.json'],
    ['DEACTIVATE_AGENT', 'slaves_after_deactivate.json'],
  ])('S36 %s leaves an agent as it was left there', (type, file) => {
    const { callOn, onlyAgent, registered } = operatedMaster();
    const { agent_id: _, ...asked } = recorded(`${type}.request.json`)[type.toLowerCase()];
    callOn(type, registered().id, asked);
    const real = recorded(file).slaves.find((slave: { deactivated: boolean }) => slave.deactivated);
    // An agent that came back once has that time too.
    expect([...Object.keys(onlyAgent()), 'reregistered_time'].sort()).toEqual(Object.keys(real).sort());
    const { active, deactivated, drain_info } = onlyAgent();
    expect({ active, deactivated, drain_info }).toEqual({
      active: false,
      deactivated: true,
      drain_info: real.drain_info,
    });
  });

  it('S34 a schedule is shown as it was shown there', () => {
    const { call } = operatedMaster();
    for (const type of ['UPDATE_MAINTENANCE_SCHEDULE', 'UPDATE_MAINTENANCE_SCHEDULE_clear']) {
      expect(call(recorded(`${type}.request.json`))).toEqual({ status: 200 });
      if (type.endsWith('clear')) continue;
      for (const reading of ['GET_MAINTENANCE_SCHEDULE', 'GET_MAINTENANCE_STATUS']) {
        expect(call({ type: reading }).body).toEqual(recorded(`${reading}.body`));
      }
    }
    expect(call({ type: 'GET_MAINTENANCE_STATUS' }).body).toMatchObject({ get_maintenance_status: { status: {} } });
  });
});
