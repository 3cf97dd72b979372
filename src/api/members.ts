/** The members of a running cluster, as it was last seen. */

import { MinimesosError } from '../errors.js';
import type { Kind } from '../model.js';
import type { ComponentStatus, Status } from '../status.js';
import { allVariables } from '../variables.js';
import { type AgentState, agentState, type MasterState, masterState } from './mesos-state.js';

/** The master that leads. */
export interface Master {
  /** `http://172.30.8.10:5050` */
  readonly url: string;
  /** What the master that leads by now says of itself. Rejects with `MESOS_UNREACHABLE`. */
  state(): Promise<MasterState>;
}

export interface Agent {
  /** `agent-0` */
  readonly id: string;
  /** Of its block in the file. */
  readonly name: string | undefined;
  /** Mesos' own id. */
  readonly agentId: string | undefined;
  /** `http://172.30.8.64:5051` */
  readonly url: string;
  /** What it says of itself. Rejects with `MESOS_UNREACHABLE`. */
  state(): Promise<AgentState>;
}

export interface ZooKeeper {
  /** Names each of an ensemble: `zk://172.30.8.2:2181/mesos` */
  readonly url: string;
}

/** Throws `NO_CLUSTER` where no master runs. */
export function masterOf(status: Status, look: () => Promise<Status>): Master {
  return { url: urlOf(status, 'master'), state: async () => masterState(urlOf(await look(), 'master')) };
}

/** Those that run, in the order of their indexes. */
export function agentsOf({ components }: Status): Agent[] {
  return components.flatMap(({ id, kind, name, agentId, endpoint }) =>
    kind === 'agent' && endpoint ? [{ id, name, agentId, url: endpoint, state: () => agentState(endpoint) }] : [],
  );
}

/** Throws `NO_CLUSTER` where no ZooKeeper runs. */
export function zookeeperOf(status: Status): ZooKeeper {
  urlOf(status, 'zookeeper');
  return { url: allVariables(status).get('MINIMESOS_ZOOKEEPER') ?? '' };
}

/** Of the one that leads, or else the first that runs. Throws `NO_CLUSTER` where none does. */
export function urlOf({ cluster, components }: Status, kind: Kind): string {
  const running = components.filter((each) => each.kind === kind && each.endpoint);
  const { endpoint } = running.find(({ leader }) => leader) ?? running[0] ?? {};
  if (endpoint) return endpoint;
  const hint = kind === 'marathon' ? 'a marathon block in its spec brings one: marathon { }' : undefined;
  throw new MinimesosError('NO_CLUSTER', `cluster ${cluster.id} runs no ${kind}`, { hint });
}

/** Throws `USAGE`, and lists them, where the cluster has no such component, `NO_CLUSTER` where it has no container. */
export function containerOf({ components }: Status, wanted: string): NonNullable<ComponentStatus['container']> {
  const component = components.find(({ id }) => id === wanted);
  if (!component) {
    const hint = `its components are ${components.map(({ id }) => id).join(', ')}`;
    throw new MinimesosError('USAGE', `the cluster has no component "${wanted}"`, { hint });
  }
  if (component.container) return component.container;
  throw new MinimesosError('NO_CLUSTER', `${wanted} has no container: ${component.reason}`);
}
