import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterFixture, useCluster } from '../../../src/api/testing.js';

/** Fails before any engine is asked. */
const NO_START = { text: 'minimesos { }', spec: {} };

type Hook = () => Promise<void>;

describe('A14 a fixture', () => {
  it('has no cluster before it is started, and says so', () => {
    const error = expect.objectContaining({ code: 'NO_CLUSTER', message: expect.stringContaining('not started') });
    expect(() => clusterFixture().cluster).toThrow(error);
  });

  it('fails in the hook where the cluster cannot start, and has nothing to end then', async () => {
    const fixture = clusterFixture(NO_START);
    await expect(fixture.before()).rejects.toMatchObject({ code: 'USAGE' });
    await fixture.after();
  });

  it('ends a start that its runner waits for no longer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    const fixture = clusterFixture({ text: 'minimesos { }', distribution: 'simulator', env });
    const before = fixture.before();
    const ended = expect(before).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await fixture.after();
    await ended;
  });

  it('takes the hooks of Vitest and Jest, with the time that a cluster may take', () => {
    const taken: [string, number | undefined][] = [];
    const beforeAll = (_: Hook, timeoutMs?: number) => void taken.push(['before', timeoutMs]);
    const afterAll = (_: Hook, timeoutMs?: number) => void taken.push(['after', timeoutMs]);
    useCluster({ beforeAll, afterAll }, { timeout: 300 });
    expect(taken.map(([name]) => name)).toEqual(['before', 'after']);
    for (const [, timeoutMs] of taken) expect(timeoutMs).toBeGreaterThan(300_000);
  });

  it('takes the hooks of node:test, which take no number', () => {
    const taken: unknown[][] = [];
    useCluster({ before: (...args) => void taken.push(args), after: (...args) => void taken.push(args) });
    expect(taken).toEqual([[expect.any(Function)], [expect.any(Function)]]);
  });
});
