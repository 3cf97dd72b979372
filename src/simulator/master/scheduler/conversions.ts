import type { JsonObject } from '../../json.js';
import { reservationsOf, resourceProblem, type WrittenResource } from '../../mesos/reservations.js';
import { type Bag, bagOf, containsBag } from '../../mesos/resource-math.js';
import type { FrameworkInfo } from '../../mesos/shapes.js';
import { hasCapability, rolesOf } from '../frameworks/framework.js';
import type { Operation } from './calls.js';

/** What an operation takes, and what the same then is. */
export interface Conversion {
  consumed: Bag;
  converted: Bag;
}

/** What an operation is done with: resources that an agent offers, of its total, for one of its framework's roles. */
export interface Ground {
  framework: FrameworkInfo;
  role: string;
  total: Bag;
  offered: Bag;
}

/** What an operation makes of what is offered; an error string, in Mesos' words, where it cannot. */
export function convert(operation: Operation, ground: Ground): Conversion | string {
  const conversion = read(operation, ground);
  if (typeof conversion === 'string') return conversion;
  const wrong = resourceProblem([...conversion.before, ...conversion.after]);
  if (wrong !== null) return `Invalid resources: ${wrong}`;
  const converted = bagOf(conversion.after);
  const consumed = bagOf(conversion.before);
  if (!containsBag(ground.offered, consumed)) return 'Invalid operation: the resources are not in the offers';
  return { consumed, converted };
}

interface Written {
  before: readonly WrittenResource[];
  after: readonly WrittenResource[];
}

function read(operation: Operation, { framework, role, total }: Ground): Written | string {
  switch (operation.type) {
    case 'RESERVE': {
      const { resources = [], source = [] } = operation.reserve ?? {};
      const problem = resources.map((each) => reserveProblem(each, framework, role)).find((each) => each !== null);
      return problem ?? { before: source.length > 0 ? source : resources.map(withoutReservation), after: resources };
    }
    case 'UNRESERVE': {
      const { resources = [] } = operation.unreserve ?? {};
      const problem = resources.map(unreserveProblem).find((each) => each !== null);
      return problem ?? { before: resources, after: resources.map(withoutReservation) };
    }
    case 'CREATE': {
      const { volumes = [] } = operation.create ?? {};
      const problem = volumes.map((each) => volumeProblem(each, framework)).find((each) => each !== null);
      return problem ?? sameIdProblem(volumes, total) ?? { before: volumes.map(withoutVolume), after: volumes };
    }
    case 'DESTROY': {
      const { volumes = [] } = operation.destroy ?? {};
      if (!containsBag(total, bagOf(volumes))) return 'Persistent volumes not found';
      return { before: volumes, after: volumes.map(withoutVolume) };
    }
    default:
      return `Unsupported operation ${operation.type ?? 'UNKNOWN'}`;
  }
}

function isDynamic(resource: WrittenResource): boolean {
  return reservationsOf(resource).at(-1)?.type === 'DYNAMIC';
}

function isVolume({ disk }: WrittenResource): boolean {
  return disk?.persistence !== undefined;
}

function reserveProblem(resource: WrittenResource, framework: FrameworkInfo, offeredTo: string): string | null {
  const role = reservationsOf(resource).at(-1)?.role;
  if (!isDynamic(resource)) return `Resource ${resource.name} is not dynamically reserved`;
  if (role === '*') return "Invalid reservation: role '*' cannot be dynamically reserved";
  if (isVolume(resource)) return `A persistent volume ${resource.name} must already be reserved`;
  if (role !== offeredTo) {
    return `A reserve operation was attempted for a resource with role '${role}', but the resource was allocated to role '${offeredTo}'`;
  }
  const roles = rolesOf(framework);
  if (role === undefined || roles.includes(role)) return null;
  return `A reserve operation was attempted for a resource with role '${role}', but the framework can only reserve resources with roles '${roles.join(', ')}'`;
}

function unreserveProblem(resource: WrittenResource): string | null {
  if (!isDynamic(resource)) return `Resource ${resource.name} is not dynamically reserved`;
  if (!isVolume(resource)) return null;
  return 'A dynamically reserved persistent volume cannot be unreserved directly. Please destroy the persistent volume first then unreserve the resource';
}

function volumeProblem(resource: WrittenResource, framework: FrameworkInfo): string | null {
  const { disk, shared } = resource;
  const volume = disk?.volume as JsonObject | undefined;
  if (disk === undefined) return `Not a persistent volume: Resource ${resource.name} does not have DiskInfo`;
  if (volumeId(disk) === undefined) return "Not a persistent volume: 'persistence' is not set in DiskInfo";
  if (volume === undefined) return "Not a persistent volume: Expecting 'volume' to be set for persistent volume";
  if (volume.mode === 'RO') return 'Not a persistent volume: Read-only persistent volume not supported';
  if (reservationsOf(resource).length === 0) return 'Persistent volumes cannot be created from unreserved resources';
  if (shared !== undefined && !hasCapability(framework, 'SHARED_RESOURCES')) {
    return 'Create volume operation has been attempted by a framework with no SHARED_RESOURCES capability';
  }
  return null;
}

/** Of one role's volumes no two have one id. */
function sameIdProblem(volumes: readonly WrittenResource[], total: Bag): string | null {
  const taken = new Set([...total.values()].map(({ kind }) => volumeKey(kind.role, kind.disk)));
  for (const volume of volumes) {
    const key = volumeKey(reservationsOf(volume).at(-1)?.role, volume.disk);
    if (taken.has(key)) return `Persistence ID '${volumeId(volume.disk)}' is not unique`;
    taken.add(key);
  }
  return null;
}

function volumeKey(role: string | undefined, disk: JsonObject | undefined): string {
  return JSON.stringify([role, volumeId(disk)]);
}

function volumeId(disk: JsonObject | undefined): string | undefined {
  return (disk?.persistence as { id?: string } | undefined)?.id;
}

/** The last reservation undone: what refines another becomes that again, anything else everybody's. */
function withoutReservation(resource: WrittenResource): WrittenResource {
  const { reservation: _reservation, role: _role, ...plain } = resource;
  const reservations = reservationsOf(resource).slice(0, -1);
  return { ...plain, reservations, role: reservations.at(-1)?.role ?? '*' };
}

/** The disk that a volume is made of. */
function withoutVolume({ disk, shared: _shared, ...plain }: WrittenResource): WrittenResource {
  const source = disk?.source as JsonObject | undefined;
  return source === undefined ? plain : { ...plain, disk: { source } };
}
