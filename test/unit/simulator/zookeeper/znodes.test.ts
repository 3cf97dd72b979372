import { afterEach, describe, expect, it } from 'vitest';
import { JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, CreateMode, Op, writeAcls } from '../../../../src/simulator/zookeeper/protocol.js';
import { Cleanup, testZookeeper, until } from '../../../support/simulator.js';
import { client, data, hello, rawConnection, refusal } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('znodes', () => {
  it('S1 keeps znodes with their data, versions and children', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.ensure('/a/b');
    expect(await zk.create('/a/b/c', data('one'))).toBe('/a/b/c');
    const stat = await zk.setData('/a/b/c', data('two'), 0);
    expect(stat.version).toBe(1);
    const read = await zk.getData('/a/b/c');
    expect(read.data.toString()).toBe('two');
    expect(read.stat).toMatchObject({ version: 1, dataLength: 3, numChildren: 0, ephemeralOwner: 0n });
    expect(read.stat.mzxid).toBeGreaterThan(read.stat.czxid);
    expect(await zk.getChildren('/a')).toEqual(['b']);
    expect((await zk.exists('/a'))?.numChildren).toBe(1);
    expect((await zk.getChildren('/')).sort()).toEqual(['a', 'zookeeper']);
  });

  it("S1 refuses with ZooKeeper's codes", async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/a', data(''));
    await zk.create('/a/b', data(''));
    await zk.create('/e', data(''), CreateMode.ephemeral);
    expect(await refusal(zk.getData('/nothing'))).toBe(Code.noNode);
    expect(await refusal(zk.create('/no/parent', data('')))).toBe(Code.noNode);
    expect(await refusal(zk.create('/a', data('')))).toBe(Code.nodeExists);
    expect(await refusal(zk.setData('/a', data(''), 7))).toBe(Code.badVersion);
    expect(await refusal(zk.delete('/a/b', 7))).toBe(Code.badVersion);
    expect(await refusal(zk.delete('/a'))).toBe(Code.notEmpty);
    expect(await refusal(zk.create('/e/child', data('')))).toBe(Code.noChildrenForEphemerals);
    expect(await refusal(zk.create('/a/', data('')))).toBe(Code.badArguments);
    expect(await refusal(zk.create('a', data('')))).toBe(Code.badArguments);
    expect(await zk.exists('/nothing')).toBeNull();
  });

  it('S2 numbers sequential znodes by the children ever made', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/m', data(''));
    await zk.create('/m/first', data(''));
    const second = await zk.create('/m/json.info_', data(''), CreateMode.ephemeralSequential);
    expect(second).toBe('/m/json.info_0000000001');
    await zk.delete(second);
    expect(await zk.create('/m/json.info_', data(''), CreateMode.persistentSequential)).toBe('/m/json.info_0000000002');
  });

  it('S2 removes ephemeral znodes when their session closes, and when it expires', async () => {
    const { port } = await testZookeeper(cleanup);
    const watcher = await client(cleanup, port);
    const polite = await client(cleanup, port);
    const dead = await client(cleanup, port, 100);
    await polite.create('/polite', data(''), CreateMode.ephemeral);
    await dead.create('/dead', data(''), CreateMode.ephemeral);
    expect((await watcher.exists('/dead'))?.ephemeralOwner).toBe(dead.sessionId);
    await polite.close();
    expect(await watcher.exists('/polite')).toBeNull();
    dead.abandon();
    expect(await watcher.exists('/dead')).not.toBeNull();
    await until('the session to expire', async () => (await watcher.exists('/dead')) === null);
  });

  it('S3 tells a watch once: data, existence, children', async () => {
    const { port } = await testZookeeper(cleanup);
    const [zk, other] = [await client(cleanup, port), await client(cleanup, port)];
    const told: string[] = [];
    const note = (what: string) => () => told.push(what);
    await zk.create('/w', data(''));
    await zk.getData('/w', note('data'));
    await zk.exists('/w/later', note('created'));
    await zk.getChildren('/w', note('children'));
    await other.setData('/w', data('1'));
    await other.setData('/w', data('2'));
    await other.create('/w/later', data(''));
    await other.create('/w/another', data(''));
    await until('three events', () => told.length >= 3);
    await zk.exists('/w', note('deleted'));
    await other.delete('/w/later');
    await other.delete('/w/another');
    await other.delete('/w');
    await until('the last event', () => told.includes('deleted'));
    expect(told.sort()).toEqual(['children', 'created', 'data', 'deleted']);
  });

  it('S3 tells what happened while a watcher was away', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/w', data(''));
    const raw = await rawConnection(cleanup, port);
    raw.send(hello().bool(false));
    await raw.next();
    const paths = (list: string[]) => (writer: JuteWriter) => writer.vector(list, (to, path) => to.string(path));
    const setWatches = new JuteWriter().int(-8).int(Op.setWatches).long(0);
    paths(['/w', '/gone'])(setWatches);
    paths(['/w'])(setWatches);
    paths(['/w'])(setWatches);
    raw.send(setWatches);
    const events: [number, string][] = [];
    for (let left = 4; left > 0; left -= 1) {
      const event = await raw.next();
      expect([event.int(), event.long(), event.int()]).toEqual([-1, -1n, 0]);
      const type = event.int();
      event.int();
      events.push([type, event.string()]);
    }
    expect(events).toEqual([
      [3, '/w'],
      [2, '/gone'],
      [1, '/w'],
      [4, '/w'],
    ]);
    expect((await raw.next()).int()).toBe(-8);
  });

  it('S5 does a multi wholly or not at all', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    const raw = await rawConnection(cleanup, port);
    raw.send(hello());
    await raw.next();
    const create = (writer: JuteWriter, path: string): JuteWriter => {
      writer.int(Op.create).bool(false).int(-1).string(path).buffer(data('x'));
      writeAcls(writer, [{ perms: 31, scheme: 'world', id: 'anyone' }]);
      return writer.int(0);
    };
    const check = (writer: JuteWriter, path: string, version: number): JuteWriter =>
      writer.int(Op.check).bool(false).int(-1).string(path).int(version);
    const end = (writer: JuteWriter): JuteWriter => writer.int(-1).bool(true).int(-1);

    raw.send(end(create(check(create(new JuteWriter().int(1).int(Op.multi), '/m'), '/nothing', 0), '/n')));
    const failed = await raw.next();
    failed.int();
    failed.long();
    expect(failed.int()).toBe(Code.ok);
    const codes: number[] = [];
    for (let part = 0; part < 3; part += 1) {
      expect([failed.int(), failed.bool(), failed.int()].slice(0, 2)).toEqual([-1, false]);
      codes.push(failed.int());
    }
    expect(codes).toEqual([Code.ok, Code.noNode, Code.runtimeInconsistency]);
    expect(await zk.exists('/m')).toBeNull();

    raw.send(end(create(create(new JuteWriter().int(2).int(Op.multi), '/m'), '/m/n')));
    const done = await raw.next();
    expect([done.int(), Number(done.long()) > 0, done.int()]).toEqual([2, true, Code.ok]);
    expect((await zk.getData('/m/n')).data.toString()).toBe('x');
  });
});
