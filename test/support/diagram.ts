/** A lifecycle machine as a Mermaid state diagram, and what the kinds wait for as a table: parts of specs/lifecycle.md. */

import type { APP_MACHINE } from '../../src/components/app.js';
import type { ComponentKind } from '../../src/components/kind.js';
import type { Lifecycle } from '../../src/components/lifecycle.js';
import { DEFAULT_POLICY } from '../../src/policy.js';

type Machine = Lifecycle['machine'] | typeof APP_MACHINE;
export type Transition = NonNullable<ReturnType<Machine['root']['transitions']['get']>>[number];

/** What is observed in any phase is numbered in the order in which it is tried; a phase's own arrows come before that. */
export function diagram({ machine }: { machine: Machine }): string {
  const { initial, states, transitions } = machine.root;
  const own = Object.values(states).flatMap((state) =>
    [...state.transitions.values()].flat().map((transition) => arrow(state.key, transition)),
  );
  const shared = [...transitions.values()].flat();
  const observed = shared.filter(({ eventType }) => eventType === 'observed');
  const others = shared.filter(({ eventType }) => eventType !== 'observed');
  const arrows = [
    `[*] --> ${initial.target?.[0]?.key}`,
    ...own,
    ...others.map((transition) => arrow('any', transition)),
    ...observed.map((transition, at) => arrow('any', transition, `${at + 1} `)),
  ];
  return ['stateDiagram-v2', 'state "any phase" as any', ...arrows].join('\n    ');
}

export function arrow(from: string, { target, guard, actions, eventType }: Transition, number = ''): string {
  const why = typeof guard === 'string' ? guard : eventType;
  const verbs = actions.map((action) => (typeof action === 'object' ? ` / ${action.type}` : ` / ${action}`));
  return `${from} --> ${target?.[0]?.key}: ${number}${why}${verbs.join('')}`;
}

/** A row for each kind, in their order. */
export function needsTable(kinds: readonly ComponentKind[]): string {
  const rows = kinds.map(({ kind, startsAfter, waitsFor }) => {
    const { maxUnavailable } = DEFAULT_POLICY.kinds[kind];
    const needs = startsAfter.map((need) => `\`${need.kind}\` is ${need.is}`).join(', ') || '-';
    const before = waitsFor.map((each) => `\`${each}\``).join(', ') || '-';
    return `| \`${kind}\` | ${needs} | ${before} | ${maxUnavailable} |`;
  });
  return [
    '| kind | is created when | is ready only after | away at once in a roll |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The text with what stands between `<!-- name: generated -->` and `<!-- /name -->` replaced. */
export function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new RangeError(`no ${begin} before ${end}`);
  return `${text.slice(0, before + begin.length)}\n\n${part}\n\n${text.slice(after)}`;
}
