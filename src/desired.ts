/** ClusterSpec → the components wanted, each with its image, the way to render it, and the hash of what is rendered. */

import { createHash } from 'node:crypto';
import {
  type Distribution,
  distributionOf,
  type ImageChoice,
  imageFor,
  SIMULATOR_IMAGE,
} from './components/distributions.js';
import type { ComponentKind, Draft } from './components/kind.js';
import { COMPONENT_KINDS } from './components/registry.js';
import type { ClusterIdentity, ContainerSpec, Desired, DesiredComponent, Place } from './model.js';
import type { AppFile, ClusterSpec } from './spec.js';

export interface DesiredOptions {
  spec: ClusterSpec;
  cluster: ClusterIdentity;
  /** The reference under which the simulator's image of today is built. */
  simulatorImage: string;
  /** What the spec's `marathon.apps` hold. */
  apps?: AppFile[];
  notes?: string[];
}

export function desiredOf({ spec, cluster, simulatorImage, notes = [] }: DesiredOptions): Desired {
  const distribution = distributionOf(spec.distribution);
  const components = COMPONENT_KINDS.flatMap((kind) =>
    kind.drafts(spec).map((draft, position) => {
      const choice = imageFor(distribution, kind.kind, draft.block, spec.mesosVersion, draft.ensemble);
      const image = choice.image === SIMULATOR_IMAGE ? simulatorImage : choice.image;
      return componentOf({ kind, position, draft, choice, image, distribution }, cluster);
    }),
  );
  return { cluster, components, notes };
}

/** What `destroy` wants: the cluster, empty. */
export function nothingOf(cluster: ClusterIdentity): Desired {
  return { cluster, components: [], notes: [] };
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
      known ??= digests(hashed, around);
      return known;
    },
    volume,
    render: (place) => rendered(part, place),
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
    env: { ...container.env, ...draft.block.env },
    network: sharesHost ? (container.network ?? 'cluster') : 'cluster',
    privileged: sharesHost && container.privileged === true,
    hostPid: sharesHost && container.hostPid === true,
    ...(command.length > 0 ? { command } : {}),
  };
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

/** Short digests by part, so that a plan can say which part changed without showing what may be secret. */
function digests({ env, ...rest }: ContainerSpec, around: object): Record<string, string> {
  const named = Object.entries(env).map(([name, value]): [string, unknown] => [`env ${name}`, value]);
  const parts: [string, unknown][] = [...Object.entries({ ...rest, ...around }), ...named];
  const there = parts.filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([part, value]) => [part, digest(value, 6)]));
}

function digest(value: unknown, length: number): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, length);
}

/** JSON with sorted keys: equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
