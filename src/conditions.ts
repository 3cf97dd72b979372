/** How a cluster stands, in five sentences that scripts can wait for, as Kubernetes has them. */

import type { MinimesosError } from './errors.js';
import type { Desired, DesiredComponent, Kind, Observed, ObservedContainer, Phase, PlannedComponent } from './model.js';

export const CONDITIONS = ['Available', 'Progressing', 'Degraded', 'Paused', 'FileInvalid'] as const;
export type ConditionType = (typeof CONDITIONS)[number];

export interface Condition {
  type: ConditionType;
  status: boolean;
  /** One word, for scripts. */
  reason: string;
  /** For people. */
  message: string;
  /** ISO 8601: since when it has this status; null where nobody knows. */
  since: string | null;
}

export interface Situation {
  observed: Observed;
  components: readonly PlannedComponent[];
  /** Why the file cannot be read now. */
  fileProblem?: MinimesosError | undefined;
}

type Finding = Pick<Condition, 'status' | 'reason' | 'message'>;

/** `since` tells since when a condition has its status. */
export function conditionsOf(
  situation: Situation,
  since: (type: ConditionType, status: boolean) => string | null,
): Condition[] {
  return CONDITIONS.map((type) => {
    const finding = FINDINGS[type](situation);
    return { type, ...finding, since: since(type, finding.status) };
  });
}

/** Whether nobody may bring the cluster into line. One that is to go altogether goes, paused or not. */
export function isPaused({ desired, observed }: { desired: Desired; observed: Observed }): boolean {
  return observed.pausedSince !== undefined && desired.components.length > 0;
}

const HURT: ReadonlySet<Phase> = new Set(['failed', 'degraded', 'backoff']);

export const isHurt = ({ phase }: PlannedComponent): boolean => HURT.has(phase);

const FINDINGS: Record<ConditionType, (situation: Situation) => Finding> = {
  Available: ({ components }) => {
    const missing = ESSENTIAL.find(({ kind }) => wants(components, kind) && !serves(components, kind));
    if (components.every(({ observed }) => !observed?.container)) return no('NoCluster', 'there is no container');
    if (missing) return no(missing.reason, missing.message);
    return yes('Serves', 'ZooKeeper serves, a master leads, and agents are registered');
  },
  Progressing: ({ components, observed }) => {
    const moving = components.filter((each) => !isSettled(each) && each.phase !== 'failed');
    if (observed.pausedSince !== undefined) return no('Paused', 'reconciliation is paused');
    if (components.every(isSettled)) return no('Converged', 'all is as the minimesosFile wants it');
    if (moving.length === 0) return no('Stuck', listed(components.filter((each) => !isSettled(each))));
    return yes('Converging', listed(moving));
  },
  Degraded: ({ components }) => {
    const hurt = components.filter(isHurt);
    return hurt.length > 0 ? yes('ComponentsHurt', listed(hurt)) : no('NoneHurt', 'no component is hurt');
  },
  Paused: ({ observed }) =>
    observed.pausedSince === undefined
      ? no('NotPaused', 'reconciliation goes on')
      : yes('Paused', 'minimesos resume takes the pause away'),
  FileInvalid: ({ fileProblem }) =>
    fileProblem
      ? yes(
          fileProblem.code === 'FILE_MISSING' ? 'Missing' : 'Broken',
          [fileProblem.message, ...fileProblem.details].join('\n'),
        )
      : no('Valid', 'the minimesosFile is read'),
};

/** Without one of each, nobody can use the cluster. */
const ESSENTIAL: { kind: Kind; reason: string; message: string }[] = [
  { kind: 'zookeeper', reason: 'ZooKeeperNotReady', message: 'ZooKeeper does not serve' },
  { kind: 'master', reason: 'NoLeadingMaster', message: 'no master leads' },
  { kind: 'agent', reason: 'NoActiveAgent', message: 'no agent is active at the master' },
];

function wants(components: readonly PlannedComponent[], wanted: Kind): boolean {
  return components.some(({ kind }) => kind === wanted);
}

function serves(components: readonly PlannedComponent[], wanted: Kind): boolean {
  return components.some(({ kind, observed }) => kind === wanted && observed?.readiness.ready === true);
}

/** Whether nothing is left to do for it. */
export function isFinished({ phase, desired, observed, app }: PlannedComponent): boolean {
  if (app) return phase === (app.desired || app.unreachable ? 'ready' : 'absent');
  if (!desired) return phase === 'absent';
  return phase === 'ready' && observed?.readiness.ready === true && isCurrent(desired, observed.container);
}

/** Whether the container was made by minimesos, from this spec. */
export function isCurrent({ hash }: DesiredComponent, container: ObservedContainer | undefined): boolean {
  return container?.hash === hash && !container.byHand;
}

/** To one who does not know the file: whether it serves. */
function isSettled(component: PlannedComponent): boolean {
  const wanted = component.desired ?? component.app?.desired ?? component.app?.unreachable;
  return isFinished(component) || (!wanted && component.phase === 'ready');
}

function listed(components: readonly PlannedComponent[]): string {
  return components.map(({ id, phase, reason }) => `${id} ${phase}${reason ? `: ${reason}` : ''}`).join(', ');
}

const yes = (reason: string, message: string): Finding => ({ status: true, reason, message });
const no = (reason: string, message: string): Finding => ({ status: false, reason, message });
