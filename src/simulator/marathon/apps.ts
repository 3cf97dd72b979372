import { type HttpAnswer, type HttpRequest, json } from '../http.js';
import { type Json, parseJson } from '../json.js';
import { type AppDefinition, absoluteId, type Complaint, readApp, validate, withDefaults } from './app.js';
import type { AppRecord, AppStore, Deployment } from './store.js';

/** An app as the API shows it. Nothing runs in the simulator yet, so that no task is ever counted. */
export function shownApp({ app, version, deployment }: AppRecord): object {
  return {
    ...withDefaults(app),
    version,
    versionInfo: { lastScalingAt: version, lastConfigChangeAt: version },
    tasksStaged: 0,
    tasksRunning: 0,
    tasksHealthy: 0,
    tasksUnhealthy: 0,
    deployments: deployment === null ? [] : [{ id: deployment.id }],
  };
}

export function shownDeployment(record: AppRecord): object[] {
  const { app, deployment } = record;
  if (deployment === null) return [];
  const actions = [{ action: deployment.action, app: app.id }];
  return [
    {
      id: deployment.id,
      version: deployment.version,
      affectedApps: [app.id],
      steps: [{ actions }],
      currentActions: actions.map((action) => ({ ...action, readinessCheckResults: [] })),
      currentStep: 1,
      totalSteps: 1,
    },
  ];
}

/** What waits for offers: every app of which more tasks are wanted than run. */
export function shownQueue(records: readonly AppRecord[]): object[] {
  return records
    .filter(({ app }) => wanted(app) > 0)
    .map((record) => ({
      app: shownApp(record),
      count: wanted(record.app),
      delay: { timeLeftSeconds: 0, overdue: true },
    }));
}

export function notFound(id: string): HttpAnswer {
  return json({ message: `App '${id}' does not exist` }, 404);
}

function refused({ status, message, details }: Complaint): HttpAnswer {
  return json({ message, details }, status);
}

function wanted(app: AppDefinition): number {
  return Number(withDefaults(app).instances);
}

const forced = (request: HttpRequest): boolean => request.query.get('force') === 'true';

/** The answer of an asynchronous change. */
function accepted(deployment: Pick<Deployment, 'id' | 'version'>, status = 200): HttpAnswer {
  const { id, version } = deployment;
  return { ...json({ version, deploymentId: id }, status), headers: { 'Marathon-Deployment-Id': id } };
}

function lockedBy(records: readonly AppRecord[]): HttpAnswer | null {
  const deployments = records.flatMap(({ deployment }) => (deployment === null ? [] : [{ id: deployment.id }]));
  if (deployments.length === 0) return null;
  const message =
    "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";
  return json({ message, deployments }, 409);
}

/** Changes apps; each change is in ZooKeeper before it is answered. */
export class Apps {
  readonly #store: AppStore;

  constructor(store: AppStore) {
    this.#store = store;
  }

  async post(request: HttpRequest): Promise<HttpAnswer> {
    const reading = readApp(parseJson(request.body), null);
    if ('complaint' in reading) return refused(reading.complaint);
    const { app } = reading;
    const complaint = validate(withDefaults(app));
    if (complaint !== null) return refused(complaint);
    if (this.#store.find(app.id) !== undefined) {
      return json({ message: `An app with id [${app.id}] already exists.` }, 409);
    }
    const { record, deployment } = await this.#change(app);
    return { ...json(shownApp(record), 201), headers: { 'Marathon-Deployment-Id': deployment.id } };
  }

  /** PUT makes or changes; what it leaves out stays as it was unless `partialUpdate=false`. */
  async put(request: HttpRequest, id: string): Promise<HttpAnswer> {
    return this.#update(request, id, true);
  }

  async patch(request: HttpRequest, id: string): Promise<HttpAnswer> {
    return this.#store.find(id) === undefined ? notFound(id) : this.#update(request, id, false);
  }

  async remove(request: HttpRequest, id: string): Promise<HttpAnswer> {
    const record = this.#store.find(id);
    if (record === undefined) return notFound(id);
    const locked = forced(request) ? null : lockedBy([record]);
    if (locked !== null) return locked;
    await this.#store.remove(id);
    return accepted({ id: crypto.randomUUID(), version: new Date().toISOString() });
  }

  async restart(request: HttpRequest, id: string): Promise<HttpAnswer> {
    const record = this.#store.find(id);
    if (record === undefined) return notFound(id);
    const locked = forced(request) ? null : lockedBy([record]);
    if (locked !== null) return locked;
    const { deployment } = await this.#change(record.app, 'RestartApplication');
    return accepted(deployment);
  }

  /** Ends a deployment: with `force=true` as it stands, else by going back to what was before it. */
  async cancel(request: HttpRequest, deploymentId: string): Promise<HttpAnswer> {
    const record = this.#store.all.find(({ deployment }) => deployment?.id === deploymentId);
    const deployment = record?.deployment ?? null;
    if (record === undefined || deployment === null) {
      return json({ message: `DeploymentPlan ${deploymentId} does not exist` }, 404);
    }
    if (forced(request)) {
      await this.#store.put({ ...record, deployment: null });
      return { status: 202 };
    }
    if (deployment.before !== null) return accepted((await this.#change(deployment.before.app)).deployment);
    await this.#store.remove(record.app.id);
    return accepted({ id: crypto.randomUUID(), version: new Date().toISOString() });
  }

  async #update(request: HttpRequest, id: string, mayCreate: boolean): Promise<HttpAnswer> {
    const reading = readApp(parseJson(request.body), id);
    if ('complaint' in reading) return refused(reading.complaint);
    if (reading.app.id !== id) {
      const details = [{ path: '/id', errors: ['the id does not match the one in the path'] }];
      return refused({ status: 422, message: 'Object is not valid', details });
    }
    const existing = this.#store.find(id);
    const partial = request.query.get('partialUpdate') !== 'false';
    const app: AppDefinition = { ...(existing !== undefined && partial ? existing.app : {}), ...reading.app };
    const complaint = validate(withDefaults(app));
    if (complaint !== null) return refused(complaint);
    const locked = existing === undefined || forced(request) ? null : lockedBy([existing]);
    if (locked !== null) return locked;
    const { deployment } = await this.#change(app);
    return accepted(deployment, existing === undefined && mayCreate ? 201 : 200);
  }

  async #change(
    app: AppDefinition,
    action?: Deployment['action'],
  ): Promise<{ record: AppRecord; deployment: Deployment }> {
    const existing = this.#store.find(app.id);
    const version = new Date().toISOString();
    const before = existing === undefined ? null : { ...existing, deployment: null };
    const change = action ?? (existing === undefined ? 'StartApplication' : changeOf(existing.app, app));
    const deployment: Deployment = { id: crypto.randomUUID(), version, action: change, before };
    // Where no task is wanted there is nothing to wait for.
    const record: AppRecord = { app, version, deployment: wanted(app) === 0 ? null : deployment };
    await this.#store.put(record);
    return { record, deployment };
  }
}

/** Scaling alone restarts nothing. */
function changeOf(before: AppDefinition, after: AppDefinition): Deployment['action'] {
  const rest = (app: AppDefinition): Json => ({ ...withDefaults(app), instances: 0 });
  return JSON.stringify(rest(before)) === JSON.stringify(rest(after)) ? 'ScaleApplication' : 'RestartApplication';
}

/** The app's id in what follows `/v2/apps/`, and what comes after it that is no part of the id. */
export function appPath(rest: string): { id: string; part: 'tasks' | 'versions' | 'restart' | null } {
  const match = /^(.*)\/(tasks|versions|restart)\/?$/.exec(rest);
  if (match === null) return { id: absoluteId(rest), part: null };
  return { id: absoluteId(match[1] ?? ''), part: match[2] as 'tasks' | 'versions' | 'restart' };
}
