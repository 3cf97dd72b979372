import { type HttpAnswer, type HttpRequest, json } from '../../http.js';
import { type Json, parseJson } from '../../json.js';
import type { Complaint } from '../app/definition.js';
import type { Outcome } from '../changes.js';
import type { Deployment } from '../deployment/deployments.js';

const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

export function refused({ status, message, details }: Complaint): HttpAnswer {
  return json({ message, details }, status);
}

export function locked(deployments: readonly Deployment[]): HttpAnswer {
  return json({ message: LOCKED, deployments: deployments.map(({ id }) => ({ id })) }, 409);
}

/** The answer to a change, which is asynchronous. */
export function changed(outcome: Outcome, status = 200, body?: object): HttpAnswer {
  if ('complaint' in outcome) return refused(outcome.complaint);
  if ('locked' in outcome) return locked(outcome.locked);
  const { id, version } = outcome.deployment;
  return { ...json(body ?? { version, deploymentId: id }, status), headers: { 'Marathon-Deployment-Id': id } };
}

export function noApp(id: string): HttpAnswer {
  return json({ message: `App '${id}' does not exist` }, 404);
}

export function noGroup(id: string): HttpAnswer {
  return json({ message: `Group '${id}' does not exist` }, 404);
}

export const flag = ({ query }: HttpRequest, name: string): boolean => query.get(name) === 'true';

/** The body as JSON; undefined for what is none. */
export function bodyOf({ body }: HttpRequest): Json | undefined {
  return parseJson(body);
}

/** An answer with a header more. */
export function withHeader(answer: HttpAnswer, name: string, value: string): HttpAnswer {
  return { ...answer, headers: { [name]: value, ...answer.headers } };
}
