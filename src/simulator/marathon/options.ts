import { hostname } from 'node:os';
import { parseZookeeperUrl, type ZookeeperUrl } from '../zookeeper/url.js';

/** Marathon's command line, as far as the simulator minds it. */
export interface MarathonOptions {
  master: string;
  zk: string;
  zkUrl: ZookeeperUrl;
  zkSessionTimeoutMs: number;
  httpAddress: string | undefined;
  httpPort: number;
  hostname: string;
  frameworkName: string;
  version: string;
  /** The role that it is offered resources for beside everybody's. */
  mesosRole: string | null;
  mesosUser: string;
  /** Of resources that an app may use which does not say whose. */
  defaultRoles: string[];
  /** How long the tasks of a Marathon that is gone live on. */
  failoverTimeoutSeconds: number;
  /** For how long after its subscription a master that knows nothing of a task is not believed: its agents come back one by one. */
  reconciliationDelayMs: number;
  /** For how long offers are declined that nobody waits for. */
  declineMs: number;
  /** As many tasks are put on an agent before the next one has its turn. */
  maxPerOffer: number;
  environmentPrefix: string;
  /** Flags that the real one may know and the simulator ignores. */
  ignored: string[];
}

const DEFAULT_VERSION = '1.5.0';

/** Reads `--name value` and `--name=value`, and MARATHON_<NAME> for what is not given; an error string for what will not do. */
export function marathonOptions(
  args: readonly string[],
  env: { readonly [name: string]: string | undefined },
): MarathonOptions | string {
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(args[at] ?? '');
    if (match === null) continue;
    const next = args[at + 1];
    const inline = match[2];
    const takesNext = inline === undefined && next !== undefined && !next.startsWith('--');
    given.set(match[1] ?? '', inline ?? (takesNext ? next : 'true'));
    if (takesNext) at += 1;
  }
  const used = new Set<string>();
  const read = (name: string): string | undefined => {
    used.add(name);
    return given.get(name) ?? env[`MARATHON_${name.toUpperCase()}`];
  };
  const master = read('master');
  const zk = read('zk') ?? 'zk://localhost:2181/marathon';
  if (master === undefined) return "Required option 'master' not found";
  const zkUrl = parseZookeeperUrl(zk);
  if (typeof zkUrl === 'string') return `Bad arguments for option 'zk': '${zk}' - ${zkUrl}`;
  const wrong: string[] = [];
  const whole = (name: string, otherwise: number): number => {
    const text = read(name);
    if (text === undefined) return otherwise;
    if (!/^\d+$/.test(text)) wrong.push(`Bad arguments for option '${name}': '${text}' - a whole number was expected`);
    return Number(text);
  };
  const mesosRole = read('mesos_role') ?? null;
  const defaultRoles = read('default_accepted_resource_roles')
    ?.split(',')
    .map((role) => role.trim());
  const options = {
    mesosRole,
    mesosUser: read('mesos_user') ?? 'root',
    defaultRoles: defaultRoles ?? (mesosRole === null ? ['*'] : ['*', mesosRole]),
    failoverTimeoutSeconds: whole('failover_timeout', 604_800),
    reconciliationDelayMs: whole('reconciliation_initial_delay', 15_000),
    declineMs: whole('decline_offer_duration', 120_000),
    maxPerOffer: whole('max_instances_per_offer', whole('max_tasks_per_offer', 5)),
    environmentPrefix: read('env_vars_prefix') ?? '',
    master,
    zk,
    zkUrl,
    zkSessionTimeoutMs: whole('zk_session_timeout', 10_000),
    httpAddress: read('http_address'),
    httpPort: whole('http_port', 8080),
    hostname: read('hostname') ?? hostname(),
    frameworkName: read('framework_name') ?? 'marathon',
    version: read('marathon_version') ?? DEFAULT_VERSION,
  };
  if (wrong[0] !== undefined) return wrong[0];
  return { ...options, ignored: [...given.keys()].filter((name) => !used.has(name)) };
}
