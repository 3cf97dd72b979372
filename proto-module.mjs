// Makes a .proto file a module that holds its JSON descriptor, so that no program parses it at each start.

import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';

const PROTO = /\.proto$/;

async function moduleOf(path) {
  const { root } = protobuf.parse(await readFile(path, 'utf8'), new protobuf.Root(), { keepCase: true });
  return `export default ${JSON.stringify(root.toJSON())};`;
}

/** For esbuild. */
export const protoForEsbuild = {
  name: 'proto-module',
  setup({ onLoad }) {
    onLoad({ filter: PROTO }, async ({ path }) => ({ contents: await moduleOf(path), loader: 'js' }));
  },
};

/** For Vite, and so for vitest. */
export const protoForVite = {
  name: 'proto-module',
  load: (id) => (PROTO.test(id) ? moduleOf(id) : undefined),
};
