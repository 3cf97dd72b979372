/** The minimesosFile and the images that it needs. */

import { SIMULATOR_IMAGE } from '../distribution-table.js';
import { familiar, parseReference } from '../docker/reference.js';
import { MinimesosError } from '../errors.js';
import { type Check, fail, ok, warn } from './check.js';
import type { Facts } from './facts.js';

/** Images of 2016 whose manifests are of schema 1; a repository that ends in `/` stands for all in it. */
const SCHEMA_1: readonly { repository: string; tags?: RegExp }[] = [
  { repository: 'containersol/' },
  { repository: 'gliderlabs/registrator' },
  { repository: 'jplock/zookeeper' },
  { repository: 'mesosphere/marathon', tags: /^v(0|1\.[0-3])\./ },
];

/** Engines that pull no such image: from this version on unless they are told to, and from that on at all. */
const SCHEMA_1_OFF = [26, 0] as const;
const SCHEMA_1_GONE = [28, 2] as const;

const ELSE = 'name another image in the file, or use --distribution simulator';

export function imageChecks(facts: Facts): Check[] {
  const { file, present, engine } = facts;
  if (!file) return [ok('file', 'no minimesosFile here; what one would need was not looked at')];
  if (file.wanted instanceof MinimesosError) {
    const { code, message, details, hint } = file.wanted;
    const what = [message, ...details].join('\n');
    return [fail('file', what, code === 'FILE_INVALID' ? 'mend it; minimesos validate reads it again' : hint)];
  }
  const { images, distribution } = file.wanted;
  const missing = [...images].filter(([image]) => !present.has(image));
  const played = missing.filter(([image]) => parseReference(image).repository === SIMULATOR_IMAGE);
  const others = missing.filter((each) => !played.includes(each));
  return [
    ok('file', `${file.path} is valid, distribution ${distribution}`),
    ...(missing.length === 0 ? [ok('images', `all that the file needs are on the engine (${images.size})`)] : []),
    ...played.map(() => ok('images', "the simulator's is made on the spot when it is needed")),
    ...others.map(([image, components]) => missingImage(image, components, engine.version)),
  ];
}

function missingImage(image: string, components: string[], engine: string): Check {
  const what = `${image} (${components.join(', ')}) is not on the engine`;
  if (!isSchema1(image))
    return warn('images', `${what}; apply pulls it`, `docker pull ${image}, or docker load -i FILE`);
  const why = `${what}, and its manifest is of schema 1`;
  if (isAtLeast(engine, SCHEMA_1_GONE)) {
    const how = `docker save ${image} on an engine before 28.2 that has it, docker load here; or ${ELSE}`;
    return fail('images', `${why}, which Docker ${engine} cannot pull`, how);
  }
  if (isAtLeast(engine, SCHEMA_1_OFF)) {
    const how = `start dockerd with DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1; or ${ELSE}`;
    return fail('images', `${why}, which Docker ${engine} pulls only when told to`, how);
  }
  return warn('images', `${why}; apply pulls it, but a newer engine could not`, `docker pull ${image}; or ${ELSE}`);
}

export function isSchema1(image: string): boolean {
  const { repository, tag } = parseReference(familiar(image));
  return SCHEMA_1.some(
    (row) =>
      (row.repository.endsWith('/') ? repository.startsWith(row.repository) : repository === row.repository) &&
      (row.tags?.test(tag) ?? true),
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [have = 0, then = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return have > major || (have === major && then >= minor);
}
