// Bundles what is shipped: the command line and the library, which share chunks, and the simulator, which shares nothing.
// A bundle starts in a fraction of the time that loading hundreds of files takes.

import { build } from 'esbuild';
import { protoForEsbuild } from './proto-module.mjs';

/**
 * dockerode loads these at once, and with them ssh2, gRPC and protobuf: most of its start-up time, for what only ssh://
 * hosts, BuildKit sessions and folders to build from need. Each is left where it is installed and loaded at its first
 * use; `via` are the packages whose dependency it is, so that it is found wherever the package manager put it.
 */
const LOADED_ON_USE = [
  { file: /[\\/]docker-modem[\\/]lib[\\/]ssh\.js$/, via: ['dockerode', 'docker-modem'], path: './ssh' },
  { file: /[\\/]dockerode[\\/]lib[\\/]session\.js$/, via: ['dockerode'], path: './session' },
  { file: /[\\/]dockerode[\\/]lib[\\/]buildkit\.js$/, via: ['dockerode'], path: './buildkit' },
  { file: /[\\/]tar-fs[\\/]index\.js$/, via: ['dockerode'], path: 'tar-fs' },
  { file: /[\\/]dockerignore[\\/]ignore\.js$/, via: ['dockerode'], path: '@balena/dockerignore' },
];

/** Bundled CommonJS asks for Node's modules with `require`, which a module does not have by itself. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __installed = require;`;

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outdir: 'dist',
  banner: { js: REQUIRE },
  legalComments: 'none',
  // Node brings it; the package is the same in JavaScript, for browsers.
  alias: { 'readable-stream': 'node:stream' },
  logLevel: 'warning',
};

const loadOnUse = {
  name: 'load-on-use',
  setup({ onLoad }) {
    for (const { file, via, path } of LOADED_ON_USE) {
      onLoad({ filter: file }, () => ({ contents: standIn(via, path), loader: 'js' }));
    }
  },
};

/** Stands for the module, be it a function or an object, and loads it when it is first called or looked into. */
function standIn(via, path) {
  const from = via.reduce((requirer, name) => `__createRequire(${requirer}.resolve('${name}'))`, '__installed');
  return `const load = () => ${from}('${path}');
module.exports = new Proxy(function () {}, {
  apply: (_target, self, args) => Reflect.apply(load(), self, args),
  get: (_target, key) => load()[key],
});`;
}

/**
 * The width of a text, for yargs' help and the live view. string-width knows every emoji, and compiling the expression
 * for them takes 45 ms at each start; what minimesos prints is a column wide for each code point.
 */
const plainWidth = {
  name: 'plain-width',
  setup({ onLoad }) {
    const contents = `import { stripVTControlCharacters } from 'node:util';
export default (text) => [...stripVTControlCharacters(text)].length;`;
    onLoad({ filter: /[\\/]string-width[\\/]index\.js$/ }, () => ({ contents, loader: 'js' }));
  },
};

await build({
  ...common,
  entryPoints: { cli: 'src/cli/main.ts', api: 'src/api/minimesos.ts', testing: 'src/api/testing.ts' },
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Node shows the line that threw.
  lineLimit: 120,
  plugins: [loadOnUse, plainWidth],
});

await build({
  ...common,
  entryPoints: { simulator: 'src/simulator/main.ts' },
  outExtension: { '.js': '.mjs' },
  minify: true,
  plugins: [protoForEsbuild],
});
