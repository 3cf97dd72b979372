import type { ContainerSummary, CreateContainer, EngineEvent, Labels } from '../../../src/docker/docker.js';
import type { MinimesosError } from '../../../src/errors.js';
import type { ContainerState } from '../../../src/model.js';
import { conflict, failed, notFound, portTaken } from './refusals.js';

export interface FakeContainer {
  readonly id: string;
  readonly spec: CreateContainer;
  state: ContainerState;
  /** Of an exited one. */
  exitCode: number | undefined;
  /** Id of the network that it was last started on. */
  startedOn: string | undefined;
  startedAt: string | undefined;
  logs: string[];
}

/** The containers of a fake engine: names are unique; of those that run, addresses and host ports too. */
export class Containers {
  readonly #containers = new Map<string, FakeContainer>();
  #starts = 0;

  constructor(private readonly tell: (event: EngineEvent) => void) {}

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
    const blank = {
      state: 'created' as const,
      exitCode: undefined,
      startedOn: undefined,
      startedAt: undefined,
      logs: [],
    };
    const container = { id, spec: structuredClone(spec), ...blank };
    this.#containers.set(id, container);
    this.#become(container, 'created', 'create');
  }

  /** False where it runs already. */
  start(container: FakeContainer): boolean {
    if (container.state === 'running') return false;
    if (container.state === 'paused') throw conflict('cannot start a paused container, try unpause instead');
    for (const other of this.all().filter(isUp)) {
      const reason = collision(container, other);
      if (reason !== undefined) throw reason;
    }
    container.exitCode = undefined;
    this.#starts += 1;
    container.startedAt = new Date(Date.UTC(2020, 0, 1) + this.#starts * 1000).toISOString();
    this.#become(container, 'running', 'start');
    return true;
  }

  pause(container: FakeContainer): void {
    this.#become(container, 'paused', 'pause');
  }

  unpause(container: FakeContainer): void {
    if (container.state !== 'paused') throw failed(`Container ${container.id} is not paused`);
    this.#become(container, 'running', 'unpause');
  }

  end(container: FakeContainer, exitCode: number): void {
    if (!isUp(container)) return;
    container.exitCode = exitCode;
    this.#become(container, 'exited', 'die');
  }

  remove(container: FakeContainer): void {
    if (this.#containers.delete(container.id)) this.#become(container, 'removing', 'destroy');
  }

  #become(container: FakeContainer, state: ContainerState, action: string): void {
    container.state = state;
    this.tell({ type: 'container', action, id: container.id, labels: { ...container.spec.labels } });
  }
}

export function summaryOf(container: FakeContainer): ContainerSummary {
  const { id, spec, state, exitCode } = container;
  const address = addressOf(container);
  const addresses = address !== undefined && isUp(container) ? { [networkOf(container)]: address } : {};
  const startedOn = container.startedOn === undefined ? {} : { [networkOf(container)]: container.startedOn };
  return { id, name: spec.name, image: spec.image, labels: { ...spec.labels }, state, exitCode, addresses, startedOn };
}

/** Paused counts: its process lives, and it keeps its address. */
export function isUp({ state }: FakeContainer): boolean {
  return state === 'running' || state === 'paused';
}

export function networkOf({ spec: { network } }: FakeContainer): string {
  return network === 'host' ? 'host' : network.name;
}

/** Whether these labels are among them; an empty value asks for the key only. */
export function bears(labels: Labels, asked: Labels): boolean {
  return Object.entries(asked).every(([key, value]) => (value === '' ? key in labels : labels[key] === value));
}

/** Why two containers cannot run at once, as the engine says it. */
function collision(one: FakeContainer, other: FakeContainer): MinimesosError | undefined {
  const address = addressOf(one);
  if (address !== undefined && networkOf(one) === networkOf(other) && address === addressOf(other)) {
    return conflict('Address already in use');
  }
  const taken = hostPorts(other);
  const port = hostPorts(one).find((wanted) => taken.includes(wanted));
  return port === undefined ? undefined : portTaken(port.split('/')[0] ?? port);
}

function addressOf({ spec: { network } }: FakeContainer): string | undefined {
  return network === 'host' ? undefined : network.ip;
}

function hostPorts({ spec }: FakeContainer): string[] {
  if (spec.network === 'host') return [];
  return spec.ports.flatMap(({ hostPort, protocol }) => (hostPort === undefined ? [] : `${hostPort}/${protocol}`));
}
