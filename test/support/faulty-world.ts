/** A world for controllers in trouble: an engine that can be seen through, and a Mesos whose processes freeze and wait. */

import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { kindOf } from '../../src/components/registry.js';
import type { Labels, NetworkSummary, VolumeSummary } from '../../src/docker/docker.js';
import { familiar } from '../../src/docker/reference.js';
import type { AgentAtMaster, Operator } from '../../src/mesos/drain.js';
import type { MasterAnswer } from '../../src/mesos/operator.js';
import type { ContainerState, Desired, Kind, Readiness } from '../../src/model.js';
import { observe } from '../../src/observed/observe.js';
import { Particulars } from '../../src/observed/particulars.js';
import type { Prober } from '../../src/observed/probe.js';
import type { Clock, World } from '../../src/world.js';
import type { FakeContainer } from './fake-docker/container.js';
import { FakeDocker } from './fake-docker.js';
import { FakeMarathon, NO_APPS } from './fake-marathon.js';
import type { Connection } from './faulty-docker.js';
import { jumpingClock } from './jumping-clock.js';

/** Shows and changes what is behind the port, without a call. */
export class OpenDocker extends FakeDocker {
  everyContainer(): FakeContainer[] {
    return this.containers.all();
  }

  everyVolume(): VolumeSummary[] {
    return this.volumes.list({});
  }

  everyNetwork(): NetworkSummary[] {
    return this.networks.list({});
  }

  /** Somebody prunes the images. */
  forgetImages(): void {
    this.images.clear();
  }

  have(image: string): void {
    this.images.add(familiar(image));
  }

  /** One in a state that only an engine can bring it to; one that is to be dead or removed has ended. */
  bring(container: FakeContainer, state: ContainerState): void {
    if (state === 'dead' || state === 'removing') this.end(container, 137);
    container.state = state;
  }
}

const CLUSTER = 'org.minimesos.cluster';
const COMPONENT = 'org.minimesos.component';
const PORT = 'org.minimesos.port';

/** The processes in the containers of one cluster: each serves when those that its kind waits for do, and it is not frozen. */
export class FakeMesos {
  /** Ids of containers; a start thaws. */
  readonly frozen = new Set<string>();
  /** Names of tasks, by the id of their agent's container. */
  readonly tasks = new Map<string, string[]>();
  /** When agents were told to drain, and to take no offers from there on, in milliseconds since 1970, by their ids. */
  readonly deactivated = new Map<string, number>();
  /** Ids of agents that were told not to come back. */
  readonly gone = new Set<string>();
  readonly #agentIds = new Map<string, string>();

  constructor(
    private readonly engine: OpenDocker,
    private readonly cluster: string,
  ) {}

  get prober(): Prober {
    return {
      master: async (host) => this.#master(host),
      component: async (kind, host) => this.#component(kind, host),
      apps: async () => NO_APPS,
    };
  }

  operator(clock: Clock): Operator {
    return {
      drain: async ({ agentId }, _limitMs, signal) => {
        this.deactivated.set(agentId, this.#now());
        await clock.wait(100, signal);
        signal.throwIfAborted();
        const agent = this.#running('agent').find((each) => this.agentId(each) === agentId);
        if (agent) this.tasks.delete(agent.id);
        return 'drained';
      },
      reactivate: async ({ agentId }) => void this.deactivated.delete(agentId),
      gone: async ({ agentId }: AgentAtMaster) => {
        this.gone.add(agentId);
        this.deactivated.delete(agentId);
      },
    };
  }

  /** An agent keeps its id as long as its work directory, which stays at least as long as its container. */
  agentId({ id, spec }: FakeContainer): string {
    const known = this.#agentIds.get(id);
    if (known) return known;
    const volume = spec.mounts.find(({ type }) => type === 'volume')?.source;
    const made = this.engine.everyVolume().find(({ name }) => name === volume)?.createdAt;
    const agentId = made ? `${volume} of ${made}` : id;
    this.#agentIds.set(id, agentId);
    return agentId;
  }

  /** By the engine's clock, which moves on with each start: after all that have been, before all that are to come. */
  #now(): number {
    const starts = this.engine.everyContainer().flatMap(({ startedAt }) => (startedAt ? Date.parse(startedAt) : []));
    return Math.max(0, ...starts) + 1;
  }

  #running(kind: Kind): FakeContainer[] {
    const runs = ({ id, state }: FakeContainer) => state === 'running' && !this.frozen.has(id);
    const bears = ({ [CLUSTER]: cluster, [COMPONENT]: component }: Labels) =>
      component === kind && cluster === this.cluster;
    return this.engine.everyContainer().filter((each) => bears(each.spec.labels) && runs(each));
  }

  #serves(kind: Kind): boolean {
    return this.#running(kind).some((each) => addressesOf(each).length > 0) && this.#mayServe(kind);
  }

  #mayServe(kind: Kind): boolean {
    return kindOf(kind).waitsFor.every((each) => this.#serves(each));
  }

  #master(host: string): MasterAnswer {
    const { ready, reason } = this.#component('master', host);
    if (!ready) return { leads: false, reason };
    const agents = this.#running('agent').flatMap((agent) => {
      const id = this.agentId(agent);
      const tasks = this.tasks.get(agent.id) ?? [];
      const drainedAt = this.deactivated.get(id);
      const state = { id, active: !this.gone.has(id), deactivated: drainedAt !== undefined, drainedAt, tasks };
      return addressesOf(agent).map((ip) => [`${ip}:${agent.spec.labels[PORT]}`, state] as const);
    });
    return { leads: true, state: { version: '1.11.0', agents: new Map(agents) } };
  }

  #component(kind: Kind, host: string): Readiness {
    const there = this.#running(kind).some((each) => host === '127.0.0.1' || addressesOf(each).includes(host));
    if (!there) throw new Error('does not answer');
    const ready = this.#mayServe(kind);
    return { ready, reason: ready ? 'serves' : 'waits' };
  }
}

function addressesOf({ attachments }: FakeContainer): string[] {
  return [...attachments.values()].flatMap(({ address }) => address || []);
}

export interface FaultyWorldOptions {
  connection: Connection;
  mesos: FakeMesos;
  desired(): Desired;
  signal?: AbortSignal;
}

export function faultyWorld({
  connection: { docker, state },
  mesos,
  desired,
  signal = new AbortController().signal,
}: FaultyWorldOptions): World {
  // The host is taken out of these worlds, so that no jump has to wait for it.
  const clock = jumpingClock({ state, longFromMs: Number.POSITIVE_INFINITY });
  const observatory = { docker, prober: mesos.prober, particulars: new Particulars(docker) };
  return {
    docker,
    operator: mesos.operator(clock),
    apps: new FakeMarathon(),
    claim: () => Promise.resolve(false),
    random: () => 0.5,
    desired: () => Promise.resolve(desired()),
    observe: (wanted, busy) => observe(wanted.cluster.id, observatory, { desired: wanted, busy, thorough: true }),
    provideImage: (reference, onProgress, stop) => docker.pullImage(reference, onProgress, stop),
    clock,
    signal,
    version: '0.0.0',
    engineSocket: '/var/run/docker.sock',
  };
}

/**
 * Leaves this machine out of it: no network interfaces to keep clear of, and no folders to make and remove, which would
 * take real time. Gives what undoes it.
 */
export function withoutHost(): () => void {
  const before = { networkInterfaces: os.networkInterfaces, rm: files.rm, rmdir: files.rmdir, mkdir: files.mkdir };
  const set = ({ networkInterfaces, rm, rmdir, mkdir }: typeof before) => {
    os.networkInterfaces = networkInterfaces;
    Object.assign(files, { rm, rmdir, mkdir });
    syncBuiltinESMExports();
  };
  const nothing = async () => undefined;
  set({ networkInterfaces: () => ({}), rm: nothing, rmdir: nothing, mkdir: nothing });
  return () => set(before);
}
