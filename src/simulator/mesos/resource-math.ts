/** Sums and differences of resources, exact: scalars are counted in thousandths, as Mesos counts them. */

import type { JsonObject } from '../json.js';
import { type Reservation, reservationsOf, type WrittenResource } from './reservations.js';
import type { AllocatedResource } from './shapes.js';
import { joinRanges, type Range, rangesWithin, type Value } from './values.js';

/** Resources of one kind can be added up: the same name, reservations and disk. */
export interface Kind {
  name: string;
  /** Whose it is in the end; `*` for everybody's. */
  role: string;
  reservations: readonly Reservation[];
  disk?: JsonObject;
  shared?: JsonObject;
  revocable?: JsonObject;
}

type Quantity =
  | { type: 'SCALAR'; thousandths: number }
  | { type: 'RANGES'; ranges: Range[] }
  | { type: 'SET'; items: string[] };

interface Holding {
  kind: Kind;
  quantity: Quantity;
}

/** Resources by kind, each once and none of them nothing. A bag never changes. */
export type Bag = ReadonlyMap<string, Holding>;

export const EMPTY_BAG: Bag = new Map();

/** What resources as somebody wrote them amount to. */
export function bagOf(resources: readonly WrittenResource[]): Bag {
  const bag = new Map<string, Holding>();
  for (const resource of resources) {
    const quantity = quantityOf(resource);
    if (quantity === null || isNothing(quantity)) continue;
    const kind = kindOf(resource);
    put(bag, keyOf(kind), kind, quantity);
  }
  return bag;
}

export function addBags(a: Bag, b: Bag): Bag {
  const sum = new Map(a);
  for (const [key, { kind, quantity }] of b) put(sum, key, kind, quantity);
  return sum;
}

/** What is left of `whole`; a part that is not in it takes away nothing more than there is. */
export function subtractBags(whole: Bag, part: Bag): Bag {
  const rest = new Map(whole);
  for (const [key, { quantity }] of part) {
    const held = rest.get(key);
    if (held === undefined) continue;
    const left = subtract(held.quantity, quantity);
    if (isNothing(left)) rest.delete(key);
    else rest.set(key, { kind: held.kind, quantity: left });
  }
  return rest;
}

/** A persistent volume is taken wholly or not at all. */
export function containsBag(whole: Bag, part: Bag): boolean {
  return [...part].every(([key, { kind, quantity }]) => {
    const held = whole.get(key);
    if (held === undefined || !within(quantity, held.quantity)) return false;
    return kind.disk?.persistence === undefined || within(held.quantity, quantity);
  });
}

export function equalBags(a: Bag, b: Bag): boolean {
  return a.size === b.size && [...a].every(([key, { quantity }]) => isSame(quantity, b.get(key)?.quantity));
}

export function filterBag(bag: Bag, wanted: (kind: Kind) => boolean): Bag {
  return new Map([...bag].filter(([, { kind }]) => wanted(kind)));
}

/** How many thousandths there are of each scalar, whoever's it is. */
export function scalarsOf(bag: Bag): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { kind, quantity } of bag.values()) {
    if (quantity.type === 'SCALAR') sums.set(kind.name, (sums.get(kind.name) ?? 0) + quantity.thousandths);
  }
  return sums;
}

/** A bag as the master shows it: every resource with its role and its reservations. */
export function resourcesOf(bag: Bag, allocatedTo?: string): AllocatedResource[] {
  const allocation = allocatedTo === undefined ? {} : { allocation_info: { role: allocatedTo } };
  return [...bag.values()].map(({ kind, quantity }) => {
    const { name, role, reservations, ...more } = kind;
    const reserved = reservations.length === 0 ? {} : { reservations: [...reservations] };
    return { name, ...writtenValue(quantity), role, ...reserved, ...more, ...allocation };
  });
}

function kindOf(resource: WrittenResource): Kind {
  const { name, disk, shared, revocable } = resource;
  const reservations = reservationsOf(resource);
  return {
    name,
    role: reservations.at(-1)?.role ?? '*',
    reservations,
    ...(disk === undefined ? {} : { disk }),
    ...(shared === undefined ? {} : { shared }),
    ...(revocable === undefined ? {} : { revocable }),
  };
}

/** Of a disk its source and its volume's id count, as in Mesos; where it is mounted does not. */
function keyOf({ name, reservations, disk, shared, revocable }: Kind): string {
  if (reservations.length === 0 && disk === undefined && shared === undefined && revocable === undefined) return name;
  const { source, persistence } = disk ?? {};
  const volume = (persistence as JsonObject | undefined)?.id;
  return sorted([name, reservations, source, volume, shared !== undefined, revocable !== undefined]);
}

/** JSON in which the order of keys says nothing. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function quantityOf({ type, scalar, ranges, set }: WrittenResource): Quantity | null {
  if (type === 'SCALAR' && scalar !== undefined) return { type, thousandths: Math.round(scalar.value * 1000) };
  if (type === 'RANGES' && ranges !== undefined) return { type, ranges: joinRanges(ranges.range ?? []) };
  if (type === 'SET' && set !== undefined) return { type, items: [...new Set(set.item ?? [])] };
  return null;
}

function writtenValue(quantity: Quantity): Exclude<Value, { type: 'TEXT' }> {
  switch (quantity.type) {
    case 'SCALAR':
      return { type: 'SCALAR', scalar: { value: quantity.thousandths / 1000 } };
    case 'RANGES':
      return { type: 'RANGES', ranges: { range: quantity.ranges.map((range) => ({ ...range })) } };
    case 'SET':
      return { type: 'SET', set: { item: [...quantity.items] } };
  }
}

function put(bag: Map<string, Holding>, key: string, kind: Kind, quantity: Quantity): void {
  const held = bag.get(key);
  bag.set(key, held === undefined ? { kind, quantity } : { kind: held.kind, quantity: add(held.quantity, quantity) });
}

function isNothing(quantity: Quantity): boolean {
  switch (quantity.type) {
    case 'SCALAR':
      return quantity.thousandths <= 0;
    case 'RANGES':
      return quantity.ranges.length === 0;
    case 'SET':
      return quantity.items.length === 0;
  }
}

function add(a: Quantity, b: Quantity): Quantity {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return { ...a, thousandths: a.thousandths + b.thousandths };
  if (a.type === 'RANGES' && b.type === 'RANGES') return { ...a, ranges: joinRanges([...a.ranges, ...b.ranges]) };
  if (a.type === 'SET' && b.type === 'SET') return { ...a, items: [...new Set([...a.items, ...b.items])] };
  return a;
}

function subtract(a: Quantity, b: Quantity): Quantity {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return { ...a, thousandths: a.thousandths - b.thousandths };
  if (a.type === 'RANGES' && b.type === 'RANGES') return { ...a, ranges: b.ranges.reduce(cut, a.ranges) };
  if (a.type === 'SET' && b.type === 'SET') return { ...a, items: a.items.filter((item) => !b.items.includes(item)) };
  return a;
}

function cut(ranges: Range[], { begin, end }: Range): Range[] {
  return ranges.flatMap((range) => {
    if (end < range.begin || range.end < begin) return [range];
    const parts = [
      { begin: range.begin, end: begin - 1 },
      { begin: end + 1, end: range.end },
    ];
    return parts.filter((part) => part.begin <= part.end);
  });
}

function within(inner: Quantity, outer: Quantity): boolean {
  if (inner.type === 'SCALAR' && outer.type === 'SCALAR') return inner.thousandths <= outer.thousandths;
  if (inner.type === 'RANGES' && outer.type === 'RANGES') return rangesWithin(inner.ranges, outer.ranges);
  if (inner.type === 'SET' && outer.type === 'SET') return inner.items.every((item) => outer.items.includes(item));
  return false;
}

function isSame(a: Quantity, b: Quantity | undefined): boolean {
  return b !== undefined && within(a, b) && within(b, a);
}
