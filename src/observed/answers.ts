/** What the processes of a cluster say: one question to each master, one probe a component, and what Marathon has. */

import { asMinimesosError } from '../errors.js';
import type { AgentState, MasterAnswer, MasterState } from '../mesos/operator.js';
import type { ComponentId, Observed, ObservedComponent, Readiness } from '../model.js';
import { observedApps } from './apps.js';
import type { Prober } from './probe.js';

/** A component as the engine shows it, before anybody asked it. */
export type Present = Omit<ObservedComponent, 'readiness' | 'agentId' | 'tasks' | 'deactivated' | 'drainedAt'>;

/** Masters first: what the leading one says tells which agents do their work. */
export async function probe(
  present: Present[],
  asked: (component: Present) => boolean,
  prober: Prober,
  thorough: boolean,
) {
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

function reasonOf(error: unknown): string {
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) return 'gives no answer';
  return asMinimesosError(error).message;
}

const NOT_RUNNING: Readiness = { ready: false, reason: 'not running' };
const NOT_ASKED: Readiness = { ready: false, reason: '' };

/** Of the first Marathon that does its work; undefined where it does not say what it has. */
export async function appsAt(
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
