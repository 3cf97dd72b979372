import { describe, expect, it } from 'vitest';
import type { MarathonApp, QueuedApp } from '../../../src/mesos/marathon.js';
import { observedApps } from '../../../src/observed/apps.js';

const CLUSTER = 'c0ffee0000';

function app(id: string, over: Partial<MarathonApp> = {}): MarathonApp {
  return {
    id,
    instances: 2,
    cpus: 0.5,
    mem: 64,
    tasksRunning: 2,
    tasksHealthy: 0,
    tasksUnhealthy: 0,
    deployments: [],
    ...over,
  };
}

const ours = (component: string, cluster = CLUSTER) => ({
  'org.minimesos.cluster': cluster,
  'org.minimesos.component-id': component,
  'org.minimesos.spec-hash': 'abc',
});

const queued = (id: string, over: Partial<QueuedApp> = {}): QueuedApp => ({
  app: { id },
  count: 2,
  delay: { timeLeftSeconds: 0, overdue: true },
  ...over,
});

const declined = (reason: string, times = 1): Pick<QueuedApp, 'processedOffersSummary'> => ({
  processedOffersSummary: {
    rejectSummaryLastOffers: [
      { reason: 'UnfulfilledRole', declined: 0 },
      { reason, declined: times },
    ],
  },
});

function reasonFor(over: Partial<MarathonApp>, queue: QueuedApp[] = []): string | undefined {
  return observedApps({ apps: [app('/web', over)], queue }, CLUSTER)[0]?.reason;
}

describe('L38 what Marathon has', () => {
  it('L38 is one component for all apps of a group, and one for each that was installed by hand', () => {
    const apps = [
      app('/shop/db', { labels: ours('app:/shop') }),
      app('/shop/front', { labels: ours('app:/shop') }),
      app('/hand'),
      app('/other', { labels: ours('app:/other', 'another') }),
    ];
    const found = observedApps({ apps, queue: [] }, CLUSTER);
    expect(found.map((each) => [each.id, each.type, each.ours, [...each.apps.keys()]])).toEqual([
      ['app:/shop', 'group', true, ['/shop/db', '/shop/front']],
      ['app:/hand', 'app', false, ['/hand']],
      ['app:/other', 'app', false, ['/other']],
    ]);
  });
});

describe('L40 why an app is not ready', () => {
  it('L40 is no question where all its tasks run', () => {
    expect(reasonFor({})).toBe('2 of 2 tasks run');
    expect(reasonFor({ instances: 0, tasksRunning: 0 })).toBe('0 of 0 tasks run');
  });

  it.each([
    ['InsufficientCpus', 'no agent offers 0.5 cpus'],
    ['InsufficientMemory', 'no agent offers 64 MB of memory'],
    ['UnfulfilledConstraint', 'no agent that offers enough fulfils its constraints [["hostname","UNIQUE"]]'],
    ['SomethingNew', 'no agent offers what it needs (SomethingNew)'],
  ])('L40 is told by Marathon: %s', (reason, sentence) => {
    const over = { tasksRunning: 1, constraints: [['hostname', 'UNIQUE']], deployments: [{ id: 'd' }] };
    expect(reasonFor(over, [queued('/web', declined(reason))])).toBe(`progressing: 1 of 2 tasks run; ${sentence}`);
  });

  it('L40 is what most offers were left for', () => {
    const summary = {
      processedOffersSummary: {
        rejectSummaryLastOffers: [
          { reason: 'InsufficientCpus', declined: 1 },
          { reason: 'InsufficientMemory', declined: 3 },
        ],
      },
    };
    expect(reasonFor({ tasksRunning: 0 }, [queued('/web', summary)])).toMatch(/no agent offers 64 MB of memory$/);
  });

  it('L40 is a back-off with what went wrong before', () => {
    const delay = { delay: { timeLeftSeconds: 8, overdue: false } };
    const lastTaskFailure = { state: 'TASK_FAILED', message: 'Command exited with status 1', timestamp: '' };
    expect(reasonFor({ tasksRunning: 0, lastTaskFailure }, [queued('/web', delay)])).toBe(
      'progressing: 0 of 2 tasks run; Marathon tries again in 8 s; the last task ended as TASK_FAILED: Command exited with status 1',
    );
  });

  it('L40 is a Marathon of before 1.4 that does not say', () => {
    expect(reasonFor({ tasksRunning: 0 }, [queued('/web')])).toBe(
      'progressing: 0 of 2 tasks run; Marathon waits for offers',
    );
  });

  it('L40 is its health where somebody checks it', () => {
    const checked = { healthChecks: [{}], tasksHealthy: 1, tasksUnhealthy: 1 };
    expect(reasonFor(checked)).toBe('progressing: 2 of 2 tasks run; 1 unhealthy');
  });

  it('L40 is the check that nobody has answered yet, and the tasks that are yet to end', () => {
    const checked = { healthChecks: [{}], tasksHealthy: 1 };
    expect(reasonFor(checked)).toBe('progressing: 2 of 2 tasks run; 1 healthy so far');
    expect(reasonFor({ ...checked, tasksRunning: 3, tasksUnhealthy: 1, deployments: [{ id: 'd' }] })).toBe(
      'progressing: 2 of 2 tasks run; 1 more yet to end; 1 unhealthy',
    );
  });

  it('L40 names the apps of a group that are late', () => {
    const apps = [
      app('/shop/db', { labels: ours('app:/shop') }),
      app('/shop/front', { labels: ours('app:/shop'), tasksRunning: 0 }),
    ];
    const queue = [queued('/shop/front', declined('InsufficientCpus'))];
    expect(observedApps({ apps, queue }, CLUSTER)[0]).toMatchObject({
      ready: false,
      reason: 'progressing: 2 of 4 tasks run; /shop/front: no agent offers 0.5 cpus',
    });
  });
});
