import { describe, expect, it } from 'vitest';
import { announcement, link, operatedMaster } from './operated.js';

const HOUR = { start: { nanoseconds: 1443830400000000000 }, duration: { nanoseconds: 3600000000000 } };
const HERE = { hostname: '10.0.0.2', ip: '10.0.0.2' };
const ELSEWHERE = { hostname: 'elsewhere', ip: '10.0.0.9' };

const scheduleOf = (...machines: object[]) => ({ windows: [{ machine_ids: machines, unavailability: HOUR }] });

/** A master with an agent on the machine HERE, and how its operator speaks to it. */
function maintained(version?: string) {
  const master = operatedMaster(version);
  const wire = link();
  const agent = master.registered(announcement(), wire);
  const post = (path: string, body: unknown) => master.request('POST', path, JSON.stringify(body));
  const schedule = () => master.shown('/maintenance/schedule');
  const status = () => master.shown('/maintenance/status');
  return { ...master, agent, wire, post, schedule, status };
}

describe('a maintenance schedule', () => {
  it.each(['0.28.0', '1.0.0', '1.11.0'])('S34 is replaced as a whole and shown again, in %s', (version) => {
    const { post, schedule, status } = maintained(version);
    expect([schedule(), status()]).toEqual([{}, {}]);
    expect(post('/maintenance/schedule', scheduleOf(HERE, ELSEWHERE))).toEqual({ status: 200 });
    expect(schedule()).toEqual(scheduleOf(HERE, ELSEWHERE));
    expect(status()).toEqual({ draining_machines: [{ id: HERE }, { id: ELSEWHERE }] });
    expect(post('/maintenance/schedule', scheduleOf(ELSEWHERE))).toEqual({ status: 200 });
    expect(status()).toEqual({ draining_machines: [{ id: ELSEWHERE }] });
    expect(post('/maintenance/schedule', {})).toEqual({ status: 200 });
    expect([schedule(), status()]).toEqual([{}, {}]);
  });

  it('S34 does nothing to the agents of its machines', () => {
    const { post, onlyAgent } = maintained();
    post('/maintenance/schedule', scheduleOf(HERE));
    expect(onlyAgent()).toMatchObject({ active: true, deactivated: false });
  });

  it.each([
    ['{', 'syntax error at line 1 near: '],
    ['[]', 'Unexpected JSON type parsed'],
    [{ windows: [{ machine_ids: [HERE] }] }, 'Missing required fields: windows[0].unavailability'],
    [
      { windows: [{ machine_ids: [HERE], unavailability: { duration: {} } }] },
      'Missing required fields: windows[0].unavailability.start, windows[0].unavailability.duration.nanoseconds',
    ],
    [scheduleOf(), 'List of machines in the maintenance window is empty'],
    [scheduleOf({}), "Both 'hostname' and 'ip' for a machine are empty"],
    [scheduleOf({ ip: '1.2.3' }), 'Failed to parse the IP'],
    [
      scheduleOf(HERE, { hostname: 'x' }, { hostname: 'X' }),
      'Machine \'hostname: "X"\n\' appears more than once in the schedule',
    ],
    [
      { windows: [...scheduleOf(HERE).windows, ...scheduleOf(HERE).windows] },
      'Machine \'hostname: "10.0.0.2"\nip: "10.0.0.2"\n\' appears more than once in the schedule',
    ],
    [
      { windows: [{ machine_ids: [HERE], unavailability: { ...HOUR, duration: { nanoseconds: -1 } } }] },
      "Unavailability 'duration' is negative",
    ],
  ])('S34 %j is refused, and the one before stays', (body, message) => {
    const { post, request, schedule } = maintained();
    post('/maintenance/schedule', scheduleOf(ELSEWHERE));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(request('POST', '/maintenance/schedule', text)).toMatchObject({ status: 400, body: message });
    expect(schedule()).toEqual(scheduleOf(ELSEWHERE));
  });

  it.each([
    ['PUT', '/maintenance/schedule', 'GET, POST', "{ 'GET', 'POST' }"],
    ['POST', '/maintenance/status', 'GET', "{ 'GET' }"],
    ['GET', '/machine/down', 'POST', "{ 'POST' }"],
    ['GET', '/master/machine/up', 'POST', "{ 'POST' }"],
  ])('S34 takes no %s on %s', (method, path, allow, expected) => {
    const answer = operatedMaster().request(method, path);
    expect(answer).toMatchObject({ status: 405, headers: { Allow: allow } });
    expect(answer.body).toBe(`405 Method Not Allowed. Expecting one of ${expected}, but received '${method}'.`);
  });
});

describe('a machine', () => {
  it('S35 that goes down takes its agents with it, and none registers there until it is up', () => {
    const { agents, agent, wire, post, schedule, status } = maintained();
    const other = agents.register(announcement(5051, '10.0.0.3'), link());
    post('/maintenance/schedule', scheduleOf({ hostname: '10.0.0.2', ip: '10.0.0.2' }, ELSEWHERE));
    expect(post('/machine/down', [HERE])).toEqual({ status: 200 });
    expect(status()).toEqual({ draining_machines: [{ id: ELSEWHERE }], down_machines: [HERE] });
    expect(agents.all).toEqual([other]);
    expect([wire.sent.at(-1), wire.closed]).toEqual([
      { type: 'SHUTDOWN', reason: "Operator initiated 'Machine DOWN'" },
      true,
    ]);
    const [again, fresh] = [link(), link()];
    expect(agents.reregister(agent.id, announcement(), again)).toBeNull();
    expect(agents.register(announcement(5052), fresh)).toBeNull();
    const away = [{ type: 'SHUTDOWN', reason: 'Machine is `DOWN`' }];
    expect([again.sent, fresh.sent]).toEqual([away, away]);

    expect(post('/machine/up', [HERE])).toEqual({ status: 200 });
    expect(status()).toEqual({ draining_machines: [{ id: ELSEWHERE }] });
    expect(schedule()).toEqual(scheduleOf(ELSEWHERE));
    expect(agents.reregister(agent.id, announcement(), link())?.id).toBe(agent.id);
  });

  it('S35 is known by host name and IP together, the name in any case', () => {
    const { agents, post } = maintained();
    const named = { ...announcement(5051, '10.0.0.9'), info: { ...announcement().info, hostname: 'Elsewhere' } };
    agents.register(named, link());
    const onlyName = { hostname: '10.0.0.2' };
    post('/maintenance/schedule', scheduleOf(onlyName, ELSEWHERE));
    post('/machine/down', [onlyName, ELSEWHERE]);
    expect(agents.all.map(({ ip }) => ip)).toEqual(['10.0.0.2']);
  });

  it.each([
    ['down', [], 'List of machines is empty'],
    ['down', [{}], "Both 'hostname' and 'ip' for a machine are empty"],
    ['down', [ELSEWHERE], `Machine '${JSON.stringify(ELSEWHERE)}' is not part of a maintenance schedule`],
    ['down', [HERE], `Machine '${JSON.stringify(HERE)}' is not in DRAINING mode and cannot be brought down`],
    ['up', [HERE], `Machine '${JSON.stringify(HERE)}' is not in DOWN mode and cannot be brought up`],
    ['up', {}, 'Unexpected JSON type parsed'],
  ])('S35 is not brought %s by %j', (direction, machines, message) => {
    const { post } = maintained();
    expect(post(`/machine/${direction}`, machines)).toMatchObject({ status: 400, body: message });
  });

  it('S35 that is down stays in the schedule', () => {
    const { post } = maintained();
    post('/maintenance/schedule', scheduleOf(HERE));
    post('/machine/down', [HERE]);
    const lost = 'Machine \'hostname: "10.0.0.2"\nip: "10.0.0.2"\n\'';
    expect(post('/maintenance/schedule', {})).toMatchObject({
      status: 400,
      body: `${lost} is deactivated and cannot be removed from the schedule`,
    });
    expect(post('/maintenance/schedule', scheduleOf(HERE, ELSEWHERE))).toEqual({ status: 200 });
    expect(post('/machine/down', [HERE])).toMatchObject({ status: 400 });
  });
});

it('S34 S35 maintenance through the operator API is the same', () => {
  const { agents, call, read, schedule } = maintained();
  const update = (posted: object) =>
    call({ type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule: posted } });
  expect(update(scheduleOf(HERE))).toEqual({ status: 200 });
  expect(read('GET_MAINTENANCE_SCHEDULE')).toEqual({ schedule: schedule() });
  expect(call({ type: 'START_MAINTENANCE', start_maintenance: { machines: [HERE] } })).toEqual({ status: 200 });
  expect(agents.all).toEqual([]);
  expect(read('GET_MAINTENANCE_STATUS')).toEqual({ status: { down_machines: [HERE] } });
  expect(call({ type: 'STOP_MAINTENANCE', stop_maintenance: { machines: [HERE] } })).toEqual({ status: 200 });
  expect(read('GET_MAINTENANCE_STATUS')).toEqual({ status: {} });
  const where = 'update_maintenance_schedule.schedule';
  expect(update({ windows: [{}] }).body).toContain(`Missing required fields: ${where}.windows[0].unavailability`);
  for (const type of ['UPDATE_MAINTENANCE_SCHEDULE', 'START_MAINTENANCE', 'STOP_MAINTENANCE']) {
    expect(call({ type }).body).toContain(`Expecting '${type.toLowerCase()}' to be present`);
  }
});
