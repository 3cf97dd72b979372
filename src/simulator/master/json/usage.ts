import { type AllocatedResource, hasEnded } from '../../mesos/shapes.js';
import { sumUp } from '../../mesos/shown-resources.js';
import type { Framework } from '../frameworks/framework.js';

/** What is in use and what is offered on each agent, by its id. */
export interface Usage {
  used(agentId: string): readonly AllocatedResource[];
  offered(agentId: string): readonly AllocatedResource[];
}

/** Held by a framework's executors, and by its tasks until they have ended. */
export function usedBy(framework: Framework): AllocatedResource[] {
  return sumUp(holdings(framework).flatMap(([, resources]) => resources));
}

export function offeredTo({ offers }: Framework): AllocatedResource[] {
  return sumUp([...offers.values()].flatMap(({ resources }) => resources));
}

export function usageOf(frameworks: readonly Framework[]): Usage {
  const used = new Map<string, AllocatedResource[]>();
  const offered = new Map<string, AllocatedResource[]>();
  for (const framework of frameworks) {
    for (const [agentId, resources] of holdings(framework)) put(used, agentId, resources);
    for (const { agent_id, resources } of framework.offers.values()) put(offered, agent_id.value, resources);
  }
  return {
    used: (agentId) => sumUp(used.get(agentId) ?? []),
    offered: (agentId) => sumUp(offered.get(agentId) ?? []),
  };
}

function put(table: Map<string, AllocatedResource[]>, key: string, resources: readonly AllocatedResource[]): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [...resources]);
  else list.push(...resources);
}

function holdings({ tasks, executors }: Framework): [string, readonly AllocatedResource[]][] {
  const running = [...tasks.values()].filter(({ state }) => !hasEnded(state));
  return [
    ...running.map(({ agent_id, resources }): [string, AllocatedResource[]] => [agent_id.value, resources]),
    ...executors.map(({ agentId, info }): [string, AllocatedResource[]] => [agentId, info.resources ?? []]),
  ];
}
