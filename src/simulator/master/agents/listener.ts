import type { AgentWorkload } from '../../mesos/agent-protocol.js';
import type { TaskMessage } from '../../mesos/agent-reading.js';
import type { Agent } from './agent.js';

/** Why an agent is no longer registered: it left its pings without an answer, an operator gave it up, or anything else. */
export interface Departure {
  kind: 'unreachable' | 'gone' | 'removed';
  message: string;
}

/** How an agent that (re)registers stood before. */
export interface Arrival {
  /** Registered all the while. */
  known: boolean;
  unreachable: boolean;
}

/** Is told what happens to agents, after it happened. */
export interface AgentListener {
  /** The workload is null for an agent that is new. */
  arrived(agent: Agent, workload: AgentWorkload | null, before: Arrival): void;
  /** Disconnected, deactivated or reactivated. */
  changed(agent: Agent): void;
  /** Also where an agent that is unreachable is given up. */
  departed(agentId: string, departure: Departure): void;
  received(agent: Agent, message: TaskMessage): void;
}

export const NOBODY: AgentListener = {
  arrived: () => {},
  changed: () => {},
  departed: () => {},
  received: () => {},
};
