/** ClusterSpec → minimesosFile, with every default written out. */

import type {
  AgentSpec,
  BlockSpec,
  ClusterSpec,
  MarathonSpec,
  MasterSpec,
  Resources,
  ScopeSpec,
  ZookeeperSpec,
} from '../spec.js';
import type { Scalar } from './tree.js';

type Lines = string[];

/** `parseSpec` of the text gives the spec again, if a minimesosFile can say it at all. */
export function print(spec: ClusterSpec): string {
  const { clusterName, distribution, mesosVersion, loggingLevel } = spec;
  const { mapPortsToHost, bindAddress, mapAgentSandboxVolume, timeout } = spec;
  const lines = block('minimesos', [
    ...properties({ clusterName, distribution, mesosVersion, loggingLevel }),
    ...properties({ mapPortsToHost, bindAddress, mapAgentSandboxVolume, timeout }),
    ...component('zookeeper', spec.zookeeper, zookeeperLines),
    ...component('master', spec.master, masterLines),
    ...agentBlocks(spec.agents),
    ...component('marathon', spec.marathon, marathonLines),
    ...component('consul', spec.consul),
    ...component('registrator', spec.registrator),
    ...component('mesosdns', spec.mesosDns),
    ...component('scope', spec.scope, scopeLines),
  ]);
  return `${lines.join('\n')}\n`;
}

/** Nothing where the cluster has no such component. */
function component<Spec extends BlockSpec>(
  name: string,
  spec: Spec | undefined,
  ownLines: (spec: Spec) => Lines = () => [],
): Lines {
  return spec ? ['', ...block(name, [...commonLines(spec), ...ownLines(spec)])] : [];
}

function commonLines({ imageName, imageTag, env }: BlockSpec): Lines {
  const variables = properties(env);
  return [...properties({ imageName, imageTag }), ...(variables.length > 0 ? block('env', variables) : [])];
}

function zookeeperLines({ instances }: ZookeeperSpec): Lines {
  return properties({ instances });
}

function masterLines({ instances, loggingLevel, authenticate, aclJson }: MasterSpec): Lines {
  return properties({ instances, loggingLevel, authenticate, aclJson });
}

function marathonLines({ cmd, apps }: MarathonSpec): Lines {
  return [...properties({ cmd }), ...apps.map(({ type, marathonJson }) => inline(type, { marathonJson }))];
}

function scopeLines({ port }: ScopeSpec): Lines {
  return properties({ port });
}

/** Agents that are alike and follow each other share a block; agents of one name always do. */
function agentBlocks(agents: AgentSpec[]): Lines {
  const runs: { name: string | undefined; lines: Lines; count: number }[] = [];
  for (const agent of agents) {
    const lines = agentLines(agent);
    const last = runs.at(-1);
    if (last?.name === agent.name && last?.lines.join('\n') === lines.join('\n')) last.count += 1;
    else runs.push({ name: agent.name, lines, count: 1 });
  }
  return runs.flatMap(({ name, lines, count }) => {
    const instances = count > 1 ? count : undefined;
    return ['', ...block('agent', [...properties({ name, instances }), ...lines])];
  });
}

function agentLines(agent: AgentSpec): Lines {
  const { loggingLevel, portNumber, attributes, privileged, resources } = agent;
  return [
    ...commonLines(agent),
    ...properties({ loggingLevel, portNumber, attributes, privileged }),
    ...block('resources', resourceLines(resources)),
  ];
}

function resourceLines({ cpus, mem, disk, ports }: Resources): Lines {
  return Object.entries({ cpu: cpus, mem, disk, ports }).flatMap(([kind, blocks]) =>
    blocks.map(({ role, value }) => inline(kind, { role, value })),
  );
}

function block(name: string, lines: Lines): Lines {
  if (lines.length === 0) return [`${name} { }`];
  return [`${name} {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

function inline(name: string, values: Record<string, Scalar>): string {
  return `${name} { ${properties(values).join('; ')} }`;
}

function properties(values: Record<string, Scalar | undefined>): Lines {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : `${name} = ${literal(value)}`));
}

function literal(value: Scalar): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Escapes what would end the text, look like Groovy in it, or not survive on its way to a file and back. */
function quoted(text: string): string {
  const escaped = text
    .replace(/["\\$]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, codeUnit);
  return `"${escaped}"`;
}

function codeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
