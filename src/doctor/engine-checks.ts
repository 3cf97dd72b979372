/** The engine and its machine. */

import { cgroupsFault } from '../components/distributions.js';
import { NEWEST_KNOWN } from '../docker/api-version.js';
import { bytes, type Check, fail, ok, warn } from './check.js';
import type { Facts } from './facts.js';
import { wantedOf } from './wanted.js';

const LITTLE_MEMORY = 2 ** 30;
const LITTLE_DISK = 2 * 2 ** 30;
const NO_DISK = 200 * 2 ** 20;

export function engineChecks(facts: Facts): Check[] {
  const { version, host, os, arch, apiVersion, minApiVersion } = facts.engine;
  const oldest = minApiVersion === undefined ? '' : `, the engine answers ${minApiVersion} and later`;
  return [
    ok('engine', `Docker ${version} (${os}, ${arch}) at ${host}`),
    ok('api', `version ${apiVersion} is spoken${oldest}; minimesos knows up to ${NEWEST_KNOWN}`),
    cgroups(facts),
    memory(facts),
    ...disk(facts),
  ];
}

function cgroups(facts: Facts): Check {
  const { cgroupVersion } = facts.engine;
  const { distribution } = wantedOf(facts) ?? {};
  if (cgroupVersion === undefined) return ok('cgroups', 'the engine does not tell their version');
  const fault = distribution && cgroupsFault(distribution, cgroupVersion);
  if (fault) return warn('cgroups', fault, 'another distribution, or another image of the agents, may know them');
  return ok('cgroups', `version ${cgroupVersion}${distribution ? `, which suits distribution ${distribution}` : ''}`);
}

function memory({ engine }: Facts): Check {
  const message = `the engine's machine has ${bytes(engine.memory)}`;
  if (engine.memory >= LITTLE_MEMORY) return ok('memory', message);
  return warn('memory', message, 'a cluster of real images needs 1 GB or more; that of the simulator less');
}

/** Of another machine's disk nothing is known from here. */
function disk({ freeDisk, engine }: Facts): Check[] {
  if (freeDisk === undefined) return [];
  const message = `${bytes(freeDisk)} are free where the engine keeps its data (${engine.dataRoot})`;
  const hint = 'docker system prune';
  if (freeDisk < NO_DISK) return [fail('disk', message, hint)];
  return [freeDisk < LITTLE_DISK ? warn('disk', message, hint) : ok('disk', message)];
}
