import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../src/container-spec.js';
import type { ComponentId, Desired, Kind } from '../../../src/model.js';
import type { ClusterSpec } from '../../../src/spec.js';
import { agentSpec, clusterSpec, desiredFrom, resources } from '../../support/worlds.js';

const env = {};
const FULL: Partial<ClusterSpec> = {
  marathon: { env, cmd: '--master zk://minimesos-zookeeper:2181/mesos --task_label "a b"', apps: [] },
  consul: { env },
  registrator: { env },
  mesosDns: { env },
  scope: { env, port: 4041 },
};

/** As Docker would be asked for it, at a place that is as good as any. */
function rendered(kind: Kind, over: Partial<ClusterSpec> = {}, index = 0): ContainerSpec {
  return renderedFrom(desiredFrom(clusterSpec({ distribution: 'custom', ...FULL, ...over })), kind, index);
}

function renderedFrom({ cluster, components }: Desired, kind: Kind, index = 0): ContainerSpec {
  const component = components.filter((each) => each.kind === kind)[index];
  if (!component) throw new Error(`no ${kind}`);
  return component.render({
    cluster,
    id: `${kind}-${index}`,
    index,
    ip: '172.30.8.77',
    addressOf: (id: ComponentId) => `address-of-${id}`,
    workDir: '/var/lib/docker/volumes/work/_data',
    engineSocket: '/run/docker.sock',
  });
}

describe('an agent', () => {
  const agent = (over = {}) => rendered('agent', { agents: [agentSpec(over)] });

  it('comes back as the same: its address and host name are fixed, and recovery may add', () => {
    expect(agent().env).toMatchObject({
      MESOS_IP: '0.0.0.0',
      MESOS_ADVERTISE_IP: '172.30.8.77',
      MESOS_HOSTNAME: '172.30.8.77',
      MESOS_HOSTNAME_LOOKUP: 'false',
      MESOS_RECONFIGURATION_POLICY: 'additive',
    });
  });

  it('offers what its block says and nothing of the host beyond it', () => {
    const block = {
      attributes: 'rack:a',
      portNumber: 5055,
      resources: resources({ cpus: [{ role: 'web', value: 2 }] }),
    };
    expect(agent(block).env).toMatchObject({
      MESOS_RESOURCES: 'ports(*):[31000-32000]; cpus(web):2; mem(*):1024; disk(*):2000',
      MESOS_ATTRIBUTES: 'rack:a',
      MESOS_PORT: '5055',
    });
  });

  it('keeps its work directory at the same path in the container and on the engine’s host', () => {
    expect(agent().env.MESOS_WORK_DIR).toBe('/var/lib/docker/volumes/work/_data');
  });

  it('leaves the tasks of other agents on the same engine alone', () => {
    expect(agent().env.MESOS_DOCKER_KILL_ORPHANS).toBe('false');
  });

  it('runs without privileges: posix launcher and isolation, and the engine’s socket for Docker tasks', () => {
    const { env, privileged, hostPid, binds } = agent();
    expect(env).toMatchObject({
      MESOS_CONTAINERIZERS: 'docker,mesos',
      MESOS_LAUNCHER: 'posix',
      MESOS_ISOLATION: 'posix/cpu,posix/mem,filesystem/posix',
      MESOS_SYSTEMD_ENABLE_SUPPORT: 'false',
    });
    expect({ privileged, hostPid }).toEqual({ privileged: false, hostPid: false });
    expect(binds).toEqual([{ source: '/run/docker.sock', target: '/var/run/docker.sock' }]);
  });

  it('isolates with cgroups where its block is privileged', () => {
    const { env, privileged, hostPid, binds } = agent({ privileged: true });
    expect(env.MESOS_ISOLATION).toContain('cgroups/cpu,cgroups/mem');
    expect(env).not.toHaveProperty('MESOS_LAUNCHER');
    expect({ privileged, hostPid }).toEqual({ privileged: true, hostPid: true });
    expect(binds.map(({ target }) => target)).toEqual(['/var/run/docker.sock', '/sys/fs/cgroup']);
  });

  it('L54 declares its own port, and none of the thousands that it offers to tasks', () => {
    const offered = resources({ ports: [{ role: '*', value: '[4000-32000]' }] });
    expect(agent({ portNumber: 5055, resources: offered }).ports).toEqual([{ port: 5055, protocol: 'tcp' }]);
  });

  it('logs at its own level, or at the cluster’s', () => {
    const level = (own: Partial<ReturnType<typeof agentSpec>>) =>
      rendered('agent', { loggingLevel: 'WARNING', agents: [agentSpec(own)] }).env.MESOS_LOGGING_LEVEL;
    expect([level({}), level({ loggingLevel: 'ERROR' })]).toEqual(['WARNING', 'ERROR']);
  });
});

describe('a master', () => {
  it('registers at ZooKeeper with a session short enough to be back in seconds', () => {
    const { env, aliases } = rendered('master');
    expect(env).toMatchObject({
      MESOS_ZK: 'zk://zookeeper-0:2181/mesos',
      MESOS_ZK_SESSION_TIMEOUT: '2secs',
      MESOS_QUORUM: '1',
      MESOS_PORT: '5050',
      MESOS_IP: '0.0.0.0',
      MESOS_HOSTNAME: '172.30.8.77',
      MESOS_CLUSTER: 'test',
    });
    expect(aliases).toEqual(['minimesos-master']);
  });

  it('is given authentication and access control lists only where the file has them', () => {
    expect(Object.keys(rendered('master').env).filter((name) => /AUTH|ACL/.test(name))).toEqual([]);
    const acls = '{"run_tasks": []}';
    const { env } = rendered('master', { master: { env: {}, instances: 1, authenticate: true, aclJson: acls } });
    expect(env).toMatchObject({ MESOS_AUTHENTICATE: 'true', MESOS_ACLS: acls });
  });
});

describe('ZooKeeper', () => {
  it('ticks fast enough for sessions of two seconds, and answers srvr', () => {
    const { env } = rendered('zookeeper');
    expect(Number(env.ZOO_TICK_TIME) * 2).toBeLessThanOrEqual(2_000);
    expect(env.ZOO_4LW_COMMANDS_WHITELIST?.split(',')).toContain('srvr');
  });
});

describe('several that decide together', () => {
  const master = { env, instances: 5, authenticate: false, aclJson: null };
  const over = { zookeeper: { env, instances: 3 }, master, mapPortsToHost: true };
  const each = (kind: Kind, count: number) => Array.from({ length: count }, (_, index) => rendered(kind, over, index));
  const desired = desiredFrom(clusterSpec({ ...FULL, ...over }));

  it('L34 are each of the same spec, so that no place in the file makes a difference', () => {
    for (const kind of ['zookeeper', 'master']) {
      const all = desired.components.filter((component) => component.kind === kind);
      expect(new Set(all.map(({ hash }) => hash)).size).toBe(1);
    }
  });

  it('L35 are masters that need a majority, keep the registry on volumes, and are found under one name', () => {
    const masters = each('master', 5);
    for (const { env: given, aliases } of masters) {
      expect(given).toMatchObject({ MESOS_QUORUM: '3', MESOS_REGISTRY: 'replicated_log' });
      expect(aliases).toEqual(['minimesos-master']);
    }
    const volumes = desired.components.filter(({ kind }) => kind === 'master').map(({ volume }) => volume?.target);
    expect(volumes).toEqual(Array(5).fill('/var/lib/mesos'));
    expect(rendered('master').env).toMatchObject({ MESOS_QUORUM: '1', MESOS_REGISTRY: 'in_memory' });
    expect(desiredFrom(clusterSpec()).components.find(({ kind }) => kind === 'master')?.volume).toBeUndefined();
  });

  it('L35 are ZooKeepers that know each other, and their own number', () => {
    const servers = [0, 1, 2].map((at) => `server.${at + 1}=zookeeper-${at}:2888:3888;2181`).join(' ');
    const ensemble = each('zookeeper', 3).map(({ env: given }) => [given.ZOO_MY_ID, given.ZOO_SERVERS]);
    expect(ensemble).toEqual(['1', '2', '3'].map((id) => [id, servers]));
    expect(Object.keys(rendered('zookeeper').env).filter((name) => /SERVERS|ID/.test(name))).toEqual([]);
  });

  it('L35 are all named to those who ask ZooKeeper', () => {
    const hosts = 'zookeeper-0:2181,zookeeper-1:2181,zookeeper-2:2181';
    expect(rendered('master', over).env.MESOS_ZK).toBe(`zk://${hosts}/mesos`);
    expect(rendered('agent', over).env.MESOS_MASTER).toBe(`zk://${hosts}/mesos`);
    expect(rendered('mesos-dns', over).env.MESOS_DNS_ZK).toBe(`zk://${hosts}/mesos`);
    expect(rendered('marathon', over).command?.slice(0, 2)).toEqual(['--master', `zk://${hosts}/mesos`]);
    const own = { marathon: { env, cmd: '--zk zk://elsewhere:2181/marathon', apps: [] } };
    expect(rendered('marathon', { ...over, ...own }).command).toEqual(['--zk', 'zk://elsewhere:2181/marathon']);
  });

  it('F22 have the host’s port for the first of them only', () => {
    const onHost = (kind: Kind, count: number) => each(kind, count).map(({ ports }) => ports[0]?.hostPort);
    expect(onHost('zookeeper', 3)).toEqual([2181, undefined, undefined]);
    expect(onHost('master', 5)).toEqual([5050, undefined, undefined, undefined, undefined]);
  });
});

describe('the others', () => {
  it('Marathon takes its command line in words, quoted ones whole', () => {
    const words = ['--master', 'zk://minimesos-zookeeper:2181/mesos', '--task_label', 'a b'];
    expect(rendered('marathon').command).toEqual(words);
  });

  it('registrator speaks to Consul by its address, since the host’s network knows no alias', () => {
    const { network, command, binds } = rendered('registrator');
    expect({ network, command }).toEqual({
      network: 'host',
      command: ['-internal', 'consul://address-of-consul-0:8500'],
    });
    expect(binds).toEqual([{ source: '/run/docker.sock', target: '/tmp/docker.sock' }]);
  });

  it('Scope listens where the file says, and sees the whole host', () => {
    const { network, hostPid, privileged, command } = rendered('scope');
    expect({ network, hostPid, privileged }).toEqual({ network: 'host', hostPid: true, privileged: true });
    expect(command).toContain('--app.http.address=:4041');
  });

  it('what is played needs neither privileges nor the host', () => {
    const over = { distribution: 'simulator', agents: [agentSpec({ privileged: true })] };
    for (const kind of ['agent', 'registrator', 'scope'] as const) {
      const { network, hostPid, privileged } = rendered(kind, over);
      expect({ network, hostPid, privileged }).toEqual({ network: 'cluster', hostPid: false, privileged: false });
    }
  });
});

describe('the host’s ports', () => {
  const onHost = (over: Partial<ClusterSpec>) =>
    (['zookeeper', 'master', 'agent', 'marathon', 'consul', 'registrator', 'mesos-dns', 'scope'] as const).flatMap(
      (kind) => rendered(kind, over).ports.flatMap(({ hostPort }) => hostPort ?? []),
    );

  it('are left alone unless the file maps ports, and then the usual ones are taken', () => {
    expect(onHost({})).toEqual([]);
    expect(onHost({ mapPortsToHost: true })).toEqual([2181, 5050, 8080, 8500]);
  });

  it('F40 name an address only where it is not the usual one, so that older containers stay as they are', () => {
    const port = { port: 5050, protocol: 'tcp', hostPort: 5050 };
    expect(rendered('master', { mapPortsToHost: true }).ports).toStrictEqual([port]);
    const open = { mapPortsToHost: true, bindAddress: '0.0.0.0' };
    expect(rendered('master', open).ports).toStrictEqual([{ ...port, hostIp: '0.0.0.0' }]);
    expect(rendered('master', { bindAddress: '0.0.0.0' }).ports).toStrictEqual([{ port: 5050, protocol: 'tcp' }]);
  });
});

describe('the environment of a block', () => {
  it('wins over what minimesos sets, and adds to it', () => {
    const { env } = rendered('agent', { agents: [agentSpec({ env: { MESOS_PORT: '7', MINE: 'x' } })] });
    expect(env).toMatchObject({ MESOS_PORT: '7', MINE: 'x', MESOS_RECONFIGURATION_POLICY: 'additive' });
  });
});
