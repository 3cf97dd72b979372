/** Docker and Mesos → observed: one listing, one question to each master, one probe a component but agents. */

import type { ContainerSummary, Docker, NetworkSummary, VolumeSummary } from '../docker/docker.js';
import { asMinimesosError } from '../errors.js';
import type { MasterAnswer, MasterState } from '../mesos/operator.js';
import {
  type ComponentId,
  type Desired,
  KINDS,
  type Observed,
  type ObservedComponent,
  type ObservedNetwork,
  type Readiness,
} from '../model.js';
import { readComponent, readContainer, selector } from './labels.js';
import type { Prober } from './probe.js';

export interface Observatory {
  docker: Docker;
  prober: Prober;
}

export interface Look {
  /** Tells which images to look for, and which kinds are wanted; without it no image is, and every kind. */
  desired?: Desired | undefined;
  /** Components that are being changed: whether they do their work is no question now. */
  busy?: ReadonlySet<ComponentId>;
}

/** One look at a cluster. What is on its way in or out is not asked, or each look would wait until it does not answer. */
export async function observe(
  cluster: string,
  { docker, prober }: Observatory,
  { desired, busy = new Set() }: Look = {},
): Promise<Observed> {
  const ours = selector(cluster);
  const [containers, volumes, networks] = await Promise.all([
    docker.listContainers(ours),
    docker.listVolumes(ours),
    docker.listNetworks(ours),
  ]);
  const present = assemble(containers, volumes);
  const needed = imagesNeeded(present, desired);
  const kinds = desired && new Set(desired.components.map(({ kind }) => kind));
  const asked = ({ id, kind }: Present) => !busy.has(id) && (kinds?.has(kind) ?? true);
  const [images, { components, leading }] = await Promise.all([
    needed.length > 0 ? docker.presentImages(needed) : new Set<string>(),
    probe(present, asked, prober),
  ]);
  const mesos = leading && { version: leading.version, agents: activeAgents(leading) };
  return { network: readNetwork(networks), components, images, mesos };
}

type Present = Omit<ObservedComponent, 'readiness' | 'agentId'>;

/** A component is there as soon as a container or a volume bears its labels. */
function assemble(containers: ContainerSummary[], volumes: VolumeSummary[]): Present[] {
  const byId = new Map<string, Present>();
  for (const { name, labels } of volumes) {
    const component = readComponent(labels);
    if (component) byId.set(component.id, { ...component, volume: { name, labels } });
  }
  for (const summary of containers) {
    const component = readComponent(summary.labels);
    if (!component) continue;
    const volume = byId.get(component.id)?.volume;
    byId.set(component.id, { ...component, container: readContainer(summary), volume });
  }
  return [...byId.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.index - b.index);
}

function readNetwork([network]: NetworkSummary[]): ObservedNetwork | undefined {
  return network && { id: network.id, name: network.name, subnet: network.subnets[0] ?? '', gateway: network.gateway };
}

/** The images of those that are wanted and have no container of their spec that runs; in a converged cluster none. */
function imagesNeeded(present: Present[], desired: Desired | undefined): string[] {
  const running = present.filter(({ container }) => container?.state === 'running');
  const made = running.map(({ kind, container }) => `${kind} ${container?.hash}`);
  const missing = (desired?.components ?? []).filter(({ kind, hash }) => {
    const at = made.indexOf(`${kind} ${hash}`);
    if (at >= 0) made.splice(at, 1);
    return at < 0;
  });
  return [...new Set(missing.map(({ image }) => image))];
}

/** Masters first: what the leading one says tells which agents do their work. */
async function probe(present: Present[], asked: (component: Present) => boolean, prober: Prober) {
  const masters = present.filter((each) => each.kind === 'master' && asked(each));
  const answers = new Map(await Promise.all(masters.map(async (each) => [each.id, await ask(each, prober)] as const)));
  const leading = [...answers.values()].flatMap((answer) => (answer.leads ? [answer.state] : [])).at(0);
  const components = present.map(async (component): Promise<ObservedComponent> => {
    const answer = answers.get(component.id);
    if (answer) return { ...component, readiness: masterReadiness(answer) };
    if (component.kind === 'agent') return agentAt(component, leading);
    if (!asked(component)) return { ...component, readiness: NOT_ASKED };
    return { ...component, readiness: await readinessOf(component, prober) };
  });
  return { components: await Promise.all(components), leading };
}

function ask(master: Present, prober: Prober): Promise<MasterAnswer> {
  const where = addressOf(master);
  if (!where) return Promise.resolve({ leads: false, reason: NOT_RUNNING.reason });
  return prober.master(where.host, where.port).catch((error: unknown) => ({ leads: false, reason: reasonOf(error) }));
}

function masterReadiness(answer: MasterAnswer): Readiness {
  return answer.leads ? { ready: true, reason: 'leads' } : { ready: false, reason: answer.reason };
}

/** An agent is ready when the leading master lists it as active: `/health` of its own proves nothing. */
function agentAt(component: Present, leading: MasterState | undefined): ObservedComponent {
  const where = addressOf(component);
  if (!where) return { ...component, readiness: NOT_RUNNING };
  if (!leading) return { ...component, readiness: { ready: false, reason: 'no leading master to register at' } };
  const agent = leading.agents.get(`${where.host}:${where.port}`);
  const reason = agent
    ? agent.active
      ? 'active at the leading master'
      : 'not active at the master'
    : 'not registered yet';
  return { ...component, agentId: agent?.id, readiness: { ready: agent?.active ?? false, reason } };
}

async function readinessOf(component: Present, prober: Prober): Promise<Readiness> {
  if (component.container?.state !== 'running') return NOT_RUNNING;
  const where = addressOf(component);
  // Registrator listens nowhere: that it runs is all there is to see.
  if (!where) return { ready: true, reason: 'runs' };
  const answer = prober.component(component.kind, where.host, where.port);
  return answer.catch((error: unknown) => ({ ready: false, reason: reasonOf(error) }));
}

/** Where a running component listens; one that shares the host's network has no address of its own. */
function addressOf({ container }: Present): { host: string; port: number } | undefined {
  if (container?.state !== 'running' || container.port === undefined) return undefined;
  return { host: container.ip || '127.0.0.1', port: container.port };
}

function activeAgents({ agents }: MasterState): number {
  return [...agents.values()].filter(({ active }) => active).length;
}

function reasonOf(error: unknown): string {
  return asMinimesosError(error).message;
}

const NOT_RUNNING: Readiness = { ready: false, reason: 'not running' };
const NOT_ASKED: Readiness = { ready: false, reason: '' };
