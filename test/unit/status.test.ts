import { describe, expect, it } from 'vitest';
import type { Kind, Observed, ObservedContainer, Phase, PlannedComponent } from '../../src/model.js';
import { NO_MEMORY } from '../../src/plan/memory.js';
import { plan } from '../../src/plan/plan.js';
import { seen } from '../../src/plan/seen.js';
import { endpointOf, summarize } from '../../src/status.js';
import { agentSpec, clusterSpec, converged, desiredFrom, exited, hurt, NOTHING } from '../support/worlds.js';

const network = { id: '6f1d', name: 'minimesos-c0ffee0000', subnet: '172.30.8.0/21', gateway: '172.30.8.1' };
const desired = desiredFrom(clusterSpec({ agents: [agentSpec({ name: 'gpu' })] }));
const { cluster } = desired;
const STARTED = '2026-11-21T21:40:14.000Z';

/** All components at an address, as Docker tells it. */
const world: Observed = ((at: Observed) => ({
  ...at,
  mesos: { version: '1.0.0', agents: 1, address: '172.30.8.3:5050' },
  components: at.components.map((each, index) => ({
    ...each,
    agentId: each.kind === 'agent' ? 'S0' : undefined,
    container: each.container && { ...each.container, ip: `172.30.8.${index + 2}`, startedAt: STARTED },
    readiness: { ready: true, reason: 'serves' },
  })),
}))(converged(desired, { ...NOTHING, network }));

const statusOf = (observed: Observed) => summarize({ cluster, observed, components: seen(observed, desired) });

describe('a status', () => {
  it('has the shape that scripts rely on', () => {
    const available = {
      type: 'Available',
      status: true,
      reason: 'Serves',
      message: 'it serves',
      since: STARTED,
    } as const;
    const components = seen(world, desired);
    const status = summarize({ cluster, observed: world, components, conditions: [available], generation: '0123abcd' });
    expect(status.cluster).toEqual({
      id: 'c0ffee0000',
      name: 'test',
      file: '/project/minimesosFile',
      phase: 'ready',
      distribution: 'simulator',
      mesosVersion: '1.0.0',
      network: 'minimesos-c0ffee0000',
      gateway: '172.30.8.1',
      observedGeneration: '0123abcd',
    });
    expect(status.conditions).toEqual([available]);
    expect(status.components.at(-1)).toEqual({
      id: 'agent-0',
      kind: 'agent',
      index: 0,
      name: 'gpu',
      phase: 'ready',
      reason: 'serves',
      agentId: 'S0',
      container: {
        id: 'minimesos-c0ffee0000-agent-0',
        name: 'minimesos-c0ffee0000-agent-0',
        image: 'minimesos/simulator:0123456789ab',
        ip: '172.30.8.4',
        startedAt: STARTED,
      },
      endpoint: 'http://172.30.8.4:5051',
    });
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
  });

  it('L50 tells where a component that runs is published, and of another port than usual why', () => {
    const api = { port: 5050, protocol: 'tcp' as const, hostIp: '127.0.0.1' };
    const published = (hostPort: number, portTakenBy?: string) =>
      hurt(world, 'master-0', (each) => ({
        ...each,
        container: each.container && { ...each.container, published: [{ ...api, hostPort }], portTakenBy },
      }));
    const portsOf = (observed: Observed) => statusOf(observed).components.find(({ id }) => id === 'master-0')?.ports;
    expect(portsOf(published(5050))).toEqual([{ port: 5050, hostPort: 5050, hostIp: '127.0.0.1' }]);
    expect(portsOf(published(61_234, 'cafe'))).toEqual([
      { port: 5050, hostPort: 61_234, hostIp: '127.0.0.1', takenBy: 'cafe' },
    ]);
    expect(portsOf(hurt(published(5050), 'master-0', exited(1)))).toBeUndefined();
  });

  it('L35 names the one that leads', () => {
    const led = hurt(world, 'master-0', (each) => ({ ...each, readiness: { ...each.readiness, leads: true } }));
    const leaders = statusOf(led).components.map(({ id, leader }) => [id, leader]);
    expect(leaders).toEqual([
      ['zookeeper-0', undefined],
      ['master-0', true],
      ['agent-0', undefined],
    ]);
  });

  it('has every key also where nothing is there', () => {
    const { cluster: head, components } = statusOf(NOTHING);
    expect(head).toMatchObject({ phase: 'absent', network: null, gateway: null, observedGeneration: null });
    expect(components.map(({ id, phase, container, endpoint }) => ({ id, phase, container, endpoint }))).toEqual(
      ['zookeeper-0', 'master-0', 'agent-0'].map((id) => ({ id, phase: 'absent', container: null, endpoint: null })),
    );
  });

  it('shows the version that Mesos tells, and the file’s while it tells none', () => {
    expect(statusOf({ ...world, mesos: { version: '1.11.0', agents: 0, address: '' } }).cluster.mesosVersion).toBe(
      '1.11.0',
    );
    expect(statusOf({ ...world, mesos: undefined }).cluster.mesosVersion).toBe('1.0.0');
  });

  it('knows no start of a container that nobody asked about', () => {
    const unasked = world.components.map((each) => ({
      ...each,
      container: each.container && { ...each.container, startedAt: undefined },
    }));
    expect(statusOf({ ...world, components: unasked }).components.map(({ container }) => container?.startedAt)).toEqual(
      [null, null, null],
    );
  });
});

describe('a cluster', () => {
  const inPhases = (...phases: Phase[]) => {
    const [observed] = world.components;
    const components = phases.map(
      (phase, index): PlannedComponent => ({ id: `agent-${index}`, kind: 'agent', index, phase, reason: '', observed }),
    );
    return summarize({ cluster, observed: world, components }).cluster.phase;
  };

  it.each<[string, Phase[]]>([
    ['ready', ['ready', 'ready']],
    ['converging', ['ready', 'starting']],
    ['converging', ['ready', 'absent']],
    ['converging', ['pulling', 'removing']],
    ['degraded', ['ready', 'degraded']],
    ['degraded', ['starting', 'failed']],
    ['degraded', ['absent', 'backoff']],
  ])('is %s with components that are %j', (phase, phases) => {
    expect(inPhases(...phases)).toBe(phase);
  });

  it('is absent without any container, whatever volumes are left', () => {
    const components = world.components.map((each) => ({ ...each, container: undefined }));
    expect(statusOf({ ...world, components }).cluster.phase).toBe('absent');
  });
});

describe('an endpoint', () => {
  const at = (kind: Kind, over: Partial<ObservedContainer>) => {
    const [first] = world.components;
    const container = first?.container && { ...first.container, ip: '172.30.8.9', ...over };
    return endpointOf({ id: 'any', kind, index: 0, readiness: { ready: true, reason: '' }, container });
  };

  it('is a URL by which the component is spoken to', () => {
    expect(at('zookeeper', { port: 2181 })).toBe('zk://172.30.8.9:2181/mesos');
    expect(at('master', { port: 5050 })).toBe('http://172.30.8.9:5050');
    expect(at('mesos-dns', { port: 53 })).toBe('dns://172.30.8.9:53');
  });

  it('lies on this machine for one that shares the host’s network', () => {
    expect(at('scope', { ip: '', onHost: true, port: 4040 })).toBe('http://127.0.0.1:4040');
  });

  it('is there only while the component runs and listens', () => {
    expect([at('master', { state: 'exited' }), at('master', { port: undefined })]).toEqual([undefined, undefined]);
  });
});

describe('who only looks', () => {
  const lookAt = (observed: Observed, id: string) => seen(observed, desired).find((each) => each.id === id);
  const silent = hurt(world, 'agent-0', (each) => ({ ...each, readiness: { ready: false, reason: 'not registered' } }));
  const inState = (state: 'paused' | 'created') =>
    hurt(world, 'agent-0', (each) => ({ ...each, container: each.container && { ...each.container, state } }));

  it.each<[Phase, string, Observed]>([
    ['ready', 'serves', world],
    ['starting', 'not registered', silent],
    ['failed', 'stopped with exit code 137', hurt(world, 'agent-0', exited(137))],
    ['degraded', 'paused', inState('paused')],
    ['creating', 'created, but never started', inState('created')],
    ['absent', 'no container', hurt(world, 'agent-0', (each) => ({ ...each, container: undefined }))],
  ])('sees %s: %s', (phase, reason, observed) => {
    expect(lookAt(observed, 'agent-0')).toMatchObject({ phase, reason });
  });

  it('sees what is to come', () => {
    const two = seen(world, desiredFrom(clusterSpec({ agents: [agentSpec({ name: 'gpu', attributes: 'a:b' })] })));
    expect(two.at(-1)).toMatchObject({ phase: 'ready', reason: expect.stringContaining('serves; to be replaced: ') });
    const none = seen(world, { ...desired, components: [] });
    expect(none.map(({ reason }) => reason)).toEqual(Array(3).fill('serves; not in the minimesosFile'));
  });

  it('sees what is there without a file', () => {
    expect(seen(world).map(({ id, phase, reason }) => `${id} ${phase} ${reason}`)).toEqual([
      'zookeeper-0 ready serves',
      'master-0 ready serves',
      'agent-0 ready serves',
    ]);
  });

  it('sees the same components as a plan', () => {
    const ids = (components: readonly PlannedComponent[]) => components.map(({ id }) => id);
    expect(ids(seen(world, desired))).toEqual(ids(plan(desired, world, NO_MEMORY).components));
  });
});
