/** All the steps to come, for `plan`: passes over a copy of the world in which each step does what it should. */

import type { PlannedApp } from '../app.js';
import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import {
  type ComponentId,
  type Desired,
  NETWORK,
  type Observed,
  type ObservedComponent,
  type ObservedNetwork,
  type PlannedComponent,
  type Readiness,
  type Step,
} from '../model.js';
import { containerLabels, dockerName, readContainer, strayId, volumeLabels } from '../observed/labels.js';
import { type Memory, NO_MEMORY, type Recollection } from './memory.js';
import { plan } from './plan.js';

export interface Forecast {
  /** In the order in which they would be done. */
  steps: Step[];
  /** The world when all are done. */
  observed: Observed;
}

/** Ends, because each pass brings at least one component nearer to what is wanted. As if nothing were paused. */
export function forecast(desired: Desired, observed: Observed): Forecast {
  const steps: Step[] = [];
  let world: Observed = { ...observed, pausedSince: undefined };
  let memory: Memory = NO_MEMORY;
  for (;;) {
    const next = plan(desired, world, memory);
    if (next.steps.length === 0) return { steps, observed: world };
    steps.push(...next.steps);
    for (const step of next.steps) world = effect(world, step, next.components, desired);
    memory = {
      ...NO_MEMORY,
      components: new Map(next.components.map(remembered)),
    };
  }
}

/** After its step: an agent that was drained has nothing left to end. */
function remembered({ id, phase, observed }: PlannedComponent): [ComponentId, Recollection] {
  return [id, { phase, drained: phase === 'draining' ? observed?.container?.id : undefined }];
}

/** The world after a step that did what it should. */
function effect(world: Observed, step: Step, planned: readonly PlannedComponent[], desired: Desired): Observed {
  const target = planned.find(({ id }) => id === step.component);
  if (target?.app) return { ...world, marathon: marathonAfter(step, target.app, world) };
  if (step.component === NETWORK) return { ...world, network: step.verb === 'create' ? ASSUMED_NETWORK : undefined };
  if (step.verb === 'pull') return { ...world, images: new Set([...world.images, step.image ?? '']) };
  if (!target) return { ...world, strays: world.strays?.filter((stray) => strayId(stray) !== step.component) };
  const others = world.components.filter(({ id }) => id !== step.component);
  const after = componentAfter(step, target, world, desired);
  const components = after ? [...others, after] : others;
  return { ...world, components, marathon: runsMarathon(components) ? (world.marathon ?? NEW_MARATHON) : undefined };
}

function runsMarathon(components: readonly ObservedComponent[]): boolean {
  return components.some(({ kind, container }) => kind === 'marathon' && container?.state === 'running');
}

/** Without what was taken away, and with what was deployed. */
function marathonAfter(
  { verb }: Step,
  { desired, observed, rendered }: PlannedApp,
  { marathon = NEW_MARATHON }: Observed,
) {
  const others = marathon.apps.filter(({ id }) => id !== (desired ?? observed)?.id);
  if (verb === 'undeploy' || !desired || !rendered) return { ...marathon, apps: others };
  const { id, type, path } = desired;
  return {
    ...marathon,
    apps: [...others, { id, type, path, ours: true, apps: rendered.apps, ready: true, reason: '' }],
  };
}

function componentAfter(
  step: Step,
  { kind, index, desired: want, observed }: Exclude<PlannedComponent, { kind: 'app' }>,
  world: Observed,
  { cluster }: Desired,
): ObservedComponent | undefined {
  if (step.verb === 'remove') {
    if (step.volume === 'remove' || !observed?.volume) return undefined;
    return { ...observed, container: undefined, readiness: NOT_YET };
  }
  if (step.verb !== 'create') {
    if (!observed?.container) return observed;
    const ip = world.network?.subnet && want?.aliases ? addressIn(world.network.subnet, kindOf(kind), index) : '';
    const container = { ...observed.container, state: 'running' as const, ip, aliases: undefined };
    return { ...observed, container, readiness: READY };
  }
  if (!want) return observed;
  const name = dockerName(cluster.id, step.component);
  const networkName = dockerName(cluster.id);
  const address = world.network?.subnet ? addressIn(world.network.subnet, kindOf(kind), index) : '';
  const labels = containerLabels(cluster, want, index, '', address);
  const summary = {
    id: name,
    name,
    image: want.image,
    labels,
    state: 'running' as const,
    addresses: address ? { [networkName]: address } : {},
    startedOn: {},
    endpoints: {},
    published: [],
  };
  const made = want.volume && { name, labels: volumeLabels(labels, want.volume.labels, address) };
  const volume = observed?.volume ?? made;
  return {
    id: step.component,
    kind,
    index,
    name: want.name,
    container: readContainer(summary),
    volume,
    readiness: READY,
  };
}

const ASSUMED_NETWORK: ObservedNetwork = { id: 'network', name: 'network', subnet: '', gateway: '' };
const NEW_MARATHON = { address: '', apps: [] };
const READY: Readiness = { ready: true, reason: '' };
const NOT_YET: Readiness = { ready: false, reason: '' };
