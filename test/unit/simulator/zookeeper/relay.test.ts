import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { ZookeeperClient } from '../../../../src/simulator/zookeeper/client.js';
import { CreateMode } from '../../../../src/simulator/zookeeper/protocol.js';
import { placeInEnsemble, startRelay } from '../../../../src/simulator/zookeeper/relay.js';
import { startZookeeper } from '../../../../src/simulator/zookeeper/server.js';
import { Cleanup, until } from '../../../support/simulator.js';
import { data } from './wire.js';

const HOST = '127.0.0.1';
const SERVERS = 'server.1=zookeeper-0:2888:3888;2181 server.2=zookeeper-1:2888:3888;2182';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function storing(port = 0, dataDirectory = cleanup.directory()) {
  return startZookeeper({ port, host: HOST, tickMs: 50, dataDirectory, mode: 'leader' });
}

async function relayTo(port: number) {
  return cleanup.closing(await startRelay({ port: 0, host: HOST, target: { host: HOST, port } }));
}

async function word(letters: string, port: number): Promise<string> {
  const { connect } = await import('node:net');
  const socket = connect(port, HOST);
  cleanup.add(() => socket.destroy());
  socket.write(letters);
  return text(socket);
}

async function clientOf(...ports: number[]): Promise<ZookeeperClient> {
  const servers = ports.map((port) => ({ host: HOST, port }));
  const client = new ZookeeperClient({ servers, sessionTimeoutMs: 1000, patienceMs: 5000, retryMs: 5 });
  cleanup.add(() => client.abandon());
  await until('a connection', () => client.connected);
  return client;
}

describe('the place in an ensemble', () => {
  it('S38 must be that of the first server to store, and of every other one to pass on to it', () => {
    expect(placeInEnsemble({ ZOO_SERVERS: SERVERS, ZOO_MY_ID: '1' })).toBe('stores');
    expect(placeInEnsemble({ ZOO_SERVERS: SERVERS, ZOO_MY_ID: '2' })).toEqual({ host: 'zookeeper-0', port: 2181 });
    const others = {
      ZOO_SERVERS: 'server.7=a:2888:3888:participant;0.0.0.0:2190,server.8=b:2888:3888',
      ZOO_MY_ID: '8',
    };
    expect(placeInEnsemble(others)).toEqual({ host: 'a', port: 2190 });
  });

  it.each([undefined, '', 'server.1=zookeeper-0:2888:3888;2181', 'rubbish'])(
    'must be alone where there are no others: %j',
    (servers) => expect(placeInEnsemble({ ZOO_SERVERS: servers, ZOO_MY_ID: '2' })).toBe('alone'),
  );
});

describe('a relay', () => {
  it('S38 must show each client what any other wrote, and tell it of changes', async () => {
    const { port } = cleanup.closing(await storing());
    const [one, other] = [await clientOf((await relayTo(port)).port), await clientOf(port)];
    let told = 0;
    expect(await one.exists('/a', () => told++)).toBeNull();
    await other.create('/a', data('first'));
    await until('the watch', () => told === 1);
    expect((await one.getData('/a')).data.toString()).toBe('first');
    await one.setData('/a', data('x'.repeat(500_000)));
    expect((await other.getData('/a')).data).toHaveLength(500_000);
  });

  it('S38 must call itself a follower, and the server that stores must call itself the leader', async () => {
    const { port } = cleanup.closing(await storing());
    const relay = await relayTo(port);
    expect(await word('srvr', port)).toMatch(/^Mode: leader$/m);
    for (const letters of ['srvr', 'stat']) expect(await word(letters, relay.port)).toMatch(/^Mode: follower$/m);
    expect(await word('mntr', port)).toMatch(/^zk_server_state\tleader$/m);
    expect(await word('mntr', relay.port)).toMatch(/^zk_server_state\tfollower$/m);
    expect(await word('ruok', relay.port)).toBe('imok');
  });

  it('S38 must not claim to serve while the server that stores is away, and lives on', async () => {
    const server = await storing();
    const relay = await relayTo(server.port);
    await server.close();
    for (const letters of ['srvr', 'stat', 'mntr'])
      expect(await word(letters, relay.port)).toBe('This ZooKeeper instance is not currently serving requests\n');
    expect(await word('ruok', relay.port)).toBe('imok');
    cleanup.closing(await storing(server.port));
    expect(await word('srvr', relay.port)).toMatch(/^Mode: follower$/m);
  });

  it('S38 must leave a session alive that moves to another server, or outlives the one that stores', async () => {
    const directory = cleanup.directory();
    const server = await storing(0, directory);
    const relays = [await relayTo(server.port), await relayTo(server.port)];
    const client = await clientOf(...relays.map(({ port }) => port));
    const session = client.sessionId;
    await client.create('/mine', data(''), CreateMode.ephemeral);
    await relays[0]?.close();
    await until('the other server', () => client.connected);
    await server.close();
    await until('the loss', () => !client.connected);
    cleanup.closing(await storing(server.port, directory));
    await until('the session', () => client.connected);
    expect(client.sessionId).toBe(session);
    expect(await client.exists('/mine')).toMatchObject({ ephemeralOwner: session });
  });

  it('S38 must let go of the one end where the other went', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on('error', () => {}).resume()));
    await new Promise<void>((done) => server.listen(0, HOST, done));
    cleanup.add(() => server.close());
    const relay = await relayTo((server.address() as { port: number }).port);
    const { connect } = await import('node:net');
    const open = () => {
      const socket = connect(relay.port, HOST)
        .on('error', () => {})
        .resume();
      socket.write(Buffer.from([0, 0, 0, 44]));
      return socket;
    };
    const left = open();
    const reached = await until('the connection', () => sockets[0]);
    const gone = once(reached, 'close');
    left.destroy();
    await gone;
    const dropped = open();
    const ended = once(dropped, 'close');
    (await until('the second connection', () => sockets[1])).destroy();
    await ended;
  });
});
