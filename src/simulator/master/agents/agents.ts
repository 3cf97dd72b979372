import type { AgentAnnouncement, AgentWorkload } from '../../mesos/agent-protocol.js';
import type { TaskMessage } from '../../mesos/agent-reading.js';
import { type Agent, type AgentLink, agentPid } from './agent.js';
import { type AgentCounters, noneCounted } from './counters.js';
import { type AgentListener, type Departure, NOBODY } from './listener.js';
import { type MachineId, machineKey, machineOf } from './machines.js';
import type { DrainConfig, Standing } from './standing.js';
import { UnreachableAgents } from './unreachable.js';

export interface AgentTableOptions {
  masterId: string;
  pingTimeoutMs: number;
  maxMissedPings: number;
  /** Whether maintenance keeps a machine's agents away. */
  isDown: (machine: MachineId) => boolean;
  /** Seconds since the epoch. */
  now: () => number;
  log: (message: string) => void;
}

const GONE: Departure = { kind: 'gone', message: 'Agent has been marked gone' };
const MACHINE_IS_DOWN = 'Machine is `DOWN`';

/** The agents of a leading master. In memory: a new master learns them from those that come back with their ids. */
export class AgentTable {
  readonly #options: AgentTableOptions;
  readonly #agents = new Map<string, Agent>();
  readonly #gone = new Set<string>();
  readonly #unreachable = new UnreachableAgents();
  #listener: AgentListener = NOBODY;
  #next = 0;
  readonly counters: AgentCounters = noneCounted();

  constructor(options: AgentTableOptions) {
    this.#options = options;
  }

  get all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  /** Whom all changes are told to, from now on. */
  listen(listener: AgentListener): void {
    this.#listener = listener;
  }

  get unreachableCount(): number {
    return this.#unreachable.count;
  }

  find(id: string): Agent | undefined {
    return this.#agents.get(id);
  }

  /** The agents on a machine. */
  on(machine: MachineId): readonly Agent[] {
    return this.all.filter((agent) => machineKey(machineOf(agent)) === machineKey(machine));
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Since when an agent is unreachable, in seconds since the epoch; undefined for one that is not. */
  unreachableSince(id: string): number | undefined {
    return this.#unreachable.since(id);
  }

  /** What operators decided about an agent, which they may change; undefined where it is neither here nor unreachable. */
  standing(id: string): Standing | undefined {
    return this.#agents.get(id) ?? this.#unreachable.standing(id);
  }

  /** A new agent gets a new id; whoever was at its address before is no more. Null where it is sent away. */
  register(announced: AgentAnnouncement, link: AgentLink): Agent | null {
    if (this.#options.isDown(machineOf(announced))) return this.#sendAway(announced, link, MACHINE_IS_DOWN);
    this.#replaceAt(announced, null);
    const id = `${this.#options.masterId}-S${this.#next}`;
    this.#next += 1;
    const agent = this.#admit(id, announced, link, { deactivated: false });
    this.counters.registrations += 1;
    this.#options.log(`Registered agent ${id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.#welcome(agent, 'REGISTERED');
    this.#listener.arrived(agent, null, { known: false, unreachable: false });
    return agent;
  }

  /** An agent that has an id already; null where it is sent away. */
  reregister(id: string, announced: AgentAnnouncement, link: AgentLink, workload?: AgentWorkload): Agent | null {
    const known = this.#agents.get(id);
    const refusal = this.#refusal(id, known, announced);
    if (refusal !== null) return this.#sendAway(announced, link, refusal);
    this.#replaceAt(announced, id);
    const standing = this.#unreachable.standing(id) ?? { deactivated: false };
    const agent = known ?? this.#admit(id, announced, link, standing);
    if (known !== undefined) {
      if (known.link !== null && known.link !== link) known.link.close();
      Object.assign(known, announced, { link, missedPings: 0 });
    }
    agent.reregisteredTime = this.#options.now();
    const unreachable = this.#unreachable.forget(id);
    this.counters.reregistrations += 1;
    this.#options.log(`Reregistered agent ${id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.#welcome(agent, 'REREGISTERED');
    this.#listener.arrived(agent, workload ?? null, { known: known !== undefined, unreachable });
    this.#beginDraining(agent);
    return agent;
  }

  /** Its connection ended: inactive at once, forgotten when it misses its pings. */
  disconnected(agent: Agent, link: AgentLink): void {
    if (agent.link !== link) return;
    agent.link = null;
    this.#options.log(`Agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname}) disconnected`);
    this.#listener.changed(agent);
  }

  /** A message that an agent sent over its link. */
  received(agent: Agent, link: AgentLink, message: TaskMessage): void {
    if (agent.link === link && this.#agents.get(agent.id) === agent) this.#listener.received(agent, message);
  }

  /** To be called every ping timeout: who left too many pings without an answer is unreachable. */
  ping(): void {
    for (const agent of this.#agents.values()) {
      if (agent.missedPings >= this.#options.maxMissedPings) {
        this.#options.log(`Marking agent ${agent.id} (${agent.info.hostname}) unreachable: health check timed out`);
        this.#unreachable.add(agent.id, agent, this.#options.now());
        this.counters.removalsUnhealthy += 1;
        this.#remove(agent, { kind: 'unreachable', message: 'health check timed out' });
        continue;
      }
      agent.missedPings += 1;
      agent.link?.send({ type: 'PING' });
    }
  }

  /** False where the id is not known. An agent that is gone is told so, now and whenever it comes back. */
  markGone(id: string): boolean {
    const agent = this.#agents.get(id);
    if (agent === undefined && this.#unreachable.standing(id) === undefined && !this.#gone.has(id)) return false;
    this.#gone.add(id);
    this.#unreachable.forget(id);
    if (agent === undefined) this.#listener.departed(id, GONE);
    else this.shutDown(agent, GONE.message, GONE);
    return true;
  }

  /** Tells an agent to end, and forgets it at once. */
  shutDown(agent: Agent, reason: string, departure: Departure = { kind: 'removed', message: reason }): void {
    this.#options.log(`Removing agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname}): ${reason}`);
    agent.link?.send({ type: 'SHUTDOWN', reason });
    this.#remove(agent, departure);
  }

  /** No offers of it from now on, or again. False where the id is not known. */
  deactivate(id: string, deactivated: boolean): boolean {
    const [standing, agent] = [this.standing(id), this.find(id)];
    if (standing === undefined) return false;
    standing.deactivated = deactivated;
    if (!deactivated) delete standing.drain;
    if (agent !== undefined) this.#listener.changed(agent);
    return true;
  }

  /** Deactivates an agent until its tasks are gone and it is reactivated. False where the id is not known. */
  drain(id: string, config: DrainConfig): boolean {
    const standing = this.standing(id);
    if (standing === undefined) return false;
    standing.deactivated = true;
    standing.drain = { state: 'DRAINING', config };
    const agent = this.find(id);
    if (agent !== undefined) {
      this.#listener.changed(agent);
      this.#beginDraining(agent);
    }
    return true;
  }

  /** To be called when a task of the agent ended: whoever drains and has none left is drained. */
  settleDrain(agent: Agent): void {
    const { drain } = agent;
    if (drain?.state !== 'DRAINING' || agent.tasks.size > 0) return;
    drain.state = 'DRAINED';
    this.#options.log(`Agent ${agent.id} (${agent.info.hostname}) is DRAINED`);
    if (drain.config.markGone) this.markGone(agent.id);
  }

  /** An agent that says farewell is forgotten at once. */
  unregister(agent: Agent): void {
    if (this.#agents.get(agent.id) !== agent) return;
    this.#options.log(`Unregistering agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname})`);
    this.counters.removalsUnregistered += 1;
    this.#remove(agent, { kind: 'removed', message: 'the agent unregistered' });
  }

  /** An unreachable agent can be told only when it is back. */
  #beginDraining(agent: Agent): void {
    if (agent.drain?.state !== 'DRAINING') return;
    agent.drain.startedAt ??= this.#options.now();
    const { maxGraceNanoseconds } = agent.drain.config;
    agent.link?.send({ type: 'DRAIN', ...(maxGraceNanoseconds === undefined ? {} : { maxGraceNanoseconds }) });
    this.settleDrain(agent);
  }

  #refusal(id: string, known: Agent | undefined, announced: AgentAnnouncement): string | null {
    const { ip, info } = announced;
    if (this.#gone.has(id)) return GONE.message;
    if (this.#options.isDown(machineOf(announced))) return MACHINE_IS_DOWN;
    if (known !== undefined && (known.ip !== ip || known.info.hostname !== info.hostname)) {
      return 'Agent attempted to reregister with different IP / hostname';
    }
    return null;
  }

  #sendAway(announced: AgentAnnouncement, link: AgentLink, reason: string): null {
    this.#options.log(`Refusing registration of agent at ${agentPid(announced)}: ${reason}`);
    link.send({ type: 'SHUTDOWN', reason });
    return null;
  }

  #admit(id: string, announced: AgentAnnouncement, link: AgentLink, standing: Standing): Agent {
    const registeredTime = this.#options.now();
    const agent: Agent = { id, ...announced, ...standing, registeredTime, tasks: new Set(), link, missedPings: 0 };
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
      this.#remove(agent, { kind: 'removed', message: 'a new agent registered at the same address' });
    }
  }

  #remove(agent: Agent, departure: Departure): void {
    this.#agents.delete(agent.id);
    this.counters.removals += 1;
    this.#listener.departed(agent.id, departure);
    agent.link?.close();
  }
}
