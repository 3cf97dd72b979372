import type { PublishedPort } from '../../../src/container-spec.js';
import type { CreateContainer } from '../../../src/docker/docker.js';
import type { ContainerState } from '../../../src/model.js';
import { type FakeContainer, hostPorts, publishedPorts, unused } from './container.js';
import { Log } from './log.js';
import { conflict, failed, notFound, portTaken } from './refusals.js';

/** The containers of a fake engine: names are unique, and so are the host ports of those that run. */
export class Containers {
  readonly #containers = new Map<string, FakeContainer>();
  /** By programs of the host that are no containers. */
  readonly occupied: HostPort[] = [];
  #starts = 0;

  constructor(private readonly tell: (container: FakeContainer, action: string) => void) {}

  all(): FakeContainer[] {
    return [...this.#containers.values()];
  }

  find(name: string): FakeContainer | undefined {
    return this.#containers.get(name) ?? this.all().find(({ spec }) => spec.name === name);
  }

  get(name: string): FakeContainer {
    const container = this.find(name);
    if (!container) throw notFound(`No such container: ${name}`);
    return container;
  }

  create(id: string, spec: CreateContainer): void {
    const taken = this.find(spec.name);
    if (taken) throw conflict(`Conflict. The container name "/${spec.name}" is already in use by "${taken.id}".`);
    const { network } = spec;
    const container: FakeContainer = {
      id,
      spec: structuredClone(spec),
      state: 'created',
      exitCode: undefined,
      startedAt: undefined,
      logs: new Log(),
      attachments: new Map([network === 'host' ? ['host', unused({})] : [network.name, unused(network)]]),
    };
    this.#containers.set(id, container);
    this.#become(container, 'created', 'create');
  }

  /** Throws where it cannot start, now. */
  checkStart(container: FakeContainer): void {
    if (container.state === 'paused') throw conflict('cannot start a paused container, try unpause instead');
    const others = this.all().filter((other) => other !== container);
    const taken = [...others.flatMap(publishedPorts), ...this.occupied];
    const port = hostPorts(container).find((wanted) => taken.some((other) => meet(wanted, other)));
    if (port !== undefined) throw portTaken(String(port.hostPort));
  }

  start(container: FakeContainer): void {
    container.exitCode = undefined;
    this.#starts += 1;
    container.startedAt = new Date(Date.UTC(2020, 0, 1) + this.#starts * 1000).toISOString();
    this.#become(container, 'running', 'start');
  }

  pause(container: FakeContainer): void {
    if (container.state !== 'running') throw conflict(`Container ${container.id} is not running`);
    this.#become(container, 'paused', 'pause');
  }

  unpause(container: FakeContainer): void {
    if (container.state !== 'paused') throw failed(`Container ${container.id} is not paused`);
    this.#become(container, 'running', 'unpause');
  }

  end(container: FakeContainer, exitCode: number): void {
    container.exitCode = exitCode;
    container.logs.end();
    this.#become(container, 'exited', 'die');
  }

  remove(container: FakeContainer): void {
    if (this.#containers.delete(container.id)) this.#become(container, 'removing', 'destroy');
  }

  #become(container: FakeContainer, state: ContainerState, action: string): void {
    container.state = state;
    this.tell(container, action);
  }
}

type HostPort = Omit<PublishedPort, 'port'>;

/** `0.0.0.0` is every address. */
function meet(one: HostPort, other: HostPort): boolean {
  const addresses = new Set([one.hostIp, other.hostIp]);
  const sameAddress = addresses.size === 1 || addresses.has('0.0.0.0');
  return sameAddress && one.hostPort === other.hostPort && one.protocol === other.protocol;
}
