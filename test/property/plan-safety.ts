import { expect } from 'vitest';
import { kindOf } from '../../src/components/registry.js';
import { KINDS, NETWORK, type Step } from '../../src/model.js';
import { DEFAULT_POLICY } from '../../src/policy.js';
import type { Pass } from '../../src/reconcile.js';

const namesOf = (steps: readonly Step[]) => new Set(steps.map(({ component }) => component));
/** An old container serves on while the image of the new one is pulled. */
const disturbs = ({ verb }: Step) => verb !== 'pull';

/** What one pass may never do, whatever it meets, and whatever steps are under way. */
export function expectSafe({ desired, observed, components, steps }: Pass, underWay: readonly Step[]): void {
  const [touched, busy] = [namesOf(steps), namesOf(underWay)];
  expect(touched.size, 'components with a step, of as many steps').toBe(steps.length);
  expect([...touched].filter((id) => busy.has(id))).toEqual([]);
  const known = new Set([NETWORK, ...components.map(({ id }) => id)]);
  expect([...touched].filter((id) => !known.has(id))).toEqual([]);

  const disturbed = namesOf(steps.filter(disturbs));
  const going = namesOf([...steps, ...underWay].filter(disturbs));
  const serving = new Set(
    observed.components.flatMap(({ id, container, readiness }) =>
      container?.state === 'running' && readiness.ready ? id : [],
    ),
  );
  for (const { id, desired: want, observed: have } of components) {
    if (want && want.hash === have?.container?.hash && serving.has(id)) expect(touched).not.toContain(id);
  }

  for (const kind of KINDS) {
    const wanted = components.filter((each) => each.kind === kind && each.desired);
    if (!wanted.some(({ id }) => serving.has(id) && disturbed.has(id))) continue;
    // Of an ensemble that becomes greater the new ones were never there.
    const counted = wanted.filter(({ observed: have }) => !kindOf(kind).ensemble || have);
    const away = counted.filter(({ id }) => !serving.has(id) || going.has(id));
    expect(away.length, `of ${kind} away at once`).toBeLessThanOrEqual(DEFAULT_POLICY.kinds[kind].maxUnavailable);
  }

  for (const { verb, component, image } of steps) {
    const target = components.find(({ id }) => id === component);
    if (verb === 'create' && target) expect(observed.images).toContain(target.desired?.image);
    if (verb === 'pull') expect(desired.components.map((each) => each.image)).toContain(image);
  }
}
