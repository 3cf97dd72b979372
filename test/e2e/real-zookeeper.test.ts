/** Real ZooKeeper's clients find no difference in the simulated one, and simulated Mesos finds its way on a real one. */

import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { NetworkSummary } from '../../src/docker/docker.js';
import { simulatorImage } from '../../src/docker/image.js';
import { ZookeeperClient } from '../../src/simulator/zookeeper/client.js';
import { CreateMode } from '../../src/simulator/zookeeper/protocol.js';
import { addressIn, dockerSkipped, engine, Sandbox } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { Project } from '../support/project.js';
import { ask, type Session, serve, sessionOf } from '../support/real-zookeeper/clients.js';
import { agentAndMarathon, realZookeeperFile } from '../support/real-zookeeper/cluster.js';
import { realZookeeper } from '../support/real-zookeeper/image.js';
import { roleImages } from '../support/role-images.js';
import { until } from '../support/simulator.js';
import { Watcher } from '../support/watcher.js';

const BUNDLE = join(resolve(import.meta.dirname, '../..'), 'dist', 'simulator.mjs');
/** And their addresses' last number. */
const SERVERS = { real: 10, simulated: 20 };
const RECIPES = [
  ...['znodes', 'create2', 'sequential', 'ephemeral', 'deletion', 'transaction', 'authentication', 'commands'],
  ...['lock', 'read_write_lock', 'semaphore', 'election', 'barrier', 'double_barrier', 'counter', 'queue'],
  ...['locking_queue', 'party', 'partitioner', 'data_watch', 'children_watch', 'tree_cache'],
  ...['expiry', 'timeout', 'reconnect'],
];

describe.skipIf(dockerSkipped)('clients that nobody here wrote', () => {
  const sandbox = new Sandbox(engine());
  let network: NetworkSummary;
  const played: Record<string, { cli: Session; kazoo: string[] }> = {};
  beforeAll(async () => {
    await roleImages(sandbox.docker);
    const image = await realZookeeper(sandbox.docker);
    const simulator = (await simulatorImage(BUNDLE)).reference;
    network = await sandbox.network();
    await serve(sandbox, network, 'real', SERVERS.real, { image });
    await serve(sandbox, network, 'simulated', SERVERS.simulated, { image: simulator, command: ['zookeeper'] });
    const play = async (name: keyof typeof SERVERS) => {
      const number = SERVERS[name];
      const cli = `zkCli.sh -server ${name}:2181 < /zkcli-commands.txt 2>&1`;
      const kazoo = `python3 /kazoo-recipes.py ${name}:2181 2>/dev/null`;
      played[name] = {
        // In the order in which they see each other's znodes.
        cli: sessionOf(await ask(sandbox, network, number + 1, { image, command: cli })),
        kazoo: await ask(sandbox, network, number + 2, { image, command: kazoo }),
      };
    };
    await Promise.all([play('real'), play('simulated')]);
  });
  afterAll(() => sandbox.remove());

  it('S65 zkCli.sh must print the same of the simulated ZooKeeper as of a real one', () => {
    expect(played.simulated?.cli.output).toEqual(played.real?.cli.output);
    expect(played.real?.cli.output.slice(-2)).toEqual(['Arguments are not valid : /zookeeper', '[zookeeper]']);
  });

  it('S65 zkCli.sh must be told of the same events in the same order', () => {
    expect(played.simulated?.cli.events).toEqual(played.real?.cli.events);
    expect(played.real?.cli.events.length).toBeGreaterThan(10);
  });

  it.each(['mntr', 'conf', 'srvr', 'stat', 'dirs'])(
    'S64 %s must name the same things as of a real ZooKeeper',
    async (word) => {
      const said = (server: keyof typeof SERVERS) => say(addressIn(network, SERVERS[server]), word);
      expect(namesIn(await said('simulated'))).toEqual(namesIn(await said('real')));
    },
  );

  it.each(RECIPES)("S66 kazoo's %s must do what it promises", (recipe) => {
    const said = (name: string) => played[name]?.kazoo.filter((line) => line.startsWith(`${recipe} `));
    expect({ simulated: said('simulated'), real: said('real') }).toEqual({
      simulated: [`${recipe} ok`],
      real: [`${recipe} ok`],
    });
  });
});

describe.skipIf(dockerSkipped)('simulated Mesos on a real ZooKeeper', () => {
  let project: Project;
  let watcher: Watcher;
  let faults: Faults;
  beforeAll(async () => {
    project = await Project.create();
    const more = await agentAndMarathon(project.docker);
    await project.write(await realZookeeperFile(project.docker, '', more));
    faults = await Faults.of(project);
    watcher = Watcher.of(project);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it('S67 masters and agents must find each other, and the leader must be in ZooKeeper as real masters are', async () => {
    await watcher.converged();
    expect((await project.masterState()).activated_slaves).toBe(2);
    const zookeeper = await connected(addressOf(watcher, 'zookeeper-0'));
    const [leader, ...others] = (await zookeeper.getChildren('/mesos')).filter((name) => name.startsWith('json.info_'));
    expect([leader, others]).toEqual([expect.stringMatching(/^json\.info_\d{10}$/), []]);
    const { data, stat } = await zookeeper.getData(`/mesos/${leader}`);
    expect(JSON.parse(data.toString()).address).toEqual({
      hostname: addressOf(watcher, 'master-0'),
      ip: addressOf(watcher, 'master-0'),
      port: 5050,
    });
    expect(stat.ephemeralOwner).not.toBe(0n);
  });

  it("S67 Marathon's apps must outlive Marathon and the ZooKeeper that was killed, and agents keep their ids", async () => {
    await watcher.converged();
    const before = watcher.agentIds;
    const apps = async (): Promise<string[]> => {
      const reply = await fetch(`${watcher.component('marathon-0')?.endpoint}/v2/apps`);
      return ((await reply.json()) as { apps: { id: string }[] }).apps.map(({ id }) => id);
    };
    const body = JSON.stringify({ id: '/kept', cmd: 'sleep 1000', cpus: 0.1, mem: 16, instances: 1 });
    const posted = await fetch(`${watcher.component('marathon-0')?.endpoint}/v2/apps`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(posted.status).toBe(201);
    for (const victim of ['marathon-0', 'zookeeper-0'] as const) {
      const lines = watcher.lines.length;
      await faults.killed(victim);
      await watcher.healed(lines, `${victim} to be back`);
      await until('the app', async () => (await apps().catch((): string[] => [])).includes('/kept'), 30_000);
    }
    expect(watcher.agentIds).toEqual(before);
    // Whose connection died with the killed ZooKeeper may be away for a moment.
    await until('both agents', async () => (await project.masterState()).activated_slaves === 2, 30_000);
  });
});

describe.skipIf(dockerSkipped)('an ensemble of three real ZooKeepers', () => {
  const MEMBERS = ['zookeeper-0', 'zookeeper-1', 'zookeeper-2'] as const;

  it('S69 must have one leader, and sessions must outlive it when it is killed', async () => {
    const project = await Project.create();
    onTestFinished(() => project[Symbol.asyncDispose]());
    await project.write(await realZookeeperFile(project.docker, 'instances = 3'));
    const watcher = Watcher.of(project);
    await watcher.converged();
    const hosts = MEMBERS.map((id) => addressOf(watcher, id));
    const modes = (): Promise<string[]> => Promise.all(hosts.map(modeOf));
    const formed = async () => [...(await modes())].sort().join() === 'follower,follower,leader';
    expect((await modes()).sort()).toEqual(['follower', 'follower', 'leader']);
    const zookeeper = await connected(...hosts);
    await zookeeper.create('/session', Buffer.from('mine'), CreateMode.ephemeral);
    const [session, agents] = [zookeeper.sessionId, watcher.agentIds];

    const leader = MEMBERS[(await modes()).indexOf('leader')] ?? 'zookeeper-0';
    const lines = watcher.lines.length;
    await (await Faults.of(project)).killed(leader);
    await watcher.healed(lines, `${leader} to be back`);
    await until('a leader and two followers', formed, 30_000);
    await until('the session', () => zookeeper.connected, 30_000);
    expect((await zookeeper.getData('/session')).stat.ephemeralOwner).toBe(session);
    expect(watcher.stepsSince(lines)).toEqual([`start ${leader}`]);
    expect(watcher.agentIds).toEqual(agents);
    expect((await project.masterState()).activated_slaves).toBe(1);
  });
});

/** As the server calls itself; empty where it does not answer. */
async function modeOf(host: string): Promise<string> {
  try {
    return /^Mode: (\w+)$/m.exec(await say(host, 'srvr'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** The answer to a four-letter word. */
function say(host: string, word: string): Promise<string> {
  return text(connect(2181, host).end(word));
}

/** What lines begin with, before their values; apart from clients, and from the znodes that were used. */
function namesIn(answer: string): string[] {
  const lines = answer.split('\n').filter((line) => !/^ |_per_namespace/.test(line));
  return lines.map((line) => line.replace(/[=:\t].*/, '')).sort();
}

function addressOf(watcher: Watcher, id: string): string {
  return watcher.component(id)?.container?.ip ?? '';
}

async function connected(...hosts: string[]): Promise<ZookeeperClient> {
  const client = new ZookeeperClient({ servers: hosts.map((host) => ({ host, port: 2181 })), sessionTimeoutMs: 4000 });
  onTestFinished(() => client.abandon());
  await until('a connection', () => client.connected);
  return client;
}
