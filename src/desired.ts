/** ClusterSpec → the components wanted, each with its image, the way to render it, and the hash of what is rendered. */

import type { UnreachableApp } from './app.js';
import { desiredApp } from './components/app-definition.js';
import {
  type Distribution,
  distributionOf,
  type ImageChoice,
  imageFor,
  SIMULATOR_IMAGE,
} from './components/distributions.js';
import type { ComponentKind, Draft } from './components/kind.js';
import { COMPONENT_KINDS } from './components/registry.js';
import type { ContainerSpec } from './container-spec.js';
import { digest } from './digest.js';
import type { CgroupVersion, ExtraEnv } from './distribution-table.js';
import type { ClusterIdentity, Desired, DesiredComponent, Place } from './model.js';
import { concealer, mayBeSecret, textsIn, UNTOLD } from './secrets.js';
import type { AppFile, ClusterSpec } from './spec.js';

export interface DesiredOptions {
  spec: ClusterSpec;
  cluster: ClusterIdentity;
  /** The reference under which the simulator's image of today is built. */
  simulatorImage: string;
  /** The engine's, where the distribution's agents depend on it. */
  cgroups?: CgroupVersion | undefined;
  /** What the spec's `marathon.apps` hold. */
  apps?: AppFile[];
  /** Of these, what could not be read. */
  unreachable?: UnreachableApp[];
  notes?: string[];
}

export function desiredOf(options: DesiredOptions): Desired {
  const { spec, cluster, simulatorImage, cgroups, apps = [], unreachable = [], notes = [] } = options;
  const distribution = distributionOf(spec.distribution);
  const components = COMPONENT_KINDS.flatMap((kind) =>
    kind.drafts(spec).map((draft, position) => {
      const setting = { ensemble: draft.ensemble, cgroups };
      const choice = imageFor(distribution, kind.kind, draft.block, spec.mesosVersion, setting);
      const image = choice.image === SIMULATOR_IMAGE ? simulatorImage : choice.image;
      return componentOf({ kind, position, draft, choice, image, distribution }, cluster);
    }),
  );
  return { cluster, components, apps: apps.map(desiredApp), unreachable, notes };
}

/** What `destroy` wants: the cluster, empty. */
export function nothingOf(cluster: ClusterIdentity): Desired {
  return { cluster, components: [], apps: [], unreachable: [], notes: [] };
}

interface Part {
  kind: ComponentKind;
  position: number;
  draft: Draft;
  choice: ImageChoice;
  image: string;
  distribution: Distribution;
}

function componentOf(part: Part, cluster: ClusterIdentity): DesiredComponent {
  const { kind, position, draft, choice, image } = part;
  const volume = draft.volume && { ...draft.volume, target: choice.data ?? draft.volume.target };
  // Hashed with names in place of addresses, so that neither index, subnet nor folder counts, and with the image as
  // it is asked for, so that a simulator built anew recreates nothing.
  const hashed = { ...rendered(part, symbolic(cluster)), image: choice.image };
  const around = { name: draft.name, data: volume?.target, mapAgentSandboxVolume: volume?.mapped };
  const { network, aliases } = hashed;
  const untold = new Set([...Object.keys(draft.block.env).filter(mayBeSecret).map(variable), ...(draft.untold ?? [])]);
  const secrets = [...untold].flatMap((part) => secretsIn(hashed, part));
  let known: Record<string, string> | undefined;
  return {
    position,
    kind: kind.kind,
    name: draft.name,
    image,
    port: draft.port,
    ensemble: draft.ensemble,
    blankVotes: draft.blankVotes,
    aliases: network === 'host' ? undefined : aliases,
    followsMesos: choice.followsMesos,
    hash: digest([hashed, around], 16),
    parts: () => {
      known ??= digests(hashed, around, untold);
      return known;
    },
    volume,
    render: (place) => rendered(part, place),
    conceal: concealer(secrets),
  };
}

function rendered({ draft, choice, image, distribution: { sharesHost } }: Part, place: Place): ContainerSpec {
  const { args = [], ...container } = draft.container(place);
  const command = [...choice.program, ...args];
  return {
    ports: [],
    aliases: [],
    binds: [],
    stopTimeout: 10,
    ...container,
    image,
    env: { ...withExtra(container.env, choice.extraEnv), ...draft.block.env },
    network: sharesHost ? (container.network ?? 'cluster') : 'cluster',
    privileged: sharesHost && container.privileged === true,
    hostPid: sharesHost && container.hostPid === true,
    ...(choice.entrypoint ? { entrypoint: [...choice.entrypoint] } : {}),
    ...(command.length > 0 ? { command } : {}),
  };
}

function withExtra(env: Record<string, string>, extra: ExtraEnv): Record<string, string> {
  const merged = Object.entries({ ...env, ...extra });
  return Object.fromEntries(merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function symbolic(cluster: ClusterIdentity): Place {
  return {
    cluster,
    id: '<id>',
    index: 0,
    ip: '<ip>',
    addressOf: (id) => `<ip of ${id}>`,
    workDir: '<volume>',
    engineSocket: '<engine socket>',
  };
}

const variable = (name: string): string => `env ${name}`;

/** Short digests by part, so that a plan can say which part changed; of what may be secret, only that it is there. */
function digests({ env, ...rest }: ContainerSpec, around: object, untold: ReadonlySet<string>): Record<string, string> {
  const named = Object.entries(env).map(([name, value]): [string, unknown] => [variable(name), value]);
  const parts: [string, unknown][] = [...Object.entries({ ...rest, ...around }), ...named];
  const there = parts.filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([part, value]) => [part, untold.has(part) ? UNTOLD : digest(value, 6)]));
}

/** What a log line must not show of a part; access lists may be printed in another form than they were given. */
function secretsIn({ env, command = [] }: ContainerSpec, part: string): string[] {
  if (part === 'command') return command.flatMap(secretsInWord);
  const value = env[part.replace(/^env /, '')];
  return value === undefined ? [] : [value, ...textsIn(value)];
}

/** Of `--flag=value` the value; neither a flag alone nor where something is, of which passwords are taken out anyway. */
function secretsInWord(word: string): string[] {
  const value = word.replace(/^--[\w-]+(=|$)/, '');
  return value.includes('://') ? [] : [value];
}
