/** Storm after storm, and each time the cluster is whole again. The seed is printed; MINIMESOS_CHAOS_SEED sets it. */

import { randomInt } from 'node:crypto';
import Dockerode from 'dockerode';
import { expect, it, onTestFinished } from 'vitest';
import { Cluster } from '../../src/api/cluster.js';
import { randomFrom, repairTime, reportOf, type Struck, storm, summaryOf } from '../support/chaos.js';
import { dockerSkipped, Sandbox } from '../support/engine.js';
import { Faults } from '../support/faults.js';
import { testImage } from '../support/image.js';
import { Project } from '../support/project.js';
import { Watcher } from '../support/watcher.js';

const STORMS = 10;
const FAULTS_EACH = 20;
const IDS = ['zookeeper-0', 'master-0', 'agent-0', 'agent-1', 'agent-2', 'agent-3', 'agent-4'];
const FILE = `minimesos {\n  distribution = "simulator"\n${'  agent { }\n'.repeat(5)}}\n`;
const QUICK = ['zookeeper', 'master', 'agent'].flatMap((kind) => ['--health', `${kind}=1/3`]);

it.skipIf(dockerSkipped)(
  `L23 L29 ${STORMS * FAULTS_EACH} random faults leave a watched cluster whole, and nothing else touched`,
  async () => {
    const seed = Number(process.env.MINIMESOS_CHAOS_SEED ?? randomInt(2 ** 31));
    console.log(`MINIMESOS_CHAOS_SEED=${seed}`);
    const random = randomFrom(seed);
    const project = await Project.create(FILE);
    onTestFinished(() => project[Symbol.asyncDispose]());
    const foreign = await Foreign.create(project);
    onTestFinished(() => foreign.remove());
    const watcher = Watcher.of(project, ...QUICK);
    const faults = await Faults.of(project);
    const cluster = await Cluster.open({ file: `${project.folder}/minimesosFile` });
    await watcher.converged();
    const before = await foreign.seen();

    const times: { kind: Struck['kind']; ms: number }[] = [];
    const storms: number[] = [];
    for (let number = 1; number <= STORMS; number++) {
      const lines = watcher.lines.length;
      const struck = await storm(faults, IDS, FAULTS_EACH, random);
      await calm(
        cluster,
        watcher,
        `storm ${number}: ${struck.map(({ kind, target }) => `${target} ${kind}`).join(', ')}`,
      );
      const told = watcher.lines.slice(lines);
      const found = struck.map((each) => ({ kind: each.kind, ms: repairTime(each, told) }));
      times.push(...found);
      storms.push((told.at(-1)?.at ?? 0) - (struck.at(-1)?.at ?? 0));
      expect((await project.leftovers()).sort()).toEqual(everything(project.id));
    }
    const { medianMs, maxMs } = summaryOf(storms);
    console.log(`${reportOf(times)}\nready after a storm of ${FAULTS_EACH}: median ${medianMs} ms, max ${maxMs} ms`);
    expect(await foreign.seen()).toEqual(before);
    expect(await watcher.end('SIGINT')).toMatchObject({ exit: 0 });
  },
  600_000,
);

/** All that is there of a converged cluster that is watched. */
function everything(id: string): string[] {
  const name = `minimesos-${id}`;
  const volumes = [...IDS.filter((each) => each !== 'master-0'), 'lock'];
  return [name, ...[...IDS, ...volumes].map((each) => `${name}-${each}`)].sort();
}

/** The watcher says so, and whoever looks for himself finds it so: nothing is to be done, and all do their work. */
async function calm(cluster: Cluster, watcher: Watcher, after: string): Promise<void> {
  let found = '';
  const end = performance.now() + 90_000;
  for (;;) {
    await watcher.until(`calm after ${after}`, () => watcher.lines.at(-1)?.converged);
    const [{ steps }, { components }] = await Promise.all([cluster.plan(), cluster.status()]);
    const unready = components.filter(({ phase }) => phase !== 'ready');
    found = [
      ...steps.map(({ verb, component, cause }) => `${verb} ${component}: ${cause}`),
      ...unready.map(({ id, reason }) => `${id}: ${reason}`),
    ].join('\n');
    if (found === '' && components.length === IDS.length && watcher.lines.at(-1)?.converged) return;
    if (performance.now() > end) throw new Error(`no calm after ${after}\n${found}\n${watcher.stderr.slice(-4_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What is on the engine and no business of minimesos: a container on a network of its own, with a volume. */
class Foreign {
  readonly #sandbox: Sandbox;
  readonly #engine = new Dockerode();
  #container = '';
  #network = '';

  private constructor(project: Project) {
    this.#sandbox = new Sandbox(project.docker);
  }

  static async create(project: Project): Promise<Foreign> {
    const foreign = new Foreign(project);
    const { docker } = project;
    const sandbox = foreign.#sandbox;
    try {
      const network = await sandbox.network();
      await docker.createVolume(sandbox.name, sandbox.labels);
      const spec = sandbox.spec(await testImage(docker), network);
      const mounts = [{ type: 'volume', source: sandbox.name, target: '/mine' } as const];
      foreign.#container = await docker.createContainer({ ...spec, mounts });
      foreign.#network = network.id;
      await docker.startContainer(foreign.#container);
    } catch (error) {
      await sandbox.remove();
      throw error;
    }
    return foreign;
  }

  async seen(): Promise<unknown> {
    const [{ Id, State, Mounts }, { Containers }] = await Promise.all([
      this.#engine.getContainer(this.#container).inspect(),
      this.#engine.getNetwork(this.#network).inspect(),
    ]);
    return { Id, State, Mounts, Containers };
  }

  remove(): Promise<void> {
    return this.#sandbox.remove();
  }
}
