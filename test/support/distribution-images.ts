/**
 * The images of a distribution, under their real names, played by the simulator: for an engine of a test's own, where they
 * take no real image's place. What a row has no entrypoint for, its image starts by itself; an image that is not to
 * start by itself fails where it does.
 */

import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { DISTRIBUTIONS, type Distribution, type DistributionName } from '../../src/distribution-table.js';
import type { Docker } from '../../src/docker/docker.js';
import { simulatorImage } from '../../src/docker/image.js';
import { KINDS, type Kind } from '../../src/model.js';

const BUNDLE = join(resolve(import.meta.dirname, '../..'), 'dist', 'simulator.mjs');

/** Programs that minimesos starts in place of what the image would start: with the role that plays each. */
const PROGRAMS = {
  'mesos-master': 'mesos-master --mesos_version="$VERSION"',
  'mesos-slave': 'mesos-agent --mesos_version="$VERSION"',
  'mesos-agent': 'mesos-agent --mesos_version="$VERSION"',
  'mesos-dns': 'mesos-dns',
};

const ROLES: Partial<Record<Kind, string>> = { master: 'mesos-master', agent: 'mesos-agent' };

/** Gives the image of each kind. */
export async function buildImages(docker: Docker, name: DistributionName): Promise<Record<Kind, string>> {
  const { signal } = new AbortController();
  const simulator = await simulatorImage(BUNDLE);
  const present = await docker.presentImages([simulator.reference]);
  if (!present.has(simulator.reference)) await simulator.build(docker, () => {}, signal);
  const { images, defaultVersion }: Distribution = DISTRIBUTIONS[name];
  const references = KINDS.map((kind): [Kind, string] => {
    const { name: repository, tag } = images[kind];
    return [kind, `${repository}:${tag.replace('<mesosVersion>', defaultVersion)}`];
  });
  for (const [kind, reference] of references) {
    const start = images[kind].entrypoint
      ? 'ENTRYPOINT ["/bin/sh", "-c", "echo started as the image likes it; exit 3"]'
      : `ENTRYPOINT ["/bin/node", "/simulator.mjs", "${ROLES[kind] ?? kind}"]`;
    const dockerfile = [`FROM ${simulator.reference}`, `ENV VERSION=${defaultVersion}`, 'COPY bin /bin', start];
    await docker.buildImage(reference, context(dockerfile), () => {}, signal);
  }
  return Object.fromEntries(references) as Record<Kind, string>;
}

function context(dockerfile: string[]): Readable {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, dockerfile.join('\n'));
  for (const [program, role] of Object.entries(PROGRAMS)) {
    tar.entry({ name: `bin/${program}`, mode: 0o755 }, `#!/bin/sh\nexec /bin/node /simulator.mjs ${role} "$@"\n`);
  }
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
