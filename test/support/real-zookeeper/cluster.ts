/** A minimesosFile whose Mesos and Marathon are the simulator's, and whose ZooKeeper is real. */

import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Docker } from '../../../src/docker/docker.js';
import { simulatorImage } from '../../../src/docker/image.js';
import { roleImages } from '../role-images.js';
import { realZookeeper } from './image.js';

const MARATHON = 'minimesos/test-marathon';
const BUNDLE = join(resolve(import.meta.dirname, '../../..'), 'dist', 'simulator.mjs');

/** The images are on the engine then. `inZookeeper` goes into the ZooKeeper's block, `more` into the cluster's. */
export async function realZookeeperFile(docker: Docker, inZookeeper: string, more = ''): Promise<string> {
  const roles = await roleImages(docker);
  const zookeeper = await realZookeeper(docker);
  return `minimesos {
  distribution = "custom"
  zookeeper { ${named(zookeeper)}; ${inZookeeper} }
  ${roles.master}
  ${roles.agent}
  ${more}
}
`;
}

/** Blocks for a second agent and for Marathon, whose images are on the engine then. */
export async function agentAndMarathon(docker: Docker): Promise<string> {
  const { inAgent } = await roleImages(docker);
  return `agent { ${inAgent}; attributes = "rack:b" }\n  marathon { ${named(await marathonImage(docker))} }`;
}

function named(reference: string): string {
  const [name = '', tag = ''] = reference.split(':');
  return `imageName = "${name}"; imageTag = "${tag}"`;
}

/** Unlike the other roles' it takes arguments, so the role is in its entry point. */
async function marathonImage(docker: Docker): Promise<string> {
  const { reference } = await simulatorImage(BUNDLE);
  const own = `${MARATHON}:${reference.split(':')[1]}`;
  const context = pack();
  const entry = JSON.stringify(['/bin/node', '/simulator.mjs', 'marathon']);
  context.entry({ name: 'Dockerfile' }, `FROM ${reference}\nENTRYPOINT ${entry}\n`);
  context.finalize();
  const tar = Readable.from(context, { objectMode: false });
  await docker.buildImage(own, tar, () => {}, new AbortController().signal);
  return own;
}
