import type { AllocatedResource, Offer } from '../../mesos/shapes.js';
import { plainValue, type Range, roundScalar } from '../../mesos/values.js';
import type { Place } from './constraints.js';

/** What is left of an offer after some of it was taken; values are never changed, only made anew. */
export type Pool = readonly AllocatedResource[];

interface Taken {
  taken: AllocatedResource[];
  left: Pool;
}

export function placeOf({ hostname, attributes = [] }: Offer): Place {
  return {
    hostname,
    attributes: Object.fromEntries(attributes.map((each) => [each.name, String(plainValue(each))])),
  };
}

/** Whose a resource is: the role of its reservation, or everybody's. */
function roleOf({ role, reservations }: AllocatedResource): string {
  return reservations?.at(-1)?.role ?? role ?? '*';
}

/** Whether a task may simply use it: not what holds somebody's data, or can be taken back at any time. */
function isPlain(resource: AllocatedResource): boolean {
  return !('persistence' in (resource.disk ?? {})) && !('revocable' in resource);
}

/** The resources of these roles, reserved ones first, and the rest. */
export function usable(pool: Pool, roles: readonly string[]): AllocatedResource[] {
  const fits = pool.filter((each) => isPlain(each) && roles.includes(roleOf(each)));
  return [...fits.filter((each) => roleOf(each) !== '*'), ...fits.filter((each) => roleOf(each) === '*')];
}

/** Takes an amount, from several roles where one does not have it all; null where there is not enough. */
export function takeScalar(pool: Pool, name: string, amount: number, roles: readonly string[]): Taken | null {
  const taken: AllocatedResource[] = [];
  let [missing, left] = [roundScalar(amount), pool];
  for (const resource of usable(pool, roles)) {
    if (resource.name !== name || resource.type !== 'SCALAR' || missing <= 0) continue;
    const value = Math.min(missing, resource.scalar.value);
    if (value <= 0) continue;
    missing = roundScalar(missing - value);
    taken.push({ ...resource, scalar: { value } });
    const rest = { ...resource, scalar: { value: roundScalar(resource.scalar.value - value) } };
    left = left.map((each) => (each === resource ? rest : each));
  }
  return missing > 0 ? null : { taken, left };
}

interface TakenPorts extends Taken {
  /** As many as were wanted, in that order. */
  ports: number[];
}

/** Takes ports: certain ones, and any for each 0; `random` (from 0 to below 1) picks among those. Null where one is not to be had. */
export function takePorts(
  pool: Pool,
  wanted: readonly number[],
  roles: readonly string[],
  random: () => number,
): TakenPorts | null {
  const chosen = new Set(wanted.filter((port) => port !== 0));
  const offered = usable(pool, roles).filter((each) => each.name === 'ports' && each.type === 'RANGES');
  const ranges = offered.flatMap((each) => (each.type === 'RANGES' ? each.ranges.range : []));
  const ports: number[] = [];
  for (const port of wanted) {
    const found = port === 0 ? anyPort(ranges, chosen, random) : port;
    if (found === null || !isIn(found, ranges) || ports.includes(found)) return null;
    chosen.add(found);
    ports.push(found);
  }
  return { ...takeRanges(pool, offered, ports), ports };
}

function isIn(port: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ begin, end }) => begin <= port && port <= end);
}

/** A port that is not chosen yet: the first one free from a random place on, so that tasks do not meet the port of the last one. */
function anyPort(ranges: readonly Range[], chosen: ReadonlySet<number>, random: () => number): number | null {
  const size = ranges.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
  const start = Math.floor(random() * size);
  for (let step = 0; step < size; step += 1) {
    const port = portAt(ranges, (start + step) % size);
    if (!chosen.has(port)) return port;
  }
  return null;
}

function portAt(ranges: readonly Range[], index: number): number {
  let rest = index;
  for (const { begin, end } of ranges) {
    if (rest <= end - begin) return begin + rest;
    rest -= end - begin + 1;
  }
  return 0;
}

function takeRanges(pool: Pool, offered: readonly AllocatedResource[], ports: readonly number[]): Taken {
  const taken: AllocatedResource[] = [];
  const missing = new Set(ports);
  let left = pool;
  for (const resource of offered) {
    if (resource.type !== 'RANGES') continue;
    const here = [...missing].filter((port) => isIn(port, resource.ranges.range)).sort((a, b) => a - b);
    if (here.length === 0) continue;
    for (const port of here) missing.delete(port);
    taken.push({ ...resource, ranges: { range: here.map((port) => ({ begin: port, end: port })) } });
    const rest = { ...resource, ranges: { range: without(resource.ranges.range, here) } };
    left = left.map((each) => (each === resource ? rest : each));
  }
  return { taken, left };
}

function without(ranges: readonly Range[], ports: readonly number[]): Range[] {
  return ports.reduce<Range[]>(
    (rest, port) =>
      rest.flatMap(({ begin, end }) => {
        if (port < begin || port > end) return [{ begin, end }];
        return [
          { begin, end: port - 1 },
          { begin: port + 1, end },
        ].filter((each) => each.begin <= each.end);
      }),
    [...ranges],
  );
}
