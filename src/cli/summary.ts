import type { ApplyResult } from '../api/cluster.js';
import { type ComponentId, NETWORK, type Verb } from '../model.js';
import { duration } from './table.js';

/** One line on what became of the components: `created 2, replaced 1, left 6 alone in 3.1 s`. */
export function summary({ steps, status, elapsedMs }: Pick<ApplyResult, 'steps' | 'status' | 'elapsedMs'>): string {
  const verbs = new Map<ComponentId, Set<Verb>>();
  for (const { component, verb } of steps) {
    if (component !== NETWORK) verbs.set(component, (verbs.get(component) ?? new Set()).add(verb));
  }
  const fates = new Map<string, number>();
  for (const done of verbs.values()) {
    const fate = fateOf(done);
    if (fate) fates.set(fate, (fates.get(fate) ?? 0) + 1);
  }
  const touched = new Set([...verbs].flatMap(([id, done]) => (fateOf(done) ? [id] : [])));
  const alone = status.components.filter(({ id, phase }) => phase === 'ready' && !touched.has(id)).length;
  const counted = FATES.flatMap((fate) => (fates.has(fate) ? [`${fate} ${fates.get(fate)}`] : []));
  const left = alone > 0 ? [`left ${alone} alone`] : [];
  return `${[...counted, ...left].join(', ') || 'nothing was completed'} in ${duration(elapsedMs)}`;
}

const FATES = ['created', 'replaced', 'started', 'deployed', 'removed'] as const;

function fateOf(verbs: ReadonlySet<Verb>): (typeof FATES)[number] | undefined {
  if (verbs.has('create')) return verbs.has('remove') ? 'replaced' : 'created';
  if (verbs.has('deploy')) return 'deployed';
  if (verbs.has('remove') || verbs.has('undeploy')) return 'removed';
  return verbs.has('start') || verbs.has('unpause') ? 'started' : undefined;
}
