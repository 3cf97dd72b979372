/** The engines that are held to the port's obligations. */

import { PassThrough } from 'node:stream';
import Dockerode from 'dockerode';
import { afterEach, beforeEach, describe } from 'vitest';
import type { Docker, NetworkSummary } from '../../../src/docker/docker.js';
import { dockerSkipped, engine, Sandbox } from '../../support/engine.js';
import type { FakeContainer, Standing } from '../../support/fake-docker/container.js';
import { FakeDocker } from '../../support/fake-docker.js';
import { testImage } from '../../support/image.js';
import { actOutCommand } from './acting.js';

export interface Candidate {
  docker: Docker;
  /** Its processes, files and names are real. */
  real: boolean;
  image(): Promise<string>;
  /** Not in the port: minimesos pauses nothing and removes no image, it finds what others did. */
  pause(id: string): Promise<void>;
  disconnect(id: string, network: NetworkSummary): Promise<void>;
  connect(id: string, network: NetworkSummary, standing: Standing): Promise<void>;
  /** Its process ignores all that can be ignored. */
  freeze(id: string): Promise<void>;
  removeImage(reference: string): Promise<void>;
  /** Its first process says one more line on stdout. */
  say(id: string, line: string): Promise<void>;
}

/** For `expect.poll`: an engine on a busy machine takes its time. */
export const PATIENCE = { timeout: 20_000, interval: 50 };

/** Runs the obligations for the fake and for the real engine, each test in a sandbox that is emptied after it. */
export function describeEngines(about: string, obligations: (engine: Candidate, sandbox: () => Sandbox) => void): void {
  const suite = (candidate: Candidate): void => {
    let sandbox: Sandbox;
    beforeEach(() => {
      sandbox = new Sandbox(candidate.docker);
    });
    afterEach(() => sandbox.remove());
    obligations(candidate, () => sandbox);
  };
  describe(`${about}, on the fake engine`, () => suite(fake()));
  describe.skipIf(dockerSkipped)(`${about}, on a real engine`, () => suite(real()));
}

function real(): Candidate {
  const docker = engine();
  const dockerode = new Dockerode();
  return {
    docker,
    real: true,
    image: () => testImage(docker),
    pause: (id) => dockerode.getContainer(id).pause(),
    disconnect: (id, network) => dockerode.getNetwork(network.id).disconnect({ Container: id }),
    connect: (id, network, { ip, aliases = [] }) => {
      const EndpointConfig = { IPAMConfig: ip === undefined ? {} : { IPv4Address: ip }, Aliases: aliases };
      return dockerode.getNetwork(network.id).connect({ Container: id, EndpointConfig });
    },
    freeze: (id) => dockerode.getContainer(id).kill({ signal: 'SIGSTOP' }),
    removeImage: (reference) => dockerode.getImage(reference).remove({ force: true }),
    say: async (id, line) => {
      const nowhere = new PassThrough();
      const command = ['sh', '-c', 'echo "$0" > /proc/1/fd/1', line];
      await docker.exec(id, { command, stdout: nowhere, stderr: nowhere }, new AbortController().signal);
    },
  };
}

function fake(): Candidate {
  const docker = new FakeDocker({ onStart: actOut, onExec: actOutCommand });
  return {
    docker,
    real: false,
    image: () => testImage(docker),
    pause: async (id) => docker.pause(id),
    disconnect: async (id) => docker.disconnect(id),
    connect: async (id, _network, standing) => docker.connect(id, standing),
    freeze: async () => {},
    removeImage: async () => {},
    say: async (id, line) => docker.container(id)?.logs.push(line),
  };
}

/** Does what `test-program.mjs` would do, as far as it shows in a listing or a log. */
function actOut({ spec, logs }: FakeContainer, docker: FakeDocker): void {
  const [verb, ...args] = spec.command ?? [];
  if (verb === 'exit') docker.crash(spec.name, Number(args[0]));
  if (verb === 'announce') logs.push(...args);
  if (verb === 'complain') logs.say('stderr', ...args);
  if (verb === 'say' || verb === 'complain') docker.crash(spec.name, 0, verb === 'say' ? args : []);
  if (verb === 'environment') docker.crash(spec.name, 0, [spec.env[args[0] ?? ''] ?? 'undefined']);
}
