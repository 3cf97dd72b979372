import { describe, expect, test } from 'vitest';
import { NEWEST_KNOWN } from '../../../src/docker/api-version.js';
import type { CreateContainer } from '../../../src/docker/docker.js';
import {
  containerBody,
  containerDetail,
  engineInfo,
  exitCodeOf,
  labelFilter,
  networkBody,
  networkSummary,
  volumeSummary,
} from '../../../src/docker/wire.js';
import { namedEvent } from '../../../src/docker/wire-events.js';

const SPEC: CreateContainer = {
  name: 'minimesos-x-master-0',
  image: 'minimesos/simulator:1',
  hostname: 'master-0',
  entrypoint: ['/bin/sh', '-c'],
  command: ['master'],
  env: { MESOS_PORT: '5050', EMPTY: '' },
  labels: { a: 'b' },
  network: { name: 'minimesos-x', ip: '172.30.0.10', aliases: ['master-0', 'minimesos-master'] },
  ports: [
    { port: 5050, protocol: 'tcp', hostPort: 5050 },
    { port: 53, protocol: 'udp' },
  ],
  mounts: [
    { type: 'volume', source: 'data', target: '/data' },
    { type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', readOnly: true },
  ],
  privileged: false,
  hostPid: false,
  stopTimeout: 5,
};

describe('a container is asked for', () => {
  test('under an init, with its address, its aliases and its mounts', () => {
    expect(containerBody(SPEC)).toMatchObject({
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['master'],
      Env: ['MESOS_PORT=5050', 'EMPTY='],
      StopTimeout: 5,
      HostConfig: {
        Init: true,
        RestartPolicy: { Name: 'no' },
        NetworkMode: 'minimesos-x',
        Mounts: [
          { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: false },
          { Type: 'bind', Source: '/var/run/docker.sock', Target: '/var/run/docker.sock', ReadOnly: true },
        ],
      },
      NetworkingConfig: {
        EndpointsConfig: {
          'minimesos-x': {
            IPAMConfig: { IPv4Address: '172.30.0.10' },
            Aliases: ['master-0', 'minimesos-master'],
          },
        },
      },
    });
  });

  test('with its ports, of which only those with a host port are published, and those on the loopback', () => {
    const { ExposedPorts, HostConfig } = containerBody(SPEC);
    expect(ExposedPorts).toEqual({ '5050/tcp': {}, '53/udp': {} });
    expect(HostConfig?.PortBindings).toEqual({ '5050/tcp': [{ HostIp: '127.0.0.1', HostPort: '5050' }] });
  });

  test('on the host’s network without address and ports', () => {
    const body = containerBody({ ...SPEC, network: 'host', hostPid: true });
    expect(body.HostConfig).toMatchObject({ NetworkMode: 'host', PidMode: 'host', PortBindings: {} });
    expect(body).not.toHaveProperty('NetworkingConfig');
  });

  test('with the image’s own entrypoint and command where none is given', () => {
    const body = containerBody({ ...SPEC, entrypoint: undefined, command: undefined });
    expect(body).not.toHaveProperty('Entrypoint');
    expect(body).not.toHaveProperty('Cmd');
  });
});

test.each([
  ['Exited (137) 3 minutes ago', 137],
  ['Exited (0) Less than a second ago', 0],
  ['Exited (-1) 2 days ago', -1],
  ['Up 5 minutes', undefined],
  ['Created', undefined],
])('the status "%s" has the exit code %s', (status, code) => {
  expect(exitCodeOf(status)).toBe(code);
});

test('labels are filtered by value, or by their key alone', () => {
  expect(labelFilter({ 'org.minimesos.cluster': 'x', 'org.minimesos.index': '' })).toEqual([
    'org.minimesos.cluster=x',
    'org.minimesos.index',
  ]);
});

test('a network has its gateway at the first address', () => {
  expect(networkBody('n', '172.30.4.0/22', {}).IPAM?.Config).toEqual([
    { Subnet: '172.30.4.0/22', Gateway: '172.30.4.1' },
  ]);
});

test('of a network’s subnets only those of IPv4 count', () => {
  const Config = [{ Subnet: 'fd00::/64' }, { Subnet: '172.30.4.0/22', Gateway: '172.30.4.1' }, {}];
  const info = { Id: 'i', Name: 'n', IPAM: { Config } } as Parameters<typeof networkSummary>[0];
  expect(networkSummary(info)).toEqual({
    id: 'i',
    name: 'n',
    labels: {},
    subnets: ['172.30.4.0/22'],
    gateway: '172.30.4.1',
    createdAt: '',
  });
});

test('a network tells in UTC when it was made', () => {
  const info = { Id: 'i', Name: 'n', Created: '2026-11-22T07:00:00.123456789+01:00' };
  expect(networkSummary(info as Parameters<typeof networkSummary>[0]).createdAt).toBe('2026-11-22T06:00:00.123Z');
});

describe('an engine', () => {
  const version = { Version: '29.0.0', ApiVersion: '1.99', MinAPIVersion: '1.44', Os: 'linux', Arch: 'arm64' };
  const infoOf = (machine: object) =>
    engineInfo(version as Parameters<typeof engineInfo>[0], machine, 'tcp://there:2375');

  test('tells the version that both speak, and what its machine has', () => {
    expect(infoOf({ CgroupVersion: '2', MemTotal: 1024, DockerRootDir: '/var/lib/docker' })).toEqual({
      version: '29.0.0',
      apiVersion: NEWEST_KNOWN,
      minApiVersion: '1.44',
      os: 'linux',
      arch: 'arm64',
      host: 'tcp://there:2375',
      cgroupVersion: 2,
      memory: 1024,
      dataRoot: '/var/lib/docker',
    });
  });

  test('before API 1.41 does not tell the version of its cgroups', () => {
    expect(infoOf({ MemTotal: 1024, DockerRootDir: '/var/lib/docker' }).cgroupVersion).toBeUndefined();
  });
});

describe('an event', () => {
  test('of a container has its labels, and not what else the engine tells of it', () => {
    const Attributes = { image: 'i', name: 'n', exitCode: '137', 'org.minimesos.cluster': 'x' };
    expect(namedEvent({ Type: 'container', Action: 'die', Actor: { ID: 'c', Attributes } })).toEqual({
      name: 'n',
      event: { type: 'container', action: 'die', id: 'c', labels: { 'org.minimesos.cluster': 'x' } },
    });
  });

  test('of a network has no labels', () => {
    const Attributes = { container: 'c', name: 'minimesos-x', type: 'bridge' };
    expect(namedEvent({ Type: 'network', Action: 'connect', Actor: { ID: 'n', Attributes } })).toEqual({
      name: 'minimesos-x',
      event: { type: 'network', action: 'connect', id: 'n', labels: {} },
    });
  });

  test('is not whatever else the engine may send', () => {
    expect(namedEvent({ message: 'odd' })).toBeUndefined();
    expect(namedEvent(null)).toBeUndefined();
  });
});

test.each([
  ['2026-11-21T23:46:59Z', '2026-11-21T23:46:59.000Z'],
  ['2026-11-22T01:46:59+02:00', '2026-11-21T23:46:59.000Z'],
  [undefined, ''],
])('a volume that the engine says was made at %s was made at "%s"', (CreatedAt, createdAt) => {
  const info = { Name: 'v', Labels: null, Mountpoint: '/v', ...(CreatedAt !== undefined && { CreatedAt }) };
  expect(volumeSummary(info)).toEqual({ name: 'v', labels: {}, mountpoint: '/v', createdAt });
});

describe('the names that a container is found under', () => {
  const aliasesOf = (attachment: object): Record<string, string[]> =>
    containerDetail({
      Id: '5cfb00a50a4e39ab758d652b0d0ccf8365973cc5',
      Name: '/c',
      Config: { Image: 'i', Hostname: 'web-0' },
      State: { Status: 'running', StartedAt: '2026-11-21T23:46:59Z', Error: '' },
      NetworkSettings: { Networks: { n: { NetworkID: 'n', EndpointID: 'e', IPAddress: '10.0.0.2', ...attachment } } },
    } as unknown as Parameters<typeof containerDetail>[0]).aliases;

  test('are the same whether an engine tells them in one list or in two', () => {
    const inOne = { Aliases: ['web', '5cfb00a50a4e', 'web-0'] };
    const inTwo = { Aliases: ['web'], DNSNames: ['c', 'web', '5cfb00a50a4e', 'web-0'] };
    for (const told of [inOne, inTwo]) expect(aliasesOf(told)).toEqual({ n: ['web', 'web-0'] });
    expect(aliasesOf({ Aliases: null, DNSNames: ['c', '5cfb00a50a4e', 'web-0'] })).toEqual({ n: ['web-0'] });
  });

  test('are none on a network that knows no names', () => {
    expect(aliasesOf({ Aliases: null })).toEqual({ n: [] });
  });
});
