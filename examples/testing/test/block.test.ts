/** Each test may have a cluster of its own; it runs beside that of the other file. */

import { MesosCluster } from 'minimesos';
import { expect, it } from 'vitest';

it('starts a cluster for one test, from the same file', { timeout: 120_000 }, async () => {
  await using cluster = await MesosCluster.start({
    file: 'minimesosFile',
    distribution: 'simulator',
    mapPortsToHost: false,
    agents: 1,
  });
  expect((await cluster.master.state()).activated_slaves).toBe(1);

  await cluster.apply({ agents: [{ attributes: 'disk:ssd' }, {}] });
  const { master } = await cluster.waitFor(({ master }) => master?.activated_slaves === 2);
  expect(master?.slaves.map(({ attributes }) => attributes)).toContainEqual({ disk: 'ssd' });
});
