import type { ApplyResult } from '../api/cluster.js';
import { type ComponentId, NETWORK, type Verb } from '../model.js';
import { duration } from './table.js';

/** One line on what became of the components: `created 2, replaced 1, left 6 alone in 3.1 s`. */
export function summary({ steps, status, elapsedMs }: Pick<ApplyResult, 'steps' | 'status' | 'elapsedMs'>): string {
  const verbs = new Map<ComponentId, Set<Verb>>();
  for (const { component, verb } of steps) verbs.set(component, (verbs.get(component) ?? new Set()).add(verb));
  const fates = [...verbs].flatMap(([id, done]) => {
    const fate = fateOf(done);
    return fate ? [{ id, fate }] : [];
  });
  const alone = status.components.filter(({ id, phase }) => phase === 'ready' && !fates.some((each) => each.id === id));
  const components = fates.filter(({ id }) => id !== NETWORK);
  const counted = FATES.flatMap((fate) => {
    const count = components.filter((each) => each.fate === fate).length;
    return count > 0 ? [`${fate} ${count}`] : [];
  });
  const left = alone.length > 0 ? [`left ${alone.length} alone`] : [];
  const [network] = fates.filter(({ id }) => id === NETWORK).map(({ fate }) => `${fate} the network`);
  return `${[...counted, ...left].join(', ') || (network ?? 'nothing was completed')} in ${duration(elapsedMs)}`;
}

const FATES = ['created', 'replaced', 'started', 'deployed', 'removed'] as const;

function fateOf(verbs: ReadonlySet<Verb>): (typeof FATES)[number] | undefined {
  if (verbs.has('create')) return verbs.has('remove') ? 'replaced' : 'created';
  if (verbs.has('deploy')) return 'deployed';
  if (verbs.has('remove') || verbs.has('undeploy')) return 'removed';
  return verbs.has('start') || verbs.has('unpause') ? 'started' : undefined;
}
