/** A cluster as a fixture of Vitest: the first test that takes it starts it, and the others share it. */

import type { MesosCluster } from 'minimesos';
import { extendedCluster } from 'minimesos/testing';
import { test as base, expect } from 'vitest';

const test = base.extend<{ cluster: MesosCluster }>({
  cluster: [extendedCluster({ distribution: 'simulator', spec: { agents: [{}, {}] } }), { scope: 'file' }],
});

test('has what a spec says', { timeout: 120_000 }, async ({ cluster }) => {
  expect((await cluster.master.state()).activated_slaves).toBe(2);
});
