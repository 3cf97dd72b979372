import { describe, expect, it } from 'vitest';
import { Cluster } from '../../../src/api/cluster.js';
import { FakeDocker } from '../../support/fake-docker.js';

describe('a cluster whose engine takes calls and does not answer', () => {
  it.each(['status', 'destroy'] as const)('%s ends when it is interrupted', async (method) => {
    const docker = new FakeDocker();
    docker.hold('listContainers');
    const abort = new AbortController();
    const cluster = await Cluster.open({ file: 'nowhere/minimesosFile', docker, signal: abort.signal });
    const answer = cluster[method]();
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED', exit: 130 });
  });

  it('leaves nothing hanging on the signal that it is given, however often it looks', async () => {
    const docker = new FakeDocker();
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    const cluster = await Cluster.open({ file: 'nowhere/minimesosFile', docker, signal });
    for (let each = 0; each < 20; each++) await cluster.destroy();
    await new Promise(setImmediate);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});
