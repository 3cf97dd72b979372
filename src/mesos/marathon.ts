/** What minimesos asks of Marathon, over the API that every 1.x has. */

import type { AppType } from '../app.js';
import { MinimesosError } from '../errors.js';
import { type HttpReply, jsonOf, send } from './http.js';
import { refusalOf } from './marathon-refusal.js';

/** A task of an app, as Marathon lists it. */
export interface MarathonTask {
  id: string;
  appId: string;
  host: string;
  ports: number[];
  state: string;
}

/** An app, as Marathon has it: what was asked for with every default, and how far it has got. */
export interface MarathonApp {
  id: string;
  labels?: Record<string, string> | undefined;
  instances: number;
  tasksRunning: number;
  tasksHealthy: number;
  tasksUnhealthy: number;
  healthChecks?: unknown[] | undefined;
  /** Those that change it now. */
  deployments: { id: string }[];
  tasks?: MarathonTask[] | undefined;
  lastTaskFailure?: { state: string; message: string; timestamp: string } | undefined;
  [field: string]: unknown;
}

/** An app that waits for offers, and why none was taken. */
export interface QueuedApp {
  app: { id: string };
  count: number;
  delay: { timeLeftSeconds: number; overdue: boolean };
  /** 1.4 and later: offers that were declined, by reason. */
  processedOffersSummary?: { rejectSummaryLastOffers?: { reason: string; declined: number }[] } | undefined;
}

export interface Deployed {
  version: string;
  deploymentId: string;
}

export interface Change {
  /** Cancels a deployment that is under way. */
  force?: boolean;
}

/** One Marathon. Its methods reject with `MESOS_UNREACHABLE`, `APP_REFUSED`, `APP_EXISTS`, `APP_LOCKED` or `NO_APP`. */
export class Marathon {
  constructor(
    /** `http://172.30.8.18:8080`. */
    readonly url: string,
    private readonly timeoutMs = 10_000,
  ) {}

  async apps(): Promise<MarathonApp[]> {
    const embed = ['tasks', 'counts', 'deployments', 'lastTaskFailure'].map((each) => `embed=apps.${each}`).join('&');
    const { apps } = await this.#ask<{ apps: MarathonApp[] }>('GET', `/v2/apps?${embed}`);
    return apps;
  }

  async queue(): Promise<QueuedApp[]> {
    const { queue } = await this.#ask<{ queue: QueuedApp[] }>('GET', '/v2/queue');
    return queue;
  }

  /** Whether no app is in a group, at whatever depth; `NO_APP` where there is no such group. */
  async isEmpty(path: string): Promise<boolean> {
    const query = 'embed=group.apps&embed=group.groups';
    return holdsNoApp(await this.#ask<Group>('GET', `/v2/groups${pathOf(path)}?${query}`));
  }

  /** The ids of the deployments under way. */
  async deployments(): Promise<string[]> {
    const deployments = await this.#ask<{ id: string }[]>('GET', '/v2/deployments');
    return deployments.map(({ id }) => id);
  }

  /** Makes what is not there yet: `APP_EXISTS` where it is. */
  async create(type: AppType, definition: { id?: string }, { force = false }: Change = {}): Promise<Deployed> {
    const about = `/v2/${type}s${pathOf(definition.id ?? '')}`;
    return deployedOf(await this.#ask('POST', `/v2/${type}s?force=${force}`, definition, about));
  }

  /** Makes it so, whatever is there: what the definition does not say is as Marathon has it by default. */
  async put(type: AppType, id: string, definition: object, { force = false }: Change = {}): Promise<Deployed> {
    const query = type === 'app' ? `force=${force}&partialUpdate=false` : `force=${force}`;
    return deployedOf(await this.#ask('PUT', `/v2/${type}s${pathOf(id)}?${query}`, definition));
  }

  /** `NO_APP` where there is none. */
  async remove(type: AppType, id: string, { force = false }: Change = {}): Promise<Deployed> {
    return deployedOf(await this.#ask('DELETE', `/v2/${type}s${pathOf(id)}?force=${force}`));
  }

  /** `about`: the path of what is asked about, where the asked path does not say it. */
  async #ask<Answer>(method: string, path: string, body?: object, about = path): Promise<Answer> {
    const reply: HttpReply = await send(`${this.url}${path}`, this.timeoutMs, { method, body });
    if (reply.status < 200 || reply.status > 299) throw refusalOf(reply, about);
    const json = jsonOf(reply);
    if (json === undefined) throw new MinimesosError('MESOS_UNREACHABLE', `${this.url}${path} answers what is no JSON`);
    return json as Answer;
  }
}

interface Group {
  apps?: unknown[];
  groups?: Group[];
}

function holdsNoApp({ apps = [], groups = [] }: Group): boolean {
  return apps.length === 0 && groups.every(holdsNoApp);
}

/** An app that was posted names its deployment among its fields. */
function deployedOf(answer: { version?: string; deploymentId?: string; deployments?: { id: string }[] }): Deployed {
  return { version: answer.version ?? '', deploymentId: answer.deploymentId ?? answer.deployments?.[0]?.id ?? '' };
}

/** `/group/app`, each part as it stands in a URL. */
function pathOf(id: string): string {
  return `/${id.split('/').filter(Boolean).map(encodeURIComponent).join('/')}`;
}
