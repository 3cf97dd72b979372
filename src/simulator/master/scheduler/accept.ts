import { resourceProblem, type WrittenResource } from '../../mesos/reservations.js';
import { addBags, type Bag, bagOf, EMPTY_BAG, resourcesOf, subtractBags } from '../../mesos/resource-math.js';
import type { ExecutorInfo, TaskInfo } from '../../mesos/shapes.js';
import type { Agent } from '../agents/agent.js';
import { refusalSeconds } from '../offers/refusals.js';
import { offersProblem, taskGroupProblem, taskProblem } from '../tasks/validation.js';
import type { Caller } from './caller.js';
import type { Operation, SchedulerCall } from './calls.js';
import { convert } from './conversions.js';

/** What of some offers of one agent is still there for the operations of an ACCEPT, which are done in their order. */
interface Hand {
  agent: Agent;
  role: string;
  left: Bag;
}

/** A framework takes offers: what its operations leave is refused for a while. */
export function accept(caller: Caller, asked: NonNullable<SchedulerCall['accept']>): void {
  const { framework, scheduling } = caller;
  const { offer_ids = [], operations = [], filters } = asked;
  const ids = offer_ids.map(({ value }) => value);
  const problem = offersProblem(ids, framework, (id) => scheduling.offers.find(id));
  const taken = ids.flatMap((id) => scheduling.offers.find(id) ?? []).filter((each) => each.framework === framework);
  for (const outstanding of taken) scheduling.offers.remove(outstanding);
  framework.count('offers/accepted', taken.length);
  const [first] = taken;
  if (problem !== null || first === undefined) {
    for (const operation of operations) dropInvalid(caller, operation, problem ?? 'No offers specified');
    scheduling.rounds.soon();
    return;
  }
  const offered = taken.map(({ bag }) => bag).reduce(addBags, EMPTY_BAG);
  const hand: Hand = { agent: first.agent, role: first.role, left: offered };
  for (const operation of operations) perform(caller, hand, operation);
  // What operations made was wanted, and is offered again at once.
  const made = subtractBags(hand.left, offered);
  const refused = { role: hand.role, agentId: hand.agent.id, bag: subtractBags(hand.left, made) };
  scheduling.refuse(framework, refused, refusalSeconds(filters));
  if (made.size > 0) scheduling.rounds.soon();
}

function perform(caller: Caller, hand: Hand, operation: Operation): void {
  caller.framework.count(`operations/${operation.type?.toLowerCase()}`);
  switch (operation.type) {
    case 'LAUNCH':
      for (const info of operation.launch?.task_infos ?? []) launch(caller, hand, info);
      return;
    case 'LAUNCH_GROUP':
      if (operation.launch_group !== undefined) launchGroup(caller, hand, operation.launch_group);
      return;
    default:
      change(caller, hand, operation);
  }
}

function launch(caller: Caller, hand: Hand, info: TaskInfo): void {
  const { framework, scheduling, modern } = caller;
  const task = prepared(caller, hand, info);
  const problem =
    writtenProblem(info) ??
    taskProblem(task, { framework, agent: hand.agent, offered: hand.left, role: hand.role, modern });
  if (problem !== null) {
    refuse(caller, task, problem, 'REASON_TASK_INVALID');
    return;
  }
  hand.left = subtractBags(hand.left, needs(caller, hand, [task], task.executor));
  scheduling.tasks.launch(framework, hand.agent, [task], false);
}

function launchGroup(caller: Caller, hand: Hand, group: NonNullable<Operation['launch_group']>): void {
  const { framework, scheduling, modern } = caller;
  const executor = preparedExecutor(caller, hand, group.executor);
  const infos = group.task_group.tasks ?? [];
  const tasks = infos.map((info) => prepared(caller, hand, { executor, ...info }));
  const place = { framework, agent: hand.agent, offered: hand.left, role: hand.role, modern };
  const wrong = infos.map(writtenProblem).find((each) => each !== null);
  const problem = wrong ?? taskGroupProblem(tasks, executor, place);
  if (problem !== null) {
    for (const task of tasks) refuse(caller, task, problem, 'REASON_TASK_GROUP_INVALID');
    return;
  }
  hand.left = subtractBags(hand.left, needs(caller, hand, tasks, executor));
  scheduling.tasks.launch(framework, hand.agent, tasks, true);
}

/** What is wrong with the resources of a task or its executor as they were written. */
function writtenProblem({ resources = [], executor }: TaskInfo): string | null {
  const own = resourceProblem(resources);
  if (own !== null) return `Task uses invalid resources: Invalid resources: ${own}`;
  const its = resourceProblem(executor?.resources ?? []);
  return its === null ? null : `Executor uses invalid resources: Invalid resources: ${its}`;
}

/** What is taken out of the offers: an executor that runs already has its own. */
function needs({ framework }: Caller, { agent }: Hand, tasks: readonly TaskInfo[], executor?: ExecutorInfo): Bag {
  const wanted = tasks.flatMap(({ resources = [] }) => resources);
  const runs = executor === undefined || framework.hasExecutor(agent.id, executor.executor_id.value);
  return bagOf(runs ? wanted : [...wanted, ...(executor.resources ?? [])]);
}

function prepared(caller: Caller, hand: Hand, info: TaskInfo): TaskInfo {
  const { resources = [], executor } = info;
  return {
    ...info,
    resources: allocated(resources, hand.role),
    ...(executor === undefined ? {} : { executor: preparedExecutor(caller, hand, executor) }),
  };
}

function preparedExecutor({ framework }: Caller, hand: Hand, executor: ExecutorInfo): ExecutorInfo {
  const { resources = [], framework_id = { value: framework.id } } = executor;
  return { ...executor, framework_id, resources: allocated(resources, hand.role) };
}

/** In the form in which the master keeps resources, for the role that they were offered for. */
function allocated(resources: readonly WrittenResource[], role: string): NonNullable<TaskInfo['resources']> {
  return resourcesOf(bagOf(resources), role);
}

function refuse({ framework, scheduling }: Caller, task: TaskInfo, message: string, reason: string): void {
  scheduling.options.log(`Invalid task ${task.task_id.value} of framework ${framework.id}: ${message}`);
  const about = { taskId: task.task_id.value, agentId: task.agent_id.value };
  scheduling.tasks.tell(framework, { ...about, state: 'TASK_ERROR', message, reason });
}

/** What is to be done with offers that do not stand any more is not done, of which tasks are told. */
function dropInvalid({ framework, scheduling }: Caller, operation: Operation, problem: string): void {
  const infos = operation.launch?.task_infos ?? operation.launch_group?.task_group.tasks ?? [];
  for (const { task_id, agent_id } of infos) {
    scheduling.tasks.tell(framework, {
      taskId: task_id.value,
      agentId: agent_id.value,
      state: 'TASK_DROPPED',
      message: `Task launched with invalid offers: ${problem}`,
      reason: 'REASON_INVALID_OFFERS',
    });
  }
  if (operation.id !== undefined) report({ framework }, operation, 'OPERATION_DROPPED', problem);
}

/** Reservations and volumes: the agent has the same as before, in another form. */
function change(caller: Caller, hand: Hand, operation: Operation): void {
  const { framework, scheduling } = caller;
  const ledger = scheduling.ledgers.find(hand.agent.id);
  const total = ledger?.total ?? EMPTY_BAG;
  const ground = { framework: framework.info, role: hand.role, total, offered: hand.left };
  const conversion = convert(operation, ground);
  if (typeof conversion === 'string' || ledger === undefined) {
    const problem = String(conversion);
    scheduling.options.log(`Dropping ${operation.type} operation of framework ${framework.id}: ${problem}`);
    report(caller, operation, 'OPERATION_ERROR', problem);
    return;
  }
  const { consumed, converted } = conversion;
  const exchanged = (bag: Bag): Bag => addBags(subtractBags(bag, consumed), converted);
  hand.left = exchanged(hand.left);
  ledger.resize(exchanged(ledger.total));
  hand.agent.totalResources = resourcesOf(ledger.total);
  hand.agent.link?.send({ type: 'UPDATE_RESOURCES', totalResources: hand.agent.totalResources });
  report(caller, operation, 'OPERATION_FINISHED', undefined, resourcesOf(converted, hand.role));
}

function report(
  { framework }: Pick<Caller, 'framework'>,
  { id }: Operation,
  state: string,
  message?: string,
  converted: object[] = [],
): void {
  if (id === undefined) return;
  const status = {
    operation_id: id,
    state,
    ...(message === undefined ? {} : { message }),
    ...(converted.length === 0 ? {} : { converted_resources: converted }),
  };
  framework.send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: { status } });
}
