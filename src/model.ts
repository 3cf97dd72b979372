/** The nouns of minimesos. Everything else imports from here; this file imports but the nouns of apps and containers. */

import type { DesiredApp, ObservedApp, PlannedApp, UnreachableApp } from './app.js';
import type { ContainerSpec, PublishedPort, VolumeSpec } from './container-spec.js';

/** The kinds of components, in the order in which they are shown and queued. */
export const KINDS = [
  'zookeeper',
  'master',
  'agent',
  'marathon',
  'consul',
  'registrator',
  'mesos-dns',
  'scope',
] as const;

/** Of a component that is a container. */
export type Kind = (typeof KINDS)[number];

/** `<kind>-<index>`, for example `agent-3`; `app:/id` for an app or a group at Marathon; `network` for the cluster's network. */
export type ComponentId = string;

export const NETWORK: ComponentId = 'network';

/** `start` brings what is there back into service: it runs, on its network, under its names. */
export type ContainerVerb = 'pull' | 'create' | 'start' | 'unpause' | 'restart' | 'drain' | 'remove';

/** The last two are Marathon's. */
export type Verb = ContainerVerb | 'deploy' | 'undeploy';

export const PHASES = [
  'absent',
  'pulling',
  'creating',
  'starting',
  'ready',
  'degraded',
  'draining',
  'removing',
  'backoff',
  'failed',
] as const;

export type Phase = (typeof PHASES)[number];

export type ClusterPhase = 'absent' | 'converging' | 'ready' | 'degraded';

// ── desired ───────────────────────────────────────────────────────────────────────────────────────

/** Who and where the cluster is. */
export interface ClusterIdentity {
  id: string;
  /** Absolute real path of the minimesosFile. */
  file: string;
  /** Mesos' own name of the cluster. */
  name: string;
  distribution: string;
  mesosVersion: string;
  /** Of one that lives and dies with a process: which, as `session.ts` writes it. */
  session?: string | undefined;
}

/** Where a component stands, known only when Docker has made its network and volume. */
export interface Place {
  cluster: ClusterIdentity;
  id: ComponentId;
  index: number;
  /** Fixed for life: derived from the component's id and the network's subnet. */
  ip: string;
  addressOf(id: ComponentId): string;
  /** The component's volume, at the same path on the engine's host and in the container. */
  workDir: string;
  /** Path of the engine's socket on the engine's host. */
  engineSocket: string;
}

/** Another component that must have got so far. */
export interface Need {
  kind: Kind;
  is: 'running' | 'ready';
}

export interface DesiredComponent {
  /** Position among its kind in the file; matching turns it into an index. */
  position: number;
  kind: Kind;
  name?: string | undefined;
  /** What Docker is given; the hash is over the image as it was asked for. */
  image: string;
  /** Port of the component's API, for probes and endpoints; undefined where it has none. */
  port?: number | undefined;
  hash: string;
  /** Names on the cluster's network beside its id; undefined where it shares the host's network. */
  aliases?: string[] | undefined;
  /** How many there are to be of a kind of which several decide together; undefined for any other kind. */
  ensemble?: number | undefined;
  /** Of an ensemble: whether one without data counts for a majority. */
  blankVotes?: boolean | undefined;
  /** Whether image or command come from the file's mesosVersion. */
  followsMesos: boolean;
  /** Short digests of the spec's parts, to say which of them changed; of what may be secret, `UNTOLD`. */
  parts(): Record<string, string>;
  volume?: VolumeSpec | undefined;
  render(place: Place): ContainerSpec;
  /** The text without what the file says for this component's process alone. */
  conceal(text: string): string;
}

export interface Desired {
  cluster: ClusterIdentity;
  components: DesiredComponent[];
  /** In the order of the file. */
  apps: DesiredApp[];
  /** Of the apps that the file names, those of which nobody knows what they are. */
  unreachable: UnreachableApp[];
  /** Things the user should know, for example a default agent that was added. */
  notes: string[];
}

// ── observed ──────────────────────────────────────────────────────────────────────────────────────

export const CONTAINER_STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;

export type ContainerState = (typeof CONTAINER_STATES)[number];

export interface ObservedContainer {
  id: string;
  name: string;
  image: string;
  hash: string;
  parts(): Record<string, string>;
  state: ContainerState;
  /** Of an exited container. */
  exitCode?: number | undefined;
  /** Its image is not the one that minimesos asked for: somebody put it in the place of ours. */
  byHand: boolean;
  /** ISO 8601, of a container that runs. */
  startedAt?: string | undefined;
  /** Its names on the cluster's network; undefined where nobody asked. */
  aliases?: readonly string[] | undefined;
  /** Empty while it does not run, is off its network, or shares the host's. */
  ip: string;
  /** That it was made for, and tells others. */
  address?: string | undefined;
  /** Shares the host's network. */
  onHost?: boolean | undefined;
  port?: number | undefined;
  /** Where on the engine's host it is published, or would be if it ran. */
  published?: readonly PublishedPort[] | undefined;
  /** The cluster that had the usual port of the host when this one was made, so that it got another. */
  portTakenBy?: string | undefined;
  /** Id of the network that it was last started on: it starts on no other. Undefined on the host's, or never started. */
  network?: string | undefined;
  /** How many of its kind were to decide together when it was created; undefined where it was to stand alone. */
  ensemble?: number | undefined;
  /** The file's, when the container was created. */
  mesosVersion: string;
  distribution: string;
}

export interface ObservedVolume {
  name: string;
  labels: Record<string, string>;
}

/** Whether a running component does its work, and if not, why. */
export interface Readiness {
  ready: boolean;
  /** For people: `leads`, `not registered at the master`. */
  reason: string;
  /** Of several, the one that leads. */
  leads?: boolean | undefined;
}

export interface ObservedComponent {
  id: ComponentId;
  kind: Kind;
  index: number;
  name?: string | undefined;
  container?: ObservedContainer | undefined;
  volume?: ObservedVolume | undefined;
  readiness: Readiness;
  /** Of an agent that the leading master lists. */
  agentId?: string | undefined;
  /** Names of the tasks that an agent runs, as its master knows them. */
  tasks?: readonly string[] | undefined;
  /** An agent that was told to take no offers. */
  deactivated?: boolean | undefined;
  /** When an agent was told to drain, in milliseconds since 1970; undefined where it was not. */
  drainedAt?: number | undefined;
}

export interface ObservedNetwork {
  id: string;
  name: string;
  subnet: string;
  gateway: string;
}

/** A container that bears the cluster's labels and is no component of it. */
export interface Stray {
  id: string;
  name: string;
  /** The component whose labels it bears, which has another container; undefined where no kind is known. */
  of?: ComponentId | undefined;
}

export interface Observed {
  network?: ObservedNetwork | undefined;
  components: ObservedComponent[];
  /** Of the images that are asked for, those at hand; empty where nothing has to be created. */
  images: ReadonlySet<string>;
  /** What the leading master says, and where; undefined while none leads. */
  mesos?: { version: string; agents: number; address: string } | undefined;
  /** What Marathon has, and where it is asked; undefined where none leads. */
  marathon?: { address: string; apps: readonly ObservedApp[] } | undefined;
  strays?: readonly Stray[] | undefined;
  /** Since when reconciliation is paused, ISO 8601; undefined where it is not. */
  pausedSince?: string | undefined;
}

// ── plan ──────────────────────────────────────────────────────────────────────────────────────────

/** The next safe step for one component, as data with a cause. */
export interface Step {
  verb: Verb;
  component: ComponentId;
  /** For people: why. */
  cause: string;
  /** Of `remove`: whether the component's volume, and with it the agent's id, goes too. */
  volume?: 'keep' | 'remove';
  /** Of `pull`: what is pulled, once for all components that wait for it. */
  image?: string;
}

/** A container, or an app at Marathon. */
export type PlannedComponent = Planned & ({ kind: Kind; app?: undefined } | { kind: 'app'; app: PlannedApp });

interface Planned {
  id: ComponentId;
  index: number;
  phase: Phase;
  /** For people: why it is in this phase. */
  reason: string;
  /** Whom it waits for before it can get further. */
  waitsFor?: ComponentId | undefined;
  /** Runs and does not do its work, and nobody else is to blame. */
  suffers?: boolean | undefined;
  /** Runs and does not do its work, whoever is to blame. */
  unready?: boolean | undefined;
  /** Of a container. */
  desired?: DesiredComponent | undefined;
  observed?: ObservedComponent | undefined;
}

export interface Plan {
  steps: Step[];
  components: PlannedComponent[];
}
