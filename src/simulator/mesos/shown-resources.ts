import type { Resource } from './resources.js';
import type { AllocatedResource } from './shapes.js';
import { addValues, roundScalar, type Value } from './values.js';

/** Whose a resource is: its latest reservation's, or everybody's (`*`). */
export function ownerOf({ role, reservations = [] }: AllocatedResource): string {
  return reservations.at(-1)?.role ?? role ?? '*';
}

/** A resource as the endpoints show it: with its role, and its reservations where it is not everybody's. */
export function withRole(resource: AllocatedResource): object {
  const owner = ownerOf(resource);
  const { name, type, role: _role, reservations, allocation_info, ...value } = resource;
  return {
    name,
    type,
    ...value,
    role: owner,
    ...(owner === '*' ? {} : { reservations: reservations ?? [{ type: 'STATIC', role: owner }] }),
    ...(allocation_info === undefined ? {} : { allocation_info }),
  };
}

/** A resource as tasks and offers hold it inside Mesos: only its reservations say whose it is. */
export function withReservations(resource: AllocatedResource): object {
  const { role: _role, ...refined } = withRole(resource) as { role: string };
  return refined;
}

/** The reserved resources by role, each role's shown by `show`. */
export function reservedBy<T>(
  resources: readonly AllocatedResource[],
  show: (resources: AllocatedResource[]) => T,
): { [role: string]: T } {
  const roles = [...new Set(resources.map(ownerOf))].filter((role) => role !== '*');
  return Object.fromEntries(roles.map((role) => [role, show(resources.filter((each) => ownerOf(each) === role))]));
}

export function unreserved(resources: readonly AllocatedResource[]): AllocatedResource[] {
  return resources.filter((resource) => ownerOf(resource) === '*');
}

/** One entry for what is of one kind, in order of appearance. */
export function sumUp(resources: readonly AllocatedResource[]): AllocatedResource[] {
  const sums = new Map<string, AllocatedResource>();
  for (const resource of resources) {
    const { name, reservations, disk, shared, allocation_info } = resource;
    const key = JSON.stringify([name, ownerOf(resource), reservations, disk, shared, allocation_info]);
    const before = sums.get(key);
    sums.set(
      key,
      before === undefined ? resource : ({ ...before, ...addValues(before, resource) } as AllocatedResource),
    );
  }
  return [...sums.values()];
}

/** Sums as numbers, by name: of ranges and sets how many there are. */
export function quantities(resources: readonly Resource[]): { [name: string]: number } {
  const sums: { [name: string]: number } = {};
  for (const resource of sumUp(resources)) {
    const sum = roundScalar((sums[resource.name] ?? 0) + amount(resource));
    if (sum !== 0) sums[resource.name] = sum;
  }
  return sums;
}

function amount(value: Exclude<Value, { type: 'TEXT' }>): number {
  switch (value.type) {
    case 'SCALAR':
      return value.scalar.value;
    case 'RANGES':
      return value.ranges.range.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
    case 'SET':
      return value.set.item.length;
  }
}
