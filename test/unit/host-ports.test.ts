import { describe, expect, it } from 'vitest';
import type { PortSpec } from '../../src/container-spec.js';
import type { CreateContainer } from '../../src/docker/docker.js';
import { outcomeOf, type Publication, publish, whyNotStarted } from '../../src/host-ports.js';
import { publishedLabels } from '../../src/observed/labels.js';
import { FakeDocker } from '../support/fake-docker.js';

const IMAGE = 'image:1';
const API: PortSpec = { port: 5050, protocol: 'tcp', hostPort: 5050 };

/** An engine on which `ran` makes containers as `execute` does. */
function engine() {
  const docker = new FakeDocker({ images: [IMAGE] });
  const spec = (name: string, over: Partial<CreateContainer>): CreateContainer => ({
    name,
    image: IMAGE,
    hostname: name,
    env: {},
    labels: {},
    network: { name: 'bridge', ip: `172.17.0.${docker.writes.length + 2}`, aliases: [] },
    ports: [],
    mounts: [],
    privileged: false,
    hostPid: false,
    stopTimeout: 10,
    ...over,
  });
  const start = async (name: string, over: Partial<CreateContainer>): Promise<void> => {
    const id = await docker.createContainer(spec(name, over));
    await docker.startContainer(id).catch(async (thrown) => {
      await docker.removeContainer(id);
      throw thrown;
    });
  };
  /** The master of a cluster, published. */
  const ran = (cluster: string, ports = [API]): Promise<Publication> =>
    publish(ports, cluster, docker, (publication) => {
      const labels = { 'org.minimesos.cluster': cluster, ...publishedLabels(publication.ports, publication.takenBy) };
      return start(`${cluster}-master`, { ports: publication.ports, labels });
    });
  return { docker, start, ran };
}

const hostPort = ({ ports }: Publication) => ports[0]?.hostPort;

describe('L50 a port of the host', () => {
  it('is the usual one where nobody has it', async () => {
    const { ran } = engine();
    const publication = await ran('one');
    expect(publication).toEqual({ ports: [API] });
    expect(outcomeOf(publication)).toBeUndefined();
  });

  it('is another one where a cluster has the usual one, and it is said which cluster', async () => {
    const { ran } = engine();
    await ran('one');
    const publication = await ran('two');
    expect(publication.takenBy).toBe('one');
    expect(hostPort(publication)).toBeGreaterThanOrEqual(61_000);
    expect(outcomeOf(publication)).toBe(
      `published on 127.0.0.1:${hostPort(publication)}, since 5050 is taken by cluster one`,
    );
  });

  it('is the same each time that the component is made anew', async () => {
    const { docker, ran } = engine();
    await ran('one');
    const first = await ran('two');
    docker.remove('two-master');
    expect(await ran('two')).toEqual(first);
  });

  it('differs from cluster to cluster, also where the search begins at the same one', async () => {
    const { docker, ran } = engine();
    await ran('one');
    const first = await ran('two');
    docker.remove('two-master');
    docker.occupy(hostPort(first) ?? 0);
    expect(hostPort(await ran('two'))).not.toBe(hostPort(first));
  });

  it('is kept for a cluster whose container does not run', async () => {
    const { docker, ran } = engine();
    await ran('one');
    docker.crash('one-master', 137);
    expect(await ran('two')).toMatchObject({ takenBy: 'one' });
    await docker.startContainer('one-master');
  });

  it('is another one where a cluster got it between the look and the start', async () => {
    const { docker, ran, start } = engine();
    const tried: unknown[] = [];
    const publication = await publish([API], 'two', docker, async ({ ports }) => {
      if (tried.length === 0) await ran('one');
      tried.push(ports[0]?.hostPort);
      await start('two-master', { ports, labels: { 'org.minimesos.cluster': 'two' } });
    });
    expect(publication.takenBy).toBe('one');
    expect(tried).toEqual([5050, hostPort(publication)]);
  });

  it('is free to both where they publish on different addresses', async () => {
    const { ran } = engine();
    await ran('one', [{ ...API, hostIp: '10.0.0.1' }]);
    expect(await ran('two')).toEqual({ ports: [API] });
    expect(await ran('three', [{ ...API, hostIp: '0.0.0.0' }])).toMatchObject({ takenBy: expect.any(String) });
  });

  it('costs no call where none is asked for', async () => {
    const { docker } = engine();
    await publish([{ port: 5051, protocol: 'tcp' }], 'one', docker, async () => {});
    expect(docker.calls).toEqual([]);
  });
});

describe('L51 a port of the host that is taken', () => {
  it('by a program stays there, and the error says how to find it', async () => {
    const { docker, ran } = engine();
    docker.occupy(5050, '127.0.0.1');
    await expect(ran('one')).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: 'port 5050 of this machine is taken by a program that is no container of this engine',
      hint: expect.stringContaining('sport = :5050'),
    });
    expect(await docker.listContainers({})).toEqual([]);
  });

  it('by a container of somebody else stays there, and the error names the container', async () => {
    const { docker, ran, start } = engine();
    await start('web', { ports: [{ port: 80, protocol: 'tcp', hostPort: 5050, hostIp: '0.0.0.0' }] });
    docker.writes.length = 0;
    await expect(ran('one')).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: 'port 5050 of this machine is taken by the container web',
    });
    expect(docker.writes).toEqual([]);
  });

  it('by a container of the same cluster is asked for again, since that one is on its way out', async () => {
    const { ran, start } = engine();
    await start('old', { ports: [API], labels: { 'org.minimesos.cluster': 'one' } });
    await expect(ran('one')).rejects.toMatchObject({ code: 'DOCKER_CONFLICT', retryable: true });
  });

  it('when a container is started again is explained by who has it', async () => {
    const { docker, ran, start } = engine();
    await ran('one');
    docker.crash('one-master', 1);
    await start('web', { ports: [API] });
    const [master] = await docker.listContainers({ 'org.minimesos.cluster': 'one' });
    const thrown = await docker.startContainer('one-master').catch((error) => error);
    const published = [{ ...API, hostPort: 5050, hostIp: '127.0.0.1' }];
    expect(master?.published).toEqual([]);
    expect(await whyNotStarted(thrown, published, docker)).toMatchObject({
      message: 'port 5050 of this machine is taken by the container web',
    });
    const other = new Error('of another kind');
    expect(await whyNotStarted(other, published, docker)).toBe(other);
  });
});
