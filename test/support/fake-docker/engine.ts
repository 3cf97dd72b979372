import type { Docker, EngineInfo } from '../../../src/docker/docker.js';
import type { LogOptions, LogText } from '../../../src/docker/process.js';
import { familiar } from '../../../src/docker/reference.js';
import { Attachments } from './attachments.js';
import { Calls, type Methods } from './calls.js';
import { type FakeContainer, isUp, networkOf, type Standing } from './container.js';
import { Containers } from './containers.js';
import { Events } from './events.js';
import { Networks } from './networks.js';
import { eventsLost, unreachable } from './refusals.js';
import { Volumes } from './volumes.js';

/** Exit code of a process that SIGKILL ended. */
const KILLED = 137;

/** What the engine holds, and what others than the port's user do to it: tests, by hand. None of that is a call. */
export class FakeEngine {
  /** Why an image cannot be pulled, imported or built; every other one can. */
  readonly unavailable = new Map<string, string>();

  /** What it says of itself. */
  about: EngineInfo = {
    version: '20.10.24',
    apiVersion: '1.41',
    minApiVersion: '1.12',
    os: 'linux',
    arch: 'amd64',
    host: 'fake://engine',
    cgroupVersion: 1,
    memory: 8 * 2 ** 30,
    dataRoot: '/var/lib/docker',
  };

  protected readonly record = new Calls();
  protected readonly told = new Events();
  protected readonly containers = new Containers(({ id, spec: { name, labels } }, action) =>
    this.told.tell({ type: 'container', action, id, labels: { ...labels } }, name),
  );
  protected readonly networks = new Networks((network, action) => this.#tellNetwork(network, action));
  protected readonly attachments = new Attachments(
    this.containers,
    this.networks,
    () => this.newId(),
    (network, action) => this.#tellNetwork(network, action),
  );
  protected readonly volumes = new Volumes((action, name) =>
    this.told.tell({ type: 'volume', action, id: name, labels: {} }, name),
  );
  protected readonly images: Set<string>;
  #ids = 0;

  constructor(images: string[]) {
    this.images = new Set(images.map(familiar));
  }

  /** Every call, in order: `listContainers`, `startContainer minimesos-x-agent-0`. */
  get calls(): string[] {
    return this.record.all;
  }

  /** The calls that change something, in order, failed ones too. Set its length to 0 to look at what comes next. */
  get writes(): string[] {
    return this.record.writes;
  }

  /** By name or id: what it was made from and where it stands; undefined if there is none. */
  container(name: string): FakeContainer | undefined {
    return this.containers.find(name);
  }

  // ── an engine in trouble ────────────────────────────────────────────────────────────────────────

  /** The next call of the method fails with this and does nothing. */
  failNext(method: keyof Docker, error: Error): void {
    this.record.failNext(method, error);
  }

  /** From now on these methods fail with this and do nothing, and streams of theirs are cut; undefined: they work again. */
  failWith(methods: Methods, error: Error | undefined): void {
    this.record.failWith(methods, error);
    if (!error) return;
    if (this.record.outageOf('events') === error) this.told.loseContainers(error);
    if (this.record.outageOf('namedEvents') === error) this.told.loseNamed(error);
  }

  /** Every call fails, `startEngine` ends it. */
  stopEngine(error: Error = unreachable()): void {
    this.failWith(() => true, error);
  }

  /** With an exit code, no process has outlived the engine. */
  startEngine({ exitCode }: { exitCode?: number } = {}): void {
    for (const container of this.containers.all()) if (exitCode !== undefined) this.end(container, exitCode);
    this.failWith(() => true, undefined);
  }

  /** Calls of the method wait until the function that is given back is called. */
  hold(method: keyof Docker): () => void {
    return this.record.hold(method);
  }

  /** Cuts the streams of events. */
  loseEvents(error: Error = eventsLost()): void {
    this.told.loseContainers(error);
    this.told.loseNamed(error);
  }

  // ── by hand ─────────────────────────────────────────────────────────────────────────────────────

  /** The container's process ends by itself. */
  crash(name: string, exitCode: number, logs: string[] = []): void {
    const container = this.containers.get(name);
    container.logs.push(...logs);
    this.end(container, exitCode);
  }

  /** A program of the engine's host that is no container listens there. */
  occupy(hostPort: number, hostIp = '0.0.0.0'): void {
    this.containers.occupied.push({ hostPort, hostIp, protocol: 'tcp' });
  }

  /** Somebody pauses it with Docker's own client. */
  pause(name: string): void {
    this.containers.pause(this.containers.get(name));
  }

  /** `docker rm -f`; one that is gone is no error. */
  remove(name: string): void {
    const container = this.containers.find(name);
    if (!container) return;
    this.end(container, KILLED);
    this.containers.remove(container);
  }

  /** Off the network that it was made for. */
  disconnect(name: string): void {
    const container = this.containers.get(name);
    this.attachments.remove(container, this.networks.get(networkOf(container)));
  }

  /** Onto the network that it was made for, at any address where none is given. */
  connect(name: string, standing: Standing = {}): void {
    const container = this.containers.get(name);
    this.attachments.add(container, this.networks.get(networkOf(container)), standing);
  }

  /** Everybody is disconnected, and it is removed. */
  loseNetwork(name: string): void {
    const network = this.networks.get(name);
    for (const container of this.attachments.users(network)) this.attachments.remove(container, network);
    this.networks.remove(network);
  }

  // ── for the port ────────────────────────────────────────────────────────────────────────────────

  /** One that does not run is left as it is. */
  protected end(container: FakeContainer, exitCode: number): void {
    if (!isUp(container)) return;
    this.containers.end(container, exitCode);
    this.attachments.leave(container);
  }

  /** One that does not run says no more. */
  protected async *readLog(id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogText> {
    const container = this.containers.get(id);
    yield* container.logs.read({ ...options, follow: options.follow && isUp(container) }, signal);
  }

  protected newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(64, '0');
  }

  #tellNetwork({ id, name }: { id: string; name: string }, action: string): void {
    this.told.tell({ type: 'network', action, id, labels: {} }, name);
  }
}
