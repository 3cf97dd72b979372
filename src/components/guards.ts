/** Tests of what was observed, as the guards of an xstate machine. */

/** What a machine is told: what one look says, or what came of a step that failed. */
export type Told<Facts> = ({ type: 'observed' } & Facts) | { type: 'delayed' } | { type: 'gaveUp' };

type Guard<Facts> = (told: { event: Told<Facts> }) => boolean;

/** By the names of the tests; of what was not observed none holds. */
export function guardsOf<Facts, Name extends string>(
  tests: Record<Name, (facts: Facts) => boolean>,
): Record<Name, Guard<Facts>> {
  const guarded = Object.entries<(facts: Facts) => boolean>(tests).map(([name, test]): [string, Guard<Facts>] => [
    name,
    ({ event }) => event.type === 'observed' && test(event),
  ]);
  return Object.fromEntries(guarded) as Record<Name, Guard<Facts>>;
}
