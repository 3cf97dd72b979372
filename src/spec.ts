/** A minimesosFile, read: what the language yields and components are made from. Imports nothing. */

export type LoggingLevel = 'INFO' | 'WARNING' | 'ERROR';

export interface Resources {
  /** Per role, in CPUs, MB and MB; each list holds a role once. */
  cpus: { role: string; value: number }[];
  mem: { role: string; value: number }[];
  disk: { role: string; value: number }[];
  /** `value` as in Mesos: `[31000-32000, 33000-33010]`. */
  ports: { role: string; value: string }[];
}

/** What every component's block may say. `undefined` means: as the distribution has it. */
export interface BlockSpec {
  imageName?: string | undefined;
  imageTag?: string | undefined;
  /** Wins over what minimesos sets. */
  env: Record<string, string>;
}

export interface ZookeeperSpec extends BlockSpec {
  /** 1, 3, 5 or 7: more than one are an ensemble. */
  instances: number;
}

export interface MasterSpec extends BlockSpec {
  /** 1, 3, 5 or 7, of which one leads. */
  instances: number;
  /** undefined: inherits from the cluster. */
  loggingLevel?: LoggingLevel | undefined;
  authenticate: boolean;
  /** A JSON text, checked to be JSON. */
  aclJson: string | null;
}

export interface AgentSpec extends BlockSpec {
  /** Given by the file, for matching; an `instances = 3` block yields three agents of one name. */
  name?: string | undefined;
  loggingLevel?: LoggingLevel | undefined;
  portNumber: number;
  /** As Mesos reads it: `rack:1;zone:b`. */
  attributes: string;
  privileged: boolean;
  resources: Resources;
}

export interface MarathonSpec extends BlockSpec {
  cmd: string;
  /** Marathon JSON to install, in the order of the file; paths are as written (relative to the file's folder) or URLs. */
  apps: { type: 'app' | 'group'; marathonJson: string }[];
}

/** Marathon JSON that a minimesosFile names, read. Its tokens, such as `${MINIMESOS_ZOOKEEPER}`, are replaced when it is deployed. */
export interface AppFile {
  type: 'app' | 'group';
  /** As Marathon has it: `/elasticsearch`. */
  id: string;
  /** As the minimesosFile names it. */
  source: string;
  /** JSON once the tokens are replaced. */
  text: string;
  /** Of every app in it: of an app file the one above. */
  appIds: string[];
}

export interface ScopeSpec extends BlockSpec {
  port: number;
}

/** A minimesosFile with every default filled in. Plain data: `parse(print(spec))` equals `spec`. */
export interface ClusterSpec {
  /** undefined: `minimesos-<cluster id>`. */
  clusterName?: string | undefined;
  distribution: string;
  mesosVersion: string;
  loggingLevel: LoggingLevel;
  mapPortsToHost: boolean;
  /** IPv4 address of the engine's host that `mapPortsToHost` publishes on; `0.0.0.0`: all of them. */
  bindAddress: string;
  mapAgentSandboxVolume: boolean;
  /** Seconds to wait for the cluster; a knob of the controller, never part of a spec hash. */
  timeout: number;
  zookeeper: ZookeeperSpec;
  master: MasterSpec;
  agents: AgentSpec[];
  marathon?: MarathonSpec | undefined;
  consul?: BlockSpec | undefined;
  registrator?: BlockSpec | undefined;
  mesosDns?: BlockSpec | undefined;
  scope?: ScopeSpec | undefined;
}

/** One problem of a minimesosFile; `line` and `column` count from 1. */
export interface Diagnostic {
  line: number;
  column: number;
  message: string;
}
