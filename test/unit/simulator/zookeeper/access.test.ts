import { afterEach, describe, expect, it } from 'vitest';
import { type Acl, Code, Op, Permission, readAcls, writeAcls } from '../../../../src/simulator/zookeeper/protocol.js';
import { Cleanup, testZookeeper } from '../../../support/simulator.js';
import { createAt, data, type RawSession, rawSession } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const ALL = 31;
/** What ZooKeeper makes of joe's password `secret`. */
const JOE = { scheme: 'digest', id: 'joe:oesAybBun9icKJjQSTRN8OBueSc=' };
const ANYONE = { scheme: 'world', id: 'anyone' };

async function aclOf({ ask }: RawSession, path: string): Promise<Acl[] | number> {
  const { code, reader } = await ask(Op.getAcl, (writer) => writer.string(path));
  return code === Code.ok ? readAcls(reader) : code;
}

const setAcl = async ({ ask }: RawSession, path: string, acl: Acl[], version = -1) =>
  (
    await ask(Op.setAcl, (writer) => {
      writeAcls(writer.string(path), acl);
      writer.int(version);
    })
  ).code;

describe('access lists', () => {
  it('S61 who is not on the list must be refused each thing that the list keeps', async () => {
    const { port } = await testZookeeper(cleanup);
    const [joe, stranger] = [await rawSession(cleanup, port), await rawSession(cleanup, port)];
    expect((await joe.authenticate('digest', 'joe:secret')).code).toBe(Code.ok);
    expect(await createAt(joe, '/mine', { acl: [{ perms: ALL, ...JOE }] })).toBe(Code.ok);
    const attempts = {
      get: [Op.getData, (writer) => writer.string('/mine').bool(false)],
      children: [Op.getChildren, (writer) => writer.string('/mine').bool(false)],
      set: [Op.setData, (writer) => writer.string('/mine').buffer(data('x')).int(-1)],
      check: [Op.check, (writer) => writer.string('/mine').int(-1)],
      count: [Op.getAllChildrenNumber, (writer) => writer.string('/mine')],
      acl: [Op.getAcl, (writer) => writer.string('/mine')],
    } satisfies Record<string, [number, Parameters<RawSession['ask']>[1]]>;
    for (const [name, [op, write]] of Object.entries(attempts)) {
      expect([name, (await stranger.ask(op, write)).code]).toEqual([name, Code.noAuth]);
      expect([name, (await joe.ask(op, write)).code]).toEqual([name, Code.ok]);
    }
    expect(await createAt(stranger, '/mine/below')).toBe(Code.noAuth);
    expect(await setAcl(stranger, '/mine', [{ perms: ALL, ...ANYONE }])).toBe(Code.noAuth);
    expect((await stranger.ask(Op.exists, (writer) => writer.string('/mine').bool(false))).code).toBe(Code.ok);
    expect(await createAt(joe, '/mine/below')).toBe(Code.ok);
    const remove = (raw: RawSession) => raw.ask(Op.delete, (writer) => writer.string('/mine/below').int(-1));
    expect((await remove(stranger)).code).toBe(Code.noAuth);
    expect((await remove(joe)).code).toBe(Code.ok);
  });

  it('S61 `auth` must stand for who asks, and secrets be shown only to who may change the list', async () => {
    const { port } = await testZookeeper(cleanup);
    const [joe, reader] = [await rawSession(cleanup, port), await rawSession(cleanup, port)];
    const auth = { perms: ALL, scheme: 'auth', id: '' };
    expect(await createAt(joe, '/mine', { acl: [auth] })).toBe(Code.invalidAcl);
    await joe.authenticate('digest', 'joe:secret');
    const read = { perms: Permission.read, ...ANYONE };
    expect(await createAt(joe, '/mine', { acl: [auth, read, read] })).toBe(Code.ok);
    expect(await aclOf(joe, '/mine')).toEqual([{ perms: ALL, ...JOE }, read]);
    expect(await aclOf(reader, '/mine')).toEqual([{ perms: ALL, scheme: 'digest', id: 'joe:x' }, read]);
  });

  it('S61 an address must match its network', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    const network = (id: string): Acl => ({ perms: ALL, scheme: 'ip', id });
    expect(await createAt(raw, '/near', { acl: [network('127.0.0.0/8')] })).toBe(Code.ok);
    expect(await createAt(raw, '/far', { acl: [network('10.0.0.0/8')] })).toBe(Code.ok);
    expect(await createAt(raw, '/near/below')).toBe(Code.ok);
    expect(await createAt(raw, '/far/below')).toBe(Code.noAuth);
  });

  it('S61 what is no list must be refused, and so must an old version of it', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    await createAt(raw, '/a');
    const wrong: Acl[][] = [
      [],
      [{ perms: ALL, scheme: 'world', id: 'nobody' }],
      [{ perms: ALL, scheme: 'nobody', id: 'knows' }],
      [{ perms: ALL, scheme: 'digest', id: 'no-password' }],
      [{ perms: ALL, scheme: 'ip', id: '10.0.0.0/40' }],
    ];
    for (const acl of wrong) expect([acl, await setAcl(raw, '/a', acl)]).toEqual([acl, Code.invalidAcl]);
    expect(await setAcl(raw, '/a', [{ perms: ALL, ...ANYONE }], 0)).toBe(Code.ok);
    expect(await setAcl(raw, '/a', [{ perms: ALL, ...ANYONE }], 0)).toBe(Code.badVersion);
  });

  it('S61 who shows nothing that counts must lose its connection', async () => {
    const { port } = await testZookeeper(cleanup);
    const raw = await rawSession(cleanup, port);
    expect(await raw.authenticate('nobody', 'knows')).toMatchObject({ xid: -4, code: Code.authFailed });
    await raw.end();
  });

  it("S61 lists must outlive their server, and ZooKeeper's own configuration be read only", async () => {
    const directory = cleanup.directory();
    const first = await testZookeeper(cleanup, 50, directory);
    const raw = await rawSession(cleanup, first.port);
    await createAt(raw, '/mine', { acl: [{ perms: ALL, ...JOE }] });
    await first.close();
    const again = await testZookeeper(cleanup, 50, directory);
    const stranger = await rawSession(cleanup, again.port);
    expect(await createAt(stranger, '/mine/below')).toBe(Code.noAuth);
    expect(await createAt(stranger, '/zookeeper/config/below')).toBe(Code.noAuth);
  });
});
