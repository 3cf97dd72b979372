import { afterEach, describe, expect, it } from 'vitest';
import { startMaster } from '../../../src/simulator/master/main.js';
import { ask, Cleanup, masterArgs, send, testHost, testZookeeper, until } from '../../support/simulator.js';
import { agent, cluster, master, slaves } from './playing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('a cluster', () => {
  it('S15 has its agents registered, counted and named after the master', async () => {
    const { leader, agents } = await cluster(cleanup, 2);
    const { json } = await ask(leader.port, '/state');
    expect(json).toMatchObject({
      activated_slaves: 2,
      deactivated_slaves: 0,
      id: leader.info.id,
      build_user: 'minimesos-simulator',
    });
    expect(agents.map((each) => each.id()).sort()).toEqual([`${leader.info.id}-S0`, `${leader.info.id}-S1`]);
    const [first] = agents;
    expect((await ask(first?.port ?? 0, '/state')).at('id')).toBe(first?.id());
    expect((await ask(first?.port ?? 0, '/metrics/snapshot')).at('slave/registered')).toBe(1);
    expect((await ask(leader.port, '/metrics/snapshot')).json).toMatchObject({
      'master/elected': 1,
      'master/slaves_active': 2,
    });
  });

  it('S15 shows an agent whose connection ended as inactive at once, and the same id when it is back', async () => {
    const { zookeeper, leader, agents, directories } = await cluster(cleanup, 1);
    const [first] = agents;
    const id = first?.id();
    await first?.close();
    await until('the agent to be inactive', async () => (await slaves(leader.port)).every(({ active }) => !active));
    expect((await ask(leader.port, '/state')).json).toMatchObject({ activated_slaves: 0, deactivated_slaves: 1 });
    const back = await agent(cleanup, zookeeper.port, directories[0] ?? '', `--port=${first?.port}`);
    await until('the agent to be back', () => back.registered());
    expect(back.id()).toBe(id);
    expect(await slaves(leader.port)).toHaveLength(1);
  });

  it('S15 gives a fresh agent at a known address a new id, and the old entry is gone', async () => {
    const { zookeeper, leader, agents } = await cluster(cleanup, 1);
    const [first] = agents;
    await first?.close();
    const fresh = await agent(cleanup, zookeeper.port, cleanup.directory(), `--port=${first?.port}`);
    await until('the agent to register', () => fresh.registered());
    expect(fresh.id()).toBe(`${leader.info.id}-S1`);
    expect((await slaves(leader.port)).map(({ id }) => id)).toEqual([fresh.id()]);
  });

  it('S15 forgets an agent that says farewell', async () => {
    const { leader, agents } = await cluster(cleanup, 1);
    agents[0]?.unregister();
    expect(agents[0]?.host.exits).toEqual([0]);
    await until('the agent to be gone', async () => (await slaves(leader.port)).length === 0);
  });

  it('S16 waits without a leader, and answers 503', async () => {
    const unused = await testZookeeper(cleanup);
    const { port } = unused;
    await unused.close();
    const lonely = await master(cleanup, port);
    const waiting = await agent(cleanup, port, cleanup.directory());
    expect((await ask(lonely.port, '/health')).status).toBe(200);
    for (const path of ['/state', '/master/slaves', '/redirect']) {
      expect(await ask(lonely.port, path)).toMatchObject({ status: 503, text: 'No leader elected' });
    }
    expect((await ask(lonely.port, '/metrics/snapshot')).at('master/elected')).toBe(0);
    expect((await ask(waiting.port, '/state')).at('id')).toBe('');
    expect((await ask(waiting.port, '/health')).status).toBe(200);
  });

  it('S16 followers send on to the leader, without a scheme', async () => {
    const { zookeeper, leader } = await cluster(cleanup, 0);
    const follower = await master(cleanup, zookeeper.port);
    const at = `//127.0.0.1:${leader.port}`;
    await until('the follower to know', async () => (await ask(follower.port, '/redirect')).status === 307);
    const location = async (path: string) => (await ask(follower.port, path)).headers.get('location');
    expect(await location('/state')).toBe(`${at}/master/state`);
    expect(await location('/master/state')).toBe(`${at}/master/state`);
    expect(await location('/maintenance/status')).toBe(`${at}/master/maintenance/status`);
    expect(await location('/redirect')).toBe(at);
    expect((await send(follower.port, '/api/v1', { type: 'GET_HEALTH' })).headers.get('location')).toBe(
      `${at}/master/api/v1`,
    );
    for (const path of ['/health', '/flags', '/version', '/metrics/snapshot', '/']) {
      expect((await ask(follower.port, path)).status).toBe(200);
    }
    expect((await ask(leader.port, '/redirect')).headers.get('location')).toBe(at);
  });

  it('S17 a follower takes over from a killed leader, and the agents come with their ids', async () => {
    const { zookeeper, leader, agents } = await cluster(cleanup, 2);
    const follower = await master(cleanup, zookeeper.port);
    await leader.kill();
    await until('the follower to lead', () => follower.leads());
    await until('the agents to come', async () => (await ask(follower.port, '/state')).at('activated_slaves') === 2);
    expect((await slaves(follower.port)).map(({ id }) => id).sort()).toEqual(agents.map((each) => each.id()).sort());
    expect(agents[0]?.id()).toContain(leader.info.id);
  });

  it('S17 a restarted master follows its own old znode until that expires', async () => {
    const { zookeeper, leader, agents } = await cluster(cleanup, 1);
    await leader.kill();
    const again = await master(cleanup, zookeeper.port, `--port=${leader.port}`);
    const early = await until('an answer', async () => ask(again.port, '/state'));
    expect(again.leads()).toBe(false);
    expect([307, 503]).toContain(early.status);
    await until('the master to lead', () => again.leads());
    await until('the agent to come', async () => (await ask(again.port, '/state')).at('activated_slaves') === 1);
    expect(again.info.id).not.toBe(leader.info.id);
    expect(agents[0]?.id()).toContain(leader.info.id);
  });
});

describe('a port in use', () => {
  it('S11 aborts a master, as Mesos does', async () => {
    const { leader, zookeeper } = await cluster(cleanup, 0);
    const host = testHost();
    expect(await startMaster(masterArgs(zookeeper.port, `--port=${leader.port}`), host)).toBeNull();
    expect(host.exits).toEqual([134]);
    expect(host.lines.at(-1)).toMatch(
      new RegExp(`^F\\d{8} .*Failed to bind on 127.0.0.1:${leader.port}: Address already in use`),
    );
  });
});
