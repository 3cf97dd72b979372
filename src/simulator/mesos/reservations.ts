/** Whose a resource is: the forms in which frameworks of different age write and read it. */

import { isObject, type JsonObject } from '../json.js';
import type { AllocatedResource } from './shapes.js';
import type { Range } from './values.js';

export type Reservation = NonNullable<AllocatedResource['reservations']>[number];

/** A resource as a framework or an agent writes it, in the older form or with `reservations`. */
export interface WrittenResource {
  name: string;
  type: string;
  scalar?: { value: number };
  ranges?: { range?: Range[] };
  set?: { item?: string[] };
  role?: string;
  /** The older form of a dynamic reservation, for `role`. */
  reservation?: JsonObject;
  reservations?: readonly Reservation[];
  allocation_info?: { role?: string };
  disk?: JsonObject;
  shared?: JsonObject;
  revocable?: JsonObject;
}

/** The reservations of a resource, each refining the one before; none for what is everybody's. */
export function reservationsOf({ role = '*', reservation, reservations }: WrittenResource): readonly Reservation[] {
  if (reservations !== undefined && reservations.length > 0) return reservations;
  if (role === '*') return [];
  if (!isObject(reservation)) return [{ type: 'STATIC', role }];
  return [{ ...reservation, type: 'DYNAMIC', role } as Reservation];
}

/** What is wrong with resources that somebody wrote, in Mesos' words; null for nothing. */
export function resourceProblem(resources: readonly WrittenResource[]): string | null {
  for (const { name, type, scalar, ranges, set } of resources) {
    if (name === '') return 'Empty resource name';
    if (type === 'SCALAR') {
      if (scalar === undefined || !Number.isFinite(scalar.value)) return 'Invalid scalar resource';
      if (scalar.value < 0) return 'Invalid scalar resource: value < 0';
    } else if (type === 'RANGES') {
      if (ranges === undefined) return 'Invalid ranges resource';
      if ((ranges.range ?? []).some(({ begin, end }) => begin > end)) return 'Invalid ranges resource: begin > end';
    } else if (type !== 'SET' || set === undefined) return 'Invalid set resource';
  }
  return null;
}

/** Which form a framework reads. */
export interface ResourceForm {
  /** It has RESERVATION_REFINEMENT: `reservations` instead of `role` and `reservation`. */
  refined: boolean;
  /** It has MULTI_ROLE: every resource says for which role it is offered. */
  allocated: boolean;
}

/** A resource of the master's in the form that a framework reads. */
export function inForm(resource: AllocatedResource, { refined, allocated }: ResourceForm): object {
  const { role, reservations = [], allocation_info, ...plain } = resource;
  const allocation = allocated && allocation_info !== undefined ? { allocation_info } : {};
  if (refined) return { ...plain, ...(reservations.length === 0 ? {} : { reservations }), ...allocation };
  const { type, role: _role, ...dynamic } = reservations.at(-1) ?? { type: 'STATIC', role };
  return { ...plain, role, ...(type === 'DYNAMIC' ? { reservation: dynamic } : {}), ...allocation };
}

/** Resources as Mesos writes them in a sentence: `cpus(allocated: *):0.5; ports(allocated: *):[31000-31000]`. */
export function describe(resources: readonly AllocatedResource[], modern: boolean): string {
  if (resources.length === 0) return '{}';
  return resources.map((resource) => `${head(resource, modern)}:${valueText(resource)}`).join('; ');
}

function head({ name, role, reservations = [], allocation_info }: AllocatedResource, modern: boolean): string {
  if (!modern) return `${name}(${role})`;
  const allocated = allocation_info === undefined ? '' : `(allocated: ${allocation_info.role})`;
  const stack = reservations.map(({ type, role: whose, principal }) =>
    [type, whose, ...(principal === undefined ? [] : [principal])].join(','),
  );
  const reserved = stack.length === 0 ? '' : `(reservations: [${stack.map((each) => `(${each})`).join(',')}])`;
  return `${name}${allocated}${reserved}`;
}

function valueText(resource: AllocatedResource): string {
  switch (resource.type) {
    case 'SCALAR':
      return String(resource.scalar.value);
    case 'RANGES':
      return `[${resource.ranges.range.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
    case 'SET':
      return `{${resource.set.item.join(', ')}}`;
  }
}
