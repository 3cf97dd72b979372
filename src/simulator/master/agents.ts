import type { AgentAnnouncement, AgentInfo, MasterMessage } from '../mesos/agent-protocol.js';

/** An agent's connection, as its master sees it. */
export interface AgentLink {
  send(message: MasterMessage): void;
  close(): void;
}

export interface DrainInfo {
  state: 'DRAINED';
  maxGraceNanoseconds: number;
  markGone: boolean;
  /** Seconds since the epoch. */
  startedAt: number;
}

/** An agent that the master knows; times in seconds since the epoch. */
export interface Agent {
  readonly id: string;
  info: AgentInfo;
  ip: string;
  version: string;
  registeredTime: number;
  reregisteredTime?: number;
  deactivated: boolean;
  drain?: DrainInfo;
  /** Null while it is not connected. */
  link: AgentLink | null;
  /** Pings that it left without an answer since its last one. */
  missedPings: number;
}

export interface AgentCounters {
  registrations: number;
  reregistrations: number;
  removals: number;
  removalsUnhealthy: number;
  removalsReplaced: number;
  removalsUnregistered: number;
}

export interface AgentTableOptions {
  masterId: string;
  pingTimeoutMs: number;
  maxMissedPings: number;
  /** Seconds since the epoch. */
  now: () => number;
  log: (message: string) => void;
}

export function agentPid({ ip, info }: Pick<Agent, 'ip' | 'info'>): string {
  return `slave(1)@${ip}:${info.port}`;
}

export function isActive(agent: Agent): boolean {
  return agent.link !== null && !agent.deactivated;
}

/** The agents of a leading master. Kept in memory: a new master learns them from the agents that come back with their ids. */
export class AgentTable {
  readonly #options: AgentTableOptions;
  readonly #agents = new Map<string, Agent>();
  readonly #gone = new Set<string>();
  readonly #unreachable = new Set<string>();
  #next = 0;
  readonly counters: AgentCounters = {
    registrations: 0,
    reregistrations: 0,
    removals: 0,
    removalsUnhealthy: 0,
    removalsReplaced: 0,
    removalsUnregistered: 0,
  };

  constructor(options: AgentTableOptions) {
    this.#options = options;
  }

  get all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  get unreachableCount(): number {
    return this.#unreachable.size;
  }

  find(id: string): Agent | undefined {
    return this.#agents.get(id);
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** A new agent gets a new id; whoever was at its address before is no more. */
  register(announced: AgentAnnouncement, link: AgentLink): Agent {
    this.#replaceAt(announced, null);
    const id = `${this.#options.masterId}-S${this.#next}`;
    this.#next += 1;
    const agent = this.#admit(id, announced, link);
    this.counters.registrations += 1;
    this.#options.log(`Registered agent ${id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.#welcome(agent, 'REGISTERED');
    return agent;
  }

  /** An agent that has an id already; null where it is sent away. */
  reregister(id: string, announced: AgentAnnouncement, link: AgentLink): Agent | null {
    const known = this.#agents.get(id);
    const refusal = this.#refusal(id, known, announced);
    if (refusal !== null) {
      this.#options.log(`Refusing reregistration of agent ${id} at ${agentPid(announced)}: ${refusal}`);
      link.send({ type: 'SHUTDOWN', reason: refusal });
      return null;
    }
    this.#replaceAt(announced, id);
    const agent = known ?? this.#admit(id, announced, link);
    if (known !== undefined) {
      if (known.link !== null && known.link !== link) known.link.close();
      Object.assign(known, announced, { link, missedPings: 0 });
    }
    agent.reregisteredTime = this.#options.now();
    this.#unreachable.delete(id);
    this.counters.reregistrations += 1;
    this.#options.log(`Reregistered agent ${id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.#welcome(agent, 'REREGISTERED');
    return agent;
  }

  /** Its connection ended: inactive at once, forgotten when it misses its pings. */
  disconnected(agent: Agent, link: AgentLink): void {
    if (agent.link !== link) return;
    agent.link = null;
    this.#options.log(`Agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname}) disconnected`);
  }

  /** To be called every ping timeout: who left too many pings without an answer is unreachable. */
  ping(): void {
    for (const agent of this.#agents.values()) {
      if (agent.missedPings >= this.#options.maxMissedPings) {
        this.#options.log(`Marking agent ${agent.id} (${agent.info.hostname}) unreachable: health check timed out`);
        this.#unreachable.add(agent.id);
        this.counters.removalsUnhealthy += 1;
        this.#remove(agent);
        continue;
      }
      agent.missedPings += 1;
      agent.link?.send({ type: 'PING' });
    }
  }

  /** False where the id is not known. An agent that is gone is told so, now and whenever it comes back. */
  markGone(id: string): boolean {
    const agent = this.#agents.get(id);
    if (agent === undefined && !this.#unreachable.has(id) && !this.#gone.has(id)) return false;
    this.#gone.add(id);
    this.#unreachable.delete(id);
    if (agent !== undefined) {
      agent.link?.send({ type: 'SHUTDOWN', reason: 'Agent has been marked gone' });
      this.#options.log(`Marked agent ${id} (${agent.info.hostname}) as gone`);
      this.#remove(agent);
    }
    return true;
  }

  /** An agent that says farewell is forgotten at once. */
  unregister(agent: Agent): void {
    if (this.#agents.get(agent.id) !== agent) return;
    this.#options.log(`Unregistering agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.counters.removalsUnregistered += 1;
    this.#remove(agent);
  }

  #refusal(id: string, known: Agent | undefined, { ip, info }: AgentAnnouncement): string | null {
    if (this.#gone.has(id)) return 'Agent has been marked gone';
    if (known !== undefined && (known.ip !== ip || known.info.hostname !== info.hostname)) {
      return 'Agent attempted to reregister with different IP / hostname';
    }
    return null;
  }

  #admit(id: string, announced: AgentAnnouncement, link: AgentLink): Agent {
    const registeredTime = this.#options.now();
    const agent: Agent = { id, ...announced, registeredTime, deactivated: false, link, missedPings: 0 };
    this.#agents.set(id, agent);
    return agent;
  }

  #welcome(agent: Agent, type: 'REGISTERED' | 'REREGISTERED'): void {
    const { pingTimeoutMs, maxMissedPings } = this.#options;
    agent.link?.send({ type, agentId: agent.id, silenceMs: pingTimeoutMs * maxMissedPings });
  }

  #replaceAt(announced: AgentAnnouncement, id: string | null): void {
    const pid = agentPid(announced);
    for (const agent of this.#agents.values()) {
      if (agent.id === id || agentPid(agent) !== pid) continue;
      this.#options.log(`Removing agent ${agent.id} at ${pid}: a new agent registered at the same address`);
      this.counters.removalsReplaced += 1;
      this.#remove(agent);
    }
  }

  #remove(agent: Agent): void {
    this.#agents.delete(agent.id);
    this.counters.removals += 1;
    agent.link?.close();
  }
}
