import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/doctor/check.js';
import { engineChecks } from '../../../src/doctor/engine-checks.js';
import type { Facts, Trace, Wanted } from '../../../src/doctor/facts.js';
import { imageChecks, isSchema1 } from '../../../src/doctor/image-checks.js';
import { leftoverChecks } from '../../../src/doctor/leftover-checks.js';
import { networkChecks } from '../../../src/doctor/network-checks.js';
import { asksOf } from '../../../src/doctor/wanted.js';
import { MinimesosError } from '../../../src/errors.js';
import { networkLabels } from '../../../src/observed/labels.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

const GB = 2 ** 30;
const CLUSTER = 'c0ffee0000';
const [bridge, ...otherNetworks] = await new FakeDocker().listNetworks(null);

const WANTED: Wanted = { distribution: 'simulator', images: new Map(), ports: [] };

/** All is well. */
function facts(over: Partial<Facts> = {}): Facts {
  return {
    engine: new FakeDocker().about,
    onThisMachine: true,
    tried: [],
    freeDisk: 100 * GB,
    containers: [],
    networks: [...(bridge ? [bridge] : []), ...otherNetworks],
    hostSubnets: [],
    file: undefined,
    cluster: CLUSTER,
    present: new Set(),
    listening: new Set(),
    traces: [],
    simulator: { images: [], today: 'minimesos/simulator:today' },
    ...over,
  };
}

const wants = (over: Partial<Wanted>): Partial<Facts> => ({
  file: { path: 'minimesosFile', wanted: { ...WANTED, ...over } },
});
const engine = (over: Partial<Facts['engine']>): Partial<Facts> => ({ engine: { ...new FakeDocker().about, ...over } });
const statuses = (checks: Check[], name: string) =>
  checks.filter((each) => each.name === name).map(({ status }) => status);
const trouble = (checks: Check[]) => checks.filter(({ status }) => status !== 'ok');

describe('C38 where all is well', () => {
  it('every check is ok', () => {
    const checks = [engineChecks, networkChecks, imageChecks, leftoverChecks].flatMap((look) => look(facts()));
    expect(trouble(checks)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      'engine',
      'api',
      'cgroups',
      'memory',
      'disk',
      'addresses',
      'subnet',
      'file',
      'leftovers',
    ]);
  });
});

describe('C38 the check of the engine', () => {
  it.each([
    ['custom', 1, 'ok'],
    ['custom', 2, 'warn'],
    ['clusterd', 1, 'warn'],
    ['clusterd', 2, 'ok'],
    ['simulator', 2, 'ok'],
    ['custom', undefined, 'ok'],
  ] as const)('of distribution %s on cgroups %s is %s', (distribution, cgroupVersion, status) => {
    const checks = engineChecks(facts({ ...wants({ distribution }), ...engine({ cgroupVersion }) }));
    expect(statuses(checks, 'cgroups')).toEqual([status]);
  });

  it.each([
    [3 * GB, ['ok']],
    [GB, ['warn']],
    [GB / 10, ['fail']],
    [undefined, []],
  ] as const)('of a disk with %s bytes free is %s', (freeDisk, expected) => {
    expect(statuses(engineChecks(facts({ freeDisk })), 'disk')).toEqual(expected);
  });

  it('of a machine with little memory is a warning', () => {
    expect(statuses(engineChecks(facts(engine({ memory: GB / 2 }))), 'memory')).toEqual(['warn']);
  });
});

describe('C38 the check of the addresses', () => {
  const silent = { component: 'master-0', address: '172.30.8.10:5050', answers: false };

  it.each([
    ['one that answers', { tried: [silent, { ...silent, answers: true }], onThisMachine: false }, 'ok'],
    ['some, and none answers', { tried: [silent], onThisMachine: true }, 'fail'],
    ['none, and the engine is here', { tried: [], onThisMachine: true }, 'ok'],
    ['none, and the engine is elsewhere', { tried: [], onThisMachine: false }, 'warn'],
  ])('where there is to try %s', (_what, over, status) => {
    expect(statuses(networkChecks(facts(over)), 'addresses')).toEqual([status]);
  });
});

describe('C38 the check of the subnets', () => {
  const all = ['172.28.0.0/16', '172.29.0.0/16', '172.30.0.0/16'];

  it('fails where none is free, be it for a network of this machine', () => {
    expect(statuses(networkChecks(facts({ hostSubnets: all })), 'subnet')).toEqual(['fail']);
    expect(statuses(networkChecks(facts({ hostSubnets: all.slice(1) })), 'subnet')).toEqual(['ok']);
  });

  it('is content where the cluster has its own already', () => {
    const identity = { id: CLUSTER, file: '/f', name: 'n', distribution: 'custom', mesosVersion: '1.0.0' };
    const own = {
      id: 'x',
      name: `minimesos-${CLUSTER}`,
      labels: networkLabels(identity, '1'),
      subnets: ['172.30.8.0/21'],
    };
    const networks = [{ ...own, gateway: '172.30.8.1', createdAt: '2020-01-01T00:00:00.000Z' }];
    expect(statuses(networkChecks(facts({ networks, hostSubnets: all })), 'subnet')).toEqual(['ok']);
  });
});

describe('C38 the check of the ports', () => {
  const port = { port: 5050, protocol: 'tcp', hostPort: 5050 } as const;
  const wanted = wants({ ports: [{ component: 'master-0', port }] });
  const holder = (labels: Record<string, string>, hostIp = '127.0.0.1'): Partial<Facts> => ({
    containers: [
      {
        id: 'x',
        name: 'somebody',
        image: 'x:1',
        labels,
        state: 'running',
        addresses: {},
        startedOn: {},
        endpoints: {},
        published: [{ port: 80, protocol: 'tcp', hostPort: 5050, hostIp }],
      },
    ],
    listening: new Set([5050]),
  });

  it.each([
    ['nobody has', {}, 'ok'],
    ['the cluster has itself', holder({ 'org.minimesos.cluster': CLUSTER }), 'ok'],
    ['another cluster has', holder({ 'org.minimesos.cluster': 'other' }), 'warn'],
    ['a container has', holder({}), 'fail'],
    ['a container has on every address', holder({}, '0.0.0.0'), 'fail'],
    ['a program has', { listening: new Set([5050]) }, 'fail'],
    ['a container has on an address of its own', { ...holder({}, '10.0.0.1'), listening: new Set<number>() }, 'ok'],
  ])('that %s', (_who, over, status) => {
    expect(statuses(networkChecks(facts({ ...wanted, ...over })), 'ports')).toEqual([status]);
  });

  it('is left out where none is published', () => {
    expect(statuses(networkChecks(facts(wants({}))), 'ports')).toEqual([]);
  });
});

describe('C38 the check of the file', () => {
  it('tells every problem of a broken one', () => {
    const wanted = new MinimesosError('FILE_INVALID', 'it has 2 problems', { details: ['f:1:1 a', 'f:2:1 b'] });
    expect(imageChecks(facts({ file: { path: 'f', wanted } }))).toEqual([
      { name: 'file', status: 'fail', message: 'it has 2 problems\nf:1:1 a\nf:2:1 b', hint: expect.any(String) },
    ]);
  });
});

describe('C38 the check of the images', () => {
  const OLD = 'containersol/mesos-agent:1.0.0-0.1.0';
  const missing = (image: string, version = '20.10.24') =>
    imageChecks(facts({ ...wants({ images: new Map([[image, ['agent-0', 'agent-1']]]) }), ...engine({ version }) }));

  it('is content where all are on the engine', () => {
    const images = new Map([[OLD, ['agent-0']]]);
    const checks = imageChecks(
      facts({ ...wants({ images }), ...engine({ version: '29.0.0' }), present: new Set([OLD]) }),
    );
    expect(trouble(checks)).toEqual([]);
  });

  it('names one that is missing, who needs it, and how to get it', () => {
    const [check] = trouble(missing('zookeeper:3.9'));
    expect(check).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('zookeeper:3.9 (agent-0, agent-1)'),
    });
    expect(check?.hint).toMatch(/^docker pull zookeeper:3\.9, or docker load/);
  });

  it('is not worried about the simulator, which is made on the spot', () => {
    expect(statuses(missing('minimesos/simulator:0123456789ab'), 'images')).toEqual(['ok']);
  });

  it.each([
    ['20.10.24+dfsg1', 'warn'],
    ['25.0.5', 'warn'],
    ['26.0.0', 'fail'],
    ['28.1.1', 'fail'],
    ['28.2.0', 'fail'],
    ['29.0.0-rc.1', 'fail'],
  ])('of schema 1 on Docker %s is a %s', (version, status) => {
    const [check] = trouble(missing(OLD, version));
    expect(check).toMatchObject({ status, hint: expect.stringContaining('--distribution simulator') });
  });

  it('tells an engine that can be told to pull it from one that cannot', () => {
    const hints = ['28.1.1', '28.2.0'].map((version) => trouble(missing(OLD, version))[0]?.hint);
    expect(hints[0]).toContain('DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1');
    expect(hints[1]).toContain('docker load');
  });

  it.each([
    ['containersol/mesos-master:1.0.0-0.1.0', true],
    ['docker.io/containersol/mesos-master:1.0.0-0.1.0', true],
    ['gliderlabs/registrator:v6', true],
    ['jplock/zookeeper:3.4.6', true],
    ['mesosphere/marathon:v1.3.5', true],
    ['mesosphere/marathon:v1.5.6', false],
    ['mesosphere/mesos-master:1.5.0', false],
    ['registry.example:5000/containersol/mesos-master:1', false],
    ['zookeeper:3.9', false],
  ])('%s is of schema 1: %s', (image, expected) => {
    expect(isSchema1(image)).toBe(expected);
  });
});

describe('C39 the check of leftovers', () => {
  const trace: Trace = {
    id: 'dead',
    file: '/gone/minimesosFile',
    name: 'dead',
    distribution: 'simulator',
    mesosVersion: '1.0.0',
    fileExists: false,
    abandoned: undefined,
    running: 2,
    things: 5,
  };

  it.each([
    ['whose file is gone', {}, true],
    ['whose file is there', { fileExists: true }, false],
    ['whose process is no more, file or not', { abandoned: true, fileExists: true }, true],
    ['whose process lives, file or not', { abandoned: false }, false],
  ])('a cluster %s', (_which, over, dead) => {
    const found = trouble(leftoverChecks(facts({ traces: [{ ...trace, ...over }] })));
    expect(found.map(({ hint }) => hint)).toEqual(dead ? ['minimesos destroy --cluster dead'] : []);
  });

  it('says nothing of files on the machine of an engine that is elsewhere', () => {
    expect(trouble(leftoverChecks(facts({ traces: [trace], onThisMachine: false })))).toEqual([]);
  });

  it('names the images of the simulator that no container uses, but for that of today', () => {
    const tags = ['today', 'used', 'moved', 'old', 'older'];
    const images = tags.map((tag, at) => ({
      id: `sha256:${String(at).repeat(64)}`,
      references: [`minimesos/simulator:${tag}`],
      size: GB / 2,
    }));
    const container = (image: string) => ({
      id: image,
      name: image,
      image,
      labels: {},
      state: 'exited' as const,
      addresses: {},
      startedOn: {},
      endpoints: {},
      published: [],
    });
    // An engine shows an image whose tag has moved by its id.
    const containers = [container('minimesos/simulator:used'), container('2'.repeat(12))];
    const simulator = { images, today: 'minimesos/simulator:today' };
    expect(trouble(leftoverChecks(facts({ simulator, containers })))).toEqual([
      {
        name: 'leftovers',
        status: 'warn',
        message: '2 old images of the simulator that no container uses, 1.0 GB at most',
        hint: 'docker rmi minimesos/simulator:old minimesos/simulator:older',
      },
    ]);
  });
});

describe('what a file asks of the engine', () => {
  it('is each image once, with all that need it, and the ports that it publishes', () => {
    const spec = { distribution: 'custom', mapPortsToHost: true, agents: [agentSpec(), agentSpec()] };
    const { images, ports } = asksOf(desiredFrom(clusterSpec(spec)));
    expect([...images]).toEqual([
      ['jplock/zookeeper:3.4.6', ['zookeeper-0']],
      ['containersol/mesos-master:1.0.0-0.1.0', ['master-0']],
      ['containersol/mesos-agent:1.0.0-0.1.0', ['agent-0', 'agent-1']],
    ]);
    expect(ports.map(({ component, port }) => `${component} ${port.hostPort}`)).toEqual([
      'zookeeper-0 2181',
      'master-0 5050',
    ]);
  });
});
