import { type Agent, startAgent } from '../../../src/simulator/agent/main.js';
import { type Master, startMaster } from '../../../src/simulator/master/main.js';
import {
  agentArgs,
  ask,
  type Cleanup,
  masterArgs,
  type TestHost,
  testHost,
  testZookeeper,
  until,
} from '../../support/simulator.js';

type Hosted<T> = T & { host: TestHost };

/** A master that is started. */
export async function master(cleanup: Cleanup, zookeeperPort: number, ...more: string[]): Promise<Hosted<Master>> {
  const host = testHost();
  const started = await startMaster(masterArgs(zookeeperPort, ...more), host);
  if (started === null) throw new Error(host.lines.join(''));
  cleanup.add(() => started.kill());
  return { ...started, host };
}

/** An agent that is started. */
export async function agent(
  cleanup: Cleanup,
  zookeeperPort: number,
  workDirectory: string,
  ...more: string[]
): Promise<Hosted<Agent>> {
  const host = testHost();
  const started = await startAgent(agentArgs(zookeeperPort, workDirectory, ...more), host);
  if (started === null) throw new Error(host.lines.join(''));
  return cleanup.closing({ ...started, host });
}

/** A ZooKeeper, a leading master, and the agents, all registered. */
export async function cluster(cleanup: Cleanup, agents: number, ...more: string[]) {
  const zookeeper = await testZookeeper(cleanup);
  const leader = await master(cleanup, zookeeper.port, ...more);
  const directories = Array.from({ length: agents }, () => cleanup.directory());
  const started = await Promise.all(directories.map((directory) => agent(cleanup, zookeeper.port, directory)));
  await until('the agents to register', () => started.every((each) => each.registered()));
  return { zookeeper, leader, agents: started, directories };
}

/** The agents that a master lists. */
export const slaves = async (port: number) =>
  (await ask(port, '/slaves')).at('slaves') as { id: string; active: boolean; pid: string }[];
