import { type HttpAnswer, text } from '../../http.js';
import { rolesOf } from '../frameworks/framework.js';
import { refusalSeconds } from '../offers/refusals.js';
import { accept } from './accept.js';
import type { Caller } from './caller.js';
import type { Filters, SchedulerCall, Subscribing } from './calls.js';
import { frameworkProblem, immutableProblem, principalProblem, updatedInfo } from './framework-validation.js';

const ACCEPTED: HttpAnswer = { status: 202 };

/** Does what a subscribed framework calls for; null for a call that nobody knows. */
export function act(caller: Caller, call: SchedulerCall): HttpAnswer | null {
  const { framework, scheduling } = caller;
  switch (call.type) {
    case 'TEARDOWN':
      scheduling.teardown(framework.id);
      return ACCEPTED;
    case 'ACCEPT':
      if (call.accept !== undefined) accept(caller, call.accept);
      return ACCEPTED;
    case 'DECLINE':
      decline(caller, call.decline?.offer_ids?.map(({ value }) => value) ?? [], call.decline?.filters);
      return ACCEPTED;
    case 'REVIVE':
      return revive(caller, call.revive?.roles ?? []);
    case 'SUPPRESS':
      return suppress(caller, call.suppress?.roles ?? []);
    case 'KILL':
      return kill(caller, call);
    case 'SHUTDOWN':
      return shutdown(caller, call);
    case 'ACKNOWLEDGE':
      return acknowledge(caller, call);
    case 'RECONCILE': {
      const asked = call.reconcile?.tasks ?? [];
      const questions = asked.map(({ task_id, agent_id }) => ({ taskId: task_id.value, agentId: agent_id?.value }));
      scheduling.reconciliation.answer(framework, questions);
      return ACCEPTED;
    }
    case 'MESSAGE':
      return message(caller, call);
    case 'RECONCILE_OPERATIONS':
      return reconcileOperations(caller, call);
    case 'UPDATE_FRAMEWORK':
      return call.update_framework === undefined ? ACCEPTED : update(caller, call.update_framework);
    // Mesos' own allocator does nothing for a request; nobody made inverse offers; operations end at once.
    case 'REQUEST':
    case 'ACCEPT_INVERSE_OFFERS':
    case 'DECLINE_INVERSE_OFFERS':
    case 'ACKNOWLEDGE_OPERATION_STATUS':
      return ACCEPTED;
    default:
      return null;
  }
}

function decline({ framework, scheduling }: Caller, offerIds: readonly string[], filters: Filters | undefined): void {
  const seconds = refusalSeconds(filters);
  for (const id of offerIds) {
    const outstanding = scheduling.offers.find(id);
    if (outstanding === undefined || outstanding.framework !== framework) continue;
    const { role, agent, bag } = outstanding;
    scheduling.offers.remove(outstanding);
    framework.count('offers/declined');
    scheduling.refuse(framework, { role, agentId: agent.id, bag }, seconds);
  }
}

function revive({ framework, scheduling }: Caller, roles: readonly string[]): HttpAnswer {
  const own = rolesOf(framework.info);
  const revived = new Set(roles.length === 0 ? own : roles);
  for (const role of revived) framework.suppressed.delete(role);
  framework.refusals.revive(revived);
  scheduling.rounds.soon();
  return ACCEPTED;
}

function suppress({ framework }: Caller, roles: readonly string[]): HttpAnswer {
  for (const role of roles.length === 0 ? rolesOf(framework.info) : roles) framework.suppressed.add(role);
  return ACCEPTED;
}

/** A task that is not known is answered as if its framework had asked what became of it. */
function kill({ framework, scheduling }: Caller, { kill: asked }: SchedulerCall): HttpAnswer {
  if (asked === undefined) return ACCEPTED;
  const { task_id, agent_id, kill_policy } = asked;
  const task = framework.tasks.get(task_id.value);
  if (task === undefined) {
    scheduling.reconciliation.answer(framework, [{ taskId: task_id.value, agentId: agent_id?.value }]);
    return ACCEPTED;
  }
  if (agent_id !== undefined && agent_id.value !== task.agent_id.value) {
    scheduling.options.log(`Cannot kill task ${task_id.value}: it belongs to agent ${task.agent_id.value}`);
    return ACCEPTED;
  }
  scheduling.tasks.kill(framework, task, kill_policy);
  return ACCEPTED;
}

function shutdown({ framework, scheduling }: Caller, { shutdown: asked }: SchedulerCall): HttpAnswer {
  if (asked === undefined) return ACCEPTED;
  const agent = scheduling.options.agents.find(asked.agent_id.value);
  const executorId = asked.executor_id.value;
  if (agent !== undefined && framework.hasExecutor(agent.id, executorId)) {
    agent.link?.send({ type: 'SHUTDOWN_EXECUTOR', frameworkId: framework.id, executorId });
  }
  return ACCEPTED;
}

function acknowledge({ framework, scheduling }: Caller, { acknowledge: asked }: SchedulerCall): HttpAnswer {
  if (asked !== undefined) {
    const { agent_id, task_id, uuid } = asked;
    scheduling.tasks.acknowledge(framework, agent_id.value, task_id.value, uuid);
  }
  return ACCEPTED;
}

function message({ framework, scheduling }: Caller, { message: asked }: SchedulerCall): HttpAnswer {
  if (asked === undefined) return ACCEPTED;
  const { agent_id, executor_id, data } = asked;
  const link = scheduling.options.agents.find(agent_id.value)?.link;
  link?.send({ type: 'FRAMEWORK_MESSAGE', frameworkId: framework.id, executorId: executor_id.value, data });
  return ACCEPTED;
}

/** Operations are over as soon as they are done, so that none is known later. */
function reconcileOperations({ framework }: Caller, { reconcile_operations: asked }: SchedulerCall): HttpAnswer {
  for (const { operation_id, agent_id } of asked?.operations ?? []) {
    const status = {
      operation_id,
      state: 'OPERATION_UNKNOWN',
      message: 'Reconciliation: Operation is unknown',
      ...(agent_id === undefined ? {} : { agent_id }),
    };
    framework.send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: { status } });
  }
  return ACCEPTED;
}

/** Either all of it is done or nothing. */
function update({ framework, scheduling, flags }: Caller, asked: Subscribing): HttpAnswer {
  const { framework_info: info, suppressed_roles: suppressed = [] } = asked;
  const problem =
    frameworkProblem(info, suppressed, flags) ??
    principalProblem(framework.info, info) ??
    immutableProblem(framework.info, info);
  if (problem !== null) return text(400, `Supplied FrameworkInfo is not valid: ${problem}`);
  framework.info = updatedInfo(framework.info, info);
  framework.suppressed = new Set(suppressed);
  const roles = rolesOf(info);
  scheduling.offers.rescindWhere(({ framework: whose, role }) => whose === framework && !roles.includes(role));
  scheduling.tellAgents(framework);
  scheduling.options.announcements.announce({ type: 'FRAMEWORK_UPDATED', framework });
  scheduling.rounds.soon();
  return { status: 200 };
}
