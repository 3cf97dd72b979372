/**
 * What a minimesosFile may say, block by block, with every default. The names that the language knows are the keys of
 * these schemas; there is no second list of them.
 */

import * as z from 'zod/mini';
import { DISTRIBUTION_NAMES } from '../distribution-table.js';
import type { LoggingLevel } from '../spec.js';
import { aclFaults } from './acl-json.js';
import * as formats from './formats.js';
import { unavailable } from './mesos-version.js';
import { anyText, flag, number, oneOf, text, unlessPlaceholder, wholeNumber, without } from './values.js';

const MOST_AGENTS = 1000;
const MOST_OF_AN_ENSEMBLE = 7;
const ONE_DAY = 86_400;

/** Of a check that runs even where values have faults, so that all are found at once; it cannot trust their types. */
const WHENEVER_THERE = { when: ({ value }: z.core.ParsePayload) => value !== undefined };

type Checked<Value> = z.core.ParsePayload<Value>;

const port = wholeNumber(1, 65_535);
const seconds = number(`a number of seconds, above 0 and at most ${ONE_DAY}`, (value) => value > 0 && value <= ONE_DAY);
const level = oneOf<LoggingLevel>(['INFO', 'WARNING', 'ERROR']);
const ownLevel = unlessPlaceholder(/^#\s*inherit from cluster\s*$/i, level);

/** A component's block: image, environment and what else its kind knows. */
function component<Fields extends z.core.$ZodLooseShape>(fields: Fields) {
  const block = z.object({
    imageName: z.optional(text(formats.imageNameFault)),
    imageTag: unlessPlaceholder(/^#\s*derive from mesos version\s*$/i, text(formats.imageTagFault)),
    env: z.prefault(z.record(z.string(), z.string('must be a text, a number, true or false')), {}),
    ...fields,
  });
  return z.pipe(block, z.transform(withoutUndefined));
}

const role = z._default(text(formats.roleFault), '*');
const amount = number('a number of at least 0', (value) => value >= 0);
const portRanges = z.pipe(text(formats.portsFault), z.transform(formats.normalizedPorts));

/** Blocks of one kind of resource; without any, the agent has the default for every role. */
function amounts(standard: number) {
  const block = z.object({ role, value: z._default(amount, standard) });
  return z.pipe(z.prefault(z.array(block), [{}]), z.transform(lastOfEachRole));
}

const portsBlock = z.object({ role, value: z._default(portRanges, '[31000-32000]') });

const resources = z.pipe(
  z.object({
    cpu: amounts(4),
    mem: amounts(1024),
    disk: amounts(2000),
    ports: z.pipe(z.prefault(z.array(portsBlock), [{}]), z.transform(lastOfEachRole)),
  }),
  z.transform(({ cpu, ...others }) => ({ cpus: cpu, ...others })),
);

const ensembleSize = wholeNumber(1, MOST_OF_AN_ENSEMBLE).check(without(formats.ensembleFault));

const zookeeper = component({ instances: z._default(ensembleSize, 1) });

const master = component({
  instances: z._default(ensembleSize, 1),
  loggingLevel: ownLevel,
  authenticate: z._default(flag, false),
  aclJson: z._default(z.nullable(text().check(z.check(aclIsKnown))), null),
});

const agent = component({
  name: z.optional(text(formats.agentNameFault)),
  instances: z._default(wholeNumber(1, MOST_AGENTS), 1),
  loggingLevel: ownLevel,
  portNumber: z._default(port, 5051),
  attributes: z._default(anyText.check(without(formats.attributesFault)), ''),
  privileged: z._default(flag, false),
  resources: z.prefault(resources, {}),
});

const agentBlocks = z
  .array(agent)
  .check(z.check(agentNamesDiffer, WHENEVER_THERE))
  .check(z.check(agentsAreFew, WHENEVER_THERE));

const marathonJson = z
  .object({ marathonJson: z._default(anyText, '') })
  .check(without((block) => (block.marathonJson.trim() === '' ? 'has no marathonJson' : undefined)));

const marathon = component({
  cmd: z._default(text(), '--master zk://minimesos-zookeeper:2181/mesos --zk zk://minimesos-zookeeper:2181/marathon'),
  app: z._default(z.array(marathonJson), []),
  group: z._default(z.array(marathonJson), []),
});

const cluster = z
  .object(
    {
      clusterName: z.optional(text()),
      distribution: z._default(oneOf(DISTRIBUTION_NAMES), 'custom'),
      mesosVersion: z.optional(text(formats.versionFault)),
      loggingLevel: z._default(level, 'INFO'),
      mapPortsToHost: z._default(flag, false),
      exposePorts: z._default(flag, false),
      bindAddress: z._default(text(formats.bindAddressFault), '127.0.0.1'),
      mapAgentSandboxVolume: z._default(flag, false),
      timeout: z._default(seconds, 60),
      zookeeper: z.prefault(zookeeper, {}),
      master: z.prefault(master, {}),
      agent: z.pipe(
        z.prefault(agentBlocks, [{}]),
        z.transform((blocks) => blocks.flatMap(instancesOf)),
      ),
      marathon: z.optional(marathon),
      consul: z.optional(component({})),
      registrator: z.optional(component({})),
      mesosdns: z.optional(component({})),
      scope: z.optional(component({ port: z._default(port, 4040) })),
    },
    'block is missing',
  )
  .check(z.check(registratorHasConsul, WHENEVER_THERE))
  .check(z.check(distributionHasVersion, WHENEVER_THERE));

/** The whole file. */
export const fileSchema = z.object({ minimesos: cluster });

export type ClusterBlock = z.output<typeof cluster>;

function instancesOf<Agent extends { instances: number }>({ instances, ...agent }: Agent) {
  return Array.from({ length: instances }, () => structuredClone(agent));
}

/** Each fault at its own place in the text. */
function aclIsKnown({ value: text, issues }: Checked<string>): void {
  if (text === '') return;
  for (const { at, message } of aclFaults(text)) {
    issues.push({ code: 'custom', message, params: { offset: at }, input: text });
  }
}

/** Two blocks of one name could not be told apart when they are matched with containers. */
function agentNamesDiffer({ value: blocks, issues }: Checked<{ name?: unknown }[]>): void {
  const numbers = new Map<unknown, number>();
  for (const [index, { name }] of blocks.entries()) {
    const number = numbers.get(name);
    const message = `must differ from that of agent block ${number}; instances = 2 in one block makes two agents`;
    if (number !== undefined) issues.push({ code: 'custom', message, path: [index, 'name'], input: name });
    else if (name !== undefined) numbers.set(name, index + 1);
  }
}

function agentsAreFew({ value: blocks, issues }: Checked<{ instances?: unknown }[]>): void {
  const message = `goes beyond the ${MOST_AGENTS} agents that a cluster may have`;
  let agents = 0;
  for (const [index, { instances }] of blocks.entries()) {
    agents += typeof instances === 'number' ? instances : 1;
    if (agents <= MOST_AGENTS) continue;
    issues.push({ code: 'custom', message, path: [index], input: instances });
    return;
  }
}

function registratorHasConsul({ value, issues }: Checked<{ consul?: unknown; registrator?: unknown }>): void {
  const { consul, registrator } = value;
  if (registrator === undefined || consul !== undefined) return;
  issues.push({ code: 'custom', message: 'needs a consul block', path: ['registrator'], input: registrator });
}

interface VersionedCluster {
  distribution?: unknown;
  mesosVersion?: unknown;
  master?: { imageTag?: unknown };
  agent?: { imageTag?: unknown }[];
}

const isVersion = (value: unknown) => typeof value === 'string' && formats.versionFault(value) === undefined;

/** Of no weight where master and agents name the tags of their images themselves. */
function distributionHasVersion({ value, issues }: Checked<VersionedCluster>): void {
  const { distribution, mesosVersion, master, agent: agents } = value;
  const choosers = [master, ...(Array.isArray(agents) ? agents : [])];
  if (choosers.every((block) => block?.imageTag !== undefined)) return;
  const message = isVersion(mesosVersion) ? unavailable(distribution, mesosVersion) : undefined;
  if (message !== undefined) issues.push({ code: 'custom', message, path: ['mesosVersion'], input: mesosVersion });
}

/** A role once: a later block takes the place of the earlier. */
function lastOfEachRole<Block extends { role: string }>(blocks: Block[]): Block[] {
  return [...new Map(blocks.map((block) => [block.role, block])).values()];
}

function withoutUndefined<Block extends object>(block: Block): Block {
  return Object.fromEntries(Object.entries(block).filter(([, value]) => value !== undefined)) as Block;
}
