import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, Cleanup, send, testZookeeper, until } from '../../../support/simulator.js';
import { client, leading, marathon } from './marathons.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

// Nobody runs tasks here, so that what wants none is done at once and the rest waits for ever.
let api: ReturnType<typeof client>;
beforeEach(async () => {
  api = client((await leading(cleanup, (await testZookeeper(cleanup)).port)).port);
});

const none = { cmd: 'x', instances: 0 };
const waiting = { cmd: 'x', instances: 1 };

function request(text: string): { method: string; path: string } {
  const [method = 'GET', path = '/'] = text.split(' ');
  return { method, path };
}

/** What is there before each request: `/idle` is settled, `/busy` waits, `/g/a` is in a group. */
async function prepared() {
  await api.send('/v2/apps', { ...none, id: '/idle', labels: { tier: 'web' } });
  await api.send('/v2/groups', { id: '/g', apps: [{ ...none, id: 'a' }] });
  await api.toSettle();
  await api.send('/v2/apps', { ...waiting, id: '/busy' });
}

type Case = [text: string, body: unknown, status: number, expected: unknown];

/** Each on its own, after `prepared`; what is read changes nothing. */
const CASES: Case[] = [
  ['GET /v2/apps/idle', undefined, 200, { app: { id: '/idle', tasks: [], tasksRunning: 0, deployments: [] } }],
  ['GET /v2/apps//idle', undefined, 200, { app: { id: '/idle' } }],
  ['GET /v2/apps/none', undefined, 404, { message: "App '/none' does not exist" }],
  ['GET /v2/apps//g/*', undefined, 200, { '*': [{ id: '/g/a' }] }],
  ['GET /v2/apps?id=idl', undefined, 200, { apps: [{ id: '/idle' }] }],
  ['GET /v2/apps?cmd=zzz', undefined, 200, { apps: [] }],
  ['GET /v2/apps?label=tier==web', undefined, 200, { apps: [{ id: '/idle' }] }],
  ['GET /v2/apps?label=tier%20in%20(db,web)', undefined, 200, { apps: [{ id: '/idle' }] }],
  ['GET /v2/apps?label=tier!=web', undefined, 200, { apps: [] }],
  [
    'GET /v2/apps?id=idle&embed=apps.tasks&embed=apps.taskStats',
    undefined,
    200,
    { apps: [{ tasks: [], taskStats: {} }] },
  ],
  ['DELETE /v2/apps/none', undefined, 404, { message: "App '/none' does not exist" }],
  ['DELETE /v2/apps/idle', undefined, 200, { version: expect.any(String), deploymentId: expect.any(String) }],
  ['DELETE /v2/apps/busy', undefined, 409, { deployments: [{ id: expect.any(String) }] }],
  ['DELETE /v2/apps/busy?force=true', undefined, 200, { deploymentId: expect.any(String) }],
  ['POST /v2/apps', { ...none, id: '/idle' }, 409, { message: 'An app with id [/idle] already exists.' }],
  ['POST /v2/apps', { ...none, id: '/g' }, 422, { details: [{ path: '/id' }] }],
  ['POST /v2/apps', { ...none, id: '/idle/below' }, 422, { details: [{ path: '/id' }] }],
  ['POST /v2/apps', { ...none, id: '/a/tasks' }, 422, { details: [{ path: '/id' }] }],
  ['POST /v2/apps', { ...none, id: '/versions' }, 422, { details: [{ path: '/id' }] }],
  ['POST /v2/apps', { ...none, id: '/tasks/a' }, 201, { id: '/tasks/a' }],
  ['POST /v2/apps', '{"id":"/x', 400, { message: 'Invalid JSON', details: expect.any(String) }],
  ['POST /v2/apps', '', 400, { message: 'Please specify data in JSON format', details: expect.any(String) }],
  ['POST /v2/apps', [], 400, { message: 'Invalid JSON' }],
  ['POST /v2/apps', { ...none, id: '/x', dependencies: ['/x'] }, 201, { id: '/x' }],
  ['PUT /v2/apps/idle', { mem: 'x' }, 400, { message: 'Invalid JSON' }],
  ['PUT /v2/apps/idle', { id: '/other', cmd: 'y' }, 422, { message: 'Object is not valid' }],
  ['PUT /v2/apps/idle', { version: '2000-01-01T00:00:00.000Z' }, 422, { details: [{ path: '/version' }] }],
  [
    'PUT /v2/apps/idle',
    { version: '2000-01-01T00:00:00.000Z', mem: 5 },
    422,
    { details: [{ path: '/', errors: ["The 'version' field may only be combined with the 'id' field."] }] },
  ],
  ['PUT /v2/apps/fresh', none, 201, { deploymentId: expect.any(String) }],
  [
    'PUT /v2/apps',
    [
      { id: '/idle', mem: 5 },
      { id: '/two', ...none },
    ],
    200,
    { deploymentId: expect.any(String) },
  ],
  ['PUT /v2/apps', [{ id: '/two', ...none, mem: -5 }], 422, { details: [{ path: '/mem' }] }],
  ['PUT /v2/apps', {}, 400, { message: 'Invalid JSON' }],
  ['PATCH /v2/apps', [{ id: '/none', mem: 5 }], 404, { message: "App '/none' does not exist" }],
  ['PATCH /v2/apps/none', { mem: 5 }, 404, { message: "App '/none' does not exist" }],
  ['POST /v2/apps/idle/restart', {}, 200, { deploymentId: expect.any(String) }],
  ['POST /v2/apps/busy/restart', {}, 409, { deployments: [{}] }],
  ['POST /v2/apps/none/restart', {}, 404, {}],
  ['GET /v2/apps/idle/restart', undefined, 405, { message: 'Method Not Allowed' }],
  ['GET /v2/apps/idle/versions', undefined, 200, { versions: [expect.any(String)] }],
  ['GET /v2/apps/idle/versions/2000-01-01T00:00:00.000Z', undefined, 404, {}],
  ['GET /v2/apps/idle/tasks', undefined, 200, { tasks: [] }],
  ['DELETE /v2/apps/idle/tasks', undefined, 200, { tasks: [] }],
  ['DELETE /v2/apps/idle/tasks?scale=true', undefined, 200, { deploymentId: expect.any(String) }],
  ['DELETE /v2/apps/idle/tasks/none', undefined, 404, { message: "Task 'none' does not exist" }],
  [
    'GET /v2/groups',
    undefined,
    200,
    { id: '/', apps: [{ id: '/idle' }, { id: '/busy' }], groups: [{ id: '/g', apps: [{ id: '/g/a' }], groups: [] }] },
  ],
  ['GET /v2/groups/g?embed=group.groups', undefined, 200, { id: '/g', groups: [], dependencies: [] }],
  ['GET /v2/groups/none', undefined, 404, { message: "Group '/none' does not exist" }],
  ['GET /v2/groups/g/versions', undefined, 200, expect.arrayContaining([expect.any(String)])],
  ['POST /v2/groups', { id: '/g' }, 409, { message: 'Group /g is already created. Use PUT to change this group.' }],
  ['POST /v2/groups', { id: '/idle' }, 409, {}],
  ['POST /v2/groups', { id: '/idle/below' }, 422, { details: [{ path: '/id' }] }],
  ['PUT /v2/groups/idle/below', { apps: [{ ...none, id: 'a' }] }, 422, { details: [{ path: '/id' }] }],
  ['POST /v2/groups', { id: '/h', apps: [{ ...none, id: 'a' }], groups: [{ id: 'a' }] }, 422, {}],
  ['POST /v2/groups', { id: '/h', apps: [{ id: 'a' }] }, 422, { details: [{ path: '/' }] }],
  ['POST /v2/groups', { id: '/h', apps: [{ id: 'a', cmd: 5 }] }, 400, { details: [{ path: '/apps(0)/cmd' }] }],
  ['POST /v2/groups', { id: '/h', apps: [{ ...none, id: '/other/a' }] }, 422, { details: [{ path: '/apps(0)/id' }] }],
  ['POST /v2/groups', { id: '/h', groups: [{ apps: [] }] }, 422, { details: [{ path: '/groups' }] }],
  [
    'POST /v2/groups',
    {
      id: '/h',
      apps: [
        { ...none, id: 'a', dependencies: ['b'] },
        { ...none, id: 'b', dependencies: ['a'] },
      ],
    },
    422,
    { details: [{ errors: ['Dependency graph has cyclic dependencies.'] }] },
  ],
  [
    'PUT /v2/groups/h',
    { apps: [{ ...none, id: 'a' }] },
    200,
    { version: expect.any(String), deploymentId: expect.any(String) },
  ],
  ['PUT /v2/groups/g', { version: '2000-01-01T00:00:00.000Z' }, 422, {}],
  ['PUT /v2/groups/none', { scaleBy: 2 }, 404, {}],
  [
    'PUT /v2/groups?dryRun=true',
    { apps: [], groups: [] },
    200,
    { steps: [{ actions: expect.arrayContaining([{ action: 'StopApplication', app: '/g/a' }]) }] },
  ],
  ['PUT /v2/groups', { apps: [] }, 409, { deployments: [{}] }],
  ['DELETE /v2/groups/g', undefined, 200, { deploymentId: expect.any(String) }],
  ['DELETE /v2/groups/none', undefined, 404, { message: "Group '/none' does not exist" }],
  [
    'GET /v2/deployments',
    undefined,
    200,
    [
      {
        affectedApps: ['/busy'],
        currentStep: 2,
        totalSteps: 2,
        currentActions: [{ action: 'ScaleApplication', app: '/busy' }],
      },
    ],
  ],
  ['DELETE /v2/deployments/none', undefined, 404, { message: 'DeploymentPlan none does not exist' }],
  [
    'GET /v2/queue',
    undefined,
    200,
    { queue: [{ count: 1, app: { id: '/busy' }, delay: { overdue: true, timeLeftSeconds: 0 } }] },
  ],
  ['DELETE /v2/queue/busy/delay', undefined, 204, undefined],
  ['DELETE /v2/queue/idle/delay', undefined, 404, {}],
  ['DELETE /v2/queue/none/delay', undefined, 404, { message: 'Application /none not found in tasks queue.' }],
  ['GET /v2/tasks', undefined, 200, { tasks: [] }],
  ['POST /v2/tasks/delete', { ids: ['none'] }, 200, { tasks: [] }],
  ['POST /v2/tasks/delete', {}, 400, {}],
  ['GET /v2/events', undefined, 406, { message: 'Not Acceptable' }],
  ['GET /v2/nothing', undefined, 404, { message: 'URI not found: /v2/nothing' }],
  ['HEAD /v2/apps', undefined, 200, undefined],
  ['HEAD /v2/apps/none', undefined, 404, undefined],
  ['GET /v2/apps/idle/', undefined, 200, { app: { id: '/idle' } }],
  ['GET /metrics', undefined, 200, { gauges: { 'service.mesosphere.marathon.app.count': { value: 3 } } }],
  ['DELETE /ping', undefined, 200, undefined],
];

async function hold([text, body, status, expected]: Case): Promise<void> {
  const { method, path } = request(text);
  const answer = body === undefined ? await api.ask(path, { method }) : await api.send(path, body, method);
  const said = `${text}: ${answer.text.slice(0, 400)}`;
  expect([answer.status, said]).toEqual([status, said]);
  if (expected !== undefined) expect(answer.json, said).toMatchObject(expected as object);
  expect(answer.headers.get('x-marathon-leader')).toBe(`http://127.0.0.1:${api.port}`);
}

describe('the API', { timeout: 20_000 }, () => {
  it('S148 what is read must be answered as Marathon does', async () => {
    await prepared();
    for (const row of CASES.filter(([text]) => text.startsWith('GET'))) await hold(row);
  });

  it.each(CASES.filter(([text]) => !text.startsWith('GET')))(
    'S148 %s with %j must be answered with %i',
    async (...row) => {
      await prepared();
      await hold(row);
    },
  );

  it('S148 a body that says it is something else must be refused', async () => {
    const headers = { 'Content-Type': 'text/xml' };
    expect((await api.ask('/v2/apps', { method: 'POST', body: '<a/>', headers })).status).toBe(415);
  });

  it('S148 what ZooKeeper would not take must be refused, and harm nobody', async () => {
    const large = { ...none, id: '/large', labels: { a: 'x'.repeat(10_000_000) } };
    const refused = await api.send('/v2/apps', large);
    expect([refused.status, refused.at('details', 0, 'errors', 0)]).toEqual([
      422,
      "App '/large' is larger than zk_max_node_size: 1000000 bytes",
    ]);
    const deep = `{"id":"/deep","cmd":"x","instances":0,"secrets":${'{"a":'.repeat(5000)}1${'}'.repeat(5001)}`;
    expect((await api.send('/v2/apps', deep)).status).toBe(400);
    expect((await api.send('/v2/apps', `${'['.repeat(100_000)}`)).status).toBe(400);
    expect((await api.ask('/v2/apps')).json).toEqual({ apps: [] });
  });

  it('S148 an app in a group named as a part of an app is must be told from that part', async () => {
    await api.send('/v2/apps', { ...none, id: '/tasks/a' });
    expect((await api.ask('/v2/apps/tasks/a')).at('app', 'id')).toBe('/tasks/a');
    expect((await api.ask('/v2/apps/tasks/a/tasks')).json).toEqual({ tasks: [] });
  });

  it('S28 an app must go back to a version that it had', async () => {
    const first = await api.send('/v2/apps', { ...none, id: '/a', mem: 1 });
    await api.toSettle();
    await api.send('/v2/apps/a', { mem: 2 }, 'PUT');
    await api.toSettle();
    const { json } = await api.ask('/v2/apps/a/versions');
    const versions = (json as { versions: string[] }).versions;
    expect(versions).toHaveLength(2);
    expect(versions[1]).toBe(first.at('version'));
    expect((await api.ask(`/v2/apps/a/versions/${versions[1]}`)).at('mem')).toBe(1);
    await api.send('/v2/apps/a', { version: versions[1] }, 'PUT');
    expect((await api.ask('/v2/apps/a')).at('app', 'mem')).toBe(1);
  });

  it('S137 a group must be what was put, and go back, be scaled and be taken away', async () => {
    const group = { id: '/g', apps: [{ ...none, id: 'a' }], groups: [{ id: 'sub', apps: [{ ...none, id: 'b' }] }] };
    const made = await api.send('/v2/groups', group);
    await api.toSettle();
    const shown = async () => {
      const { json } = await api.ask('/v2/apps');
      return (json as { apps: { id: string; instances: number }[] }).apps.map(
        ({ id, instances }) => `${id}*${instances}`,
      );
    };
    expect(await shown()).toEqual(['/g/a*0', '/g/sub/b*0']);
    // What is not named stays; of what is named, what is left out goes.
    await api.send('/v2/groups/g', { apps: [{ ...none, id: 'c' }] }, 'PUT');
    await api.toSettle();
    expect(await shown()).toEqual(['/g/c*0', '/g/sub/b*0']);
    expect((await api.ask('/v2/groups/g/versions')).json).toContain(made.at('version'));
    await api.send('/v2/groups/g', { version: made.at('version') }, 'PUT');
    await api.toSettle();
    expect(await shown()).toEqual(['/g/a*0', '/g/sub/b*0']);
    await api.send('/v2/groups/g', { apps: [{ ...waiting, id: 'a', instances: 3 }], groups: [] }, 'PUT');
    await api.send('/v2/groups/g?force=true', { scaleBy: 1.5 }, 'PUT');
    expect(await shown()).toEqual(['/g/a*5']);
    expect((await api.ask('/v2/groups/g?force=true', { method: 'DELETE' })).status).toBe(200);
    await api.toSettle();
    expect(await shown()).toEqual([]);
    expect((await api.ask('/v2/groups')).at('groups')).toEqual([]);
  });

  it('S138 a cancelled deployment must leave nothing behind, and a forced one all as it is', async () => {
    const made = await api.send('/v2/groups', { id: '/g', apps: [{ ...waiting, id: 'a' }] });
    const cancelled = await api.ask(`/v2/deployments/${made.at('deploymentId')}`, { method: 'DELETE' });
    expect(cancelled).toMatchObject({ status: 200, json: { deploymentId: expect.any(String) } });
    await api.toSettle();
    expect((await api.ask('/v2/groups')).json).toMatchObject({ apps: [], groups: [] });
    const again = await api.send('/v2/apps', { ...waiting, id: '/a' });
    const forced = await api.ask(`/v2/deployments/${again.at('deployments', 0, 'id')}?force=true`, {
      method: 'DELETE',
    });
    expect([forced.status, forced.text]).toEqual([202, '']);
    expect((await api.ask('/v2/deployments')).json).toEqual([]);
    // What is wanted stays wanted.
    expect((await api.ask('/v2/queue')).at('queue', 0, 'app', 'id')).toBe('/a');
  });

  it('S25 who is named as the leader must take requests at once', async () => {
    const { port } = await marathon(cleanup, (await testZookeeper(cleanup)).port);
    await until('a leader', async () => (await ask(port, '/v2/leader')).status === 200);
    expect((await send(port, '/v2/apps', { ...none, id: '/a' })).status).toBe(201);
  });

  it('S139 events must be told to who listens, and only those that they asked for', async () => {
    const all = await listen(api.port, '/v2/events');
    const some = await listen(api.port, '/v2/events?event_type=deployment_success&event_type=api_post_event');
    await api.send('/v2/apps', { ...none, id: '/a' });
    await until('the end', () => some.events.some(({ type }) => type === 'deployment_success'));
    const types = all.events.map(({ type }) => type);
    for (const type of [
      'event_stream_attached',
      'group_change_success',
      'deployment_info',
      'api_post_event',
      'deployment_step_success',
      'deployment_success',
    ]) {
      expect(types).toContain(type);
    }
    expect(some.events.map(({ type }) => type).sort()).toEqual(['api_post_event', 'deployment_success']);
    const posted = all.events.find(({ type }) => type === 'api_post_event');
    expect(posted?.data).toMatchObject({ eventType: 'api_post_event', uri: '/v2/apps', appDefinition: { id: '/a' } });
    await api.ask('/v2/apps/a', { method: 'DELETE' });
    await until('the app to be gone', () => all.events.some(({ type }) => type === 'app_terminated_event'));
    all.stop();
    some.stop();
  });

  it('S25 the page must show what is there', async () => {
    await api.send('/v2/apps', { ...none, id: '/a', cmd: 'echo "<b>"' });
    const { status, text } = await api.ask('/ui/');
    expect(status).toBe(200);
    expect(text).toContain('<td>/a</td><td>echo &quot;&lt;b&gt;&quot;</td>');
  });
});

async function listen(port: number, path: string) {
  const events: { type: string; data: { [key: string]: unknown } }[] = [];
  const aborter = new AbortController();
  cleanup.add(() => aborter.abort());
  const headers = { Accept: 'text/event-stream' };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, signal: aborter.signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString('utf8');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const [, type, data] = /event: (.*)\r\ndata: (.*)/.exec(text.slice(0, end)) ?? [];
        if (type !== undefined) events.push({ type, data: JSON.parse(data ?? '{}') });
        text = text.slice(end + 4);
      }
    }
  };
  read().catch(() => {});
  return { events, stop: () => aborter.abort() };
}
