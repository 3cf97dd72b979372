/** Marathon's answers → the apps and groups that are there, and how far each has got. Pure. */

import type { ObservedApp } from '../app.js';
import { fieldsOf } from '../components/app-definition.js';
import type { MarathonApp, QueuedApp } from '../mesos/marathon.js';
import { appLabelsOf } from './app-labels.js';

export interface AppsAnswer {
  apps: readonly MarathonApp[];
  /** Those that wait for offers. */
  queue: readonly QueuedApp[];
}

/** Those that were deployed for one component are one; each that was installed by hand is one of its own. */
export function observedApps({ apps, queue }: AppsAnswer, cluster: string): ObservedApp[] {
  const waiting = new Map(queue.map((each) => [each.app.id, each]));
  const byComponent = new Map<string, MarathonApp[]>();
  for (const app of apps) {
    const id = appLabelsOf(app.labels, cluster)?.component ?? `app:${app.id}`;
    byComponent.set(id, [...(byComponent.get(id) ?? []), app]);
  }
  return [...byComponent].map(([id, members]) => {
    const path = id.slice('app:'.length);
    const alone = members.length === 1 && members[0]?.id === path;
    return {
      id,
      path,
      type: alone ? 'app' : 'group',
      ours: members.some(({ labels }) => appLabelsOf(labels, cluster) !== undefined),
      apps: new Map(
        members.map((app) => [app.id, { hash: appLabelsOf(app.labels, cluster)?.hash, fields: fieldsOf(app) }]),
      ),
      ready: members.every(isReady),
      reason: reasonOf(members, waiting),
    };
  });
}

/** What it is asked for runs, nothing is being changed, and where somebody checks, all is healthy. */
function isReady({ instances, tasksRunning, tasksHealthy, healthChecks = [], deployments }: MarathonApp): boolean {
  const serving = healthChecks.length > 0 ? tasksHealthy : tasksRunning;
  return deployments.length === 0 && serving >= instances;
}

function reasonOf(apps: readonly MarathonApp[], waiting: ReadonlyMap<string, QueuedApp>): string {
  const sum = (count: (app: MarathonApp) => number) => apps.reduce((total, app) => total + count(app), 0);
  const instances = sum((app) => app.instances);
  const running = `${sum((app) => Math.min(app.tasksRunning, app.instances))} of ${instances} ${instances === 1 ? 'task runs' : 'tasks run'}`;
  const late = apps.filter((app) => !isReady(app));
  if (late.length === 0) return running;
  const whys = late.flatMap((app) => {
    const why = whyNot(app, waiting.get(app.id));
    return why.length > 0 && apps.length > 1 ? [`${app.id}: ${why.join(', ')}`] : why;
  });
  return [`progressing: ${running}`, ...whys].join('; ');
}

function whyNot(app: MarathonApp, queued: QueuedApp | undefined): string[] {
  const { lastTaskFailure, instances, tasksRunning } = app;
  // Of those that are being replaced.
  const more = tasksRunning > instances ? [`${tasksRunning - instances} more yet to end`] : [];
  const failure = lastTaskFailure && tasksRunning < instances ? [failureOf(lastTaskFailure)] : [];
  return [...(queued ? waitingFor(app, queued) : []), ...more, ...healthOf(app), ...failure];
}

function healthOf({ healthChecks = [], tasksHealthy, tasksUnhealthy, instances }: MarathonApp): string[] {
  if (tasksUnhealthy > 0) return [`${tasksUnhealthy} unhealthy`];
  return healthChecks.length > 0 && tasksHealthy < instances ? [`${tasksHealthy} healthy so far`] : [];
}

function failureOf({ state, message }: NonNullable<MarathonApp['lastTaskFailure']>): string {
  return `the last task ended as ${state}${message ? `: ${message}` : ''}`;
}

function waitingFor(app: MarathonApp, { delay, processedOffersSummary }: QueuedApp): string[] {
  if (!delay.overdue && delay.timeLeftSeconds > 0) return [`Marathon tries again in ${delay.timeLeftSeconds} s`];
  const refused = (processedOffersSummary?.rejectSummaryLastOffers ?? []).filter(({ declined }) => declined > 0);
  const most = [...refused].sort((a, b) => b.declined - a.declined)[0];
  return [most ? sentenceFor(most.reason, app) : 'Marathon waits for offers'];
}

/** Marathon's reasons (1.4 and later) for leaving an offer. */
function sentenceFor(reason: string, { cpus, mem, disk, gpus, constraints }: MarathonApp): string {
  const sentences: Record<string, string> = {
    InsufficientCpus: `no agent offers ${cpus} cpus`,
    InsufficientMemory: `no agent offers ${mem} MB of memory`,
    InsufficientDisk: `no agent offers ${disk} MB of disk`,
    InsufficientGpus: `no agent offers ${gpus} gpus`,
    InsufficientPorts: 'no agent offers the ports that it asks for',
    UnfulfilledRole: 'no agent offers resources of its roles',
    UnfulfilledConstraint: `no agent that offers enough fulfils its constraints ${JSON.stringify(constraints ?? [])}`,
    NoCorrespondingReservationFound: 'no agent has its reservation',
    AgentMaintenance: 'the agents that offer enough are in maintenance',
    DeclinedScarceResources: 'only agents with scarce resources offer enough',
  };
  return sentences[reason] ?? `no agent offers what it needs (${reason})`;
}
