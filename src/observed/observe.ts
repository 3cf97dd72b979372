/** Docker and Mesos → observed: one listing, one question to each master, one probe a component. */

import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import type { ContainerSummary, Docker, NetworkSummary, VolumeSummary } from '../docker/docker.js';
import type { MasterState } from '../mesos/operator.js';
import { type ComponentId, type Desired, KINDS, type Observed, type ObservedNetwork, type Stray } from '../model.js';
import { appsAt, type Present, probe } from './answers.js';
import { dockerName, markerName, readComponent, readContainer, selector } from './labels.js';
import type { Particular, Particulars } from './particulars.js';
import type { Prober } from './probe.js';

export interface Observatory {
  docker: Docker;
  prober: Prober;
  /** Undefined: nobody asks for start times and names on the network. */
  particulars?: Particulars;
}

export interface Look {
  /** Tells which images to look for, and which kinds are wanted; without it no image is, and every kind. */
  desired?: Desired | undefined;
  /** Components that are being changed: whether they do their work is no question now. */
  busy?: ReadonlySet<ComponentId>;
  /** Ask each agent too: a master takes a frozen one for active for a minute and more. */
  thorough?: boolean;
}

/** One look at a cluster. What is on its way in or out is not asked, or each look would wait until it does not answer. */
export async function observe(
  cluster: string,
  { docker, prober, particulars }: Observatory,
  { desired, busy = new Set(), thorough = false }: Look = {},
): Promise<Observed> {
  const ours = selector(cluster);
  const [containers, volumes, networks] = await Promise.all([
    docker.listContainers(ours),
    docker.listVolumes(ours),
    docker.listNetworks(ours),
  ]);
  const details = await particulars?.of(containers);
  const { present, strays } = assemble(cluster, containers, volumes, details);
  const network = readNetwork(networks);
  const needed = imagesNeeded(present, network, desired);
  const kinds = desired && new Set(desired.components.map(({ kind }) => kind));
  // One that is to go has its apps to end before.
  const asked = ({ id, kind }: Present) => !busy.has(id) && (kind === 'marathon' || (kinds?.has(kind) ?? true));
  const [images, { components, leading }] = await Promise.all([
    needed.length > 0 ? docker.presentImages(needed) : new Set<string>(),
    probe(present, asked, prober, thorough),
  ]);
  const mesos = leading && {
    version: leading.state.version,
    agents: activeAgents(leading.state),
    address: `${leading.host}:${leading.port}`,
  };
  const pausedSince = volumes.find(({ name }) => name === markerName(cluster, 'paused'))?.createdAt;
  const marathon = await appsAt(components, cluster, prober);
  return { network, components, images, mesos, marathon, strays, pausedSince };
}

/** A component is there as soon as a container or a volume bears its labels; a second container of it is a stray. */
function assemble(
  cluster: string,
  containers: ContainerSummary[],
  volumes: VolumeSummary[],
  details: ReadonlyMap<string, Particular> | undefined,
): { present: Present[]; strays: Stray[] } {
  const byId = new Map<string, Present>();
  const strays: Stray[] = [];
  for (const { name, labels } of volumes) {
    const component = readComponent(labels);
    if (component) byId.set(component.id, { ...component, volume: { name, labels } });
  }
  const ownNameFirst = [...containers].sort((a, b) => rank(cluster, a) - rank(cluster, b));
  for (const summary of ownNameFirst) {
    const component = readComponent(summary.labels);
    const known = component && byId.get(component.id);
    if (!component || known?.container) strays.push({ id: summary.id, name: summary.name, of: component?.id });
    else {
      const container = readContainer(summary, details?.get(summary.id));
      byId.set(component.id, { ...component, container, volume: known?.volume });
    }
  }
  const order = (each: Present) => KINDS.indexOf(each.kind);
  return { present: [...byId.values()].sort((a, b) => order(a) - order(b) || a.index - b.index), strays };
}

/** The one that bears the component's name is the component. */
function rank(cluster: string, { name, labels }: ContainerSummary): number {
  return name === dockerName(cluster, readComponent(labels)?.id) ? 0 : 1;
}

function readNetwork([network]: NetworkSummary[]): ObservedNetwork | undefined {
  return network && { id: network.id, name: network.name, subnet: network.subnets[0] ?? '', gateway: network.gateway };
}

/** The images of those that are wanted and have no container of their spec that serves; in a converged cluster none. */
function imagesNeeded(
  present: Present[],
  network: ObservedNetwork | undefined,
  desired: Desired | undefined,
): string[] {
  const inPlace = ({ kind, index, container }: Present) =>
    !container?.address || !network?.subnet || container.address === addressIn(network.subnet, kindOf(kind), index);
  const running = present.filter(
    (each) => each.container?.state === 'running' && !each.container.byHand && inPlace(each),
  );
  const made = running.map(({ kind, container }) => `${kind} ${container?.hash}`);
  const missing = (desired?.components ?? []).filter(({ kind, hash }) => {
    const at = made.indexOf(`${kind} ${hash}`);
    if (at >= 0) made.splice(at, 1);
    return at < 0;
  });
  return [...new Set(missing.map(({ image }) => image))];
}

function activeAgents({ agents }: MasterState): number {
  return [...agents.values()].filter(({ active }) => active).length;
}
