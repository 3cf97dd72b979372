// What a watcher costs, and how soon it brings back what crashed, against Docker's own restart policy in the same run.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as elapsed } from 'node:timers/promises';
import { Cluster } from '../../dist/api.js';

const BIN = resolve(import.meta.dirname, '../../bin/minimesos.js');
const AGENTS = 5;
const IDLE_S = 30;
/** Clock ticks of Linux a second. */
const TICKS = 100;

/** `{ repairs: [{ours, bare}], cpuPercent, megabytes }`; leaves no cluster behind. */
export async function measureWatch({ docker, file, repairs }) {
  await writeFile(file, `minimesos {\n  distribution = "simulator"\n  agent { instances = ${AGENTS} }\n}\n`);
  const cluster = await Cluster.open({ file });
  await cluster.apply({ timeout: 300 });
  const watcher = spawn(process.execPath, [BIN, '-f', file, 'apply', '--watch', '--output', 'json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(watcher, 'exit');
  try {
    await once(watcher.stdout, 'data');
    const idle = await idleCost(watcher.pid);
    const {
      components,
      cluster: { network },
    } = await cluster.status();
    const agents = components.filter(({ kind }) => kind === 'agent').slice(0, repairs);
    const results = [];
    for (const { container } of agents) {
      results.push({
        ours: await crashed(docker, container.id),
        bare: await restartedByDocker(docker, container.image, network),
      });
    }
    return { repairs: results, ...idle };
  } finally {
    watcher.kill('SIGINT');
    await ended;
    await cluster.destroy();
  }
}

/** Of Linux only: what the process used of a core while nothing happened, and the memory it holds. */
async function idleCost(pid) {
  const ticks = async () => {
    const [, , ...rest] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(/\s+(?=[A-Z]\s)|\s+/);
    return Number(rest[11]) + Number(rest[12]);
  };
  await elapsed(5_000);
  const before = await ticks();
  await elapsed(IDLE_S * 1000);
  const cpuPercent = ((await ticks()) - before) / IDLE_S / (TICKS / 100);
  const kilobytes = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuPercent, megabytes: Number(kilobytes) / 1024 };
}

/** A container of its own on the same network, with a restart policy; its first crash. */
async function restartedByDocker(docker, image, network) {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/sleep', '1000'],
    HostConfig: { Init: true, NetworkMode: network, RestartPolicy: { Name: 'always' } },
  });
  try {
    await container.start();
    return await crashed(docker, container.id);
  } finally {
    await container.remove({ force: true });
  }
}

/** Milliseconds from the end of a container's process to its next start, as the engine tells them. */
async function crashed(docker, id) {
  const events = await docker.getEvents({ filters: { type: ['container'], container: [id] } });
  const times = new Map();
  const back = new Promise((resolve) => {
    events.on('data', (chunk) => {
      for (const line of String(chunk).split('\n').filter(Boolean)) {
        const { Action: action, timeNano } = JSON.parse(line);
        times.set(action, timeNano / 1e6);
        if (action === 'start') resolve();
      }
    });
  });
  const exec = await docker.getContainer(id).exec({ Cmd: ['/bin/sh', '-c', 'kill -9 -1'] });
  await exec.start({ Detach: true });
  await back;
  events.destroy();
  return times.get('start') - times.get('die');
}
