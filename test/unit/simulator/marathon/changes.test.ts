import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { normalApp } from '../../../../src/simulator/marathon/app/normal.js';
import { Changes } from '../../../../src/simulator/marathon/deployment/changes.js';
import { type Deployment, Deployments } from '../../../../src/simulator/marathon/deployment/deployments.js';
import { type RootGroup, withApp, withoutApp } from '../../../../src/simulator/marathon/group/root.js';
import type { Changing } from '../../../../src/simulator/marathon/group/update.js';
import { History } from '../../../../src/simulator/marathon/storage/history.js';
import { Znodes } from '../../../../src/simulator/marathon/storage/znodes.js';
import { ZookeeperClient } from '../../../../src/simulator/zookeeper/client.js';
import { Cleanup, testZookeeper, until } from '../../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** ZooKeeper goes away before what is named here is done. */
class Unsteady extends Znodes {
  fails: RegExp | null = null;

  override async write(path: string, value: object | string): Promise<void> {
    if (this.fails?.test(`write ${path}`)) throw new Error('away');
    await super.write(path, value);
  }

  override async remove(path: string): Promise<void> {
    if (this.fails?.test(`remove ${path}`)) throw new Error('away');
    await super.remove(path);
  }
}

let client: ZookeeperClient;
beforeEach(async () => {
  const servers = [{ host: '127.0.0.1', port: (await testZookeeper(cleanup)).port }];
  client = new ZookeeperClient({ servers, sessionTimeoutMs: 1000, log: () => {} });
  cleanup.add(() => client.abandon());
  await until('a session', () =>
    client.getChildren('/').then(
      () => true,
      () => false,
    ),
  );
});

async function started() {
  const znodes = new Unsteady(client, '/state');
  const deployments = new Deployments(znodes);
  const told: string[] = [];
  const changes = new Changes(new History(znodes), deployments, {
    begun: () => told.push('begun'),
    cancelled: () => told.push('cancelled'),
  });
  await changes.load();
  const put = (cmd: string, force = false) => changes.change(withCommand(cmd), force);
  return { znodes, deployments, changes, told, put, cmd: () => changes.root.apps.get('/a')?.cmd };
}

function withCommand(cmd: string) {
  return (root: RootGroup, { settle }: Changing) => ({ root: withApp(root, settle(normalApp({ id: '/a', cmd }))) });
}

describe('a change, when ZooKeeper goes away', () => {
  it.each([
    ['its deployment', /^write deployments/],
    ['its apps', /^write apps/],
    ['its root', /^write roots/],
  ])('S29 before %s is kept must change nothing, now and for the next Marathon', async (_what, fails) => {
    const { znodes, changes, deployments, put, cmd, told } = await started();
    await put('first');
    const [first] = deployments.all;
    znodes.fails = fails;
    await expect(put('second', true)).rejects.toThrow('away');
    expect([cmd(), deployments.all, told]).toEqual(['first', [first], ['begun']]);
    const next = await started();
    expect([next.cmd(), next.deployments.all.map(({ id }) => id)]).toEqual(['first', [first?.id]]);
    znodes.fails = null;
    await put('third', true);
    expect([cmd(), changes.root.version > (first?.version ?? '')]).toEqual(['third', true]);
  });

  it('S29 after it is kept must be done, whatever is left to be cleared away', async () => {
    const { znodes, deployments, put, cmd, told } = await started();
    await put('first');
    znodes.fails = /^remove/;
    const done = await put('second', true);
    expect('deployment' in done && done.deployment.id).toBe(deployments.all[0]?.id);
    expect([cmd(), deployments.all.length, told]).toEqual(['second', 1, ['begun', 'cancelled', 'begun']]);
    expect((await started()).cmd()).toBe('second');
  });

  it('S138 a deployment whose end is not kept must go on', async () => {
    const { znodes, changes, deployments, put, told } = await started();
    await put('first');
    const [first] = deployments.all;
    if (first === undefined) throw new Error('no deployment');
    znodes.fails = /^remove/;
    await expect(changes.cancel(first)).rejects.toThrow('away');
    expect([deployments.all, told]).toEqual([[first], ['begun']]);
    znodes.fails = null;
    await changes.cancel(first);
    expect([deployments.all, told]).toEqual([[], ['begun', 'cancelled']]);
  });

  it('S29 no more than 50 versions must be kept, and those of which a deployment is', async () => {
    const { znodes, changes, deployments, put } = await started();
    for (let at = 0; at < 60; at += 1) await put(`x${at}`, true);
    expect([(await znodes.list('roots')).length, (await znodes.list('apps/a')).length]).toEqual([50, 50]);
    expect((await znodes.list('deployments')).length).toBe(1);
    await changes.change((root) => ({ root: withoutApp(root, '/a') }), true);
    for (let at = 0; at < 50; at += 1) await changes.change((root) => ({ root }), true);
    expect(await znodes.list('apps')).toEqual(['a']);
    for (const { id } of deployments.all) await changes.cancel(deployments.find(id) as Deployment);
    await changes.change((root) => ({ root }), true);
    expect(await znodes.list('apps')).toEqual([]);
    expect((await started()).changes.root.version).toBe(changes.root.version);
  });
});
