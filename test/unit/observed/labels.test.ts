import { describe, expect, it } from 'vitest';
import type { ContainerSummary, Labels } from '../../../src/docker/docker.js';
import { KINDS } from '../../../src/model.js';
import {
  addressOfVolume,
  componentId,
  containerLabels,
  dockerName,
  markerLabels,
  markerName,
  networkLabels,
  publishedLabels,
  readCluster,
  readComponent,
  readContainer,
  readPublished,
  selector,
  volumeLabels,
} from '../../../src/observed/labels.js';
import { agentSpec, clusterSpec, desiredFrom } from '../../support/worlds.js';

const { cluster, components } = desiredFrom(
  clusterSpec({ agents: [agentSpec({ name: 'gpu', attributes: 'rack:a' })] }),
);
const agent = components.find(({ kind }) => kind === 'agent');
const container = agent ? containerLabels(cluster, agent, 3, '1.2.3', '172.30.8.67') : {};
const volume = volumeLabels(container, agent?.volume?.labels ?? {}, '172.30.8.67');

const summary = (labels: Labels, over: Partial<ContainerSummary> = {}): ContainerSummary => ({
  id: 'f00',
  name: 'minimesos-c0ffee0000-agent-3',
  image: 'minimesos/simulator:0123456789ab',
  labels,
  state: 'running',
  addresses: { 'minimesos-c0ffee0000': '172.30.8.67' },
  startedOn: { 'minimesos-c0ffee0000': 'network-id' },
  endpoints: { 'minimesos-c0ffee0000': 'endpoint-id' },
  published: [],
  ...over,
});

describe('N1 what is created', () => {
  const contract = {
    'org.minimesos.cluster': 'c0ffee0000',
    'org.minimesos.component': 'agent',
    'org.minimesos.index': '3',
    'org.minimesos.spec-hash': agent?.hash,
    'org.minimesos.file': '/project/minimesosFile',
    'org.minimesos.version': '1.2.3',
  };

  it('bears the labels of the contract, as scripts know them', () => {
    expect(container).toMatchObject(contract);
    expect(volume).toMatchObject(contract);
    expect(networkLabels(cluster, '1.2.3')).toMatchObject({
      ...contract,
      'org.minimesos.component': 'network',
      'org.minimesos.index': '0',
      'org.minimesos.spec-hash': '',
    });
  });

  it('L26 L28 bears them too where it only says one thing: who changes the cluster, or that nobody is to', () => {
    for (const marker of ['lock', 'paused'] as const) {
      expect(markerLabels(cluster, '1.2.3', marker)).toMatchObject({
        ...contract,
        'org.minimesos.component': marker,
        'org.minimesos.index': '0',
        'org.minimesos.spec-hash': '',
      });
      expect(markerName('c0ffee0000', marker)).toBe(`minimesos-c0ffee0000-${marker}`);
    }
  });

  it('has the names of the contract', () => {
    expect(dockerName('c0ffee0000')).toBe('minimesos-c0ffee0000');
    expect(dockerName('c0ffee0000', componentId('mesos-dns', 0))).toBe('minimesos-c0ffee0000-mesos-dns-0');
  });

  it('is found by its cluster, or as anybody’s', () => {
    expect(selector('c0ffee0000')).toEqual({ 'org.minimesos.cluster': 'c0ffee0000' });
    expect(selector()).toEqual({ 'org.minimesos.cluster': '' });
  });
});

describe('what was written', () => {
  it('is read back: who the cluster is', () => {
    for (const labels of [container, volume, networkLabels(cluster, '1')]) expect(readCluster(labels)).toEqual(cluster);
  });

  it('is read back: which component it is', () => {
    const who = { id: 'agent-3', kind: 'agent', index: 3, name: 'gpu' };
    expect([readComponent(container), readComponent(volume)]).toEqual([who, who]);
    for (const each of components) {
      expect(readComponent(containerLabels(cluster, each, 12, '1', '172.30.8.67'))).toMatchObject({
        kind: each.kind,
        index: 12,
      });
    }
  });

  it('is read back: the spec that the container was made from, and where it listens', () => {
    expect(readContainer(summary(container))).toMatchObject({
      hash: agent?.hash,
      port: 5051,
      ip: '172.30.8.67',
      mesosVersion: '1.0.0',
      state: 'running',
      byHand: false,
    });
  });

  it('L50 is read back: where it is published, also while it does not run, and who had the usual port', () => {
    const api = { port: 5050, protocol: 'tcp' as const };
    const ports = [
      { ...api, hostPort: 61_234 },
      { ...api, port: 53, protocol: 'udp' as const, hostPort: 53, hostIp: '0.0.0.0' },
    ];
    const labels = publishedLabels([...ports, { ...api, port: 2888 }], 'cafe');
    expect(labels).toEqual({
      'org.minimesos.published': '5050/tcp=127.0.0.1:61234,53/udp=0.0.0.0:53',
      'org.minimesos.port-taken-by': 'cafe',
    });
    const published = [{ ...ports[0], hostIp: '127.0.0.1' }, ports[1]];
    expect(readPublished(labels)).toEqual(published);
    expect(readContainer(summary({ ...container, ...labels }))).toMatchObject({ published, portTakenBy: 'cafe' });
    const seen = [{ ...api, hostPort: 1, hostIp: '127.0.0.1' }];
    expect(readContainer(summary(labels, { published: seen })).published).toEqual(seen);
    expect(publishedLabels([api])).toEqual({});
    expect(readPublished({ 'org.minimesos.published': 'by somebody else' })).toEqual([]);
  });

  it('is read back with what was asked of it: when it started, and its names on the cluster’s network', () => {
    const aliases = { 'minimesos-c0ffee0000': ['agent-3'], bridge: ['elsewhere'] };
    const startedAt = '2026-11-21T21:40:14.000Z';
    expect(readContainer(summary(container), { startedAt, aliases })).toMatchObject({
      startedAt,
      aliases: ['agent-3'],
    });
    expect(readContainer(summary(container))).toMatchObject({ startedAt: undefined, aliases: undefined });
    expect(readContainer(summary(container), { aliases: {} }).aliases).toBeUndefined();
  });

  it('L23 tells one that was made by hand from another image from one whose tag has moved on', () => {
    const byHand = (image: string, labels = container) => readContainer({ ...summary(labels), image }).byHand;
    expect(byHand('busybox:latest')).toBe(true);
    for (const id of ['sha256:0123456789abcdef', '0123456789ab']) expect(byHand(id)).toBe(false);
    const { 'org.minimesos.image': _, ...older } = container;
    expect(byHand('busybox:latest', older)).toBe(false);
  });

  it('is read back: what the agent of a volume was at its first registration', () => {
    expect(volume).toMatchObject(agent?.volume?.labels ?? {});
    expect(addressOfVolume(volume)).toBe('172.30.8.67');
  });
});

describe('labels that are not ours', () => {
  const others: [string, Labels][] = [
    ['none', {}],
    ['of another program', { 'com.docker.compose.project': 'x' }],
    ['of a network', networkLabels(cluster, '1')],
    ['of a mark', markerLabels(cluster, '1', 'paused')],
    ['of a kind that nobody knows', { ...container, 'org.minimesos.component': 'toaster' }],
    ['without an index', { 'org.minimesos.cluster': 'x', 'org.minimesos.component': 'agent' }],
    ['with an index that is no number', { ...container, 'org.minimesos.index': 'three' }],
    ['with an index that none can have', { ...container, 'org.minimesos.index': '-1' }],
  ];

  it.each(others)('N2 name no component: %s', (_what, labels) => {
    expect(readComponent(labels)).toBeUndefined();
  });

  it('N2 name no cluster', () => {
    expect([readCluster({}), readCluster({ maintainer: 'x' })]).toEqual([undefined, undefined]);
  });

  it('leave a container readable that an older minimesos made, or somebody by hand', () => {
    const bare = { 'org.minimesos.cluster': 'x', 'org.minimesos.component': 'agent', 'org.minimesos.index': '0' };
    const read = readContainer(summary({ ...bare, 'org.minimesos.spec-parts': '{half' }));
    expect(read).toMatchObject({ hash: '', port: undefined, mesosVersion: '' });
    expect(read.parts()).toEqual({});
    expect(readCluster(bare)).toMatchObject({ id: 'x', name: 'minimesos-x' });
  });
});

describe('a container without an address of its own', () => {
  it.each([
    ['does not run', { addresses: { 'minimesos-c0ffee0000': '' }, state: 'exited', exitCode: 137 }],
    ['shares the host’s network', { addresses: {} }],
  ] as const)('%s', (_what, over) => {
    expect(readContainer(summary(container, over)).ip).toBe('');
  });
});

it('the kinds of components are part of the contract', () => {
  expect(KINDS).toEqual(['zookeeper', 'master', 'agent', 'marathon', 'consul', 'registrator', 'mesos-dns', 'scope']);
});
