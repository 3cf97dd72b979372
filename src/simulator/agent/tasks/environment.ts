import { isObject, parseJson } from '../../json.js';
import type { AllocatedResource, CommandInfo } from '../../mesos/shapes.js';
import { isAtLeast } from '../../mesos/version.js';
import type { ExecutorEntry } from './book.js';
import type { Surroundings } from './surroundings.js';

export interface Environment {
  [name: string]: string;
}

/** What Mesos takes where the agent has no PATH of its own. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_GRACE = '5secs';

/** What an executor of this agent is started with; `directory` is its sandbox. */
export function executorEnvironment(executor: ExecutorEntry, place: Surroundings, directory: string): Environment {
  const { flags, version } = place;
  const { ip, port } = place.address();
  const { framework, info } = executor;
  const checkpoint = framework.info.checkpoint === true;
  const role = allocationRole(info.resources) ?? allocationRole(firstTaskResources(executor));
  return {
    ...inherited(place),
    LIBPROCESS_IP: ip,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: `${ip}:${port}`,
    ...(isAtLeast(version, '1.5.0') && role !== undefined ? { MESOS_ALLOCATION_ROLE: role } : {}),
    MESOS_CHECKPOINT: checkpoint ? '1' : '0',
    MESOS_DIRECTORY: directory,
    MESOS_EXECUTOR_ID: info.executor_id.value,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: graceOf(executor, place),
    MESOS_FRAMEWORK_ID: framework.id,
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    ...(checkpoint ? { MESOS_RECOVERY_TIMEOUT: flags.get('recovery_timeout') ?? '15mins' } : {}),
    MESOS_SANDBOX: directory,
    MESOS_SLAVE_ID: place.agentId(),
    MESOS_SLAVE_PID: `slave(1)@${ip}:${port}`,
    ...(checkpoint ? { MESOS_SUBSCRIPTION_BACKOFF_MAX: flags.get('executor_reregistration_timeout') ?? '2secs' } : {}),
  };
}

/** The variables that a command wants of its own, and the names of those that are secret, which nobody here can tell. */
export function commandEnvironment(command: CommandInfo): { variables: Environment; secrets: string[] } {
  const all = command.environment?.variables ?? [];
  const secrets = all.filter(({ type }) => type === 'SECRET').map(({ name }) => name);
  const plain = all.filter(({ type }) => type !== 'SECRET');
  return { variables: Object.fromEntries(plain.map(({ name, value = '' }) => [name, value])), secrets };
}

function graceOf({ info }: ExecutorEntry, { flags }: Surroundings): string {
  const nanoseconds = info.shutdown_grace_period?.nanoseconds;
  if (nanoseconds !== undefined) return `${nanoseconds / 1e9}secs`;
  return flags.get('executor_shutdown_grace_period') ?? DEFAULT_GRACE;
}

/** The agent's own variables without those for itself, unless a flag says which to give. */
function inherited({ flags, host }: Surroundings): Environment {
  const given = parseJson(flags.get('executor_environment_variables') ?? '');
  const names = isObject(given) ? given : host.env;
  const environment: Environment = { PATH: DEFAULT_PATH };
  for (const [name, value] of Object.entries(names)) {
    const own = name.startsWith('MESOS_') || name.startsWith('LIBPROCESS_');
    if (typeof value === 'string' && !own) environment[name] = value;
  }
  return environment;
}

function allocationRole(resources: readonly AllocatedResource[] | undefined): string | undefined {
  return resources?.find(({ allocation_info }) => allocation_info !== undefined)?.allocation_info?.role;
}

function firstTaskResources({ tasks }: ExecutorEntry): readonly AllocatedResource[] | undefined {
  const [first] = tasks.values();
  return first?.info.resources;
}
