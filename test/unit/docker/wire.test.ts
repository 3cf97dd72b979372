import { describe, expect, test } from 'vitest';
import type { CreateContainer } from '../../../src/docker/docker.js';
import {
  containerBody,
  engineEvent,
  exitCodeOf,
  labelFilter,
  networkBody,
  networkSummary,
} from '../../../src/docker/wire.js';

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
  });
});

test('an event has the labels of its container, and not what else the engine tells of it', () => {
  const Attributes = { image: 'i', name: 'n', exitCode: '137', 'org.minimesos.cluster': 'x' };
  expect(engineEvent({ Type: 'container', Action: 'die', Actor: { ID: 'c', Attributes } })).toEqual({
    type: 'container',
    action: 'die',
    id: 'c',
    labels: { 'org.minimesos.cluster': 'x' },
  });
  expect(engineEvent({ message: 'odd' })).toBeUndefined();
  expect(engineEvent(null)).toBeUndefined();
});
