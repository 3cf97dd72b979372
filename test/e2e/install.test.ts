/** Marathon's apps by hand, and the tasks that run: what 0.13's users type, and what they are told. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { eventually, MesosCluster } from '../support/mesos-cluster.js';
import { Project } from '../support/project.js';

const FILE = `minimesos {
  distribution = "simulator"
  agent { }
  marathon { app { marathonJson = "kept.json" } }
}
`;

const SLEEPING = { cmd: 'exec sleep 1000', cpus: 0.1, mem: 16 };
const app = (id: string, over: object = {}) => JSON.stringify({ id, ...SLEEPING, ...over });

let project: Project;
let mesos: MesosCluster;

/** What is printed, with what differs from run to run replaced. */
const golden = (text: string) =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\b3\d{4}\b/g, '<port>')
    .replaceAll(project.folder, '<folder>');

/** Its exit code, then what it printed. */
async function typed(line: string, stdin?: string): Promise<string> {
  const { exit, stdout, stderr } = await project.run(line.split(' '), stdin === undefined ? {} : { stdin });
  return golden(`${exit}\n${stdout}${stderr}`);
}

const tasksOf = async (appId: string) =>
  (await project.json<{ tasks: { appId?: string }[] }>(['ps'])).tasks.filter((task) => task.appId === appId);

describe.skipIf(dockerSkipped)('a cluster with Marathon', () => {
  beforeAll(async () => {
    project = await Project.create(FILE);
    await project.write(app('/kept'), 'kept.json');
    const { status } = await project.apply();
    mesos = new MesosCluster(() => status);
    await mesos.deployed('/kept', 1);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it('C20 must take the command lines of 0.13 as they were typed', async () => {
    await project.write(app('hello', { env: { ZK: '${MINIMESOS_ZOOKEEPER}', PORT: '${PORT0}' } }), 'hello.json');
    await project.write(app('hello', { instances: 2 }), 'hello-2.json');
    await project.write(JSON.stringify({ id: 'shop', apps: [{ id: 'db', ...SLEEPING }] }), 'shop.json');
    const server = createServer((_request, response) => response.end(app('/far')));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/far.json`;

    expect(await typed('install --app hello.json')).toBe('0\ninstalled app /hello (deployment <uuid>)\n');
    await mesos.deployed('/hello', 1);
    const { json } = await mesos.marathon('/v2/apps/hello');
    expect(json).toMatchObject({
      app: { env: { ZK: expect.stringMatching(/^zk:\/\/[\d.]+:2181\/mesos$/), PORT: '${PORT0}' } },
    });
    expect(await typed('install --app hello-2.json --update')).toBe('0\nupdated app /hello (deployment <uuid>)\n');
    await mesos.deployed('/hello', 2);
    expect(await typed('uninstall --app hello')).toBe('0\nuninstalled app /hello (deployment <uuid>)\n');
    await mesos.deployed('/hello', 0);

    expect(await typed('install --group shop.json')).toBe('0\ninstalled group /shop (deployment <uuid>)\n');
    await mesos.deployed('/shop/db', 1);
    expect(await typed('install --marathonFile shop.json --update')).toBe(
      '0\nupdated group /shop (deployment <uuid>)\n',
    );
    await mesos.deployed('/shop/db', 1);
    expect(await typed(`install --app ${url}`)).toBe('0\ninstalled app /far (deployment <uuid>)\n');
    await mesos.deployed('/far', 1);
    expect(await typed('install --stdin', app('/piped'))).toBe('0\ninstalled app /piped (deployment <uuid>)\n');
    await mesos.deployed('/piped', 1);
    expect(await typed('ps')).toBe(
      [
        '0',
        'FRAMEWORK  TASK     STATE         PORT   AGENT    ID',
        'marathon   kept     TASK_RUNNING  <port>  agent-0  kept.<uuid>',
        'marathon   db.shop  TASK_RUNNING  <port>  agent-0  shop_db.<uuid>',
        'marathon   far      TASK_RUNNING  <port>  agent-0  far.<uuid>',
        'marathon   piped    TASK_RUNNING  <port>  agent-0  piped.<uuid>',
        '',
      ].join('\n'),
    );
    expect(await typed('uninstall --group /shop')).toBe(
      '0\nuninstalled group /shop with /shop/db (deployment <uuid>)\n',
    );
    await typed('uninstall --app /far --wait');
    await typed('uninstall --app /piped --wait');
  });

  it('C21 must leave what is there as it is, unless --update is given', async () => {
    await project.write(app('/there'), 'there.json');
    await project.write(app('/there', { instances: 2 }), 'there-2.json');
    await project.write(JSON.stringify({ id: '/both', apps: [{ id: 'one', ...SLEEPING }] }), 'both.json');
    await typed('install --app there.json --wait');
    await typed('install --group both.json --wait');
    expect(await typed('install --app there-2.json')).toBe(
      '1\nerror: app /there is there already\nhint: --update changes it\n',
    );
    expect(await typed('install --group both.json')).toBe(
      '1\nerror: group /both is there already\nhint: --update changes it\n',
    );
    expect(await tasksOf('/there')).toHaveLength(1);
    const updated = await project.json(['install', '--app', 'there-2.json', '--update', '--wait']);
    expect(updated).toEqual({
      app: '/there',
      deploymentId: expect.stringMatching(/./),
      version: expect.stringMatching(/Z$/),
    });
    expect(await tasksOf('/there')).toHaveLength(2);
    await typed('uninstall --app there --wait');
    await typed('uninstall --group both --wait');
  });

  it.each([
    ['{\n "id": "x",\n "cmd": oops }', 'bad.json:3:9 '],
    ['{ "cmd": "x" }', 'the app has no id'],
    ['{ "id": "x", "cmd": "${MINIMESOS_MASTR}" }', 'did you mean "${MINIMESOS_MASTER}"?'],
    [
      '{ "id": "x", "cmd": "x", "cpus": ${MINIMESOS_CONSUL_PORT} }',
      'bad.json:1:34 ${MINIMESOS_CONSUL_PORT} stands for nothing',
    ],
    ['{ "id": "x", "apps": [{ "id": "y" }] }', 'hint: --group installs it'],
    ['', 'the file is empty'],
  ])('C22 must send nothing of %j, and say why', async (text, why) => {
    await project.write(text, 'bad.json');
    const ran = await project.run(['install', '--app', 'bad.json']);
    expect(ran).toMatchObject({ exit: 65, stdout: '', stderr: expect.stringContaining(why) });
    expect((await mesos.marathon('/v2/apps/x')).status).toBe(404);
  });

  it.each([
    ['install --app nowhere.json', '65\nerror: nowhere.json does not exist\nhint: <folder>/nowhere.json was tried\n'],
    ['install --app .', '65\nerror: . is a folder, not a file\n'],
  ])('C22 must refuse "%s"', async (line, expected) => {
    expect(await typed(line)).toBe(expected);
  });

  it.each([
    ['install', 'one of --app, --group, --marathonFile, --stdin must be given'],
    ['install --app kept.json --stdin', '--app and --stdin cannot be given together'],
    ['uninstall', 'one of --app, --group must be given'],
    ['uninstall --app /', '--app takes the id of one app, such as /hello'],
  ])('C8 must refuse "%s"', async (line, why) => {
    const [command] = line.split(' ');
    expect(await typed(line)).toBe(`64\nerror: ${why}\nhint: minimesos help ${command}\n`);
  });

  it('C23 must say what Marathon refuses, field by field', async () => {
    await project.write(app('/wrong', { cpus: -1, args: ['x'] }), 'wrong.json');
    await project.write(app('/wrong', { mem: 'much' }), 'unreadable.json');
    const refused = await project.run(['install', '--app', 'wrong.json']);
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr.split('\n')).toEqual([
      'error: Marathon refuses app /wrong',
      expect.stringMatching(/^ {2}\/cpus: /),
      expect.stringContaining("'cmd' or 'args'"),
      '',
    ]);
    expect(await typed('install --app unreadable.json')).toBe(
      '1\nerror: Marathon cannot read the JSON of app /wrong\n  /mem: must be a number\n',
    );
  });

  it('C23 C24 must give the reason of a deployment that cannot end, and cancel it with --force', async () => {
    await project.write(app('/big', { cpus: 40 }), 'big.json');
    await project.write(app('/big'), 'small.json');
    await typed('install --app big.json');
    await eventually('an offer that is too small', async () => {
      const { text } = await mesos.marathon('/v2/queue');
      return /"InsufficientCpus","declined":[1-9]/.test(text) || undefined;
    });
    const waited = await project.run(['install', '--app', 'big.json', '--update', '--wait', '--timeout', '1']);
    expect(waited).toMatchObject({ exit: 124, stdout: expect.stringContaining('updated app /big') });
    expect(waited.stderr).toContain('app /big is not deployed within 1 s');
    expect(waited.stderr).toContain('no agent offers 40 cpus');
    expect(await typed('install --app small.json --update')).toBe(
      '1\nerror: app /big is locked: deployment <uuid> is changing it\nhint: wait until it is over; install and uninstall with --force cancel it\n',
    );
    expect(await typed('install --app small.json --update --force --wait')).toMatch(/^0\n/);
    expect(await tasksOf('/big')).toHaveLength(1);
    await typed('uninstall --app big --wait');
    expect(await tasksOf('/big')).toEqual([]);
  });

  it('C25 must name what there is where it finds nothing', async () => {
    expect(await typed('uninstall --app kpet')).toBe('1\nerror: Marathon has no app /kpet\nhint: it has /kept\n');
    expect(await typed('uninstall --group kept')).toBe(
      '1\nerror: Marathon has no group /kept\nhint: it has an app of that id: --app /kept\n',
    );
  });

  it('C25 must tell of an app that the next apply deploys again', async () => {
    const removed = await project.run(['uninstall', '--app', 'kept', '--wait']);
    expect(removed.stderr).toBe(
      'note: app /kept comes from the minimesosFile; the next minimesos apply deploys what it says\n',
    );
    expect((await project.apply()).steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual([
      'deploy app:/kept',
    ]);
    await mesos.deployed('/kept', 1);
  });

  it('C26 must list the tasks that have ended with --all only', async () => {
    await project.write(app('/short', { cmd: 'exit 3', backoffSeconds: 3600 }), 'short.json');
    await typed('install --app short.json');
    const ended = await eventually('a task that has ended', async () => {
      const { tasks } = await project.json<{ tasks: Record<string, unknown>[] }>(['ps', '--all']);
      return tasks.find(({ appId, state }) => appId === '/short' && state === 'TASK_FAILED');
    });
    expect(ended).toEqual({
      framework: 'marathon',
      name: 'short',
      id: expect.stringMatching(/^short\./),
      state: 'TASK_FAILED',
      ports: [expect.any(Number)],
      agent: 'agent-0',
      agentId: expect.stringMatching(/-S0$/),
      appId: '/short',
    });
    expect((await project.run(['ps'])).stdout).not.toContain(ended.id);
    await typed('uninstall --app short --force --wait');
  });
});

describe.skipIf(dockerSkipped)('a cluster without Marathon', () => {
  it('C20 C26 must say so, and that no task runs', async () => {
    await using bare = await Project.create('minimesos {\n  distribution = "simulator"\n  agent { }\n}\n');
    await bare.write(app('/x'), 'x.json');
    for (const line of ['ps', 'install --app x.json', 'uninstall --app x']) {
      const { exit, stdout, stderr } = await bare.run(line.split(' '));
      expect([exit, stdout, stderr.split('\n')[1]]).toEqual([1, '', 'hint: minimesos up starts one']);
    }
    await bare.apply();
    expect(await bare.run(['install', '--app', 'x.json'])).toEqual({
      exit: 1,
      stdout: '',
      stderr: `error: cluster ${bare.id} has no Marathon\nhint: add marathon { } to its minimesosFile, then minimesos apply\n`,
    });
    expect(await bare.run(['ps'])).toEqual({
      exit: 0,
      stdout: 'FRAMEWORK  TASK  STATE  PORT  AGENT  ID\n',
      stderr: 'no task runs; --all shows those that have ended\n',
    });
  });
});
