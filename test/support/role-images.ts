/** Images that start as real ones do, one for each Mesos process: the simulator's, with the role as its command. */

import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Docker } from '../../src/docker/docker.js';
import { simulatorImage } from '../../src/docker/image.js';

const ROLES = { zookeeper: 'zookeeper', master: 'mesos-master', agent: 'mesos-agent' };
const BUNDLE = join(resolve(import.meta.dirname, '../..'), 'dist', 'simulator.mjs');

export interface RoleImages extends Record<keyof typeof ROLES, string> {
  /** What names the agent's image inside of its block. */
  inAgent: string;
}

/** Blocks of a minimesosFile that name them; the engine has them then, for the next run too. */
export async function roleImages(docker: Docker): Promise<RoleImages> {
  const simulator = await simulatorImage(BUNDLE);
  const { signal } = new AbortController();
  const present = await docker.presentImages([simulator.reference]);
  if (!present.has(simulator.reference)) await simulator.build(docker, () => {}, signal);
  const tag = simulator.reference.split(':')[1] ?? '';
  const properties = async (role: keyof typeof ROLES) => {
    const name = `minimesos/test-${role}`;
    await docker.buildImage(`${name}:${tag}`, context(simulator.reference, ROLES[role]), () => {}, signal);
    return `imageName = "${name}"; imageTag = "${tag}"`;
  };
  const inAgent = await properties('agent');
  return {
    zookeeper: `zookeeper { ${await properties('zookeeper')} }`,
    master: `master { ${await properties('master')} }`,
    agent: `agent { ${inAgent} }`,
    inAgent,
  };
}

function context(from: string, command: string): Readable {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, `FROM ${from}\nCMD ["${command}"]\n`);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
