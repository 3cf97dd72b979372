/** What people, accidents and other programs do to the containers of a cluster, done on a real engine. */

import { text } from 'node:stream/consumers';
import Dockerode from 'dockerode';
import type { Docker } from '../../src/docker/docker.js';
import type { ComponentId } from '../../src/model.js';
import { dockerName } from '../../src/observed/labels.js';
import { testImage } from './image.js';

/** Each rejects with what the engine answers where there is nothing to do it to. */
export class Faults {
  readonly #engine = new Dockerode();
  /** Runs, and does nothing that a component does. */
  readonly #image: string;
  readonly #cluster: string;

  private constructor(cluster: string, image: string) {
    this.#cluster = cluster;
    this.#image = image;
  }

  static async of({ id, docker }: { id: string; docker: Docker }): Promise<Faults> {
    return new Faults(id, await testImage(docker));
  }

  container(id: ComponentId): Dockerode.Container {
    return this.#engine.getContainer(dockerName(this.#cluster, id));
  }

  get #network(): Dockerode.Network {
    return this.#engine.getNetwork(dockerName(this.#cluster));
  }

  async killed(id: ComponentId): Promise<void> {
    await this.container(id).kill();
  }

  async stopped(id: ComponentId): Promise<void> {
    await this.container(id).stop({ t: 1 });
  }

  async removed(id: ComponentId): Promise<void> {
    await this.container(id).remove({ force: true });
  }

  async paused(id: ComponentId): Promise<void> {
    await this.container(id).pause();
  }

  async disconnected(id: ComponentId): Promise<void> {
    await this.#network.disconnect({ Container: dockerName(this.#cluster, id) });
  }

  /** Off its network and back on it at its address, but under none of the names that only minimesos knows. */
  async unnamed(id: ComponentId): Promise<void> {
    const { NetworkSettings } = await this.container(id).inspect();
    const address = NetworkSettings.Networks[dockerName(this.#cluster)]?.IPAddress ?? '';
    await this.disconnected(id);
    const Container = dockerName(this.#cluster, id);
    await this.#network.connect({ Container, EndpointConfig: { IPAMConfig: { IPv4Address: address } } });
  }

  /** Its name, labels and address, but another program. */
  async impersonated(id: ComponentId): Promise<void> {
    const { Config, NetworkSettings } = await this.container(id).inspect();
    const name = dockerName(this.#cluster, id);
    const network = dockerName(this.#cluster);
    const address = NetworkSettings.Networks[network]?.IPAddress ?? '';
    await this.removed(id);
    const impostor = await this.#engine.createContainer({
      name,
      Image: this.#image,
      Cmd: ['run'],
      Labels: Config.Labels,
      HostConfig: { NetworkMode: network, Init: true },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
    });
    await impostor.start();
  }

  /** The container, and the work that it left. Somebody may be quicker and make a new one in between. */
  async erased(id: ComponentId): Promise<void> {
    await this.removed(id);
    await this.#engine.getVolume(dockerName(this.#cluster, id)).remove({ force: true });
  }

  /** Runs, and answers nothing. */
  async frozen(id: ComponentId): Promise<void> {
    await this.signalled(id, 'STOP');
  }

  async thawed(id: ComponentId): Promise<void> {
    await this.signalled(id, 'CONT');
  }

  /** The whole network; who was on it runs on, alone. */
  async isolated(): Promise<void> {
    const { Containers } = await this.#network.inspect();
    const off = Object.keys(Containers ?? {}).map((Container) => this.#network.disconnect({ Container, Force: true }));
    await Promise.allSettled(off);
    await this.#network.remove();
  }

  /** Names under which others on the cluster's network find it. */
  async aliases(id: ComponentId): Promise<string[]> {
    const { NetworkSettings } = await this.container(id).inspect();
    return NetworkSettings.Networks[dockerName(this.#cluster)]?.Aliases ?? [];
  }

  /** A signal to the component's process, which runs under an init. */
  private async signalled(id: ComponentId, signal: 'STOP' | 'CONT'): Promise<void> {
    const container = this.container(id);
    const { HostConfig } = await container.inspect();
    if (HostConfig.PidMode) throw new Error(`${id} has the pids of its host: this would hit others`);
    const script = `read pids < /proc/1/task/1/children; kill -${signal} $pids`;
    const exec = await container.exec({ Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true });
    const said = await text(await exec.start({}));
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`${id}: kill -${signal} ended with ${ExitCode}: ${said}`);
  }
}
