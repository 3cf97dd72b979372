/** Components on ports of the engine's host. */

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressIn, dockerSkipped, engine, Sandbox } from '../support/engine.js';
import { testImage } from '../support/image.js';
import { Project } from '../support/project.js';

/** One of the loopback's sixteen million addresses: no other test and no other run publishes on it. */
const ownAddress = (): string => `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;

const fileOn = (bindAddress: string, version = '1.0.0'): string => `minimesos {
  distribution = "simulator"; mapPortsToHost = true; bindAddress = "${bindAddress}"; mesosVersion = "${version}"
  agent { resources { cpu { value = 0.1 }; mem { value = 32 }; ports { value = "[4000-32000]" } } }
}`;

interface Published {
  port: number;
  hostPort: number;
  hostIp: string;
  takenBy?: string;
}

async function portsOf(project: Project): Promise<Map<string, Published[]>> {
  const { components } = await project.status();
  return new Map(components.flatMap(({ id, ports }) => (ports ? [[id, ports]] : [])));
}

const isMaster = async (at: string): Promise<boolean> =>
  fetch(`http://${at}/version`).then(
    ({ ok }) => ok,
    () => false,
  );

describe.skipIf(dockerSkipped)('mapPortsToHost', () => {
  it('L50 F40 of two clusters at once must bring up both, on ports that each keeps', async () => {
    const address = ownAddress();
    await using one = await Project.create(fileOn(address));
    await using two = await Project.create(fileOn(address));
    const applied = await Promise.all([one, two].map((each) => each.apply()));
    expect(applied).toMatchObject([{ converged: true }, { converged: true }]);
    const before = await Promise.all([one, two].map(portsOf));

    for (const [id, port] of [
      ['zookeeper-0', 2181],
      ['master-0', 5050],
    ] as const) {
      const published = before.map((each) => each.get(id)?.[0]);
      expect(published).toMatchObject([
        { port, hostIp: address },
        { port, hostIp: address },
      ]);
      const usual = published.findIndex((each) => each?.hostPort === port);
      expect(published[1 - usual]?.hostPort).not.toBe(port);
      const [{ id: holder } = one] = usual === 0 ? [one] : [two];
      expect(published.map((each) => each?.takenBy)).toEqual(usual === 0 ? [undefined, holder] : [holder, undefined]);
    }
    for (const each of before) {
      const { hostPort } = each.get('master-0')?.[0] ?? {};
      await expect.poll(() => isMaster(`${address}:${hostPort}`), { timeout: 20_000 }).toBe(true);
    }

    for (const each of [one, two]) {
      expect(await each.run(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
      await each.docker.stopContainer(`minimesos-${each.id}-master-0`);
    }
    for (const each of [two, one]) expect(await each.apply()).toMatchObject({ converged: true });
    expect(await Promise.all([one, two].map(portsOf))).toEqual(before);

    const moved = before[0]?.get('master-0')?.[0]?.takenBy ? one : two;
    const told = /master-0 is published on \S+, since 5050 was taken by cluster [0-9a-f]{10}/;
    expect((await moved.run(['status'])).stdout).toMatch(told);
    expect((await moved.run(['info'])).stderr).toMatch(told);
    await (moved === one ? two : one).run(['destroy']);
    expect(await portsOf(moved)).toEqual(before[moved === one ? 0 : 1]);
    expect(await moved.run(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
  });

  it('L50 of a cluster that comes later must say which cluster has the port', async () => {
    const address = ownAddress();
    await using one = await Project.create(fileOn(address));
    await using two = await Project.create(fileOn(address));
    await one.apply();
    const { stderr, exit } = await two.run(['apply']);
    expect(exit).toBe(0);
    expect(stderr).toMatch(
      new RegExp(`create master-0: .*: published on ${address}:\\d+, since 5050 is taken by cluster ${one.id}`),
    );
  });

  it('L51 must not move for a program, and come up once the program has gone', async () => {
    const address = ownAddress();
    const program = createServer().listen(5050, address);
    await once(program, 'listening');
    onTestFinished(() => void program.close());
    await using project = await Project.create(fileOn(address));
    const failed = await project.json<{ errors: object[] }>(['apply'], 1);
    expect(failed.errors).toMatchObject([
      { component: 'master-0', code: 'PORT_TAKEN', message: expect.stringContaining('port 5050') },
    ]);
    program.close();
    await once(program, 'close');
    expect(await project.apply()).toMatchObject({ converged: true });
    expect((await portsOf(project)).get('master-0')).toEqual([{ port: 5050, hostPort: 5050, hostIp: address }]);
  });

  it('L51 must name the container of somebody else that has a port, and leave it alone', async () => {
    const address = ownAddress();
    await using sandbox = new Sandbox(engine());
    const network = await sandbox.network();
    const ports = [{ port: 80, protocol: 'tcp' as const, hostPort: 2181, hostIp: address }];
    const at = { name: network.name, ip: addressIn(network, 20), aliases: [] };
    const spec = sandbox.spec(await testImage(sandbox.docker), network, { ports, network: at });
    const container = await sandbox.docker.createContainer(spec);
    await sandbox.docker.startContainer(container);
    await using project = await Project.create(fileOn(address));
    const { exit, stderr } = await project.run(['apply']);
    expect(exit).toBe(1);
    expect(stderr).toContain(`zookeeper-0: port 2181 of this machine is taken by the container ${spec.name}`);
    expect(await sandbox.docker.inspectContainer(container)).toMatchObject({ state: 'running' });
  });

  it('F40 must publish on another address once the file names one, and touch no agent', async () => {
    const [first, second] = [ownAddress(), ownAddress()];
    await using project = await Project.create(fileOn(first));
    await project.apply();
    const agent = (await project.containers()).get('agent-0');
    await project.write(fileOn(second));
    expect(await project.apply()).toMatchObject({ converged: true });
    expect((await portsOf(project)).get('master-0')).toEqual([{ port: 5050, hostPort: 5050, hostIp: second }]);
    expect((await project.containers()).get('agent-0')).toBe(agent);
  });
});
