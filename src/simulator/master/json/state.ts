import { shownFlags } from '../../flags.js';
import { MASTER_CAPABILITIES, masterPid } from '../../mesos/master-info.js';
import { type Shape, taskJson } from '../../mesos/shown-task.js';
import { generationOf, versionInfo } from '../../mesos/version.js';
import { isActive } from '../agents/agent.js';
import { allTasks, type Framework } from '../frameworks/framework.js';
import type { MasterView } from '../view.js';
import { agentJson, fullAgentJson } from './agents.js';
import { frameworkJson } from './frameworks.js';
import { classicRoles, modernRoles } from './roles.js';
import { stateSummary } from './summary.js';
import { usageOf } from './usage.js';

/** The master's older JSON endpoints, in the shape of the played version; some can be asked for one thing only. */
export const masterJson: { readonly [path: string]: (view: MasterView, query: URLSearchParams) => object } = {
  '/state': (view) => state(view, shapeOf(view)),
  '/state-summary': (view) => stateSummary(view, shapeOf(view)),
  '/slaves': (view, query) => slaves(view, query.get('slave_id')),
  '/frameworks': (view, query) => frameworks(view, query.get('framework_id')),
  '/tasks': (view, query) => tasks(view, query),
  '/roles': (view) => (generationOf(view.self.version) === 'modern' ? modernRoles(view) : classicRoles(view)),
};

function shapeOf({ self: { version } }: MasterView): Shape {
  return { version, generation: generationOf(version) };
}

function settings({ flags }: MasterView): object {
  const shown = ['cluster', 'log_dir', 'external_log_file'].map((name) => [name, flags.get(name)]);
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
}

function state(view: MasterView, shape: Shape): object {
  const { self, leader, agents } = view;
  const modern = shape.generation === 'modern';
  const active = agents.filter(isActive).length;
  const usage = usageOf(view.frameworks);
  return {
    ...versionInfo(self.version),
    start_time: view.startTime,
    ...(view.electedTime === null ? {} : { elected_time: view.electedTime }),
    id: self.id,
    pid: masterPid(self),
    hostname: self.hostname,
    ...(modern ? { capabilities: MASTER_CAPABILITIES } : {}),
    activated_slaves: active,
    deactivated_slaves: agents.length - active,
    ...(modern ? { unreachable_slaves: view.unreachableCount } : {}),
    ...settings(view),
    ...(leader === null ? {} : { leader: masterPid(leader) }),
    ...(leader === null || !modern
      ? {}
      : { leader_info: { id: leader.id, pid: masterPid(leader), port: leader.port, hostname: leader.hostname } }),
    flags: shownFlags(view.flags),
    slaves: agents.map((agent) => agentJson(agent, view, usage, shape.generation)),
    ...(modern ? { recovered_slaves: [] } : {}),
    frameworks: view.frameworks.map((framework) => frameworkJson(framework, shape)),
    completed_frameworks: view.completedFrameworks.map((framework) => frameworkJson(framework, shape)),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}

function slaves(view: MasterView, only: string | null): object {
  const usage = usageOf(view.frameworks);
  const wanted = view.agents.filter(({ id }) => only === null || id === only);
  if (generationOf(view.self.version) === 'modern') {
    return { slaves: wanted.map((agent) => fullAgentJson(agent, view, usage)), recovered_slaves: [] };
  }
  return { slaves: wanted.map((agent) => agentJson(agent, view, usage, 'classic')) };
}

function frameworks(view: MasterView, only: string | null): object {
  const shape = shapeOf(view);
  const shown = (list: readonly Framework[]) =>
    list.filter(({ id }) => only === null || id === only).map((framework) => frameworkJson(framework, shape));
  return {
    frameworks: shown(view.frameworks),
    completed_frameworks: shown(view.completedFrameworks),
    unregistered_frameworks: [],
  };
}

const TASKS_AT_ONCE = 100;

function tasks(view: MasterView, query: URLSearchParams): object {
  const [frameworkId, taskId] = [query.get('framework_id'), query.get('task_id')];
  const limit = count(query.get('limit')) ?? TASKS_AT_ONCE;
  const offset = count(query.get('offset')) ?? 0;
  const known = [...view.frameworks, ...view.completedFrameworks]
    .filter(({ id }) => frameworkId === null || id === frameworkId)
    .flatMap(allTasks)
    .filter(({ task_id }) => taskId === null || task_id.value === taskId)
    .map((task) => ({ task, began: task.statuses[0]?.timestamp ?? 0 }));
  const direction = query.get('order') === 'asc' ? 1 : -1;
  const sorted = known.sort((a, b) => direction * (a.began - b.began));
  const shape = shapeOf(view);
  return { tasks: sorted.slice(offset, offset + limit).map(({ task }) => taskJson(task, shape)) };
}

/** As in Mesos, what is no count counts as absent. */
function count(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
