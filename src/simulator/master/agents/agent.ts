import type { AgentInfo, MasterMessage } from '../../mesos/agent-protocol.js';
import type { AllocatedResource } from '../../mesos/shapes.js';
import type { Standing } from './standing.js';

/** An agent's connection, as its master sees it. */
export interface AgentLink {
  send(message: MasterMessage): void;
  close(): void;
}

/** An agent that the master knows; times in seconds since the epoch. */
export interface Agent extends Standing {
  readonly id: string;
  info: AgentInfo;
  ip: string;
  version: string;
  registeredTime: number;
  reregisteredTime?: number;
  /** Ids of what runs on it and has not ended. */
  readonly tasks: Set<string>;
  /** Its resources since reservations or volumes were made on it; absent: those that it announced. */
  totalResources?: AllocatedResource[];
  /** Null while it is not connected. */
  link: AgentLink | null;
  /** Pings that it left without an answer since its last one. */
  missedPings: number;
}

export function agentPid({ ip, info }: Pick<Agent, 'ip' | 'info'>): string {
  return `slave(1)@${ip}:${info.port}`;
}

export function totalOf({ info, totalResources }: Agent): readonly AllocatedResource[] {
  return totalResources ?? info.resources;
}

export function isActive(agent: Agent): boolean {
  return agent.link !== null && !agent.deactivated;
}
