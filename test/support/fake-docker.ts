/**
 * A Docker engine in memory, held to the same obligations as the real one by `test/contract/docker/`.
 * Deterministic: no timers, no clock; ids and start times count up.
 */

import { createHash } from 'node:crypto';
import type {
  ContainerDetail,
  ContainerSummary,
  CreateContainer,
  Docker,
  EngineEvent,
  EngineInfo,
  ImageSummary,
  Labels,
  NetworkSummary,
  Progress,
  VolumeSummary,
} from '../../src/docker/docker.js';
import type { Exec, LogOptions, LogText } from '../../src/docker/process.js';
import { familiar } from '../../src/docker/reference.js';
import { MinimesosError } from '../../src/errors.js';
import { bears, detailOf, type FakeContainer, summaryOf } from './fake-docker/container.js';
import { FakeEngine } from './fake-docker/engine.js';
import { type Program, runIn } from './fake-docker/exec.js';
import { conflict, notFound } from './fake-docker/refusals.js';

export interface FakeOptions {
  /** Present from the start. */
  images?: string[];
  /** Called when a container has started; may `crash` it. */
  onStart?: (container: FakeContainer, docker: FakeDocker) => void;
  /** What `exec` runs; default: its containers have no programs. */
  onExec?: Program;
}

type OnProgress = (progress: Progress) => void;

/** Exit code of a process that SIGTERM ended. */
const TERMINATED = 143;

function imageOf(reference: string): ImageSummary {
  const id = `sha256:${createHash('sha256').update(reference).digest('hex')}`;
  return { id, references: [reference], size: 100_000_000 };
}

export class FakeDocker extends FakeEngine implements Docker {
  onStart: NonNullable<FakeOptions['onStart']>;
  private readonly onExec: Program;

  constructor({ images = [], onStart = () => {}, onExec = () => undefined }: FakeOptions = {}) {
    super(images);
    this.onStart = onStart;
    this.onExec = onExec;
  }

  info(): Promise<EngineInfo> {
    return this.record.read('info', () => ({ ...this.about }));
  }

  listContainers(labels: Labels): Promise<ContainerSummary[]> {
    const ours = ({ spec }: FakeContainer): boolean => bears(spec.labels, labels);
    return this.record.read('listContainers', () => this.containers.all().filter(ours).map(summaryOf));
  }

  listMounting(folder: string): Promise<ContainerSummary[]> {
    const within = (source: string): boolean => source === folder || source.startsWith(`${folder}/`);
    const mounting = ({ spec }: FakeContainer): boolean =>
      spec.mounts.some(({ type, source }) => type === 'bind' && within(source));
    return this.record.read('listMounting', () => this.containers.all().filter(mounting).map(summaryOf));
  }

  inspectContainer(id: string): Promise<ContainerDetail> {
    return this.record.read('inspectContainer', () => detailOf(this.containers.get(id)));
  }

  createContainer(spec: CreateContainer): Promise<string> {
    return this.record.write('createContainer', spec.name, () => {
      if (!this.images.has(familiar(spec.image))) throw notFound(`No such image: ${spec.image}`);
      const id = this.newId();
      this.containers.create(id, spec);
      for (const mount of spec.mounts) {
        if (mount.type === 'volume') this.volumes.provide(mount.source, mount.labels ?? {});
      }
      return id;
    });
  }

  startContainer(id: string): Promise<void> {
    return this.#change('startContainer', id, () => this.#start(this.containers.get(id)));
  }

  unpauseContainer(id: string): Promise<void> {
    return this.#change('unpauseContainer', id, () => this.containers.unpause(this.containers.get(id)));
  }

  stopContainer(id: string): Promise<void> {
    return this.#change('stopContainer', id, () => {
      const container = this.containers.find(id);
      if (container) this.end(container, TERMINATED);
    });
  }

  restartContainer(id: string): Promise<void> {
    return this.#change('restartContainer', id, () => {
      const container = this.containers.get(id);
      this.end(container, TERMINATED);
      this.#start(container);
    });
  }

  removeContainer(id: string): Promise<void> {
    return this.#change('removeContainer', id, () => this.remove(id));
  }

  connectContainer(network: string, id: string, at: { ip: string; aliases: string[] }): Promise<void> {
    return this.#change('connectContainer', id, () => {
      this.attachments.ensure(this.containers.get(id), this.networks.get(network), at);
    });
  }

  tailLogs(id: string, lines: number): Promise<string[]> {
    return this.record.read('tailLogs', () => this.containers.get(id).logs.last(lines));
  }

  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogText> {
    return this.record.stream('logs', () => this.readLog(id, options, signal));
  }

  async exec(id: string, exec: Exec, signal: AbortSignal): Promise<number> {
    return await this.record.read('exec', () => runIn(this.containers.get(id), exec, this.onExec, signal));
  }

  presentImages(references: readonly string[]): Promise<Set<string>> {
    const present = (reference: string): boolean => this.images.has(familiar(reference));
    return this.record.read('presentImages', () => new Set(references.filter(present)));
  }

  imagesOf(repository: string): Promise<ImageSummary[]> {
    const all = [...this.images].filter((reference) => reference.startsWith(`${repository}:`));
    return this.record.read('imagesOf', () => all.map((reference) => imageOf(reference)));
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
    return this.record.read('listNetworks', () => this.networks.list(labels));
  }

  createNetwork(name: string, subnet: string, labels: Labels): Promise<NetworkSummary> {
    const create = (): NetworkSummary => this.networks.create({ id: this.newId(), name, labels }, subnet);
    return this.record.write('createNetwork', name, create);
  }

  removeNetwork(id: string): Promise<void> {
    const network = this.networks.find(id);
    return this.record.write('removeNetwork', network?.name ?? id, () => {
      if (!network) return;
      if (this.attachments.users(network).length > 0) {
        throw conflict(`error while removing network: network ${network.name} has active endpoints`);
      }
      this.networks.remove(network);
    });
  }

  listVolumes(labels: Labels): Promise<VolumeSummary[]> {
    return this.record.read('listVolumes', () => this.volumes.list(labels));
  }

  createVolume(name: string, labels: Labels, _hostFolder?: string): Promise<VolumeSummary> {
    return this.record.write('createVolume', name, () => this.volumes.provide(name, labels));
  }

  removeVolume(name: string): Promise<void> {
    return this.record.write('removeVolume', name, () => {
      const user = this.containers.all().find(({ spec }) => spec.mounts.some(({ source }) => source === name));
      if (user) throw conflict(`remove ${name}: volume is in use - [${user.id}]`);
      this.volumes.remove(name);
    });
  }

  events(labels: Labels, signal: AbortSignal): AsyncIterable<EngineEvent> {
    return this.record.stream('events', () => this.told.ofContainers(labels, signal));
  }

  namedEvents(names: readonly string[], signal: AbortSignal): AsyncIterable<EngineEvent> {
    return this.record.stream('namedEvents', () => this.told.named(names, signal));
  }

  #change(method: keyof Docker, id: string, effect: () => void): Promise<void> {
    return this.record.write(method, this.containers.find(id)?.spec.name ?? id, effect);
  }

  #start(container: FakeContainer): void {
    if (container.state === 'running') return;
    this.containers.checkStart(container);
    this.attachments.use(container);
    this.containers.start(container);
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
      this.images.add(familiar(reference));
    };
    return this.record.write(method, reference, make, signal);
  }
}
