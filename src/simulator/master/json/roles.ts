import { plainResources } from '../../mesos/resources.js';
import type { AllocatedResource } from '../../mesos/shapes.js';
import { ownerOf, quantities } from '../../mesos/shown-resources.js';
import { totalOf } from '../agents/agent.js';
import { rolesOf } from '../frameworks/framework.js';
import type { MasterView } from '../view.js';
import { offeredTo, usedBy } from './usage.js';

/** A role that a framework is in, or that something is reserved for. */
export interface Role {
  name: string;
  frameworkIds: string[];
  allocated: AllocatedResource[];
  offered: AllocatedResource[];
  reserved: AllocatedResource[];
}

export function rolesIn({ agents, frameworks }: MasterView): Role[] {
  const roles = new Map<string, Role>();
  const role = (name: string): Role => {
    const known = roles.get(name) ?? { name, frameworkIds: [], allocated: [], offered: [], reserved: [] };
    roles.set(name, known);
    return known;
  };
  for (const resource of agents.flatMap(totalOf)) {
    const owner = ownerOf(resource);
    if (owner !== '*') role(owner).reserved.push(resource);
  }
  for (const framework of frameworks) {
    const own = rolesOf(framework.info);
    for (const name of own) role(name).frameworkIds.push(framework.id);
    const forRole = (resource: AllocatedResource) => role(resource.allocation_info?.role ?? own[0] ?? '*');
    for (const resource of usedBy(framework)) forRole(resource).allocated.push(resource);
    for (const resource of offeredTo(framework)) forRole(resource).offered.push(resource);
  }
  return [...roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What counts against a role's quota: all that is reserved for it, and what it has of everybody's. */
function consumed({ allocated, reserved }: Role): AllocatedResource[] {
  return [...reserved, ...allocated.filter((resource) => ownerOf(resource) === '*')];
}

export function modernRoles(view: MasterView): object {
  return {
    roles: rolesIn(view).map((role) => ({
      name: role.name,
      weight: 1,
      quota: { role: role.name, guarantee: {}, limit: {}, consumed: quantities(consumed(role)) },
      resources: quantities([...role.allocated, ...role.offered]),
      allocated: quantities(role.allocated),
      offered: quantities(role.offered),
      reserved: quantities(role.reserved),
      frameworks: role.frameworkIds,
    })),
  };
}

export function classicRoles(view: MasterView): object {
  const roles = rolesIn(view);
  const everybody: Role = { name: '*', frameworkIds: [], allocated: [], offered: [], reserved: [] };
  const listed = roles.some(({ name }) => name === '*') ? roles : [everybody, ...roles];
  return {
    roles: listed.map(({ name, allocated, offered, frameworkIds }) => {
      return { name, weight: 1, resources: plainResources([...allocated, ...offered]), frameworks: frameworkIds };
    }),
  };
}
