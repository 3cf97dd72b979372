/** Random faults, the same ones for the same seed; and how long it took until what they hit was well again. */

import type { ComponentId } from '../../src/model.js';
import type { Faults } from './faults.js';
import type { Told } from './watcher.js';

/** Of a hundred faults, so many are of this kind. A frozen process is noticed by its silence, which takes its time. */
const FREQUENCIES = {
  killed: 18,
  stopped: 14,
  removed: 15,
  paused: 13,
  disconnected: 13,
  unnamed: 8,
  impersonated: 7,
  erased: 5,
  isolated: 4,
  frozen: 3,
} satisfies Partial<Record<keyof Faults, number>>;

/** Of an engine that may have nothing left to hit. */
const LET_UP_MS = 20;

export type FaultKind = keyof typeof FREQUENCIES;

/** One that had its effect. */
export interface Struck {
  kind: FaultKind;
  /** `network` hits them all. */
  target: ComponentId | 'network';
  /** When it was done, in milliseconds of `performance.now()`. */
  at: number;
}

/** From 0 to 1, evenly (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * So many faults, one right after the other. What the engine refuses, for there is nothing to hit, is drawn anew; the
 * network goes once at most, or a storm that has felled all else would wait for each new one to fell it too.
 */
export async function storm(
  faults: Faults,
  targets: readonly ComponentId[],
  count: number,
  random: () => number,
): Promise<Struck[]> {
  const struck: Struck[] = [];
  while (struck.length < count) {
    const kind = draw(random);
    const target = targets[Math.floor(random() * targets.length)] ?? '';
    if (kind === 'isolated' && struck.some((each) => each.kind === kind)) continue;
    try {
      await faults[kind](target);
      struck.push({ kind, target: kind === 'isolated' ? 'network' : target, at: performance.now() });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, LET_UP_MS));
    }
  }
  return struck;
}

function draw(random: () => number): FaultKind {
  const kinds = Object.entries(FREQUENCIES) as [FaultKind, number][];
  let left = random() * kinds.reduce((sum, [, frequency]) => sum + frequency, 0);
  for (const [kind, frequency] of kinds) {
    left -= frequency;
    if (left < 0) return kind;
  }
  return 'killed';
}

/** The engine answered, and said no. */
function isRefusal(error: unknown): boolean {
  const { statusCode } = error as { statusCode?: number };
  return statusCode !== undefined || /ended with/.test(String(error));
}

/** Milliseconds from a fault until what it hit was well for the rest of the storm, as these lines tell. */
export function repairTime({ target, at }: Struck, lines: readonly Told[]): number {
  const isHit = (id: ComponentId) => target === 'network' || id === target;
  const acted = ({ steps }: Told) => steps.some(({ component }) => isHit(component));
  const ready = ({ status }: Told) => status.components.every(({ id, phase }) => phase === 'ready' || !isHit(id));
  const last = lines.findLastIndex((line) => acted(line) || !ready(line));
  const well = lines.slice(Math.max(0, last)).find(ready);
  return Math.max(0, (well?.at ?? at) - at);
}

export interface Summary {
  count: number;
  medianMs: number;
  maxMs: number;
}

export function summaryOf(times: readonly number[]): Summary {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    count: sorted.length,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    maxMs: Math.round(sorted.at(-1) ?? 0),
  };
}

/** A line for each kind of fault, and one for all of them. */
export function reportOf(times: readonly { kind: FaultKind; ms: number }[]): string {
  const kinds = Object.keys(FREQUENCIES) as FaultKind[];
  const rows = kinds.map((kind) => [kind, times.filter((each) => each.kind === kind)] as const);
  return [...rows, ['all', times] as const]
    .map(([name, of]) => [name, summaryOf(of.map(({ ms }) => ms))] as const)
    .map(([name, { count, medianMs, maxMs }]) =>
      [
        name.padEnd(14),
        String(count).padStart(4),
        `median ${medianMs} ms`.padStart(17),
        `max ${maxMs} ms`.padStart(15),
      ].join(''),
    )
    .join('\n');
}
