/** One pass: look at what is wanted and what is there, and start the next safe steps. The architecture on one screen. */

import type { Executor } from './executor.js';
import type { Desired, Observed, PlannedComponent, Step } from './model.js';
import type { Recollection } from './plan/memory.js';
import { plan } from './plan/plan.js';
import type { Policy } from './policy.js';
import type { World } from './world.js';

export interface Pass {
  desired: Desired;
  observed: Observed;
  components: PlannedComponent[];
  /** What this pass started. */
  steps: Step[];
}

export async function reconcile(
  world: World,
  /** Asked after the look: what went wrong during it counts. */
  recollections: () => ReadonlyMap<string, Recollection>,
  executor: Executor,
  policy: Policy,
): Promise<Pass> {
  // Taken before the look: a step that ends during it left a world that this look may not have seen.
  const running = new Map(executor.running);
  const desired = await world.desired();
  // An old container does its work while the image of its successor is pulled.
  const changing = [...running.values()].filter(({ verb }) => verb !== 'pull');
  const observed = await world.observe(desired, new Set(changing.map(({ component }) => component)));
  const { steps, components } = plan(desired, observed, { components: recollections(), running }, policy);
  if (steps.length > 0 && (await world.claim())) return reconcile(world, recollections, executor, policy);
  for (const step of steps) {
    const target = components.find(({ id }) => id === step.component);
    executor.start(step, { cluster: desired.cluster, observed, target });
  }
  return { desired, observed, components, steps };
}
