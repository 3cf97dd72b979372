import { afterEach, describe, expect, it } from 'vitest';
import { JuteWriter } from '../../../../src/simulator/zookeeper/jute.js';
import { Code, EventType, Op } from '../../../../src/simulator/zookeeper/protocol.js';
import { Cleanup, testZookeeper } from '../../../support/simulator.js';
import { client, createAt, data, hello, type RawSession, rawConnection, rawSession } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const PERSISTENT = 0;
const RECURSIVE = 1;
const CHILDREN = 1;
const ANY = 3;

const addWatch = ({ ask }: RawSession, path: string, mode: number) =>
  ask(Op.addWatch, (writer) => writer.string(path).int(mode));
const removeWatches = async ({ ask }: RawSession, path: string, type: number) =>
  (await ask(Op.removeWatches, (writer) => writer.string(path).int(type))).code;
const set = ({ ask }: RawSession, path: string) =>
  ask(Op.setData, (writer) => writer.string(path).buffer(data('x')).int(-1));
const remove = ({ ask }: RawSession, path: string) => ask(Op.delete, (writer) => writer.string(path).int(-1));

describe('watches that last', () => {
  it('S60 a persistent watch must tell of data and children again and again, and of nothing below', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await createAt(raw, '/w');
    expect((await addWatch(raw, '/w', PERSISTENT)).code).toBe(Code.ok);
    await set(raw, '/w');
    await set(raw, '/w');
    await createAt(raw, '/w/child');
    await set(raw, '/w/child');
    await remove(raw, '/w/child');
    await remove(raw, '/w');
    await createAt(raw, '/w');
    expect(raw.events).toEqual([
      [EventType.dataChanged, '/w'],
      [EventType.dataChanged, '/w'],
      [EventType.childrenChanged, '/w'],
      [EventType.childrenChanged, '/w'],
      [EventType.deleted, '/w'],
      [EventType.created, '/w'],
    ]);
  });

  it('S60 a recursive watch must tell of all znodes below, and never of children', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await addWatch(raw, '/w', RECURSIVE);
    for (const path of ['/w', '/w/a', '/w/a/b', '/wide']) await createAt(raw, path);
    await set(raw, '/w/a/b');
    await remove(raw, '/w/a/b');
    expect(raw.events).toEqual([
      [EventType.created, '/w'],
      [EventType.created, '/w/a'],
      [EventType.created, '/w/a/b'],
      [EventType.dataChanged, '/w/a/b'],
      [EventType.deleted, '/w/a/b'],
    ]);
  });

  it('S60 a watch that was removed must be silent, and one that is not there cannot be removed', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await createAt(raw, '/w');
    await addWatch(raw, '/w', PERSISTENT);
    await raw.ask(Op.getChildren, (writer) => writer.string('/w').bool(true));
    const check = async (type: number) =>
      (await raw.ask(Op.checkWatches, (writer) => writer.string('/w').int(type))).code;
    expect([await check(CHILDREN), await check(ANY)]).toEqual([Code.ok, Code.ok]);
    expect(await removeWatches(raw, '/w', ANY)).toBe(Code.ok);
    await set(raw, '/w');
    await createAt(raw, '/w/child');
    expect(raw.events).toEqual([]);
    expect([await check(ANY), await removeWatches(raw, '/w', ANY)]).toEqual([Code.noWatcher, Code.noWatcher]);
  });

  it('S60 a client that was away must get its lasting watches back with setWatches2', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/w', data(''));
    const raw = await rawConnection(cleanup, port);
    raw.send(hello());
    await raw.next();
    const request = new JuteWriter().int(-8).int(Op.setWatches2).long(0);
    for (const paths of [[], [], [], ['/w'], ['/w/a']]) request.vector(paths, (to, path) => to.string(path));
    raw.send(request);
    expect((await raw.next()).int()).toBe(-8);
    await zk.ensure('/w/a/b');
    const told: [number, string][] = [];
    for (let left = 3; left > 0; left -= 1) {
      const event = await raw.next();
      event.int();
      event.long();
      event.int();
      const type = event.int();
      event.int();
      told.push([type, event.string()]);
    }
    expect(told).toEqual([
      [EventType.created, '/w/a'],
      [EventType.childrenChanged, '/w'],
      [EventType.created, '/w/a/b'],
    ]);
  });
});
