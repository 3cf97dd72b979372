import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NetworkSummary } from '../../../src/docker/docker.js';
import { answers, freeSpace, listenedOn, standsOnOneOf } from '../../../src/doctor/machine.js';

/** A port of the loopback on which somebody listens, until `close`. */
async function listening(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, close };
}

describe('C38 this machine', () => {
  it('is asked for ports on which somebody listens', async () => {
    const [one, other] = [await listening(), await listening()];
    onTestFinished(one.close);
    await other.close();
    expect(await listenedOn([one.port, other.port])).toEqual(new Set([one.port]));
    expect(await listenedOn([])).toEqual(new Set());
  });

  it('reaches another that answers, be it to say that nobody listens', async () => {
    const { port, close } = await listening();
    expect(await answers('127.0.0.1', port)).toBe(true);
    await close();
    expect(await answers('127.0.0.1', port)).toBe(true);
  });

  it('stands on a bridge of its own engine, be it that no container is on it', async () => {
    // An address of this machine that, like that of an idle bridge, Node does not list.
    const unlisted = '127.0.0.2';
    const network = (over: Partial<NetworkSummary>): NetworkSummary => ({
      id: 'x',
      name: 'bridge',
      labels: {},
      subnets: ['127.0.0.2/32'],
      gateway: unlisted,
      createdAt: '',
      ...over,
    });
    expect(await standsOnOneOf([network({})])).toBe(true);
    expect(await standsOnOneOf([network({ name: 'x', labels: { 'org.minimesos.cluster': 'c' } })])).toBe(true);
    // A network of another driver may well be the one that this machine is on.
    expect(await standsOnOneOf([network({ name: 'macvlan' })])).toBe(false);
    expect(await standsOnOneOf([network({ gateway: '203.0.113.1' })])).toBe(false);
    expect(await standsOnOneOf([network({ gateway: '' })])).toBe(false);
  });

  it('tells the free space of a folder that is there', async () => {
    expect(await freeSpace('/')).toBeGreaterThan(0);
    expect(await freeSpace('/nowhere')).toBeUndefined();
  });
});
