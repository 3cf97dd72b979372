/**
 * Where images come from, as data. An image that the file names wins, except under `simulator`, which plays every
 * kind itself. `<mesosVersion>` in a tag is the file's.
 */

import type { Kind } from '../model.js';
import type { BlockSpec, ClusterSpec } from '../spec.js';

/** The simulator's image as asked for. What it is built from decides the tag that Docker is given (docker/image.ts). */
export const SIMULATOR_IMAGE = 'minimesos/simulator';

interface ImageRow {
  name: string;
  tag: string;
  /** Before the component's own arguments. */
  program?: string[];
  /** Where the image keeps the data that must outlive its container. */
  data?: string;
  /** What several that decide together are made from, where the image above knows nothing of others. */
  ensemble?: ImageRow;
}

export interface Distribution {
  images: Record<Kind, ImageRow>;
  /** Whether an image that the file names wins. */
  overridable: boolean;
  /** Whether those that ask for it get the host's network and processes, and privileges. What is played needs none. */
  sharesHost: boolean;
  /** Whether several ZooKeepers elect whose data counts. Of those that are played only the first stores. */
  votes: boolean;
  /** Whether a recovering agent of this version accepts more resources and attributes than it had. */
  reconfigures(mesosVersion: string): boolean;
}

export interface ImageChoice {
  image: string;
  program: string[];
  data: string | undefined;
  /** Whether another mesosVersion makes another image or program. */
  followsMesos: boolean;
}

const DISTRIBUTIONS: Record<string, Distribution> = {
  simulator: {
    overridable: false,
    sharesHost: false,
    votes: false,
    reconfigures: () => true,
    images: {
      zookeeper: played('zookeeper'),
      master: played('mesos-master', '--mesos_version=<mesosVersion>'),
      agent: played('mesos-agent', '--mesos_version=<mesosVersion>'),
      marathon: played('marathon'),
      consul: played('consul'),
      registrator: played('registrator'),
      'mesos-dns': played('mesos-dns'),
      scope: played('scope'),
    },
  },
  custom: {
    overridable: true,
    sharesHost: true,
    votes: true,
    reconfigures: (mesosVersion) => atLeast(mesosVersion, 1, 5),
    images: {
      zookeeper: {
        name: 'jplock/zookeeper',
        tag: '3.4.6',
        data: '/tmp/zookeeper',
        ensemble: { name: 'zookeeper', tag: '3.9' },
      },
      master: { name: 'containersol/mesos-master', tag: '<mesosVersion>-0.1.0' },
      agent: { name: 'containersol/mesos-agent', tag: '<mesosVersion>-0.1.0' },
      marathon: { name: 'mesosphere/marathon', tag: 'v1.3.5' },
      consul: { name: 'consul', tag: '0.7.1' },
      registrator: { name: 'gliderlabs/registrator', tag: 'v6' },
      'mesos-dns': { name: 'xebia/mesos-dns', tag: '0.0.5' },
      scope: { name: 'weaveworks/scope', tag: '1.13.2' },
    },
  },
};

/** The distribution of this name, which the schema of the file has checked. */
export function distributionOf(name: string): Distribution {
  const distribution = DISTRIBUTIONS[name];
  if (!distribution) throw new RangeError(`no distribution "${name}"`);
  return distribution;
}

/** Who reads what a ZooKeeper stored: of a distribution with an image of its own for ensembles, these only each other. */
export function storeOf({ distribution, zookeeper }: ClusterSpec, instances: number): string {
  const apart = distributionOf(distribution).images.zookeeper.ensemble && zookeeper.imageName === undefined;
  return apart && instances > 1 ? `${distribution}, ensemble` : distribution;
}

/**
 * The image for a component's block, one of `ensemble` that decide together. A tag of the file without a name, and the
 * other way round, completes the row.
 */
export function imageFor(
  distribution: Distribution,
  kind: Kind,
  block: BlockSpec,
  mesosVersion: string,
  ensemble = 1,
): ImageChoice {
  const { [kind]: alone } = distribution.images;
  const row = ensemble > 1 ? (alone.ensemble ?? alone) : alone;
  const filled = (text: string) => text.replace('<mesosVersion>', mesosVersion);
  const program = (row.program ?? []).map(filled);
  const follows = (text: string) => text.includes('<mesosVersion>');
  if (!distribution.overridable) {
    return { image: row.name, program, data: row.data, followsMesos: (row.program ?? []).some(follows) };
  }
  const name = block.imageName ?? row.name;
  const tag = block.imageTag ?? filled(row.tag);
  const followsMesos = block.imageTag === undefined && follows(row.tag);
  return { image: `${name}:${tag}`, program, data: name === row.name ? row.data : undefined, followsMesos };
}

function played(...program: string[]): ImageRow {
  return { name: SIMULATOR_IMAGE, tag: '', program };
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [have = 0, then = 0] = version.split('.').map(Number);
  return have > major || (have === major && then >= minor);
}
