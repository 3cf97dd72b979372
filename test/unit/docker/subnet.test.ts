import { describe, expect, it } from 'vitest';
import { addressIn } from '../../../src/components/kind.js';
import { COMPONENT_KINDS, kindOf } from '../../../src/components/registry.js';
import { candidates, createNetwork, overlap } from '../../../src/docker/subnet.js';
import { MinimesosError } from '../../../src/errors.js';
import { FakeDocker } from '../../support/fake-docker.js';

const NAME = 'minimesos-c0ffee0000';

async function subnetOf(docker: FakeDocker, name: string): Promise<string> {
  const networks = await docker.listNetworks(null);
  return networks.find((network) => network.name === name)?.subnets[0] ?? '';
}

describe('the candidates', () => {
  const all = candidates(NAME);

  it('do not overlap, and lie where Docker takes its networks from', () => {
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((one) => !overlap(one, '172.16.0.0/12'))).toEqual([]);
    for (const [at, one] of all.entries()) {
      expect(all.slice(at + 1).filter((other) => overlap(one, other))).toEqual([]);
    }
  });

  it('are the same ones for every cluster, but begin where its name says', () => {
    const others = ['a', 'b', 'c', 'd'].map(candidates);
    for (const each of others) expect([...each].sort()).toEqual([...all].sort());
    expect(new Set(others.map(([first]) => first)).size).toBeGreaterThan(1);
    expect(candidates(NAME)).toEqual(all);
  });

  it('have room for a thousand agents beside the others, each at an address of its own', () => {
    for (const subnet of [...all].sort().slice(-1)) {
      const agents = Array.from({ length: 1000 }, (_, index) => addressIn(subnet, kindOf('agent'), index));
      const others = COMPONENT_KINDS.filter(({ kind }) => kind !== 'agent').flatMap((kind) =>
        Array.from({ length: 8 }, (_, index) => addressIn(subnet, kind, index)),
      );
      const addresses = [...agents, ...others];
      expect(new Set(addresses).size).toBe(addresses.length);
      expect(addresses.filter((address) => !overlap(`${address}/32`, subnet))).toEqual([]);
    }
  });
});

describe('two subnets', () => {
  it.each([
    ['172.30.0.0/22', '172.30.0.0/22', true],
    ['172.30.0.0/22', '172.30.3.0/24', true],
    ['172.30.3.7/32', '172.30.0.0/22', true],
    ['172.30.1.1/22', '172.30.3.9/30', true],
    ['0.0.0.0/0', '172.30.0.0/22', true],
    ['172.30.0.0/22', '172.30.4.0/22', false],
    ['172.29.255.0/24', '172.30.0.0/22', false],
    ['fd00::/64', '172.30.0.0/22', false],
    ['nonsense', '172.30.0.0/22', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected]);
  });
});

describe('a network', () => {
  it('is made with its labels on a subnet of its own', async () => {
    const docker = new FakeDocker();
    await createNetwork(docker, NAME, { 'org.minimesos.cluster': 'c0ffee0000' });
    expect(await docker.listNetworks({ 'org.minimesos.cluster': 'c0ffee0000' })).toHaveLength(1);
    expect(candidates(NAME)).toContain(await subnetOf(docker, NAME));
  });

  it('has its old subnet when it is made anew, so that agents keep their addresses', async () => {
    const docker = new FakeDocker();
    await createNetwork(docker, NAME, {});
    const before = await subnetOf(docker, NAME);
    await docker.removeNetwork(NAME);
    await createNetwork(docker, 'another', {});
    await createNetwork(docker, NAME, {});
    expect(await subnetOf(docker, NAME)).toBe(before);
  });

  it('leaves a subnet that another has alone', async () => {
    const docker = new FakeDocker();
    await createNetwork(docker, NAME, {});
    const taken = await subnetOf(docker, NAME);
    await docker.removeNetwork(NAME);
    await docker.createNetwork('another', taken, {});
    docker.writes.length = 0;
    await createNetwork(docker, NAME, {});
    expect(docker.writes).toHaveLength(1);
    expect(overlap(await subnetOf(docker, NAME), taken)).toBe(false);
  });

  it('passes over a subnet that turns out to be taken', async () => {
    const docker = new FakeDocker();
    docker.failNext('createNetwork', new MinimesosError('DOCKER_REFUSED', 'Pool overlaps with other one'));
    await createNetwork(docker, NAME, {});
    expect(docker.writes).toHaveLength(2);
    expect(await subnetOf(docker, NAME)).not.toBe('');
  });

  it('is not made where no subnet is free, and says so', async () => {
    const docker = new FakeDocker();
    for (const pool of ['172.28.0.0/16', '172.29.0.0/16', '172.30.0.0/16']) await docker.createNetwork(pool, pool, {});
    await expect(createNetwork(docker, NAME, {})).rejects.toMatchObject({ code: 'SUBNETS_TAKEN' });
  });

  it('does not try on where the engine fails for another reason', async () => {
    const docker = new FakeDocker();
    docker.failNext('createNetwork', new MinimesosError('DOCKER_CONFLICT', 'exists already'));
    await expect(createNetwork(docker, NAME, {})).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    expect(docker.writes).toHaveLength(1);
  });
});
