import { describe, expect, it, vi } from 'vitest';
import { type App, nextVersion } from '../../../../src/simulator/marathon/app/definition.js';
import { normalApp } from '../../../../src/simulator/marathon/app/normal.js';
import { shownWaiting } from '../../../../src/simulator/marathon/http/shown.js';
import { Backoff } from '../../../../src/simulator/marathon/launching/backoff.js';
import type { Place } from '../../../../src/simulator/marathon/launching/constraints.js';
import { LaunchQueue, opened } from '../../../../src/simulator/marathon/launching/launch-queue.js';
import { matchOffer } from '../../../../src/simulator/marathon/launching/matcher.js';
import { Offers } from '../../../../src/simulator/marathon/launching/offers.js';
import type { Znodes } from '../../../../src/simulator/marathon/storage/znodes.js';
import { Tasks } from '../../../../src/simulator/marathon/tasks/tasks.js';
import { parseResources, plainResources } from '../../../../src/simulator/mesos/resources.js';
import type { AllocatedResource, Offer } from '../../../../src/simulator/mesos/shapes.js';

function app(definition: object): App {
  return nextVersion(undefined, normalApp({ id: '/a', cmd: 'x', ...definition }), '2020-01-01T00:00:00.000Z');
}

function offer(resources: string, more: Partial<Offer> = {}): Offer {
  const parsed = parseResources(resources, '*');
  if (typeof parsed === 'string') throw new Error(parsed);
  const allocated = parsed.map((each): AllocatedResource => ({ ...each, allocation_info: { role: 'r' } }));
  const url = { scheme: 'http', address: { hostname: 'h', ip: '127.0.0.1', port: 1 }, path: '' };
  const ids = { id: { value: 'o1' }, framework_id: { value: 'f' }, agent_id: { value: 's1' } };
  return { ...ids, hostname: 'h', url, resources: allocated, ...more };
}

const WIDE = 'cpus:4;mem:4096;disk:4096;gpus:2;ports:[31000-31009]';
const anything = { defaultRoles: ['*'], placed: [], random: () => 0 };

function match(definition: object, resources = WIDE, random = 0, defaultRoles = ['*']) {
  const offered = offer(resources);
  const result = matchOffer(app(definition), offered, offered.resources, {
    placed: [],
    defaultRoles,
    random: () => random,
  });
  return 'match' in result ? result.match : result.reasons;
}

describe('an offer', () => {
  it.each<[string, object, string, string[]]>([
    [
      'too little of all',
      { cpus: 5, mem: 5000, disk: 5000, gpus: 3 },
      WIDE,
      ['InsufficientCpus', 'InsufficientMemory', 'InsufficientDisk', 'InsufficientGpus'],
    ],
    ['no port', {}, 'cpus:4;mem:4096', ['InsufficientPorts']],
    ['too few ports', { ports: [0, 0] }, 'cpus:4;mem:4096;ports:[1-1]', ['InsufficientPorts']],
    ['not that port', { ports: [80], requirePorts: true }, WIDE, ['InsufficientPorts']],
    [
      'not its role',
      { acceptedResourceRoles: ['web'], ports: [] },
      WIDE,
      ['UnfulfilledRole', 'InsufficientCpus', 'InsufficientMemory'],
    ],
    ['reserved for others', { ports: [] }, 'cpus(db):4;mem:4096', ['InsufficientCpus']],
    ['another host', { constraints: [['hostname', 'LIKE', 'x.*']] }, WIDE, ['UnfulfilledConstraint']],
  ])('S146 %s must be the reason', (_what, definition, resources, reasons) => {
    expect(match(definition, resources)).toEqual(reasons);
  });

  it.each<[string, object, number, (number | null)[]]>([
    ['one by default', {}, 0, [31000]],
    ['any', {}, 0.55, [31005]],
    ['several, none twice', { ports: [0, 0, 0] }, 0.95, [31009, 31000, 31001]],
    ['the very ones', { ports: [31003, 31001], requirePorts: true }, 0, [31003, 31001]],
    ['a service port is not required', { ports: [80] }, 0, [31000]],
    ['any beside the very one', { ports: [31000, 0], requirePorts: true }, 0, [31000, 31001]],
    ['none', { ports: [] }, 0, []],
    [
      'of a bridge',
      {
        container: {
          docker: {
            image: 'i',
            network: 'BRIDGE',
            portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 31007 }],
          },
        },
      },
      0,
      [31000, 31007],
    ],
    [
      'none on the host',
      {
        networks: [{ mode: 'container' }],
        container: { docker: { image: 'i' }, portMappings: [{ containerPort: 80, hostPort: null }] },
      },
      0,
      [null],
    ],
  ])('S147 its ports must be given: %s', (_what, definition, random, ports) => {
    expect(match(definition, WIDE, random)).toMatchObject({ hostPorts: ports });
  });

  it('S146 what is taken and what is left must add up, reserved resources first', () => {
    const result = match({ cpus: 1.1, mem: 200, ports: [0] }, 'cpus:1;cpus(web):0.5;mem:512;ports:[1-3]', 0.5, [
      '*',
      'web',
    ]);
    if (Array.isArray(result)) throw new Error(result.join());
    expect(
      result.resources.map((each) => [each.name, each.role, 'scalar' in each ? each.scalar.value : each.type]),
    ).toEqual([
      ['cpus', 'web', 0.5],
      ['cpus', '*', 0.6],
      ['mem', '*', 200],
      ['ports', '*', 'RANGES'],
    ]);
    expect(result.resources.every((each) => each.allocation_info?.role === 'r')).toBe(true);
    expect(plainResources([...result.left])).toMatchObject({ cpus: 0.4, mem: 312, ports: '[1-1, 3-3]' });
  });

  it('S146 what holds data must not be taken for anything else', () => {
    const persistent = {
      name: 'disk',
      role: '*',
      type: 'SCALAR',
      scalar: { value: 99 },
      disk: { persistence: { id: 'p' } },
    };
    const offered = offer('cpus:1;mem:512');
    const pool = [...offered.resources, persistent as AllocatedResource];
    expect(matchOffer(app({ disk: 9, ports: [] }), offered, pool, anything)).toEqual({ reasons: ['InsufficientDisk'] });
  });
});

describe('the queue', () => {
  function queue(delays: { [id: string]: number } = {}) {
    const placed: { [id: string]: Place[] } = {};
    const made = new LaunchQueue({
      defaultRoles: ['*'],
      random: () => 0,
      delayedUntil: ({ id }) => delays[id] ?? 0,
      placed: (id) => placed[id] ?? [],
      launch: ({ id }, { hostname }) => {
        placed[id] = [...(placed[id] ?? []), { hostname, attributes: {} }];
      },
    });
    return { queue: made, placed };
  }

  it('S146 an offer must serve each app in turn until nothing more fits', () => {
    const { queue: waiting, placed } = queue();
    waiting.want(app({ id: '/a', cpus: 1, ports: [] }), 9, 0);
    waiting.want(app({ id: '/b', cpus: 1, ports: [], constraints: [['hostname', 'UNIQUE']] }), 9, 0);
    expect(waiting.use(opened(offer('cpus:4;mem:4096')), 9, 1)).toBe(4);
    expect([placed['/a']?.length, placed['/b']?.length]).toEqual([3, 1]);
    expect(waiting.all.map(({ count }) => count)).toEqual([6, 8]);
  });

  it('S146 offers that come together must be used in turn, and the rest of them declined', async () => {
    const launched: { [offer: string]: number } = {};
    const declined: string[] = [];
    const tasks = new Tasks({ write: async () => {} } as unknown as Znodes);
    const offers = new Offers({
      tasks,
      scheduler: {
        launch: async (id, infos) => {
          launched[id] = infos.length;
        },
        decline: async (ids) => {
          declined.push(...ids);
        },
      },
      defaultRoles: ['*'],
      environmentPrefix: '',
      declineMs: 1000,
      maxPerOffer: 2,
      delayedUntil: () => 0,
      notLaunched: () => {},
      log: () => {},
    });
    offers.queue.want(app({ cpus: 1, ports: [] }), 6, 0);
    const of = (id: string, resources: string) => offer(resources, { id: { value: id }, agent_id: { value: id } });
    offers.take([
      of('small', 'cpus:1;mem:4096'),
      of('none', 'cpus:0.1'),
      of('a', 'cpus:9;mem:4096'),
      of('b', 'cpus:9;mem:4096'),
    ]);
    await vi.waitFor(() => expect(launched).toEqual({ small: 1, a: 3, b: 2 }));
    expect(declined).toEqual(['none']);
    expect(
      tasks
        .of('/a')
        .map(({ agentId }) => agentId)
        .sort(),
    ).toEqual(['a', 'a', 'a', 'b', 'b', 'small']);
  });

  it('S146 an offer for tasks that could not be kept must be given back, so that it comes again', async () => {
    const declined: string[] = [];
    const notLaunched: string[] = [];
    const away = () => Promise.reject(new Error('ZooKeeper is away'));
    const tasks = new Tasks({ write: away, remove: away } as unknown as Znodes);
    const offers = new Offers({
      tasks,
      scheduler: {
        launch: async () => {},
        decline: async (ids) => {
          declined.push(...ids);
        },
      },
      defaultRoles: ['*'],
      environmentPrefix: '',
      declineMs: 1000,
      maxPerOffer: 2,
      delayedUntil: () => 0,
      notLaunched: (records) => {
        notLaunched.push(...records.map(({ appId }) => appId));
      },
      log: () => {},
    });
    offers.queue.want(app({ cpus: 1, ports: [] }), 2, 0);
    offers.take([offer('cpus:9;mem:4096')]);
    await vi.waitFor(() => expect(declined).toEqual(['o1']));
    expect(notLaunched).toEqual(['/a', '/a']);
  });

  it('S146 what waits must say for how long, and why the offers would not do', () => {
    const { queue: waiting } = queue();
    const wanted = app({ cpus: 2, ports: [] });
    expect(waiting.want(wanted, 2, 0)).toBe(true);
    expect(waiting.want(wanted, 2, 0)).toBe(false);
    waiting.use(opened(offer('cpus:1;mem:4096')), 9, 1000);
    waiting.use(opened(offer('cpus:1;mem:4096', { agent_id: { value: 's2' } })), 9, 2000);
    waiting.use(opened(offer('cpus(x):1;mem(x):4096', { agent_id: { value: 's3' } })), 9, 3000);
    waiting.use(opened(offer('cpus:2;mem:4096', { agent_id: { value: 's2' } })), 9, 4000);
    const [entry] = waiting.all;
    if (entry === undefined) throw new Error('nothing waits');
    expect(shownWaiting(entry, 9500, 5000, true)).toMatchObject({
      count: 1,
      delay: { timeLeftSeconds: 5, overdue: false },
      since: '1970-01-01T00:00:00.000Z',
      processedOffersSummary: {
        processedOffersCount: 4,
        unusedOffersCount: 3,
        lastUnusedOfferAt: '1970-01-01T00:00:03.000Z',
        lastUsedOfferAt: '1970-01-01T00:00:04.000Z',
        rejectSummaryLaunchAttempt: [
          { reason: 'UnfulfilledRole', declined: 1, processed: 4 },
          { reason: 'UnfulfilledConstraint', declined: 0, processed: 3 },
          { reason: 'NoCorrespondingReservationFound', declined: 0, processed: 3 },
          { reason: 'InsufficientCpus', declined: 2, processed: 3 },
          { reason: 'InsufficientMemory', declined: 0, processed: 1 },
          { reason: 'InsufficientDisk', declined: 0, processed: 1 },
          { reason: 'InsufficientGpus', declined: 0, processed: 1 },
          { reason: 'InsufficientPorts', declined: 0, processed: 1 },
        ],
      },
      lastUnusedOffers: [{ offer: { agentId: 's1' } }, { offer: { agentId: 's2' } }, { offer: { agentId: 's3' } }],
    });
  });

  it('S135 an app with a delay must be passed over until it ends', () => {
    const { queue: waiting } = queue({ '/a': 5000 });
    waiting.want(app({ ports: [] }), 1, 0);
    expect(waiting.use(opened(offer(WIDE)), 9, 4999)).toBe(0);
    expect(waiting.nextDelayEnd(4999)).toBe(5000);
    expect(waiting.use(opened(offer(WIDE)), 9, 5000)).toBe(1);
    expect(waiting.nextDelayEnd(5000)).toBeNull();
  });

  it('S135 delays must grow by their factor to their limit, and begin afresh with another configuration', () => {
    const backoff = new Backoff();
    const slow = app({ backoffSeconds: 1, backoffFactor: 2, maxLaunchDelaySeconds: 3 });
    const ends = [0, 0, 0, 0].map((now) => {
      backoff.ended(slow, now);
      return backoff.until(slow);
    });
    expect(ends).toEqual([1000, 2000, 3000, 3000]);
    const changed = { ...slow, versionInfo: { ...slow.versionInfo, lastConfigChangeAt: 'later' } };
    expect(backoff.until(changed)).toBe(0);
    expect(backoff.until({ ...slow, version: 'scaled' })).toBe(3000);
    backoff.forget(slow, 6000);
    expect(backoff.until(slow)).toBe(3000);
    backoff.forget(slow, 6001);
    expect(backoff.until(slow)).toBe(0);
  });

  it('S135 a delay of any length must have an end that has a date', () => {
    const backoff = new Backoff();
    const endless = app({ backoffSeconds: 1e300, maxLaunchDelaySeconds: 1e308 });
    backoff.ended(endless, Date.now());
    expect(new Date(backoff.until(endless)).getUTCFullYear()).toBeGreaterThan(2100);
  });
});
