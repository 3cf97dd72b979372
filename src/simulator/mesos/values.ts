export interface Range {
  begin: number;
  end: number;
}

/** A value as resources and attributes hold it. */
export type Value =
  | { type: 'SCALAR'; scalar: { value: number } }
  | { type: 'RANGES'; ranges: { range: Range[] } }
  | { type: 'SET'; set: { item: string[] } }
  | { type: 'TEXT'; text: { value: string } };

/** Mesos counts scalars in thousandths. */
export function roundScalar(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Sorted, with what overlaps or touches joined. */
export function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.begin - b.begin)) {
    const last = joined.at(-1);
    if (last !== undefined && range.begin <= last.end + 1) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
  }
  return joined;
}

/** True where every number of `inner` lies in `outer`. */
export function rangesWithin(inner: readonly Range[], outer: readonly Range[]): boolean {
  const whole = joinRanges(outer);
  return inner.every(({ begin, end }) => whole.some((range) => range.begin <= begin && end <= range.end));
}

/** Parses a value by its form, as Mesos does; an error string for a form that is begun and not ended well. */
export function parseValue(text: string): Value | string {
  const trimmed = text.trim();
  if (trimmed === '') return 'Expecting non-empty string';
  if (trimmed.startsWith('[')) {
    const range: Range[] = [];
    const inner = /^\[(.*)\]$/.exec(trimmed)?.[1];
    for (const part of inner?.split(',') ?? ['']) {
      const bounds = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(part);
      if (bounds === null) return `Expecting one or more "ranges"`;
      const [begin, end] = [Number(bounds[1]), Number(bounds[2])];
      if (begin > end) return `Expecting a range whose beginning is not after its end: ${part.trim()}`;
      range.push({ begin, end });
    }
    return { type: 'RANGES', ranges: { range: joinRanges(range) } };
  }
  if (trimmed.startsWith('{')) {
    const inner = /^\{(.*)\}$/.exec(trimmed)?.[1];
    if (inner === undefined) return `Expecting '}' at the end of a set`;
    return {
      type: 'SET',
      set: {
        item: inner
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      },
    };
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) {
    return { type: 'SCALAR', scalar: { value: roundScalar(Number(trimmed)) } };
  }
  return { type: 'TEXT', text: { value: trimmed } };
}

/** A value as the JSON of `/state` shows it: a number or text. */
export function plainValue(value: Value): number | string {
  switch (value.type) {
    case 'SCALAR':
      return value.scalar.value;
    case 'RANGES':
      return `[${value.ranges.range.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
    case 'SET':
      return `{${value.set.item.join(', ')}}`;
    case 'TEXT':
      return value.text.value;
  }
}

/** Two values of one type together; the first where the types differ. */
export function addValues(a: Value, b: Value): Value {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return { type: 'SCALAR', scalar: { value: roundScalar(a.scalar.value + b.scalar.value) } };
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { type: 'RANGES', ranges: { range: joinRanges([...a.ranges.range, ...b.ranges.range]) } };
  }
  if (a.type === 'SET' && b.type === 'SET')
    return { type: 'SET', set: { item: [...new Set([...a.set.item, ...b.set.item])] } };
  return a;
}
