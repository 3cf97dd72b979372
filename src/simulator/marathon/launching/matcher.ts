import type { AllocatedResource, Offer } from '../../mesos/shapes.js';
import type { App } from '../app/definition.js';
import { portNeeds } from '../app/network.js';
import { type Place, unmet } from './constraints.js';
import { type Pool, placeOf, takePorts, takeScalar, usable } from './offered.js';

/** Why an offer did not do for an app, in Marathon's words and in the order in which its queue counts them. */
export const REJECT_REASONS = [
  'UnfulfilledRole',
  'UnfulfilledConstraint',
  'NoCorrespondingReservationFound',
  'InsufficientCpus',
  'InsufficientMemory',
  'InsufficientDisk',
  'InsufficientGpus',
  'InsufficientPorts',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** What a task of an app gets of an offer. */
export interface Match {
  resources: AllocatedResource[];
  /** A host port for each of the app's ports that needs one; null for one that needs none. */
  hostPorts: (number | null)[];
  left: Pool;
}

type MatchResult = { match: Match } | { reasons: RejectReason[] };

export interface MatchContext {
  /** Roles whose resources an app that says nothing of it may use. */
  defaultRoles: readonly string[];
  /** Where the app's tasks are already. */
  placed: readonly Place[];
  random: () => number;
}

const SCALARS = [
  { name: 'cpus', amount: (app: App) => app.cpus, reason: 'InsufficientCpus' },
  { name: 'mem', amount: (app: App) => app.mem, reason: 'InsufficientMemory' },
  { name: 'disk', amount: (app: App) => app.disk, reason: 'InsufficientDisk' },
  { name: 'gpus', amount: (app: App) => app.gpus, reason: 'InsufficientGpus' },
] as const;

/** Whether what is left of an offer will do for one more task of an app. */
export function matchOffer(app: App, offer: Offer, pool: Pool, context: MatchContext): MatchResult {
  const roles = app.acceptedResourceRoles ?? context.defaultRoles;
  const reasons: RejectReason[] = [];
  if (usable(pool, roles).length === 0) reasons.push('UnfulfilledRole');
  if (unmet(app.constraints, placeOf(offer), context.placed).length > 0) reasons.push('UnfulfilledConstraint');
  const resources: AllocatedResource[] = [];
  let left = pool;
  for (const { name, amount, reason } of SCALARS) {
    const got = takeScalar(left, name, amount(app), roles);
    if (got === null) reasons.push(reason);
    else {
      resources.push(...got.taken);
      left = got.left;
    }
  }
  const needs = portNeeds(app).map(({ hostPort }) => hostPort);
  const wanted = needs.filter((port) => port !== null);
  const ports = takePorts(left, wanted, roles, context.random);
  if (ports === null) reasons.push('InsufficientPorts');
  if (reasons.length > 0 || ports === null) return { reasons };
  const given = [...ports.ports];
  const hostPorts = needs.map((need) => (need === null ? null : (given.shift() ?? null)));
  return { match: { resources: [...resources, ...ports.taken], hostPorts, left: ports.left } };
}
