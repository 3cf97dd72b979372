import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tracesIn } from '../../../src/doctor/traces.js';
import type { ClusterIdentity } from '../../../src/model.js';
import { networkLabels } from '../../../src/observed/labels.js';
import { type Session, thisSession, writeSession } from '../../../src/session.js';

/** A network of a cluster that belongs to this process, if to any. */
function thing(id: string, session?: Session) {
  const cluster: ClusterIdentity = { id, file: '/nowhere', name: id, distribution: 'simulator', mesosVersion: '1.0.0' };
  const labels = networkLabels({ ...cluster, ...(session ? { session: writeSession(session) } : {}) }, '1.0.0');
  return { id, name: id, labels, subnets: [], gateway: '', createdAt: '' };
}

async function sessions(): Promise<{ alive: Session; dead: Session }> {
  const alive = await thisSession();
  const { pid } = spawnSync(process.execPath, ['--version']);
  return { alive, dead: { ...alive, pid } };
}

const abandoned = async (...things: ReturnType<typeof thing>[]) =>
  (await tracesIn(things)).map((each) => each.abandoned);

describe('C39 what is left of clusters', () => {
  it('is gathered by their ids, and is nothing of anybody else', async () => {
    const foreign = { ...thing('x'), labels: {} };
    const traces = await tracesIn([thing('b'), thing('a'), foreign, thing('b')]);
    expect(traces.map(({ id, things, fileExists }) => [id, things, fileExists])).toEqual([
      ['a', 1, false],
      ['b', 2, false],
    ]);
  });

  it('is abandoned where the process that it belongs to is no more', async () => {
    const { alive, dead } = await sessions();
    expect(await abandoned(thing('a', dead), thing('a', dead))).toEqual([true]);
    expect(await abandoned(thing('a', alive))).toEqual([false]);
  });

  it('is not abandoned where somebody else changed it since', async () => {
    const { dead } = await sessions();
    expect(await abandoned(thing('a', dead), thing('a'))).toEqual([false]);
  });

  it('belongs to no process where none is named', async () => {
    expect(await abandoned(thing('a'))).toEqual([undefined]);
  });
});
