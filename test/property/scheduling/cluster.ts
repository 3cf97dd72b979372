import { loadFlags } from '../../../src/simulator/flags.js';
import { AgentTable } from '../../../src/simulator/master/agents/agents.js';
import { Announcements } from '../../../src/simulator/master/announcements.js';
import { masterFlags } from '../../../src/simulator/master/flags.js';
import type { Framework } from '../../../src/simulator/master/frameworks/framework.js';
import { Subscription } from '../../../src/simulator/master/frameworks/subscriptions.js';
import { act } from '../../../src/simulator/master/scheduler/actions.js';
import type { SchedulerCall } from '../../../src/simulator/master/scheduler/calls.js';
import { subscribe } from '../../../src/simulator/master/scheduler/subscribe.js';
import { Scheduling } from '../../../src/simulator/master/scheduling.js';
import type { AgentAnnouncement } from '../../../src/simulator/mesos/agent-protocol.js';
import {
  addBags,
  bagOf,
  containsBag,
  EMPTY_BAG,
  equalBags,
  resourcesOf,
  subtractBags,
} from '../../../src/simulator/mesos/resource-math.js';
import { parseResources } from '../../../src/simulator/mesos/resources.js';
import { hasEnded, type Offer, type Task } from '../../../src/simulator/mesos/shapes.js';

export type Command =
  | {
      do: 'agentJoins' | 'agentBreaks' | 'agentReturns' | 'agentUnreachable' | 'agentGone' | 'agentDeactivated';
      which: number;
    }
  | { do: 'subscribes' | 'disconnects' | 'resubscribes' | 'tearsDown' | 'revives'; which: number }
  | { do: 'launches' | 'launchesGroup' | 'reserves'; which: number; offer: number; sizes: number[] }
  | { do: 'unreserves'; which: number; offer: number }
  | { do: 'declines'; which: number; offer: number; seconds: number }
  | { do: 'ends' | 'acknowledges' | 'executorExits'; which: number; task: number };

const RESOURCES = 'cpus:2.5;mem:1024;disk:2000;ports:[31000-31010];cpus(web):1.5;mem(web):64';
const ROLES = [['*'], ['web'], ['*', 'web'], ['db']];

/** A master without sockets, with agents and frameworks that do what they are told. */
export class Cluster {
  #now = 1000;
  readonly #flags = loadFlags(masterFlags('modern'), [], {});
  readonly #self = { id: 'm', ip: '10.0.0.1', port: 5050, hostname: 'm', version: '1.11.0' };
  readonly #agents: AgentTable;
  readonly #scheduling: Scheduling;
  readonly #agentIds: string[] = [];
  readonly #frameworkIds: string[] = [];
  readonly #ends = new Map<string, () => void>();
  /** What an agent did not tell of when it came back, until it does. */
  readonly #hidden: Task[] = [];
  /** Agents that brought back what they had kept to themselves before. */
  readonly #overdrew = new Set<string>();
  #nextTask = 0;

  constructor() {
    const now = (): number => this.#now;
    const log = (): void => {};
    const isDown = (): boolean => false;
    this.#agents = new AgentTable({ masterId: 'm', pingTimeoutMs: 1000, maxMissedPings: 2, isDown, now, log });
    this.#scheduling = new Scheduling({
      masterId: 'm',
      version: '1.11.0',
      agents: this.#agents,
      announcements: new Announcements(),
      allocationIntervalMs: 3_600_000,
      offerTimeoutMs: null,
      reregisterTimeoutMs: 1000,
      maxCompletedFrameworks: 3,
      maxCompletedTasks: 3,
      maxUnreachableTasks: 3,
      unavailability: () => undefined,
      now,
      leadingSince: () => 0,
      log,
    });
  }

  close(): void {
    this.#scheduling.close();
  }

  play(command: Command): void {
    this.#now += 1;
    if (command.do.startsWith('agent')) this.#playAgent(command);
    else this.#playFramework(command);
    this.#scheduling.rounds.hold();
  }

  /** Throws where anything does not add up. */
  check(): void {
    for (const [agentId, ledger] of this.#scheduling.ledgers.all) {
      const known = this.#scheduling.frameworks.all.flatMap((framework) => [
        ...[...framework.offers.values()].filter(({ agent_id }) => agent_id.value === agentId),
        ...[...framework.tasks.values()].filter(
          ({ agent_id, state }) => agent_id.value === agentId && !hasEnded(state),
        ),
        ...framework.executors.filter((each) => each.agentId === agentId).map(({ info }) => info),
      ]);
      const held = known.map(({ resources = [] }) => bagOf(resources)).reduce(addBags, EMPTY_BAG);
      const both = [held, ledger.claimed, ledger.free, ledger.total].map((bag) => JSON.stringify(resourcesOf(bag)));
      if (!equalBags(held, ledger.claimed)) throw new Error(`held and claimed differ: ${both.join('\n')}`);
      this.#checkTasks(agentId);
      if (ledger.overdrawn) {
        this.#checkOverdrawn(agentId);
        continue;
      }
      if (!equalBags(addBags(held, ledger.free), ledger.total)) throw new Error(`does not add up: ${both.join('\n')}`);
      // Were two to hold one port, their sum would be smaller than its parts.
      const counted = known.map(({ resources = [] }) => countPorts(resources)).reduce((a, b) => a + b, 0);
      if (counted + countPorts(resourcesOf(ledger.free)) !== countPorts(resourcesOf(ledger.total))) {
        throw new Error(`a port is held twice: ${both.join('\n')}`);
      }
    }
  }

  /** Only tasks that an agent brought back can be too many for it; nothing of it is offered that they hold. */
  #checkOverdrawn(agentId: string): void {
    if (!this.#overdrew.has(agentId)) throw new Error('more is given out than there is');
    const tasks = this.#scheduling.frameworks.all.flatMap((framework) => [
      ...[...framework.tasks.values()].filter(({ agent_id, state }) => agent_id.value === agentId && !hasEnded(state)),
      ...framework.executors.filter((each) => each.agentId === agentId).map(({ info }) => info),
    ]);
    const held = tasks.map(({ resources = [] }) => bagOf(resources)).reduce(addBags, EMPTY_BAG);
    const offered = this.#scheduling.offers.all
      .filter(({ agent }) => agent.id === agentId)
      .map(({ bag }) => bag)
      .reduce(addBags, EMPTY_BAG);
    const total = this.#scheduling.ledgers.find(agentId)?.total ?? EMPTY_BAG;
    if (!containsBag(subtractBags(total, held), offered)) throw new Error('what tasks hold is offered');
  }

  #checkTasks(agentId: string): void {
    const running = this.#scheduling.frameworks.all.flatMap((framework) =>
      [...framework.tasks.values()].filter(({ agent_id, state }) => agent_id.value === agentId && !hasEnded(state)),
    );
    const listed = this.#agents.find(agentId)?.tasks.size;
    if (listed !== running.length) throw new Error(`the agent lists ${listed} tasks and runs ${running.length}`);
  }

  #playAgent({ do: verb, which }: Command): void {
    if (verb === 'agentJoins') {
      if (this.#agentIds.length >= 5) return;
      const port = 5000 + this.#agentIds.length;
      const agent = this.#agents.register(announcement(port), LINK());
      if (agent !== null) this.#agentIds.push(agent.id);
      return;
    }
    const id = pick(this.#agentIds, which);
    const agent = id === undefined ? undefined : this.#agents.find(id);
    if (id === undefined) return;
    if (verb === 'agentBreaks' && agent?.link) this.#agents.disconnected(agent, agent.link);
    if (verb === 'agentGone' && which > 5) this.#agents.markGone(id);
    if (verb === 'agentDeactivated') this.#agents.deactivate(id, which % 2 === 0);
    if (verb === 'agentReturns') this.#agentReturns(id);
    if (verb === 'agentUnreachable') {
      for (let ping = 0; ping < 4; ping += 1) {
        for (const other of this.#agents.all) if (other !== agent) other.missedPings = 0;
        this.#agents.ping();
      }
    }
  }

  /** With what it had when the master knew it last, or with a part of it. */
  #agentReturns(id: string): void {
    const port = 5000 + this.#agentIds.indexOf(id);
    const total = this.#scheduling.ledgers.find(id)?.total;
    const frameworks = this.#scheduling.frameworks.all;
    const back = this.#hidden.splice(0);
    const tasks = frameworks
      .flatMap((each) => [...each.tasks.values(), ...each.unreachableTasks.values(), ...hiddenOf(each, back)])
      .filter(({ agent_id, state }) => agent_id.value === id && !hasEnded(state))
      .map((task): Task => ({ ...task, state: 'TASK_RUNNING' }));
    const executors = frameworks.flatMap((each) =>
      each.executors
        .filter(({ agentId }) => agentId === id)
        .map(({ info }) => ({ frameworkId: each.id, executor: info })),
    );
    const [hidden, ...others] = tasks;
    const kept = this.#now % 2 === 0 || hidden === undefined ? tasks : others;
    if (kept === others && hidden !== undefined) this.#hidden.push(hidden);
    if (back.length > 0) this.#overdrew.add(id);
    this.#agents.reregister(id, announcement(port), LINK(), {
      frameworks: frameworks.map(({ info }) => info),
      executors,
      tasks: total === undefined ? [] : kept,
      ...(total === undefined ? {} : { totalResources: resourcesOf(total) }),
    });
  }

  #playFramework(command: Command): void {
    if (command.do === 'subscribes') {
      if (this.#frameworkIds.length < 6) this.#subscribe(command.which);
      return;
    }
    const id = pick(this.#frameworkIds, command.which);
    const framework = id === undefined ? undefined : this.#scheduling.frameworks.find(id);
    if (framework === undefined) return;
    const part = this.#part(command, [...framework.offers.values()], [...framework.tasks.values()]);
    if (command.do === 'disconnects') this.#ends.get(framework.id)?.();
    else if (command.do === 'resubscribes') this.#subscribe(command.which, framework.id);
    else if (command.do === 'tearsDown') {
      if (command.which > 5) this.#scheduling.teardown(framework.id);
    } else if (part !== null && framework.subscription !== null) {
      const call = { framework_id: { value: framework.id }, ...part };
      act({ framework, scheduling: this.#scheduling, flags: this.#flags, modern: true }, call);
    }
  }

  #part(command: Command, offers: Offer[], tasks: Task[]): SchedulerCall | null {
    if (command.do === 'revives') return { type: 'REVIVE' };
    if ('task' in command) return this.#onTask(command, pick(tasks, command.task));
    if (!('offer' in command)) return null;
    const offer = pick(offers, command.offer);
    if (offer === undefined) return null;
    const offer_ids = [offer.id];
    if (command.do === 'declines') {
      return { type: 'DECLINE', decline: { offer_ids, filters: { refuse_seconds: command.seconds } } };
    }
    return { type: 'ACCEPT', accept: { offer_ids, operations: this.#operations(command, offer) } };
  }

  #operations(command: Command, offer: Offer): NonNullable<NonNullable<SchedulerCall['accept']>['operations']> {
    const role = offer.allocation_info?.role ?? '*';
    if (command.do === 'unreserves') {
      const resources = offer.resources.filter(({ reservations = [] }) => reservations.at(-1)?.type === 'DYNAMIC');
      return [{ type: 'UNRESERVE', unreserve: { resources } }];
    }
    if (!('sizes' in command)) return [];
    if (command.do === 'reserves') {
      const reservations = [{ type: 'DYNAMIC' as const, role }];
      const resources = command.sizes.map((size) => ({ ...cpus(size), reservations }));
      return [{ type: 'RESERVE', reserve: { resources } }];
    }
    const tasks = command.sizes.map((size, at) => this.#task(offer, size, at));
    const launch = { type: 'LAUNCH', launch: { task_infos: tasks } };
    if (command.do === 'launches') return [launch];
    const executor = {
      executor_id: { value: `e${command.which}` },
      type: 'DEFAULT' as const,
      resources: [cpus(1100), { ...cpus(32_000), name: 'mem' }, { ...cpus(1000), name: 'disk' }],
    };
    const inGroup = tasks.map(({ command: _command, ...task }) => task);
    const more = command.sizes.map((size, at) => this.#task(offer, size, at));
    return [
      { type: 'LAUNCH_GROUP', launch_group: { executor, task_group: { tasks: inGroup } } },
      { type: 'LAUNCH', launch: { task_infos: more } },
    ];
  }

  #task(offer: Offer, size: number, at: number) {
    this.#nextTask += 1;
    const port = 31_000 + (size % 4);
    return {
      name: 't',
      task_id: { value: `t${this.#nextTask}` },
      agent_id: offer.agent_id,
      resources: [
        { ...cpus(size), role: at % 2 === 0 ? '*' : 'web' },
        { name: 'ports', type: 'RANGES' as const, ranges: { range: [{ begin: port, end: port }] }, role: '*' },
      ],
      command: { value: 'true' },
    };
  }

  /** An agent's update or the framework's acknowledgement of it. */
  #onTask({ do: verb }: Command, task: Task | undefined): SchedulerCall | null {
    if (task === undefined) return null;
    const { task_id, agent_id, status_update_uuid: uuid } = task;
    if (verb === 'acknowledges') {
      return uuid === undefined ? null : { type: 'ACKNOWLEDGE', acknowledge: { task_id, agent_id, uuid } };
    }
    const agent = this.#agents.find(agent_id.value);
    if (agent?.link === null || agent === undefined) return null;
    const frameworkId = task.framework_id.value;
    if (verb === 'executorExits') {
      const executorId = task.executor_id?.value ?? 'none';
      this.#agents.received(agent, agent.link, { type: 'EXITED_EXECUTOR', frameworkId, executorId, status: 0 });
      return null;
    }
    const state = 'TASK_FINISHED';
    const status = { task_id: { value: task_id.value }, state, uuid: 'AAAAAAAAAAAAAAAAAAAAAA==' } as const;
    this.#agents.received(agent, agent.link, { type: 'UPDATE', frameworkId, status, latestState: state });
    return null;
  }

  #subscribe(which: number, known?: string): void {
    let end = (): void => {};
    const outlet = {
      write: () => {},
      end: () => {},
      onClose: (listener: () => void) => {
        const before = end;
        end = () => {
          before();
          listener();
        };
      },
    };
    const id = known === undefined ? {} : { id: { value: known } };
    const capabilities = ['MULTI_ROLE', ...(which % 2 === 0 ? ['PARTITION_AWARE', 'RESERVATION_REFINEMENT'] : [])];
    const framework_info = {
      user: 'root',
      name: 'f',
      ...id,
      failover_timeout: 3600,
      roles: ROLES[which % ROLES.length] ?? [],
      capabilities: capabilities.map((type) => ({ type })),
    };
    const call = {
      type: 'SUBSCRIBE',
      ...(known === undefined ? {} : { framework_id: id.id }),
      subscribe: { framework_info },
    };
    const subscription = new Subscription(crypto.randomUUID(), outlet, () => Buffer.alloc(0));
    subscribe(subscription, call as SchedulerCall, {
      self: this.#self,
      flags: this.#flags,
      scheduling: this.#scheduling,
    });
    const framework = this.#scheduling.frameworks.all.find((each) => each.subscription === subscription);
    if (framework === undefined) return;
    this.#ends.set(framework.id, () => end());
    if (known === undefined) this.#frameworkIds.push(framework.id);
  }
}

/** Those of a framework that its master forgot. */
function hiddenOf({ id, tasks, unreachableTasks }: Framework, hidden: readonly Task[]): Task[] {
  return hidden.filter(({ framework_id, task_id: { value } }) => {
    return framework_id.value === id && !tasks.has(value) && !unreachableTasks.has(value);
  });
}

const LINK = () => ({ send: () => {}, close: () => {} });

function cpus(thousandths: number) {
  return { name: 'cpus', type: 'SCALAR' as const, scalar: { value: thousandths / 1000 }, role: '*' };
}

function countPorts(
  resources: readonly { type: string; ranges?: { range: { begin: number; end: number }[] } }[],
): number {
  const ranges = resources.flatMap((each) => each.ranges?.range ?? []);
  return ranges.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
}

function announcement(port: number): AgentAnnouncement {
  const resources = parseResources(RESOURCES, '*');
  if (typeof resources === 'string') throw new Error(resources);
  return { info: { hostname: 'h', port, resources, attributes: [] }, ip: '10.0.0.2', version: '1.11.0' };
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length];
}
