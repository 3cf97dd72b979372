import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
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

  it('stands on a bridge of its own engine', () => {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const { address = '' } = addresses.find(({ family, internal }) => family === 'IPv4' && internal) ?? {};
    const network = (over: Partial<NetworkSummary>): NetworkSummary => ({
      id: 'x',
      name: 'bridge',
      labels: {},
      subnets: [`${address}/8`],
      gateway: '',
      createdAt: '',
      ...over,
    });
    expect(standsOnOneOf([network({})])).toBe(true);
    expect(standsOnOneOf([network({ name: 'x', labels: { 'org.minimesos.cluster': 'c' } })])).toBe(true);
    // A network of another driver may well be the one that this machine is on.
    expect(standsOnOneOf([network({ name: 'macvlan' })])).toBe(false);
    expect(standsOnOneOf([network({ subnets: ['203.0.113.0/24'] })])).toBe(false);
  });

  it('tells the free space of a folder that is there', async () => {
    expect(await freeSpace('/')).toBeGreaterThan(0);
    expect(await freeSpace('/nowhere')).toBeUndefined();
  });
});
