/** Apps and groups of the minimesosFile, on the simulated Marathon. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { MesosCluster } from '../support/mesos-cluster.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const file = (...blocks: string[]) => `minimesos {
  distribution = "simulator"
  agent { }
  marathon {
    ${blocks.join('\n    ')}
  }
}
`;
const APP = 'app { marathonJson = "web.json" }';
const GROUP = 'group { marathonJson = "shop.json" }';
const SLEEP = { cmd: 'sleep 1000', cpus: 0.1, mem: 16 };
const WEB = { id: 'web', ...SLEEP, env: { ZK: '${MINIMESOS_ZOOKEEPER}' } };
const SHOP = {
  id: '/shop',
  apps: [
    { id: 'db', ...SLEEP },
    { id: 'front', ...SLEEP, dependencies: ['/shop/db'] },
  ],
};

const write = (project: Project, name: string, json: object) => project.write(JSON.stringify(json), name);

async function projectWith(...blocks: string[]): Promise<Project> {
  const project = await Project.create(file(...blocks));
  await write(project, 'web.json', WEB);
  await write(project, 'shop.json', SHOP);
  return project;
}

describe.skipIf(dockerSkipped)('apps of a watched minimesosFile', () => {
  let project: Project;
  let watcher: Watcher;
  let mesos: MesosCluster;
  beforeAll(async () => {
    project = await projectWith(APP, GROUP);
    watcher = Watcher.of(project);
    mesos = new MesosCluster(() => watcher.status);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  let lines: number;
  let lives: Record<string, string>;
  beforeEach(async () => {
    await watcher.converged();
    [lines, lives] = [watcher.lines.length, watcher.lives];
  });

  it('L38 must run once Marathon leads, with their tokens replaced', async () => {
    const apps = watcher.status.components.filter(({ kind }) => kind === 'app');
    expect(apps.map(({ id, phase, reason }) => [id, phase, reason])).toEqual([
      ['app:/web', 'ready', '1 of 1 task runs'],
      ['app:/shop', 'ready', '2 of 2 tasks run'],
    ]);
    const { json } = await mesos.marathon('/v2/apps/web');
    expect(json).toMatchObject({ app: { env: { ZK: watcher.component('zookeeper-0')?.endpoint } } });
  });

  it('L39 editing instances in a JSON file must change just that app, and keep its running task', async () => {
    const before = await mesos.deployed('/web', 1);
    const others = await mesos.deployed('/shop/db', 1);
    await write(project, 'web.json', { ...WEB, instances: 3 });
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['deploy app:/web']);
    const after = await mesos.deployed('/web', 3);
    expect(after.map(({ id }) => id)).toContain(before[0]?.id);
    expect(await mesos.deployed('/shop/db', 1)).toEqual(others);
    expect(watcher.lives).toEqual(lives);
  });

  it('L38 a broken JSON file must change nothing, and the next good one counts', async () => {
    await project.write('{ "id": "web", ', 'web.json');
    await watcher.until('the file to be called broken', () =>
      watcher.status.conditions.some(({ type, status }) => type === 'FileInvalid' && status),
    );
    expect(watcher.stepsSince(lines)).toEqual([]);
    await write(project, 'web.json', WEB);
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['deploy app:/web']);
    await mesos.deployed('/web', 1);
  });

  it('L42 an app that somebody removed must be back, and one that somebody installed must be left alone', async () => {
    const posted = await mesos.marathon('/v2/apps', { method: 'POST', body: { id: '/hand', ...SLEEP } });
    expect(posted.status).toBe(201);
    expect((await mesos.marathon('/v2/apps/web', { method: 'DELETE' })).status).toBe(200);
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['deploy app:/web']);
    await mesos.deployed('/hand', 1);
  });

  it('L38 a group whose block is taken out must go, whole and alone', async () => {
    await project.write(file(APP));
    await watcher.healed(lines);
    expect(watcher.stepsSince(lines)).toEqual(['undeploy app:/shop']);
    expect((await mesos.marathon('/v2/groups/shop')).status).toBe(404);
    expect((await mesos.marathon('/v2/apps/hand')).status).toBe(200);
  });
});

describe.skipIf(dockerSkipped)('ids of a minimesosFile', () => {
  it('L38 must pass from an app to a group and back, and to what is above or below', async () => {
    const project = await projectWith(APP);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const steps = async (block: string, json: object) => {
      await write(project, 'web.json', json);
      await project.write(file(block));
      return (await project.apply()).steps.map(({ verb, component }) => `${verb} ${component}`);
    };
    await project.apply();
    const asGroup = { id: 'web', groups: [{ id: 'x', apps: [{ id: 'y', ...SLEEP }] }] };
    const group = 'group { marathonJson = "web.json" }';
    expect(await steps(group, asGroup)).toEqual(['undeploy app:/web', 'deploy app:/web']);
    expect(await steps(APP, WEB)).toEqual(['undeploy app:/web', 'deploy app:/web']);
    expect(await steps(APP, { ...WEB, id: '/web/x/y' })).toEqual(['undeploy app:/web', 'deploy app:/web/x/y']);
    // Marathon keeps the groups that it stood in.
    expect(await steps(APP, WEB)).toEqual(['undeploy app:/web/x/y', 'deploy app:/web']);
  });

  it('L41 must be gone with their tasks, also with those that take their time to end', async () => {
    const project = await projectWith(APP);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const cmd = 'trap "sleep 1; exit 0" TERM; while true; do sleep 0.1; done';
    await write(project, 'web.json', { ...WEB, cmd });
    await project.apply();
    await project.write(file());
    await project.apply();
    const { tasks } = await project.json<{ tasks: { id: string }[] }>(['ps']);
    expect(tasks).toEqual([]);
  });
});

describe.skipIf(dockerSkipped)('apps of a minimesosFile', () => {
  it('L40 one that no agent can run must be progressing, with the reason of Marathon', async () => {
    const project = await projectWith(APP);
    onTestFinished(() => project[Symbol.asyncDispose]());
    await write(project, 'web.json', { ...WEB, cpus: 40 });
    const ran = await project.run(['apply', '--timeout', '8']);
    expect(ran).toMatchObject({ exit: 124, stderr: expect.stringContaining('no agent offers 40 cpus') });
    const { components, conditions } = await project.status();
    expect(components.at(-1)).toMatchObject({
      id: 'app:/web',
      phase: 'starting',
      reason: 'progressing: 0 of 1 task runs; no agent offers 40 cpus',
    });
    expect(conditions.find(({ type }) => type === 'Progressing')).toMatchObject({ status: true });
    await write(project, 'web.json', WEB);
    expect((await project.apply()).steps.map(({ verb, component }) => `${verb} ${component}`)).toEqual([
      'deploy app:/web',
    ]);
  });

  it('L38 one that Marathon refuses must fail with the fields that it refuses, and all else converge', async () => {
    const project = await projectWith(APP, GROUP);
    onTestFinished(() => project[Symbol.asyncDispose]());
    await write(project, 'web.json', { ...WEB, instances: -1 });
    const { exit, stdout, stderr } = await project.run(['apply', '--output', 'json']);
    expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringMatching(/app:\/web.*\n.*instances/) });
    const phases = JSON.parse(stdout).status.components.map((each: { id: string; phase: string }) => [
      each.id,
      each.phase,
    ]);
    expect(Object.fromEntries(phases)).toMatchObject({
      'app:/web': 'failed',
      'app:/shop': 'ready',
      'marathon-0': 'ready',
    });
  });

  it('L41 destroy must end them first, those by hand too, and leave nothing', async () => {
    const project = await projectWith(APP, GROUP);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const { status } = await project.apply();
    const mesos = new MesosCluster(() => status);
    await mesos.marathon('/v2/apps', { method: 'POST', body: { id: '/hand', ...SLEEP } });
    const { steps } = await project.json<{ steps: { verb: string; component: string }[] }>(['destroy']);
    const verbs = steps.map(({ verb }) => verb);
    expect(
      steps
        .slice(0, 3)
        .map(({ component }) => component)
        .sort(),
    ).toEqual(['app:/hand', 'app:/shop', 'app:/web']);
    expect(verbs.lastIndexOf('undeploy')).toBeLessThan(verbs.indexOf('remove'));
    expect(await project.leftovers()).toEqual([]);
  });
});
