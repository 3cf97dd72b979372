/** A world for controllers under test: a fake engine, a clock that jumps, processes that are ready as soon as they run. */

import type { Listener } from '../../src/controller.js';
import type { Operator } from '../../src/mesos/drain.js';
import type { Desired } from '../../src/model.js';
import { observe } from '../../src/observed/observe.js';
import { Particulars } from '../../src/observed/particulars.js';
import type { Prober } from '../../src/observed/probe.js';
import type { World } from '../../src/world.js';
import type { FakeDocker } from './fake-docker.js';
import { FakeMarathon } from './fake-marathon.js';
import { jumpingClock } from './jumping-clock.js';

export interface FakeWorld extends World {
  docker: FakeDocker;
  want(desired: Desired): void;
  /** Kinds, and names of containers, that run and never become ready. */
  silent: Set<string>;
  /** Names of the tasks that an agent's container runs, by the container's name. */
  tasks: Map<string, string[]>;
  /** What the master was asked for: `drain minimesos-c0ffee0000-agent-1`. */
  asked: string[];
  marathon: FakeMarathon;
}

export function fakeWorld(
  desired: Desired,
  docker: FakeDocker,
  signal: AbortSignal = new AbortController().signal,
): FakeWorld {
  let wanted = desired;
  const silent = new Set<string>();
  const tasks = new Map<string, string[]>();
  const asked: string[] = [];
  const drained = new Set<string>();
  const marathon = new FakeMarathon();
  const prober = fakeProber(docker, silent, tasks, drained, marathon);
  const particulars = new Particulars(docker);
  return {
    docker,
    operator: fakeOperator(tasks, asked, drained),
    apps: marathon,
    marathon,
    claim: () => Promise.resolve(false),
    random: () => 0.5,
    tasks,
    asked,
    silent,
    want: (next) => {
      wanted = next;
    },
    desired: () => Promise.resolve(wanted),
    observe: (each, busy) => observe(each.cluster.id, { docker, prober, particulars }, { desired: each, busy }),
    provideImage: (reference, onProgress, stop) => docker.pullImage(reference, onProgress, stop),
    clock: jumpingClock(),
    signal,
    version: '0.0.0',
    engineSocket: '/var/run/docker.sock',
  };
}

/** A master that empties an agent at once. */
function fakeOperator(tasks: Map<string, string[]>, asked: string[], drained: Set<string>): Operator {
  return {
    drain: async ({ agentId }) => {
      asked.push(`drain ${agentId}`);
      drained.add(agentId);
      tasks.delete(agentId);
      return 'drained';
    },
    reactivate: async ({ agentId }) => {
      asked.push(`reactivate ${agentId}`);
      drained.delete(agentId);
    },
    gone: async ({ agentId }) => void asked.push(`gone ${agentId}`),
  };
}

function fakeProber(
  docker: FakeDocker,
  silent: ReadonlySet<string>,
  tasks: ReadonlyMap<string, string[]>,
  drained: ReadonlySet<string>,
  marathon: FakeMarathon,
): Prober {
  const isSilent = async (kind: string, host: string): Promise<boolean> => {
    if (silent.size === 0) return false;
    const containers = await docker.listContainers({ 'org.minimesos.component': kind });
    const name = containers.find(({ addresses }) => Object.values(addresses).includes(host))?.name ?? '';
    return silent.has(kind) || silent.has(name);
  };
  return {
    master: async (host) => {
      if (await isSilent('master', host)) return { leads: false, reason: 'no leader elected' };
      const leader = await leaderBeside(host, docker, silent);
      if (leader !== host) return { leads: false, reason: `follows ${leader}`, follows: `${leader}:5050` };
      const containers = silent.has('agent') ? [] : await docker.listContainers({ 'org.minimesos.component': 'agent' });
      const known = containers.filter(({ name }) => !silent.has(name));
      const agents = known.flatMap(({ addresses, labels, name }) =>
        Object.values(addresses).map(
          (ip) =>
            [
              `${ip}:${labels['org.minimesos.port']}`,
              {
                id: name,
                active: !drained.has(name),
                deactivated: drained.has(name),
                tasks: tasks.get(name) ?? [],
              },
            ] as const,
        ),
      );
      return { leads: true, state: { version: '1.0.0', agents: new Map(agents) } };
    },
    component: async (kind, host) => {
      const deaf = await isSilent(kind, host);
      return { ready: !deaf, reason: deaf ? 'does not answer' : 'serves' };
    },
    apps: () => Promise.resolve(marathon.answer()),
  };
}

/** Of the masters that run the one that was started first, as if each had entered the contest then. */
async function leaderBeside(
  host: string,
  docker: FakeDocker,
  silent: ReadonlySet<string>,
): Promise<string | undefined> {
  const masters = await docker.listContainers({ 'org.minimesos.component': 'master' });
  const networkOf = ({ addresses }: (typeof masters)[number]) => Object.entries(addresses);
  const [network] = masters.flatMap(networkOf).find(([, address]) => address === host) ?? [];
  const running = masters.filter(({ state, name }) => state === 'running' && !silent.has(name));
  return running.flatMap(networkOf).find(([name]) => name === network)?.[1];
}

export const NOBODY: Listener = {
  started() {},
  progress() {},
  done() {},
  passed() {},
  troubled() {},
  failed() {},
  engineLost() {},
  engineBack() {},
};
