/** An image with a program for Node in it, made on the spot; no registry is asked where this machine is like the engine. */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pack as packTar } from 'tar-stream';
import { MinimesosError } from '../errors.js';
import type { Docker, Progress } from './docker.js';
import { collectRootfs, packRootfs } from './rootfs.js';

export interface BuiltImage {
  /** Names the content: another bundle or another Node is another reference. */
  reference: string;
  /**
   * Brings the image to the engine, whether it is there already or not. Rejects with `IMAGE_UNAVAILABLE`,
   * `INTERRUPTED`, or what the engine's calls reject with.
   */
  build(docker: Docker, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>;
}

const ENTRYPOINT = 'ENTRYPOINT ["/bin/node", "/simulator.mjs"]';

/** Where this machine's Node cannot run on the engine: from a registry then. */
const PUBLIC_IMAGE = 'node:20-slim';

/** Node's names of architectures → Docker's, where they differ. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/**
 * The image that runs this bundle, one file of JavaScript. Cheap: nothing is built, and of the Node that goes along only
 * version, size and date count. Rejects with `IMAGE_UNAVAILABLE` if there is no such bundle.
 */
export async function simulatorImage(bundle: string, repository = 'minimesos/simulator'): Promise<BuiltImage> {
  const [content, node] = await Promise.all([readBundle(bundle), stat(process.execPath)]);
  const hash = createHash('sha256')
    .update(content)
    .update(`${process.version} ${process.platform} ${process.arch} ${node.size} ${node.mtimeMs}`)
    .digest('hex')
    .slice(0, 12);
  const reference = `${repository}:${hash}`;
  const label = `LABEL org.minimesos.simulator=${hash}`;

  return {
    reference,
    build: async (docker, onProgress, signal) => {
      const { os, arch } = await docker.info();
      const alike = process.platform === os && (ARCHITECTURES[process.arch] ?? process.arch) === arch;
      const rootfs = alike ? await collectRootfs(bundle) : undefined;
      if (!rootfs) return docker.buildImage(reference, publicContext(content, label), onProgress, signal);
      const tar = packRootfs(rootfs, onProgress);
      try {
        await docker.importImage(reference, tar, [ENTRYPOINT, label], signal);
      } finally {
        tar.destroy();
      }
    },
  };
}

/** What `docker build` is given: the folders and paths are those of an image made here. */
function publicContext(bundle: Buffer, label: string): Readable {
  const pack = packTar();
  const lines = [
    `FROM ${PUBLIC_IMAGE}`,
    'RUN ln -sf "$(command -v node)" /bin/node && mkdir -p /data /var/lib/mesos',
    'COPY simulator.mjs /simulator.mjs',
    label,
    ENTRYPOINT,
  ];
  pack.entry({ name: 'Dockerfile' }, `${lines.join('\n')}\n`);
  pack.entry({ name: 'simulator.mjs' }, bundle);
  pack.finalize();
  return Readable.from(pack, { objectMode: false });
}

async function readBundle(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new MinimesosError('IMAGE_UNAVAILABLE', `the simulator's program is not at ${path}`, {
      hint: 'npm run build makes it',
      cause,
    });
  }
}
