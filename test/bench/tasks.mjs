// What tasks cost: a cluster of 50 agents on Docker with 500 tasks that run, and 10,000 that come and go.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as elapsed } from 'node:timers/promises';
import { Cluster } from '../../dist/api.js';
import { BenchFramework } from './framework.mjs';

const AGENTS = 50;
const RUNNING = 500;
const COMING_AND_GOING = 10_000;
const BATCH = 1000;
const IDLE_S = 20;
/** Clock ticks of Linux a second. */
const TICKS = 100;

/** Leaves no cluster behind. */
export async function measureTasks({ docker, file }) {
  const resources = 'resources {\n cpu { role = "*"; value = 4 }\n mem { role = "*"; value = 1024 }\n }';
  await writeFile(
    file,
    `minimesos {\n distribution = "simulator"\n agent {\n instances = ${AGENTS}\n ${resources}\n }\n}\n`,
  );
  const cluster = await Cluster.open({ file });
  try {
    await cluster.apply({ timeout: 300 });
    const { components } = await cluster.status();
    const master = components.find(({ kind }) => kind === 'master');
    const processes = await Promise.all(components.map(({ container }) => processOf(docker, container.id)));
    const empty = await memory(processes);
    const framework = new BenchFramework(master.container.ip, 5050);
    const begin = performance.now();
    await framework.subscribe();
    await framework.until(() => framework.offeredAgents.size === AGENTS);
    const offersMs = performance.now() - begin;
    const running = await startRunning(framework, processes);
    const churn = await comeAndGo(framework, processes, components);
    framework.close();
    return { offersMs, emptyMegabytes: empty, ...running, ...churn };
  } finally {
    await cluster.destroy();
  }
}

async function startRunning(framework, processes) {
  const begin = performance.now();
  await framework.launch(RUNNING, 'exec sleep 100000');
  await framework.until(() => framework.counts.TASK_RUNNING === RUNNING);
  const launchMs = performance.now() - begin;
  await elapsed(2000);
  const before = await cpu(processes);
  await elapsed(IDLE_S * 1000);
  const cpuPercent = ((await cpu(processes)) - before) / IDLE_S / (TICKS / 100);
  return { launchMs, cpuPercent, megabytes: await memory(processes) };
}

/** Memory is compared between the first thousand, when everything was used once, and the last. */
async function comeAndGo(framework, processes) {
  const begin = performance.now();
  let warm;
  for (let batch = 1; batch <= COMING_AND_GOING / BATCH; batch += 1) {
    await framework.launch(BATCH, 'true');
    await framework.until(() => framework.counts.TASK_FINISHED === batch * BATCH);
    if (batch === 2) warm = { megabytes: await memory(processes), files: await openFiles(processes) };
  }
  const perSecond = COMING_AND_GOING / ((performance.now() - begin) / 1000);
  const end = { megabytes: await memory(processes), files: await openFiles(processes) };
  return { perSecond, warm, end };
}

/** The simulator's own process in a container: the child of its init. */
async function processOf(docker, containerId) {
  const { State } = await docker.getContainer(containerId).inspect();
  const children = await readFile(`/proc/${State.Pid}/task/${State.Pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0] || State.Pid);
}

async function memory(pids) {
  const kilobytes = await Promise.all(
    pids.map(async (pid) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

async function cpu(pids) {
  const ticks = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    }),
  );
  return ticks.reduce((sum, each) => sum + each, 0);
}

async function openFiles(pids) {
  const counts = await Promise.all(pids.map(async (pid) => (await readdir(`/proc/${pid}/fd`)).length));
  return counts.reduce((sum, each) => sum + each, 0);
}

export function reportTasks({ offersMs, launchMs, emptyMegabytes, megabytes, cpuPercent, perSecond, warm, end }) {
  console.log(`${offersMs.toFixed(0)} ms  ≤ 1000  until a new framework is offered all ${AGENTS} agents`);
  console.log(`${launchMs.toFixed(0)} ms          until ${RUNNING} tasks run on them`);
  console.log(
    `${(megabytes / emptyMegabytes).toFixed(2)}    ≤ 1.2   memory with these tasks / without (${megabytes.toFixed(0)} / ${emptyMegabytes.toFixed(0)} MB, all processes of the simulator)`,
  );
  console.log(`${cpuPercent.toFixed(1)} %           of a core, all of them while the tasks run`);
  console.log(`${perSecond.toFixed(0)} /s          tasks launched and finished, ${COMING_AND_GOING} of them`);
  console.log(
    `${(end.megabytes / warm.megabytes).toFixed(2)}    ≤ 1.1   memory after ${COMING_AND_GOING} tasks / after ${2 * BATCH} (${end.megabytes.toFixed(0)} / ${warm.megabytes.toFixed(0)} MB)`,
  );
  console.log(`${end.files - warm.files}       ≤ 50    files that are open beyond those after ${2 * BATCH}`);
}
