/**
 * A Docker engine in memory, held to the same obligations as the real one by `test/contract/docker/`.
 * Deterministic: no timers, no clock; ids and start times count up.
 */

import type {
  ContainerDetail,
  ContainerSummary,
  CreateContainer,
  Docker,
  EngineEvent,
  EngineInfo,
  Labels,
  NetworkSummary,
  Progress,
  VolumeSummary,
} from '../../src/docker/docker.js';
import { familiar } from '../../src/docker/reference.js';
import { MinimesosError } from '../../src/errors.js';
import { Calls } from './fake-docker/calls.js';
import { bears, Containers, type FakeContainer, isUp, networkOf, summaryOf } from './fake-docker/containers.js';
import { Events } from './fake-docker/events.js';
import { Networks } from './fake-docker/networks.js';
import { conflict, notFound } from './fake-docker/refusals.js';
import { Volumes } from './fake-docker/volumes.js';

export interface FakeOptions {
  /** Present from the start. */
  images?: string[];
  /** Called when a container has started; may `crash` it. */
  onStart?: (container: FakeContainer, docker: FakeDocker) => void;
}

type OnProgress = (progress: Progress) => void;

/** Exit codes of a process that SIGTERM or SIGKILL ended. */
const [TERMINATED, KILLED] = [143, 137];

export class FakeDocker implements Docker {
  /** Why an image cannot be pulled, imported or built; every other one can. */
  readonly unavailable = new Map<string, string>();
  onStart: NonNullable<FakeOptions['onStart']>;

  readonly #calls = new Calls();
  readonly #events = new Events();
  readonly #containers = new Containers((event) => this.#events.tell(event));
  readonly #networks = new Networks();
  readonly #volumes = new Volumes();
  readonly #images: Set<string>;
  #ids = 0;

  constructor({ images = [], onStart = () => {} }: FakeOptions = {}) {
    this.#images = new Set(images.map(familiar));
    this.onStart = onStart;
  }

  // ── hooks for tests ─────────────────────────────────────────────────────────────────────────────

  /** Every call, in order: `listContainers`, `startContainer minimesos-x-agent-0`. */
  get calls(): string[] {
    return this.#calls.all;
  }

  /** The calls that change something, in order, failed ones too. Set its length to 0 to look at what comes next. */
  get writes(): string[] {
    return this.#calls.writes;
  }

  /** The next call of the method fails with this and does nothing. */
  failNext(method: keyof Docker, error: Error): void {
    this.#calls.failNext(method, error);
  }

  /** Calls of the method wait until the function that is given back is called. */
  hold(method: keyof Docker): () => void {
    return this.#calls.hold(method);
  }

  /** The container's process ends by itself. */
  crash(name: string, exitCode: number, logs: string[] = []): void {
    const container = this.#containers.get(name);
    container.logs.push(...logs);
    this.#containers.end(container, exitCode);
  }

  /** Somebody pauses it with Docker's own client. */
  pause(name: string): void {
    this.#containers.pause(this.#containers.get(name));
  }

  /** Cuts the streams of events. */
  loseEvents(): void {
    this.#events.lose();
  }

  /** By name or id: what it was made from and where it stands; undefined if there is none. */
  container(name: string): FakeContainer | undefined {
    return this.#containers.find(name);
  }

  // ── the port ────────────────────────────────────────────────────────────────────────────────────

  info(): Promise<EngineInfo> {
    const info = { version: '20.10.24', apiVersion: '1.41', os: 'linux', arch: 'amd64', host: 'fake://engine' };
    return this.#calls.read('info', () => info);
  }

  listContainers(labels: Labels): Promise<ContainerSummary[]> {
    const ours = ({ spec }: FakeContainer): boolean => bears(spec.labels, labels);
    return this.#calls.read('listContainers', () => this.#containers.all().filter(ours).map(summaryOf));
  }

  inspectContainer(id: string): Promise<ContainerDetail> {
    return this.#calls.read('inspectContainer', () => {
      const container = this.#containers.get(id);
      return { ...summaryOf(container), startedAt: container.startedAt, error: '' };
    });
  }

  createContainer(spec: CreateContainer): Promise<string> {
    return this.#calls.write('createContainer', spec.name, () => {
      if (!this.#images.has(familiar(spec.image))) throw notFound(`No such image: ${spec.image}`);
      const id = this.#newId();
      this.#containers.create(id, spec);
      for (const { type, source } of spec.mounts) if (type === 'volume') this.#volumes.provide(source, {});
      return id;
    });
  }

  startContainer(id: string): Promise<void> {
    return this.#change('startContainer', id, () => this.#start(this.#containers.get(id)));
  }

  unpauseContainer(id: string): Promise<void> {
    return this.#change('unpauseContainer', id, () => this.#containers.unpause(this.#containers.get(id)));
  }

  stopContainer(id: string): Promise<void> {
    return this.#change('stopContainer', id, () => {
      const container = this.#containers.find(id);
      if (container) this.#containers.end(container, TERMINATED);
    });
  }

  restartContainer(id: string): Promise<void> {
    return this.#change('restartContainer', id, () => {
      const container = this.#containers.get(id);
      this.#containers.end(container, TERMINATED);
      this.#start(container);
    });
  }

  removeContainer(id: string): Promise<void> {
    return this.#change('removeContainer', id, () => {
      const container = this.#containers.find(id);
      if (!container) return;
      this.#containers.end(container, KILLED);
      this.#containers.remove(container);
    });
  }

  tailLogs(id: string, lines: number): Promise<string[]> {
    return this.#calls.read('tailLogs', () => this.#containers.get(id).logs.slice(-lines));
  }

  presentImages(references: readonly string[]): Promise<Set<string>> {
    const present = (reference: string): boolean => this.#images.has(familiar(reference));
    return this.#calls.read('presentImages', () => new Set(references.filter(present)));
  }

  pullImage(reference: string, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    return this.#make('pullImage', reference, 'pulled', signal, onProgress);
  }

  importImage(reference: string, _rootfs: unknown, _changes: string[], signal: AbortSignal): Promise<void> {
    return this.#make('importImage', reference, 'imported', signal);
  }

  buildImage(reference: string, _context: unknown, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    return this.#make('buildImage', reference, 'built', signal, onProgress);
  }

  listNetworks(labels: Labels | null): Promise<NetworkSummary[]> {
    return this.#calls.read('listNetworks', () => this.#networks.list(labels));
  }

  createNetwork(name: string, subnet: string, labels: Labels): Promise<NetworkSummary> {
    const create = (): NetworkSummary => this.#networks.create({ id: this.#newId(), name, labels }, subnet);
    return this.#calls.write('createNetwork', name, create);
  }

  removeNetwork(id: string): Promise<void> {
    const name = this.#networks.find(id)?.name ?? id;
    return this.#calls.write('removeNetwork', name, () => {
      const busy = this.#containers.all().some((one) => isUp(one) && networkOf(one) === name);
      if (busy) throw conflict(`error while removing network: network ${name} has active endpoints`);
      this.#networks.remove(id);
    });
  }

  listVolumes(labels: Labels): Promise<VolumeSummary[]> {
    return this.#calls.read('listVolumes', () => this.#volumes.list(labels));
  }

  createVolume(name: string, labels: Labels, _hostFolder?: string): Promise<VolumeSummary> {
    return this.#calls.write('createVolume', name, () => this.#volumes.provide(name, labels));
  }

  removeVolume(name: string): Promise<void> {
    return this.#calls.write('removeVolume', name, () => {
      const user = this.#containers.all().find(({ spec }) => spec.mounts.some(({ source }) => source === name));
      if (user) throw conflict(`remove ${name}: volume is in use - [${user.id}]`);
      this.#volumes.remove(name);
    });
  }

  events(labels: Labels, signal: AbortSignal): AsyncIterable<EngineEvent> {
    this.calls.push('events');
    return this.#events.subscribe(labels, signal);
  }

  #change(method: keyof Docker, id: string, effect: () => void): Promise<void> {
    return this.#calls.write(method, this.#containers.find(id)?.spec.name ?? id, effect);
  }

  #start(container: FakeContainer): void {
    // By id once it was started: another network of the same name does not do.
    const network = container.startedOn ?? networkOf(container);
    const found = this.#networks.find(network);
    if (network !== 'host' && !found) throw notFound(`network ${network} not found`);
    if (!this.#containers.start(container)) return;
    container.startedOn = found?.id;
    this.onStart(container, this);
  }

  #make(method: keyof Docker, reference: string, done: string, signal: AbortSignal, onProgress?: OnProgress) {
    const make = (): void => {
      const what = `the image ${reference} cannot be ${done}`;
      if (signal.aborted) throw new MinimesosError('INTERRUPTED', `${what}: interrupted`);
      const reason = this.unavailable.get(reference);
      if (reason !== undefined) throw new MinimesosError('IMAGE_UNAVAILABLE', `${what}: ${reason}`);
      onProgress?.({ current: 50, total: 100 });
      onProgress?.({ current: 100, total: 100 });
      this.#images.add(familiar(reference));
    };
    return this.#calls.write(method, reference, make, signal);
  }

  #newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(64, '0');
  }
}
