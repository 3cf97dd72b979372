/** Mesos' texts for resources and attributes, written and compared as a recovering agent compares them. */

import type { Resources } from '../spec.js';

/** `ports(*):[31000-32000]; cpus(*):0.2; mem(*):256; disk(*):200`, for MESOS_RESOURCES. */
export function formatResources(resources: Resources): string {
  return (['ports', 'cpus', 'mem', 'disk'] as const)
    .flatMap((name) => resources[name].map(({ role, value }) => `${name}(${role}):${value}`))
    .join('; ');
}

/** Why a recovering agent that may only add resources refuses the change; undefined where it accepts it. */
export function resourcesTaken(before: string, after: string): string | undefined {
  const offered = entries(after);
  for (const [name, old] of entries(before)) {
    const value = offered.get(name);
    if (value === undefined) return `${name} goes`;
    if (!covers(value, old)) return `${name} goes from ${old} to ${value}`;
  }
  return undefined;
}

/** Likewise for attributes, `rack:1;zone:b`: those that were there must stay as they were. */
export function attributesTaken(before: string, after: string): string | undefined {
  const offered = entries(after);
  for (const [name, old] of entries(before)) {
    const value = offered.get(name);
    if (value === undefined) return `attribute ${name} goes`;
    if (value !== old) return `attribute ${name} goes from ${old} to ${value}`;
  }
  return undefined;
}

function entries(text: string): Map<string, string> {
  const parts = text.split(';').map((part) => part.trim());
  return new Map(
    parts.filter(Boolean).map((part) => {
      const colon = part.indexOf(':');
      return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
    }),
  );
}

/** A scalar covers a smaller one, ranges cover those within them. */
function covers(value: string, old: string): boolean {
  if (!value.startsWith('[') || !old.startsWith('[')) return Number(value) >= Number(old);
  const have = ranges(value);
  return ranges(old).every(([begin, end]) => have.some(([from, to]) => from <= begin && end <= to));
}

/** Sorted, and joined where one ends just before the next begins. */
function ranges(text: string): [number, number][] {
  const parsed = [...text.matchAll(/(\d+)\s*-\s*(\d+)/g)].map(([, begin, end]): [number, number] => [
    Number(begin),
    Number(end),
  ]);
  const joined: [number, number][] = [];
  for (const [begin, end] of parsed.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && begin <= last[1] + 1) last[1] = Math.max(last[1], end);
    else joined.push([begin, end]);
  }
  return joined;
}
