/** Bad input and bad luck: a clear error, the right exit code, and nothing lost. */

import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dockerSkipped } from '../support/engine.js';
import { type Applied, Project } from '../support/project.js';
import { roleImages } from '../support/role-images.js';

const FILE = 'minimesos {\n  distribution = "simulator"\n}\n';

async function project(minimesosFile?: string): Promise<Project> {
  const made = await Project.create(minimesosFile);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

describe.skipIf(dockerSkipped)('a file', () => {
  it('C1 that is missing exits with 65 and says how to get one', async () => {
    const ran = await (await project()).run(['apply']);
    expect(ran.exit).toBe(65);
    expect(ran.stderr).toMatch(/minimesosFile/);
    expect(ran.stderr).toContain('minimesos init');
  });

  it('C2 C12 that is broken exits with 65, names every place, and touches nothing', async () => {
    const broken = await project(FILE);
    await broken.apply();
    const before = await broken.containers();
    await broken.write('minimesos {\n  distributon = "simulator"\n  agent { portNumber = "x" }\n}\n');
    const ran = await broken.run(['apply']);
    expect(ran.exit).toBe(65);
    expect(ran.stderr).toMatch(/:2:3 unknown property "distributon"; did you mean "distribution"\?/);
    expect(ran.stderr).toMatch(/:3:\d+ /);
    expect(await broken.containers()).toEqual(before);
    expect((await broken.status()).cluster.phase).toBe('ready');
  });
});

describe.skipIf(dockerSkipped)('an engine that is out of reach', () => {
  it('C3 exits with 69 and names the socket that was tried', async () => {
    const ran = await (await project(FILE)).run(['apply'], { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    expect(ran.exit).toBe(69);
    expect(ran.stderr).toContain('/nowhere/docker.sock');
    expect(ran.stderr).toContain('hint:');
  });
});

describe.skipIf(dockerSkipped)('an image that cannot be had', () => {
  const OUT_OF_REACH = 'localhost:1/nobody/mesos-agent';

  it('C4 C13 L12 exits with 69, names image and component, and leaves the cluster as it is', async () => {
    const made = await project();
    const images = await roleImages(made.docker);
    const file = (agent: string) =>
      `minimesos {\n${images.zookeeper}\n${images.master}\n${images.agent}\n agent { name = "other"; ${agent} }\n}\n`;
    await made.write(file(images.inAgent));
    expect(await made.apply()).toMatchObject({ converged: true });
    const before = await made.containers();

    await made.write(file(`imageName = "${OUT_OF_REACH}"; imageTag = "9"`));
    expect((await made.run(['plan'])).stdout).toContain(`pull agent-1: image ${OUT_OF_REACH}:9 is not on this engine`);
    const applied = await made.run(['apply']);
    expect(applied.exit).toBe(69);
    expect(applied.stderr).toContain(`agent-1 failed: `);
    expect(applied.stderr).toContain(`${OUT_OF_REACH}:9`);
    expect(applied.stderr).toContain('--distribution simulator');
    expect(await made.containers()).toEqual(before);
    expect((await made.masterState()).activated_slaves).toBe(2);
  });
});

describe.skipIf(dockerSkipped)('a component that exits at once', () => {
  const FLAG =
    'minimesos {\n  distribution = "simulator"\n  agent { }\n  agent { env { MESOS_RECONFIGURATION_POLICY = "sometimes" } }\n}\n';

  it('C5 C11 is reported at once with the last lines of its log, while the others become ready', async () => {
    const made = await project(FLAG);
    const ran = await made.run(['apply', '--output', 'json']);
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toContain('agent-1: stopped with exit code 1 before it was ready');
    expect(ran.stderr).toContain('Unknown reconfiguration policy: sometimes');
    const { status, elapsedMs } = JSON.parse(ran.stdout) as Applied;
    expect(elapsedMs).toBeLessThan(60_000);
    expect(status.components.map(({ id, phase }) => `${id} ${phase}`)).toEqual([
      'zookeeper-0 ready',
      'master-0 ready',
      'agent-0 ready',
      'agent-1 failed',
    ]);
  });
});

describe.skipIf(dockerSkipped)('an apply', () => {
  it('C6 that does not settle in time exits with 124 and names what is missing', async () => {
    const made = await project(
      'minimesos {\n  distribution = "simulator"\n  agent { env { MESOS_MASTER = "zk://zookeeper-0:2181/elsewhere" } }\n}\n',
    );
    const ran = await made.run(['apply', '--timeout', '3']);
    expect(ran.exit).toBe(124);
    expect(ran.stderr).toContain('agent-0 starting: not registered yet');
  });

  it('C7 L18 that is interrupted exits with 130, and the next one carries on', async () => {
    const made = await project(FILE);
    const child = made.spawn(['apply']);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const exit = await new Promise((done) => child.on('close', done));
    expect(exit).toBe(130);
    expect(await made.apply()).toMatchObject({ converged: true });
  });
});

describe.skipIf(dockerSkipped)('a command line', () => {
  let any: Project;
  beforeAll(async () => {
    any = await Project.create(FILE);
    return () => any[Symbol.asyncDispose]();
  });

  it.each([
    [['aply'], /unknown argument "aply"; did you mean "apply"\?/],
    [['apply', '--agnets', '3'], /unknown argument "agnets"; did you mean "agents"\?/],
    [['apply', '--agents', 'many'], /--agents takes a whole number/],
    [['apply', '--timeout', '-1'], /--timeout takes a number over 0/],
    [['apply', '--distribution', 'kubernetes'], /distribution/],
    [['apply', '--cluster', 'Not An Id'], /is no cluster id/],
    [['apply', 'something'], /unknown argument "something"/],
  ])('C8 that makes no sense exits with 64: %j', async (args, message) => {
    const ran = await any.run(args);
    expect(ran.exit).toBe(64);
    expect(ran.stderr).toMatch(message);
    expect(ran.stdout).toBe('');
  });

  it.each([['info'], ['state']])('C9 %s without a running cluster exits with 1 and a way on', async (command) => {
    const ran = await any.run([command]);
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toMatch(/error: .*\n.*minimesos up/);
  });
});
