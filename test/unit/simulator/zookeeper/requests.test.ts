import { afterEach, describe, expect, it } from 'vitest';
import type { JuteReader, JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, CreateMode, OPEN_ACL, Op, readStat, writeAcls } from '../../../../src/simulator/zookeeper/protocol.js';
import { ZookeeperService } from '../../../../src/simulator/zookeeper/service.js';
import { Cleanup, testZookeeper } from '../../../support/simulator.js';
import { createAt, data, rawSession } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const strings = (reader: JuteReader): string[] => reader.vector((each) => each.string());
const end = (writer: JuteWriter): JuteWriter => writer.int(-1).bool(true).int(-1);

describe('containers', () => {
  it('S62 a container must be told by its owner, and hold children', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    expect(await createAt(raw, '/c', { op: Op.createContainer, mode: CreateMode.container })).toBe(Code.ok);
    expect(await createAt(raw, '/c/child')).toBe(Code.ok);
    const { reader } = await raw.ask(Op.exists, (writer) => writer.string('/c').bool(false));
    expect(readStat(reader).ephemeralOwner).toBe(-(2n ** 63n));
  });

  it('S62 a container must go after its last child, within a minute, and one that never had any stays', () => {
    let now = 0;
    const directory = cleanup.directory();
    const open = () =>
      cleanup.closing(new ZookeeperService({ dataDirectory: directory, tickMs: 1000, now: () => now }));
    const create = (service: ZookeeperService, path: string, container: boolean) =>
      service.commit([{ kind: 'create', path, data: null, owner: 0n, acl: null, container }]);
    const first = open();
    for (const path of ['/unused', '/emptied', '/full']) create(first, path, true);
    for (const path of ['/emptied/child', '/full/child']) create(first, path, false);
    const again = open();
    again.commit([{ kind: 'delete', path: '/emptied/child' }]);
    again.sweep();
    expect(again.tree.find('/emptied')).toBeDefined();
    now += 60_000;
    again.sweep();
    expect(['/unused', '/emptied', '/full'].map((path) => again.tree.find(path) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('S62 a time to live must be refused, as real ZooKeeper does where it is not switched on', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    const { code } = await raw.ask(Op.createTtl, (writer) => {
      writeAcls(writer.string('/t').buffer(data('')), OPEN_ACL);
      writer.int(CreateMode.ttl).long(1000);
    });
    expect(code).toBe(Code.unimplemented);
  });
});

describe('requests of newer clients', () => {
  it("S63 a session must be told its ephemeral znodes, and nobody else's", async () => {
    const { port } = await testZookeeper(cleanup);
    const [raw, other] = [await rawSession(cleanup, port), await rawSession(cleanup, port)];
    for (const path of ['/b', '/a']) await createAt(raw, path, { mode: CreateMode.ephemeral });
    await createAt(other, '/other', { mode: CreateMode.ephemeral });
    const ask = async (prefix: string) =>
      strings((await raw.ask(Op.getEphemerals, (writer) => writer.string(prefix))).reader);
    expect([await ask('/'), await ask('/a'), await ask('/other')]).toEqual([['/a', '/b'], ['/a'], []]);
  });

  it('S63 all that is below a znode must be counted', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    for (const path of ['/a', '/a/b', '/a/b/c', '/ab']) await createAt(raw, path);
    const count = async (path: string) =>
      (await raw.ask(Op.getAllChildrenNumber, (writer) => writer.string(path))).reader.int();
    // Beside these there are /zookeeper and its two children.
    expect([await count('/a'), await count('/ab'), await count('/')]).toEqual([2, 0, 7]);
  });

  it('S63 a session must be told who it is', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await raw.authenticate('digest', 'joe:secret');
    const { reader } = await raw.ask(Op.whoAmI);
    expect(reader.vector((each) => `${each.string()} ${each.string()}`)).toEqual(['digest joe', 'ip 127.0.0.1']);
  });

  it('S63 each part of a multi that reads must be answered or refused for itself', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await createAt(raw, '/a', { value: data('one') });
    await createAt(raw, '/a/b');
    const part = (writer: JuteWriter, op: number, path: string) =>
      writer.int(op).bool(false).int(-1).string(path).bool(false);
    const { code, reader } = await raw.ask(Op.multiRead, (writer) => {
      part(writer, Op.getData, '/nothing');
      part(writer, Op.getData, '/a');
      end(part(writer, Op.getChildren, '/a'));
    });
    const header = (): [number, boolean, number] => [reader.int(), reader.bool(), reader.int()];
    expect(code).toBe(Code.ok);
    expect([header(), reader.int()]).toEqual([[-1, false, Code.noNode], Code.noNode]);
    expect([header(), reader.buffer()?.toString()]).toEqual([[Op.getData, false, 0], 'one']);
    expect(readStat(reader).dataLength).toBe(3);
    expect([header(), strings(reader)]).toEqual([[Op.getChildren, false, 0], ['b']]);
    expect(header()).toEqual([-1, true, -1]);
  });

  it('S63 a container made in a multi must be answered with its Stat', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    const { reader } = await raw.ask(Op.multi, (writer) => {
      writeAcls(writer.int(Op.createContainer).bool(false).int(-1).string('/c').buffer(null), OPEN_ACL);
      end(writer.int(CreateMode.container));
    });
    expect([reader.int(), reader.bool(), reader.int(), reader.string()]).toEqual([Op.create2, false, 0, '/c']);
    expect(readStat(reader).ephemeralOwner).toBe(-(2n ** 63n));
  });

  it('S63 what is used of a quota must be told beside it', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await createAt(raw, '/a', { value: data('one') });
    await createAt(raw, '/a/b', { value: data('four') });
    const quota = '/zookeeper/quota/a';
    for (const path of [quota, `${quota}/zookeeper_limits`, `${quota}/zookeeper_stats`]) await createAt(raw, path);
    const used = async () => {
      const { reader } = await raw.ask(Op.getData, (writer) => writer.string(`${quota}/zookeeper_stats`).bool(false));
      return reader.buffer()?.toString();
    };
    expect(await used()).toBe('count=2,bytes=7');
    await raw.ask(Op.delete, (writer) => writer.string('/a/b').int(-1));
    expect(await used()).toBe('count=1,bytes=3');
  });

  it('S63 a change of the ensemble must be refused as switched off', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    const ask = raw.ask(Op.reconfig, (writer) => writer.string('').string('1').string('').long(-1));
    expect((await ask).code).toBe(Code.reconfigDisabled);
  });

  it('S68 a znode made without data must have none, not empty data, after a restart too', async () => {
    const directory = cleanup.directory();
    const first = await testZookeeper(cleanup, 50, directory);
    const raw = await rawSession(cleanup, first.port);
    await createAt(raw, '/none', { value: null });
    await createAt(raw, '/empty', { value: data('') });
    const read = async ({ ask }: typeof raw, path: string) =>
      (await ask(Op.getData, (writer) => writer.string(path).bool(false))).reader.buffer();
    expect([await read(raw, '/none'), await read(raw, '/empty')]).toEqual([null, data('')]);
    await first.close();
    for (let life = 0; life < 2; life += 1) {
      const again = await testZookeeper(cleanup, 50, directory);
      const later = await rawSession(cleanup, again.port);
      expect([await read(later, '/none'), await read(later, '/empty')]).toEqual([null, data('')]);
      await again.close();
    }
  });
});
