/** The entry of the package: what `import … from 'minimesos'` gives. */

export type { AddedContainer, ContainerRequest, Ran } from './added-container.js';
export {
  type ApplyOptions,
  type ApplyResult,
  Cluster,
  type ClusterIdentity,
  type ClusterPhase,
  type ComponentId,
  type ComponentStatus,
  type Condition,
  type ConditionType,
  type ErrorCode,
  type FollowOptions,
  type Happening,
  type Kind,
  type Listener,
  MinimesosError,
  type OpenOptions,
  type Phase,
  type Policy,
  type Status,
  type Step,
  type Verb,
} from './cluster.js';
export type { StartOptions } from './cluster-life.js';
export type { ChangeOptions, ClusterMarathon, Deployment } from './cluster-marathon.js';
export type { Agent, Master, ZooKeeper } from './members.js';
export { MesosCluster } from './mesos-cluster.js';
export type {
  AgentState,
  FrameworkState,
  MasterState,
  MesosResources,
  SlaveState,
  TaskState,
} from './mesos-state.js';
export type { SpecPatch } from './spec-patch.js';
export type { WaitOptions } from './until.js';
export type { View } from './view.js';
