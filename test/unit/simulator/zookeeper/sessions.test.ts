import { afterEach, describe, expect, it } from 'vitest';
import { JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, CreateMode, Op } from '../../../../src/simulator/zookeeper/protocol.js';
import { startZookeeper } from '../../../../src/simulator/zookeeper/server.js';
import { Cleanup, testZookeeper, until } from '../../../support/simulator.js';
import { client, data, hello, rawConnection, refusal, say } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('sessions and connections', () => {
  it('S4 negotiates the timeout to 2 to 20 ticks, and answers old and new handshakes', async () => {
    const { port } = await testZookeeper(cleanup, 10);
    const old = await rawConnection(cleanup, port);
    old.send(hello());
    const oldAnswer = await old.next();
    expect([oldAnswer.int(), oldAnswer.int()]).toEqual([0, 200]);
    oldAnswer.long();
    expect(oldAnswer.buffer()).toHaveLength(16);
    expect(oldAnswer.remaining).toBe(0);
    const fresh = await rawConnection(cleanup, port);
    fresh.send(new JuteWriter().int(0).long(0).int(1).long(0n).buffer(Buffer.alloc(16)).bool(true));
    const freshAnswer = await fresh.next();
    expect([freshAnswer.int(), freshAnswer.int()]).toEqual([0, 20]);
    freshAnswer.long();
    freshAnswer.buffer();
    expect(freshAnswer.bool()).toBe(false);
  });

  it('S4 gives a session back for its password only, and takes it from the old connection', async () => {
    const { port } = await testZookeeper(cleanup);
    const first = await rawConnection(cleanup, port);
    first.send(hello());
    const answer = await first.next();
    answer.int();
    answer.int();
    const id = answer.long();
    const password = answer.buffer() ?? Buffer.alloc(0);
    const thief = await rawConnection(cleanup, port);
    thief.send(hello(id, Buffer.alloc(16, 1)));
    const refused = await thief.next();
    expect([refused.int(), refused.int(), refused.long()]).toEqual([0, 0, 0n]);
    await thief.end();
    const second = await rawConnection(cleanup, port);
    second.send(hello(id, password));
    const again = await second.next();
    again.int();
    again.int();
    expect(again.long()).toBe(id);
    await first.end();
  });

  it('S4 keeps a session over a lost connection, and its client re-attaches', async () => {
    const zookeeper = await testZookeeper(cleanup);
    const zk = await client(cleanup, zookeeper.port);
    const fresh: boolean[] = [];
    zk.listen({ connected: (isFresh) => fresh.push(isFresh) });
    await zk.create('/e', data(''), CreateMode.ephemeral);
    const id = zk.sessionId;
    zookeeper.service.sessions.get(id)?.holder?.drop('the test cuts the line');
    await until('the client to be back', () => fresh.length === 1);
    expect([fresh, zk.sessionId]).toEqual([[false], id]);
    expect(await zk.exists('/e')).not.toBeNull();
  });

  it('S6 answers four-letter words', async () => {
    const { port } = await testZookeeper(cleanup);
    const word = (text: string) => say(port, text);
    expect(await word('ruok')).toBe('imok');
    expect(await word('isro')).toBe('rw');
    expect(await word('srvr')).toMatch(
      /^Zookeeper version: 3\.\S*-minimesos-simulator.*\nLatency[\s\S]*\nMode: standalone\nNode count: 5\n$/,
    );
    expect(await word('stat')).toContain('Clients:\n');
    expect(await word('mntr')).toContain('zk_server_state\tstandalone\n');
    expect(await word('conf')).toContain('tickTime=50\n');
  });

  it('S7 drops only the connection that sends what is no frame', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    const wrong = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x7f, 0xff, 0xff, 0xff]),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0, 0, 0, 2, 1, 2]),
      new JuteWriter().int(0).long(0xffffffff).int(1).long(0n).buffer(null).frame(),
    ];
    for (const bytes of wrong) {
      const raw = await rawConnection(cleanup, port);
      raw.bytes(bytes);
      await raw.end();
    }
    const late = await rawConnection(cleanup, port);
    late.send(hello());
    await late.next();
    late.bytes(Buffer.from([0, 0, 0, 6, 0, 0, 0, 1, 0, 0]));
    await late.end();
    expect(await zk.getChildren('/')).toEqual(['zookeeper']);
  });

  it('S7 works no further for a client that does not read its answers, until it does', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/large', Buffer.alloc(1_000_000));
    const raw = await rawConnection(cleanup, port);
    raw.send(hello());
    await raw.next();
    raw.pause();
    const requests = Array.from({ length: 100 }, (_, xid) =>
      new JuteWriter().int(xid).int(Op.getData).string('/large').bool(false).frame(),
    );
    const sent = async () => Number(/^Sent: (\d+)$/m.exec(await say(port, 'srvr'))?.[1]);
    const before = await sent();
    raw.bytes(Buffer.concat(requests));
    await until('the first answer', async () => (await sent()) > before);
    expect((await zk.exists('/large'))?.dataLength).toBe(1_000_000);
    expect((await sent()) - before).toBeLessThan(50);
    raw.resume();
    for (let xid = 0; xid < 100; xid += 1) expect((await raw.next()).int()).toBe(xid);
  });

  it('S7 says of a request that it does not know that it is not implemented', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawConnection(cleanup, port);
    raw.send(hello());
    await raw.next();
    raw.send(new JuteWriter().int(5).int(999));
    const answer = await raw.next();
    expect([answer.int(), Number(answer.long()) > 0, answer.int()]).toEqual([5, true, Code.unimplemented]);
  });
});

describe('a ZooKeeper that comes back', () => {
  it('S8 has its znodes and sessions again', async () => {
    const directory = cleanup.directory();
    const first = await startZookeeper({ port: 0, host: '127.0.0.1', tickMs: 50, dataDirectory: directory });
    const zk = await client(cleanup, first.port);
    await zk.create('/kept', data('kept'));
    await zk.create('/e', data(''), CreateMode.ephemeral);
    await zk.create('/removed', data(''));
    await zk.delete('/removed');
    const id = zk.sessionId;
    const { port } = first;
    const back: boolean[] = [];
    zk.listen({ connected: (fresh) => back.push(fresh) });
    await first.close();
    cleanup.closing(await startZookeeper({ port, host: '127.0.0.1', tickMs: 50, dataDirectory: directory }));
    await until('the client to be back', () => back.length > 0);
    expect(back).toEqual([false]);
    expect(zk.sessionId).toBe(id);
    expect((await zk.getData('/kept')).data.toString()).toBe('kept');
    expect((await zk.exists('/e'))?.ephemeralOwner).toBe(id);
    expect(await zk.exists('/removed')).toBeNull();
    expect(await refusal(zk.create('/kept', data('')))).toBe(Code.nodeExists);
  });

  it('S8 lets a session end whose client did not come back', async () => {
    const directory = cleanup.directory();
    const first = await startZookeeper({ port: 0, host: '127.0.0.1', tickMs: 50, dataDirectory: directory });
    const zk = await client(cleanup, first.port, 100);
    await zk.create('/e', data(''), CreateMode.ephemeral);
    zk.abandon();
    await first.close();
    const second = await testZookeeper(cleanup, 50, directory);
    expect(second.service.tree.find('/e')).toBeDefined();
    await until('the session to end', () => second.service.tree.find('/e') === undefined);
  });

  it('S9 a client calls its session expired when no server answered for the whole timeout, and begins anew', async () => {
    const first = await testZookeeper(cleanup);
    const { port } = first;
    const zk = await client(cleanup, port, 150);
    const said: string[] = [];
    zk.listen({ connected: (fresh) => said.push(fresh ? 'fresh' : 'again'), expired: () => said.push('expired') });
    await first.close();
    await until('the session to expire', () => said.includes('expired'));
    // Another life of the server, which knows nothing: real ZooKeeper would refuse a client that has seen more.
    cleanup.closing(await startZookeeper({ port, host: '127.0.0.1', tickMs: 50, dataDirectory: cleanup.directory() }));
    await until('a new session', () => said.includes('fresh'));
    expect(said).toEqual(['expired', 'fresh']);
  });
});
