/** Docker and Mesos → observed: one listing, one question to each master, one probe a component. */

import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import type { ContainerSummary, Docker, NetworkSummary, VolumeSummary } from '../docker/docker.js';
import { asMinimesosError } from '../errors.js';
import type { AgentState, MasterAnswer, MasterState } from '../mesos/operator.js';
import {
  type ComponentId,
  type Desired,
  KINDS,
  type Observed,
  type ObservedComponent,
  type ObservedNetwork,
  type Readiness,
  type Stray,
} from '../model.js';
import { observedApps } from './apps.js';
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

/** Of the first Marathon that does its work; undefined where it does not say what it has. */
async function appsAt(
  components: readonly ObservedComponent[],
  cluster: string,
  prober: Prober,
): Promise<Observed['marathon']> {
  const marathon = components.find(({ kind, readiness }) => kind === 'marathon' && readiness.ready);
  const where = marathon && addressOf(marathon);
  if (!where) return undefined;
  const answer = await prober.apps(where.host, where.port, where.life).catch(() => undefined);
  return answer && { address: `${where.host}:${where.port}`, apps: observedApps(answer, cluster) };
}

type Present = Omit<ObservedComponent, 'readiness' | 'agentId' | 'tasks' | 'deactivated' | 'drainedAt'>;

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

/** Masters first: what the leading one says tells which agents do their work. */
async function probe(present: Present[], asked: (component: Present) => boolean, prober: Prober, thorough: boolean) {
  const masters = present.filter((each) => each.kind === 'master' && asked(each));
  const answers = new Map(await Promise.all(masters.map(async (each) => [each.id, await ask(each, prober)] as const)));
  const leading = masters.flatMap((each) => leaderAt(each, answers.get(each.id))).at(0);
  const components = present.map(async (component): Promise<ObservedComponent> => {
    const answer = answers.get(component.id);
    if (answer) return { ...component, readiness: masterReadiness(answer, leading) };
    if (component.kind === 'agent') return agentAt(component, leading?.state, thorough && asked(component), prober);
    if (!asked(component)) return { ...component, readiness: NOT_ASKED };
    return { ...component, readiness: await readinessOf(component, prober) };
  });
  return { components: await Promise.all(components), leading };
}

interface Leader {
  id: ComponentId;
  host: string;
  port: number;
  state: MasterState;
}

function leaderAt(master: Present, answer: MasterAnswer | undefined): Leader[] {
  const where = addressOf(master);
  return where && answer?.leads ? [{ ...where, id: master.id, state: answer.state }] : [];
}

function ask(master: Present, prober: Prober): Promise<MasterAnswer> {
  const where = addressOf(master);
  if (!where) return Promise.resolve({ leads: false, reason: NOT_RUNNING.reason });
  return prober
    .master(where.host, where.port, where.life)
    .catch((error: unknown) => ({ leads: false, reason: reasonOf(error) }));
}

/** One that follows does its work as long as the one that it names leads: it takes over, and sends others on. */
function masterReadiness(answer: MasterAnswer, leader: Leader | undefined): Readiness {
  if (answer.leads) return { ready: true, reason: 'leads', leads: true };
  if (leader && answer.follows === `${leader.host}:${leader.port}`)
    return { ready: true, reason: `follows ${leader.id}` };
  return { ready: false, reason: answer.follows ? `${answer.reason}, which does not lead` : answer.reason };
}

/** An agent is ready when the leading master lists it as active: `/health` of its own proves nothing but life. */
async function agentAt(
  component: Present,
  leading: MasterState | undefined,
  thorough: boolean,
  prober: Prober,
): Promise<ObservedComponent> {
  const where = addressOf(component);
  // One that stopped is still known to its master, at the address that it had.
  const last = { host: component.container?.address, port: component.container?.port };
  if (!where) return { ...component, agentId: idAt(leading, last), readiness: NOT_RUNNING };
  if (!leading) return { ...component, readiness: { ready: false, reason: 'no leading master to register at' } };
  const agent = leading.agents.get(`${where.host}:${where.port}`);
  const listed = listedAs(agent);
  const readiness = listed.ready && thorough ? await aliveOr(listed, component, prober) : listed;
  return {
    ...component,
    agentId: agent?.id,
    tasks: agent?.tasks,
    deactivated: agent?.deactivated,
    drainedAt: agent?.drainedAt,
    readiness,
  };
}

function idAt(
  leading: MasterState | undefined,
  { host, port }: { host?: string | undefined; port?: number | undefined },
) {
  return leading?.agents.get(`${host}:${port}`)?.id;
}

function listedAs(agent: AgentState | undefined): Readiness {
  if (!agent) return { ready: false, reason: 'not registered yet' };
  if (agent.active) return { ready: true, reason: 'active at the leading master' };
  if (agent.deactivated) return { ready: true, reason: 'registered, told to take no offers' };
  return { ready: false, reason: 'not active at the master' };
}

async function aliveOr(listed: Readiness, agent: Present, prober: Prober): Promise<Readiness> {
  const alive = await readinessOf(agent, prober);
  return alive.ready ? listed : alive;
}

async function readinessOf(component: Present, prober: Prober): Promise<Readiness> {
  if (component.container?.state !== 'running') return NOT_RUNNING;
  const where = addressOf(component);
  // Registrator listens nowhere: that it runs is all there is to see.
  if (!where) return { ready: true, reason: 'runs' };
  const answer = prober.component(component.kind, where.host, where.port, where.life);
  return answer.catch((error: unknown) => ({ ready: false, reason: reasonOf(error) }));
}

/** Where a running component listens; one that shares the host's network has no address of its own. */
function addressOf({ container }: Present): { host: string; port: number; life: string } | undefined {
  if (container?.state !== 'running' || container.port === undefined) return undefined;
  const host = container.onHost ? '127.0.0.1' : container.ip;
  return host ? { host, port: container.port, life: `${container.id} ${container.startedAt}` } : undefined;
}

function activeAgents({ agents }: MasterState): number {
  return [...agents.values()].filter(({ active }) => active).length;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) return 'gives no answer';
  return asMinimesosError(error).message;
}

const NOT_RUNNING: Readiness = { ready: false, reason: 'not running' };
const NOT_ASKED: Readiness = { ready: false, reason: '' };
