/**
 * A case is a folder: the minimesosFile that is wanted, the one that the running cluster was made from (`before`; without
 * it nothing runs), what else happened to that cluster (`observed.json`: patches of components by id, of the network, of
 * what the master says and of stray containers; null removes), and the plan as people see it. `vitest -u` writes the
 * expectations anew.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../src/minimesosfile/load.js';
import type { Desired, Observed } from '../../../src/model.js';
import { forecast } from '../../../src/plan/forecast.js';
import { formatStep } from '../../../src/plan/format.js';
import { bounded, converged, desiredFrom, NOTHING } from '../../support/worlds.js';

const NETWORK = { id: '6f1d', name: 'minimesos-c0ffee0000', subnet: '172.30.4.0/22', gateway: '172.30.4.1' };

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);

function read(name: string, file: string): string | undefined {
  const path = join(import.meta.dirname, name, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function desiredIn(text: string): Desired {
  const parsed = parseSpec(text, 'minimesosFile');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return desiredFrom(parsed.spec);
}

function observedIn(name: string): Observed {
  const before = read(name, 'before');
  const world = before === undefined ? NOTHING : converged(desiredIn(before), { ...NOTHING, network: NETWORK });
  const patches: unknown = JSON.parse(read(name, 'observed.json') ?? '{}');
  const components = Object.fromEntries(world.components.map((each) => [each.id, each]));
  const patched = patch({ network: world.network, ...components }, patches) as Record<string, unknown>;
  const { network, mesos, strays, ...others } = patched;
  return { ...world, network, mesos, strays, components: Object.values(others) } as Observed;
}

/** Objects are merged, null removes, anything else takes the place of what was there. */
function patch(value: unknown, by: unknown): unknown {
  if (!isObject(by)) return by;
  const merged = { ...(isObject(value) ? value : {}) };
  for (const [key, change] of Object.entries(by)) {
    if (change === null) delete merged[key];
    else merged[key] = patch(merged[key], change);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('the plan', () => {
  it.each(cases)('does what the file asks for, says why, and touches nothing else: %s', async (name) => {
    const { steps } = forecast(bounded(desiredIn(read(name, 'minimesosFile') ?? '')), observedIn(name));
    const lines = steps.map((step) => `${formatStep(step)}\n`);
    await expect(lines.join('')).toMatchFileSnapshot(join(import.meta.dirname, name, 'plan.txt'));
  });
});
