// Speed as ratios: what minimesos does against the same number of bare calls to the engine in the same run, so that a
// slow or busy machine slows both. Builds nothing: npm run build comes first. Options: --rounds N (default 3).

import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Dockerode from 'dockerode';
import { Cluster } from '../../dist/api.js';
import { planCost, reportPlanCost } from './plan-cost.mjs';
import { measureTasks, reportTasks } from './tasks.mjs';
import { measureWatch } from './watch.mjs';

const ROUNDS = Number(parseArgs({ options: { rounds: { type: 'string', default: '3' } } }).values.rounds);
const BIN = resolve(import.meta.dirname, '../../bin/minimesos.js');
const AT_ONCE = 8;
const AGENTS = 30;

const docker = new Dockerode();
const folder = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-bench-')));
const file = join(folder, 'minimesosFile');
const results = { cold: [], one: [], nothingOfMany: [], nothing: [] };

try {
  await warmUp();
  for (let round = 0; round < ROUNDS; round++) {
    results.cold.push({ ours: await applied(AGENTS), bare: await bare(AGENTS + 2) });
    results.one.push({ ours: await applied(AGENTS + 1), bare: await bare(1) });
    results.nothingOfMany.push(noOp());
    await destroyed();
    await applied(1);
    results.nothing.push(noOp());
    await destroyed();
  }
  report();
  reportWatch(await measureWatch({ docker, file, repairs: Math.max(ROUNDS, 3) }));
  reportPlanCost(await planCost());
  reportTasks(await measureTasks({ docker, file }));
} finally {
  await destroyed();
  await rm(folder, { recursive: true, force: true });
}

/** The image is built outside of the measurement: a pull is none of apply's doing. */
async function warmUp() {
  await applied(1);
  await destroyed();
}

/** Milliseconds until the last container that an apply creates runs. */
async function applied(agents) {
  await writeFile(file, `minimesos {\n  distribution = "simulator"\n  agent { instances = ${agents} }\n}\n`);
  const cluster = await Cluster.open({ file });
  const begin = performance.now();
  let running = begin;
  const done = ({ step }) => {
    if (step.verb === 'create') running = performance.now();
  };
  const { converged } = await cluster.apply({ timeout: 300, listener: { done } });
  if (!converged) throw new Error(`${agents} agents did not converge`);
  return running - begin;
}

/** Milliseconds until so many containers of the same image run that are created and started with nothing around it. */
async function bare(count) {
  const { image } = (await (await Cluster.open({ file })).status()).components[0].container;
  const created = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next++;
      const container = await docker.createContainer({ Image: image, Cmd: ['scope'], HostConfig: { Init: true } });
      created.push(container);
      await container.start();
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const elapsed = performance.now() - begin;
  await Promise.all(created.map((container) => container.remove({ force: true })));
  return elapsed;
}

/** A converged cluster applied again, against Node starting and ending; the best of five, one after the other. */
function noOp() {
  const times = { ours: [], bare: [] };
  for (let each = 0; each < 5; each++) {
    times.bare.push(timed(['-e', '0']));
    times.ours.push(timed([BIN, '-f', file, 'apply']));
  }
  return { ours: Math.min(...times.ours), bare: Math.min(...times.bare) };
}

function timed(args) {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return performance.now() - begin;
}

async function destroyed() {
  await (await Cluster.open({ file })).destroy();
}

function reportWatch({ repairs, cpuPercent, megabytes }) {
  reportRatios([['crashed agent runs again / by restart policy', repairs, 1]]);
  console.log(`${cpuPercent.toFixed(2)} %  ≤ 0.5   of a core, apply --watch of 1 + 1 + 5 while nothing happens`);
  console.log(`${megabytes.toFixed(0)} MB   ≤ 90    its resident memory`);
}

function report() {
  const rows = [
    ['1 + 1 + 30 agents until running / 32 × create + start', results.cold, 1.3],
    ['+1 agent until running / 1 × create + start', results.one, 2],
    ['apply with nothing to do, 1 agent / node -e 0', results.nothing, 2.5],
    ['apply with nothing to do, 31 agents / node -e 0', results.nothingOfMany, 2.5],
  ];
  console.log('ratio  aim   ours       bare      what (median round)');
  reportRatios(rows);
}

function reportRatios(rows) {
  for (const [what, rounds, aim] of rows) {
    const sorted = rounds
      .map(({ ours, bare }) => ({ ours, bare, ratio: ours / bare }))
      .sort((a, b) => a.ratio - b.ratio);
    const { ours, bare, ratio } = sorted[Math.floor(sorted.length / 2)];
    const ms = (value) => `${value.toFixed(0)} ms`.padEnd(10);
    console.log(`${ratio.toFixed(2).padEnd(6)} ${`≤ ${aim}`.padEnd(5)} ${ms(ours)} ${ms(bare)}${what}`);
  }
}
