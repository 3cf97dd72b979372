/** The real engine for tests, and what makes sure that tests neither meet nor leave anything behind. */

import { randomBytes, randomInt } from 'node:crypto';
import { text } from 'node:stream/consumers';
import Dockerode from 'dockerode';
import type { CreateContainer, Docker, Labels, NetworkSummary } from '../../src/docker/docker.js';
import { connect } from '../../src/docker/dockerode.js';
import { MinimesosError } from '../../src/errors.js';

/** Asked for with MINIMESOS_SKIP_DOCKER=1; without it, a test that finds no engine fails. */
export const dockerSkipped = process.env.MINIMESOS_SKIP_DOCKER === '1';

/** Bears the name of one sandbox. */
const TEST_LABEL = 'org.minimesos.test';

/** The engine that the environment names. Every call fails with `DOCKER_UNREACHABLE` where none answers. */
export function engine(): Docker {
  return connect();
}

/** Fit for a cluster's id, and for names of containers: no other test and no other run has it. */
export function uniqueName(prefix = 'test'): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** A corner of an engine for one test. `remove` it when the test is over, failed or not; or `await using` does. */
export class Sandbox implements AsyncDisposable {
  readonly name = uniqueName();
  readonly labels: Labels = { [TEST_LABEL]: this.name };

  constructor(readonly docker: Docker) {}

  /** A network with a subnet that nobody else has; looked for until one is free. */
  async network(): Promise<NetworkSummary> {
    try {
      // Set apart for measurements (RFC 2544): no machine that runs the tests is reached through it.
      const subnet = `198.${randomInt(18, 20)}.${randomInt(256)}.0/24`;
      return await this.docker.createNetwork(uniqueName(this.name), subnet, this.labels);
    } catch (thrown) {
      if (thrown instanceof MinimesosError && thrown.code === 'DOCKER_REFUSED') return this.network();
      throw thrown;
    }
  }

  /** A container's spec with everything that a test does not care about. */
  spec(image: string, network: NetworkSummary | 'host', changes: Partial<CreateContainer> = {}): CreateContainer {
    const name = uniqueName(this.name);
    return {
      name,
      image,
      hostname: name,
      command: ['run'],
      env: {},
      labels: this.labels,
      network: network === 'host' ? 'host' : { name: network.name, ip: addressIn(network, 10), aliases: [] },
      ports: [],
      mounts: [],
      privileged: false,
      hostPid: false,
      stopTimeout: 10,
      ...changes,
    };
  }

  remove(): Promise<void> {
    return removeLabelled(this.docker, this.labels);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}

/** The address with this number in a /24. */
export function addressIn({ gateway }: NetworkSummary, number: number): string {
  return gateway.replace(/\d+$/, String(number));
}

const NETWORK_ATTEMPTS = 20;
const NETWORK_DELAY_MS = 250;

/** Removes the containers, networks and volumes that bear all these labels; of a cluster: `org.minimesos.cluster`. */
export async function removeLabelled(docker: Docker, labels: Labels): Promise<void> {
  if (Object.keys(labels).length === 0) throw new RangeError('without labels this would remove everything');
  const containers = await docker.listContainers(labels);
  await Promise.all(containers.map(({ id }) => docker.removeContainer(id)));
  const [networks, volumes] = await Promise.all([docker.listNetworks(labels), docker.listVolumes(labels)]);
  await Promise.all([
    ...networks.map(({ id }) => removeNetwork(docker, id)),
    ...volumes.map(({ name }) => docker.removeVolume(name)),
  ]);
}

/**
 * A busy engine lets go of the endpoints of removed containers only after a moment; 20.10 sometimes not before its own
 * end, and then nobody can remove the network, of which no container is left.
 */
async function removeNetwork(docker: Docker, id: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await docker.removeNetwork(id);
    } catch (error) {
      const { message } = error as Error;
      if (!message.includes('has active endpoints')) throw error;
      if (attempt === NETWORK_ATTEMPTS) return console.warn(`network ${id} stays: ${message}`);
      await new Promise((resolve) => setTimeout(resolve, NETWORK_DELAY_MS));
    }
  }
}

/**
 * The engine's events of any kind that mention this text: every call that changes something causes some. `since` and
 * `until` in milliseconds; an engine remembers its last 256.
 */
export async function eventsBetween(since: number, until: number, mention: string): Promise<string[]> {
  const stream = await new Dockerode().getEvents({ since: since / 1000, until: until / 1000 });
  return (await text(stream)).split('\n').filter((line) => line.includes(mention));
}
