/**
 * Where images come from, as data: one row a distribution. `<mesosVersion>` in a tag or a program is the file's. An
 * image that the file names wins where the row is `overridable`.
 */

import type { Kind } from './model.js';

/** The simulator's image as asked for. What it is built from decides the tag that Docker is given (docker/image.ts). */
export const SIMULATOR_IMAGE = 'minimesos/simulator';

export type CgroupVersion = 1 | 2;

/** Variables over those that a component is told by itself; null takes one away. */
export type ExtraEnv = Readonly<Record<string, string | null>>;

export interface ImageRow {
  name: string;
  tag: string;
  /** In place of the image's own, which starts something else, or with arguments that would win over the environment. */
  entrypoint?: readonly string[];
  /** Before the component's own arguments. */
  program?: readonly string[];
  /** Where the image keeps the data that must outlive its container. */
  data?: string;
  /** What several that decide together are made from, where the image above knows nothing of others. */
  ensemble?: ImageRow;
  /** By the engine's cgroup version, whatever image the file names. */
  onCgroups?: Partial<Record<CgroupVersion, ExtraEnv>>;
}

export interface Distribution {
  images: Record<Kind, ImageRow>;
  /** The versions of Mesos that it has images of; undefined where it has any. */
  versions?: readonly string[];
  /** Of a file that names none. */
  defaultVersion: string;
  /** What its agents need to run Docker containers and to isolate tasks; undefined where nothing depends on it. */
  cgroups?: CgroupVersion;
  /** Whether an image that the file names wins. */
  overridable: boolean;
  /** Whether those that ask for it get the host's network and processes, and privileges. What is played needs none. */
  sharesHost: boolean;
  /** Whether several ZooKeepers elect whose data counts. Of those that are played only the first stores. */
  votes: boolean;
  /** The first version whose recovering agent accepts more resources and attributes than it had. */
  reconfiguresFrom: readonly [major: number, minor: number];
}

const SCOPE: ImageRow = { name: 'weaveworks/scope', tag: '1.13.2' };
const ZOOKEEPER: ImageRow = { name: 'zookeeper', tag: '3.9' };
const CONSUL: ImageRow = { name: 'hashicorp/consul', tag: '1.20' };
const REGISTRATOR: ImageRow = { name: 'fayrus/registrator', tag: 'v8.0.4' };

/** On cgroups that this Mesos does not know: processes without limits, and no Docker containers. */
const WITHOUT_CGROUPS: ExtraEnv = {
  MESOS_CONTAINERIZERS: 'mesos',
  MESOS_LAUNCHER: 'posix',
  MESOS_ISOLATION: 'posix/cpu,posix/mem,filesystem/posix',
  MESOS_IMAGE_PROVIDERS: null,
};

/** The fork's Mesos-DNS reads a file only; this writes it from what the image of 0.13 is told too. */
const MESOS_DNS_FROM_ENVIRONMENT = [
  `printf '{"zk":"%s","domain":"%s","port":%s,"refreshSeconds":%s}'`,
  '"$MESOS_DNS_ZK" "$MESOS_DNS_DOMAIN" "$MESOS_DNS_PORT" "$MESOS_DNS_REFRESH_SECONDS" > /tmp/mesos-dns.json',
  '&& PATH="$PATH:/" && exec mesos-dns -config=/tmp/mesos-dns.json',
].join(' ');

export const DISTRIBUTIONS = {
  /** One image, made on the spot, plays every kind. */
  simulator: {
    defaultVersion: '1.0.0',
    overridable: false,
    sharesHost: false,
    votes: false,
    reconfiguresFrom: [0, 0],
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
  /** Apache Mesos, as Mesosphere built it from 2017 to 2019. */
  mesosphere: {
    versions: ['1.1.1', '1.2.1', '1.3.0', '1.4.1', '1.5.0', '1.6.2', '1.7.0', '1.7.1'],
    defaultVersion: '1.5.0',
    cgroups: 1,
    overridable: true,
    sharesHost: true,
    votes: true,
    reconfiguresFrom: [1, 5],
    images: {
      zookeeper: ZOOKEEPER,
      // The image itself starts it with --registry=in_memory.
      master: { name: 'mesosphere/mesos-master', tag: '<mesosVersion>', entrypoint: ['mesos-master'] },
      agent: {
        name: 'mesosphere/mesos-slave',
        tag: '<mesosVersion>',
        entrypoint: ['mesos-slave'],
        onCgroups: { 2: WITHOUT_CGROUPS },
      },
      marathon: { name: 'mesosphere/marathon', tag: 'v1.5.6' },
      consul: CONSUL,
      registrator: REGISTRATOR,
      'mesos-dns': { name: 'xebia/mesos-dns', tag: '0.0.5' },
      scope: SCOPE,
    },
  },
  /** Clusterd, the fork of Mesos that goes on; one image holds master and agent. */
  clusterd: {
    versions: ['1.11.0'],
    defaultVersion: '1.11.0',
    cgroups: 2,
    overridable: true,
    sharesHost: true,
    votes: true,
    reconfiguresFrom: [1, 5],
    images: {
      zookeeper: ZOOKEEPER,
      // The image itself starts systemd, and by it a whole cluster.
      master: { name: 'avhost/mesos-mini', tag: 'v<mesosVersion>-0.8.0', entrypoint: ['mesos-master'] },
      agent: {
        name: 'avhost/mesos-mini',
        tag: 'v<mesosVersion>-0.8.0',
        entrypoint: ['mesos-agent'],
        onCgroups: { 1: WITHOUT_CGROUPS, 2: { MESOS_ENABLE_CGROUPSV2: 'true' } },
      },
      marathon: { name: 'avhost/docker-marathon', tag: 'latest' },
      consul: CONSUL,
      registrator: REGISTRATOR,
      'mesos-dns': {
        name: 'avhost/mesos-dns',
        tag: 'latest',
        entrypoint: ['/bin/sh', '-c'],
        program: [MESOS_DNS_FROM_ENVIRONMENT],
      },
      scope: SCOPE,
    },
  },
  /** What the file names, and for the rest the images of 0.13. */
  custom: {
    defaultVersion: '1.0.0',
    cgroups: 1,
    overridable: true,
    sharesHost: true,
    votes: true,
    reconfiguresFrom: [1, 5],
    images: {
      zookeeper: { name: 'jplock/zookeeper', tag: '3.4.6', data: '/tmp/zookeeper', ensemble: ZOOKEEPER },
      master: { name: 'containersol/mesos-master', tag: '<mesosVersion>-0.1.0' },
      agent: {
        name: 'containersol/mesos-agent',
        tag: '<mesosVersion>-0.1.0',
        onCgroups: { 2: WITHOUT_CGROUPS },
      },
      marathon: { name: 'mesosphere/marathon', tag: 'v1.3.5' },
      consul: { name: 'consul', tag: '0.7.1' },
      registrator: { name: 'gliderlabs/registrator', tag: 'v6' },
      'mesos-dns': { name: 'xebia/mesos-dns', tag: '0.0.5' },
      scope: SCOPE,
    },
  },
} as const satisfies Record<string, Distribution>;

export type DistributionName = keyof typeof DISTRIBUTIONS;

export const DISTRIBUTION_NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];

function played(...program: string[]): ImageRow {
  return { name: SIMULATOR_IMAGE, tag: '', program };
}
