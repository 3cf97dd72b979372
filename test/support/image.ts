/** The image that tests run: this machine's Node with `test-program.mjs`, named by its content and so built once. */

import { fileURLToPath } from 'node:url';
import type { Docker } from '../../src/docker/docker.js';
import { simulatorImage } from '../../src/docker/image.js';

const PROGRAM = fileURLToPath(new URL('test-program.mjs', import.meta.url));

/** Its reference; the engine has it then. Stays on the engine for the next run. */
export async function testImage(docker: Docker): Promise<string> {
  const image = await simulatorImage(PROGRAM, 'minimesos/test');
  const present = await docker.presentImages([image.reference]);
  if (!present.has(image.reference)) await image.build(docker, () => {}, new AbortController().signal);
  return image.reference;
}
