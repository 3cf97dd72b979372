import { allFiles, thereAreRecordings } from './recordings.js';

/** What was asked for each recorded answer, by the name that its files have in common. */

const V = 'mesos-1.11.0';
const files = thereAreRecordings ? allFiles() : [];

/** Names under a folder, of the files that end so. */
function namesIn(folder: string, ending: string): string[] {
  const prefix = `${V}/${folder}/`;
  return files
    .filter((file) => file.startsWith(prefix) && file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
}

/** Slashes became underscores; what has underscores of its own is told apart. */
const PATHS: { readonly [name: string]: string } = {
  root: '/',
  __processes__: '/__processes__',
  master___processes__: '/master/__processes__',
  registrar_1__registry: '/registrar(1)/registry',
  master_registrar_1__registry: '/master/registrar(1)/registry',
  slave_1__flags: '/slave(1)/flags',
  slave_1__health: '/slave(1)/health',
  slave_1__state: '/slave(1)/state',
};

function pathsIn(folder: string): { [name: string]: string } {
  const pathOf = (name: string) => {
    const base = name.slice(`${V}/${folder}/`.length);
    return PATHS[base] ?? `/${base.replaceAll('_', '/')}`;
  };
  return Object.fromEntries(namesIn(folder, '.headers').map((name) => [name, pathOf(name)]));
}

export const MASTER_PATHS = pathsIn('master');
export const AGENT_PATHS = pathsIn('agent');

/** Calls without arguments, but for the one that nothing could answer so. */
export const V1_CALLS = namesIn('v1', '.headers').map((name): [string, 'master' | 'agent', object] => {
  const [, role = '', type = ''] = /\/(master|agent)_(\w+)$/.exec(name) ?? [];
  const body = type === 'LIST_FILES' ? { type, list_files: { path: '/' } } : { type };
  return [name, role as 'master' | 'agent', body];
});

/** In the order in which an operator would make them; what is no call is what `/slaves` or the agent's `/state` show then. */
export const OPERATIONS = [
  'BAD_TYPE',
  'EMPTY',
  'GET_METRICS',
  'SET_LOGGING_LEVEL',
  'master_LIST_FILES',
  'agent_LIST_FILES',
  'master_READ_LOG',
  'agent_READ_LOG',
  'UPDATE_MAINTENANCE_SCHEDULE',
  'GET_MAINTENANCE_SCHEDULE',
  'GET_MAINTENANCE_STATUS',
  'UPDATE_MAINTENANCE_SCHEDULE_clear',
  'DEACTIVATE_AGENT',
  'slaves_after_deactivate.json',
  'REACTIVATE_AGENT',
  'DRAIN_AGENT',
  'slaves_after_drain.json',
  'agent_state_after_drain.json',
  'REACTIVATE_AGENT2',
  'MARK_AGENT_GONE',
].map((name) => `${V}/operator/${name}`);

/** While `/roles` and the like showed an agent with reservations. */
export const ROLES: { readonly [name: string]: readonly ['master' | 'agent', string] } = {
  [`${V}/roles/master_roles.json`]: ['master', '/roles'],
  [`${V}/roles/master_slaves.json`]: ['master', '/slaves'],
  [`${V}/roles/master_state-summary.json`]: ['master', '/state-summary'],
  [`${V}/roles/master_state.json`]: ['master', '/state'],
  [`${V}/roles/master_v1_GET_AGENTS.json`]: ['master', 'GET_AGENTS'],
  [`${V}/roles/agent_state.json`]: ['agent', '/state'],
};

/** What master and agents showed over a scheduler's life: while its task ran, when it had ended, and after the teardown. */
export const RUNNING = namesIn('sched', '.json').flatMap((name): [string, 'master' | 'agent', string][] => {
  const [, role, rest = ''] = /\/running_(master|agent)_(.+)$/.exec(name) ?? [];
  if (role === undefined) return [];
  const path = rest.startsWith('v1_') ? rest.slice('v1_'.length) : `/${rest.replaceAll('_', '/')}`;
  return [[`${name}.json`, role as 'master' | 'agent', path]];
});

export const FINISHED: [string, 'master' | 'agent', string][] = [
  [`${V}/sched/finished_master_state.json`, 'master', '/state'],
  [`${V}/sched/finished_master_tasks.json`, 'master', '/tasks'],
  [`${V}/sched/finished_agent_state.json`, 'agent', '/state'],
];

export const TORN_DOWN: [string, 'master' | 'agent', string][] = [
  [`${V}/sched/afterteardown_master_state.json`, 'master', '/state'],
];

export const UNREACHABLE: [string, 'master' | 'agent', string][] = [
  [`${V}/master/after_agent_unreachable_master_state.json`, 'master', '/state'],
  [`${V}/master/after_agent_unreachable_master_slaves.json`, 'master', '/slaves'],
  [`${V}/master/after_agent_unreachable_master_metrics.json`, 'master', '/metrics/snapshot'],
];

/** What was read of the task's sandbox; the path asked for is in the recording. */
export const SANDBOX_FILES = namesIn('sched', '.meta');

/** A scheduler's calls, in the order in which it made them. */
export const SCHEDULER_CALLS = namesIn('sched', '.response_headers');

/** What is no answer, and where it is looked at instead. */
export const ELSEWHERE: { readonly [file: string]: string } = {
  'README.md': 'says what the recordings are',
  [`${V}/docker_pid1.txt`]: 'signals in a container: test/unit/docker and specs/lifecycle.md',
  [`${V}/flag_errors.txt`]: 'endings.test.ts',
  [`${V}/nonleader_responses.json`]: 'elections.test.ts',
  [`${V}/nonleader_state.headers`]: 'elections.test.ts',
  [`${V}/agent/state_no_master.json`]: 'elections.test.ts',
  [`${V}/master/after_failover_slaves_recovered.json`]: 'elections.test.ts',
  [`${V}/zk/znodes.txt`]: 'elections.test.ts',
  [`${V}/zk/znodes_3masters.txt`]: 'elections.test.ts',
  [`${V}/sched/subscribe.raw`]: 'scheduling.test.ts',
  [`${V}/sched/subscribe.raw.request`]: 'scheduling.test.ts',
  [`${V}/sched/subscribe.raw.timeline.jsonl`]: 'the same events as subscribe.raw, with seconds',
  [`${V}/roles/subscribe_role_cook.raw`]: 'roles.test.ts',
  [`${V}/roles/subscribe_multi_role.raw`]: 'roles.test.ts',
  'mesos-1.0.0/master-state.json': 'classic.test.ts',
  'mesos-1.0.0/master-state-with-tasks.json': 'classic.test.ts',
};
