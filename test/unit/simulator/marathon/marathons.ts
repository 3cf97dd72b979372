import { type Marathon, startMarathon } from '../../../../src/simulator/marathon/main.js';
import { killBelow } from '../../../support/processes.js';
import { ask, type Cleanup, send, type TestHost, testHost, testZookeeper, until } from '../../../support/simulator.js';
import { agent, master } from '../playing.js';

const AGENT_RESOURCES = '--resources=cpus(*):2;mem(*):1024;disk(*):1024;ports(*):[31000-32000]';
// Longer than in other tests: what runs here shares its process with everybody else.
const SESSION = ['--zk_session_timeout', '1000'];
// Of a machine that does much else.
const PATIENCE_MS = 15_000;
const MESOS_SESSION = '--zk_session_timeout=1secs';

/** A Marathon that is started, on a free port. */
export async function marathon(
  cleanup: Cleanup,
  zookeeperPort: number,
  ...more: string[]
): Promise<Marathon & { host: TestHost }> {
  const at = `zk://127.0.0.1:${zookeeperPort}`;
  const here = ['--http_port', '0', '--http_address', '127.0.0.1', '--hostname', '127.0.0.1'];
  const host = testHost();
  const args = ['--master', `${at}/mesos`, '--zk', `${at}/marathon`, ...here, ...SESSION, ...more];
  const started = await startMarathon(args, host);
  if (started === null) throw new Error(host.lines.join(''));
  return cleanup.closing({ ...started, host });
}

/** One that leads. */
export async function leading(cleanup: Cleanup, zookeeperPort: number, ...more: string[]) {
  const started = await marathon(cleanup, zookeeperPort, ...more);
  await until('Marathon to lead', () => started.leads());
  return started;
}

/** An agent whose tasks are killed when the test is over; `flags` such as `--attributes=rack:1`. */
export async function workingAgent(cleanup: Cleanup, zookeeperPort: number, ...flags: string[]) {
  const directory = cleanup.directory();
  cleanup.add(() => killBelow(directory));
  const started = await agent(cleanup, zookeeperPort, directory, AGENT_RESOURCES, MESOS_SESSION, ...flags);
  await until('the agent to register', () => started.registered());
  return { ...started, directory };
}

/** A ZooKeeper, a master, agents, and a Marathon that leads. */
export async function marathonCluster(cleanup: Cleanup, agentFlags: readonly string[][] = [[]]) {
  const zookeeper = await testZookeeper(cleanup);
  const leader = await master(cleanup, zookeeper.port, '--allocation_interval=20ms', MESOS_SESSION);
  const agents = [];
  for (const flags of agentFlags) agents.push(await workingAgent(cleanup, zookeeper.port, ...flags));
  // Offers that would not do come again at once.
  const started = await leading(cleanup, zookeeper.port, '--decline_offer_duration', '50');
  return { zookeeper, leader, agents, marathon: started, api: client(started.port) };
}

/** A task as `/v2/tasks` shows it. */
export interface ShownTask {
  id: string;
  appId: string;
  host: string;
  ports: number[];
  slaveId: string;
  state: string;
  version: string;
  startedAt: string | null;
  healthCheckResults?: { alive: boolean; consecutiveFailures: number }[];
}

/** What a test does with a Marathon by its port. */
export function client(port: number) {
  const tasks = async (id: string): Promise<ShownTask[]> =>
    ((await ask(port, `/v2/apps${id}/tasks`)).at('tasks') as ShownTask[] | undefined) ?? [];
  return {
    port,
    ask: (path: string, init?: RequestInit) => ask(port, path, init),
    send: (path: string, body: unknown, method?: string) => send(port, path, body, method),
    tasks,
    /** As many tasks as these run, and no other is there. */
    toRun: (id: string, count: number) =>
      until(
        `${count} tasks of ${id}`,
        async () => {
          const found = await tasks(id);
          return found.length === count && found.every(({ state }) => state === 'TASK_RUNNING') ? found : null;
        },
        PATIENCE_MS,
      ),
    /** No deployment is under way. */
    toSettle: () =>
      until('the deployments', async () => ((await ask(port, '/v2/deployments')).json as []).length === 0, PATIENCE_MS),
  };
}
