// What plan() costs by the number of agents, each unlike the others: of a cluster that has converged, and of one whose
// agents are all to be replaced. Linear is a cost per agent that stays about the same. Reads the sources, not dist.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const SIZES = [10, 100, 1_000, 10_000];
/** Of 10,000 agents. */
const AIM_MS = 100;
const SUBNET = '172.16.0.0/16';
const SOURCES = `
  export { addressIn } from './src/components/kind.js';
  export { kindOf } from './src/components/registry.js';
  export { desiredOf } from './src/desired.js';
  export { componentId, containerLabels, dockerName, readContainer, volumeLabels } from './src/observed/labels.js';
  export { plan } from './src/plan/plan.js';
`;

/** For each size the median milliseconds of a pass over a cluster: `[{ agents, converged, stale }]`. */
export async function planCost(sizes = SIZES) {
  const folder = await mkdtemp(join(tmpdir(), 'minimesos-plan-cost-'));
  try {
    const outfile = join(folder, 'plan.mjs');
    const stdin = { contents: SOURCES, resolveDir: ROOT };
    await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning' });
    return measured(await import(pathToFileURL(outfile).href), sizes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints what `planCost` gives. */
export function reportPlanCost(rows) {
  console.log('agents   converged   per agent   all stale   per agent   (plan(), median)');
  for (const { agents, converged, stale } of rows) {
    const costs = [converged, stale].flatMap((ms) => [
      `${ms.toFixed(2)} ms`,
      `${((ms / agents) * 1_000).toFixed(1)} µs`,
    ]);
    console.log(`${String(agents).padEnd(9)}${costs.map((cost) => cost.padEnd(12)).join('')}`.trimEnd());
  }
  const { agents, converged, stale } = rows.at(-1);
  const verdict = (ms) => (ms < AIM_MS ? 'kept' : 'MISSED');
  console.log(
    `aim: less than ${AIM_MS} ms for ${agents}: ${verdict(converged)} converged, ${verdict(stale)} with all stale`,
  );
}

function measured(sources, sizes) {
  const worlds = sizes.map((agents) => worldOf(sources, agents));
  // The compiler learns first, or the smallest, which come first, would pay for it.
  const lesson = worldOf(sources, 100);
  for (let each = 0; each < 50; each++) {
    sources.plan(lesson.desired, lesson.observed, lesson.memory);
    sources.plan(lesson.stale, lesson.observed, lesson.memory);
  }
  return worlds.map(({ agents, desired, stale, observed, memory }) => ({
    agents,
    converged: median(agents, () => sources.plan(desired, observed, memory)),
    stale: median(agents, () => sources.plan(stale, observed, memory)),
  }));
}

/** A converged cluster, what its file wants, and what it would want with another Mesos. */
function worldOf(sources, count) {
  const spec = {
    distribution: 'simulator',
    mesosVersion: '1.0.0',
    loggingLevel: 'INFO',
    mapPortsToHost: false,
    mapAgentSandboxVolume: false,
    timeout: 60,
    zookeeper: { env: {}, instances: 1 },
    master: { env: {}, instances: 1, authenticate: false, aclJson: null },
    agents: Array.from({ length: count }, (_, index) => agentBlock(index)),
  };
  const desired = wanted(sources, spec);
  const stale = wanted(sources, { ...spec, mesosVersion: '1.11.0' });
  const observed = converged(sources, desired);
  const components = new Map(observed.components.map(({ id }) => [id, { phase: 'ready', attempts: 0 }]));
  return { agents: count, desired, stale, observed, memory: { components, running: new Map() } };
}

function agentBlock(index) {
  const everyone = (value) => [{ role: '*', value }];
  const resources = { cpus: everyone(4), mem: everyone(1024), disk: everyone(2000), ports: everyone('[31000-32000]') };
  return { portNumber: 5051, attributes: `rack:${index}`, privileged: false, resources, env: {} };
}

function wanted({ desiredOf }, spec) {
  const { distribution, mesosVersion } = spec;
  const cluster = { id: 'c0ffee0000', file: '/project/minimesosFile', name: 'bench', distribution, mesosVersion };
  return desiredOf({ spec, cluster, simulatorImage: 'minimesos/simulator:0123456789ab' });
}

function converged(sources, { cluster, components }) {
  const { addressIn, componentId, containerLabels, dockerName, kindOf, readContainer, volumeLabels } = sources;
  const network = dockerName(cluster.id);
  const ready = { ready: true, reason: '' };
  const present = components.map((component) => {
    const { kind, position: index, name, image, volume } = component;
    const id = componentId(kind, index);
    const labels = containerLabels(cluster, component, index, '');
    const address = addressIn(SUBNET, kindOf(kind), index);
    return {
      ...{ id, kind, index, name, readiness: ready },
      container: readContainer({ ...{ id, name: id, image, labels, state: 'running' }, ...at(network, address) }),
      volume: volume && { name: id, labels: volumeLabels(labels, volume.labels, address) },
    };
  });
  return {
    network: { id: network, name: network, subnet: SUBNET, gateway: '' },
    components: present,
    images: new Set(components.map(({ image }) => image)),
  };
}

/** What Docker says of a container on this network. */
function at(network, address) {
  return { addresses: { [network]: address }, startedOn: { [network]: network }, endpoints: { [network]: network } };
}

/** Of the more rounds the less one takes. */
function median(agents, work) {
  const times = Array.from({ length: Math.min(201, Math.max(7, Math.round(10_000 / agents))) }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

if (process.argv[1] === import.meta.filename) reportPlanCost(await planCost());
