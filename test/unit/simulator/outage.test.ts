import { afterEach, describe, expect, it } from 'vitest';
import { loadFlags, shownFlags } from '../../../src/simulator/flags.js';
import { masterFlags } from '../../../src/simulator/master/flags.js';
import { ZookeeperClient } from '../../../src/simulator/zookeeper/client.js';
import { startZookeeper, type ZookeeperServer } from '../../../src/simulator/zookeeper/server.js';
import { ask, Cleanup, testZookeeper, until } from '../../support/simulator.js';
import { agent, master } from './playing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const PATIENT = '--zk_patience=1mins';

/** Names of the masters' znodes. */
async function candidates({ port }: ZookeeperServer): Promise<string[]> {
  const client = new ZookeeperClient({ servers: [{ host: '127.0.0.1', port }], sessionTimeoutMs: 1000 });
  try {
    await until('a connection', () => client.connected);
    return await client.getChildren('/mesos');
  } finally {
    await client.close();
  }
}

/** A ZooKeeper that can come back, a leader that waits long, and an agent of it. */
async function patientCluster() {
  const directory = cleanup.directory();
  const zookeeper = await testZookeeper(cleanup, 50, directory);
  const { port } = zookeeper;
  const leader = await master(cleanup, port, PATIENT);
  const follower = await agent(cleanup, port, cleanup.directory());
  await until('the agent to register', () => follower.registered());
  const comeBack = async () =>
    cleanup.closing(await startZookeeper({ port, host: '127.0.0.1', tickMs: 50, dataDirectory: directory }));
  return { zookeeper, leader, agent: follower, comeBack };
}

const logOf = ({ host }: { host: { lines: string[] } }) => host.lines.join('');

/** Ends all sessions, as a server does with those of clients that it did not hear for too long. */
function endSessions({ service }: ZookeeperServer): void {
  for (const session of service.sessions.values()) {
    service.closeSession(session);
    session.holder?.drop('the session expired');
  }
}

describe('a master without its ZooKeeper', () => {
  it('S37 leads on for longer than its session lasts, and carries on when ZooKeeper is back', async () => {
    const { zookeeper, leader, agent: follower, comeBack } = await patientCluster();
    const before = await candidates(zookeeper);
    await zookeeper.close();
    // The agent asked for a session as long as its master's.
    await until('the session to be over', () => logOf(follower).includes('ZooKeeper session expired'));
    expect((await ask(leader.port, '/state')).json).toMatchObject({ activated_slaves: 1 });
    expect(logOf(leader)).toContain('Lost connection to ZooKeeper');
    const again = await comeBack();
    await until('the master to be back', () => logOf(leader).includes('Reconnected to ZooKeeper'));
    expect(await candidates(again)).toEqual(before);
    expect((await ask(leader.port, '/state')).json).toMatchObject({ activated_slaves: 1 });
    expect([leader.leads(), leader.host.exits, follower.host.exits]).toEqual([true, [], []]);
  });

  it('S17 S37 exits with 1 when its patience is over; its agents live on', async () => {
    const zookeeper = await testZookeeper(cleanup);
    const leader = await master(cleanup, zookeeper.port, '--zk_patience=300ms');
    const follower = await agent(cleanup, zookeeper.port, cleanup.directory());
    await until('the agent to register', () => follower.registered());
    await zookeeper.close();
    await until('the master to give up', () => leader.host.exits.length > 0);
    expect(leader.host.exits).toEqual([1]);
    const said = 'EXIT with status 1: Lost leadership after indecisive election... committing suicide!';
    expect(leader.host.lines.filter((line) => line.startsWith('E'))).toEqual([expect.stringContaining(said)]);
    expect(follower.host.exits).toEqual([]);
    expect((await ask(follower.port, '/health')).status).toBe(200);
  });

  it('S37 is patient for 10 seconds unless told otherwise, and keeps that to itself', () => {
    const flags = loadFlags(masterFlags('modern'), [], {});
    expect(flags.get('zk_patience')).toBe('10secs');
    expect(shownFlags(flags)).not.toHaveProperty('zk_patience');
  });

  it('S17 S37 exits with 1 at once when ZooKeeper says that its session ended', async () => {
    const { zookeeper, leader } = await patientCluster();
    endSessions(zookeeper);
    await until('the master to give up', () => leader.host.exits.length > 0);
    expect(leader.host.exits).toEqual([1]);
  });

  it('S37 contends again when it did not lead', async () => {
    const { zookeeper, leader } = await patientCluster();
    const second = await master(cleanup, zookeeper.port, PATIENT);
    await until('the second to stand', async () => (await candidates(zookeeper)).length === 2);
    await leader.kill();
    endSessions(zookeeper);
    await until('the second to lead', () => second.leads());
    expect(logOf(second)).toContain('Lost candidacy as a follower... Contend again');
    expect(second.host.exits).toEqual([]);
  });

  it('S37 waits for one that it never met', async () => {
    const gone = await testZookeeper(cleanup);
    const { port } = gone;
    await gone.close();
    const lonely = await master(cleanup, port, '--zk_patience=1ms');
    expect((await ask(lonely.port, '/health')).status).toBe(200);
    cleanup.closing(await startZookeeper({ port, host: '127.0.0.1', tickMs: 50, dataDirectory: cleanup.directory() }));
    await until('the master to lead', () => lonely.leads());
    expect(lonely.host.exits).toEqual([]);
  });
});
