/** What others have on the same engine, much like ours, and what they have of it in the end. */

import type { CreateContainer } from '../../../src/docker/docker.js';
import type { FakeContainer } from '../../support/fake-docker/container.js';
import type { OpenDocker } from '../../support/faulty-world.js';
import { CLUSTER } from './wishes.js';

const ours = 'org.minimesos.cluster';
const component = { 'org.minimesos.component': 'agent', 'org.minimesos.index': '0', 'org.minimesos.spec-hash': 'x' };

/** Names end in what no component of ours is called. */
const LABELS: Record<string, Record<string, string>> = {
  [`minimesos-${CLUSTER}-agent-77`]: {},
  [`minimesos-${CLUSTER}-agent-0-old`]: component,
  [`minimesos-${CLUSTER}0-agent-0`]: { ...component, [ours]: `${CLUSTER}0` },
  'somebody-s': { ...component, [ours]: '', 'org.minimesos.cluster-name': CLUSTER, 'org.minimesos.clusters': CLUSTER },
};
const OTHER_NETWORK = `minimesos-${CLUSTER}0`;

export async function settleBystanders(engine: OpenDocker): Promise<void> {
  engine.have('busybox');
  await engine.createNetwork(OTHER_NETWORK, '10.200.0.0/24', { [ours]: `${CLUSTER}0` });
  await engine.createNetwork(`minimesos-${CLUSTER}-net`, '10.201.0.0/24', component);
  for (const [number, [name, labels]] of Object.entries(LABELS).entries()) {
    await engine.createVolume(name, labels);
    const id = await engine.createContainer(bystander(name, labels, number));
    if (number > 0) await engine.startContainer(id);
  }
}

function bystander(name: string, labels: Record<string, string>, number: number): CreateContainer {
  return {
    name,
    image: 'busybox',
    hostname: name,
    env: {},
    labels,
    network: { name: OTHER_NETWORK, ip: `10.200.0.${number + 2}`, aliases: ['zookeeper-0'] },
    ports: [],
    mounts: [{ type: 'volume', source: name, target: '/data' }],
    privileged: false,
    hostPid: false,
    stopTimeout: 10,
  };
}

export const isOurs = (labels: Record<string, string>): boolean => labels[ours] === CLUSTER;

/** Everything that is not ours, as text. */
export function bystandersOf(engine: OpenDocker): string {
  const foreign = (each: { labels: Record<string, string> }) => !isOurs(each.labels);
  const told = ({ attachments, ...container }: FakeContainer) => ({ ...container, attachments: [...attachments] });
  return JSON.stringify([
    engine
      .everyContainer()
      .filter(({ spec }) => foreign(spec))
      .map(told),
    engine.everyVolume().filter(foreign),
    engine.everyNetwork().filter(foreign),
  ]);
}
