import { STATUS_CODES } from 'node:http';
import { type HttpAnswer, type HttpRequest, json } from '../../http.js';
import type { Json } from '../../json.js';
import type { Complaint } from '../app/definition.js';
import type { Outcome } from '../deployment/changes.js';
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

/** A body that is no JSON, with the answer to it. */
export class NoJson extends Error {
  readonly answer: HttpAnswer;

  constructor(message: string, details: string) {
    super(details);
    this.answer = json({ message, details }, 400);
  }
}

/** The body as JSON; throws NoJson. */
export function bodyOf({ body }: HttpRequest): Json {
  if (body === '') throw new NoJson('Please specify data in JSON format', 'No content to map due to end-of-input');
  try {
    return JSON.parse(body) as Json;
  } catch (error) {
    throw new NoJson('Invalid JSON', (error as Error).message);
  }
}

/** A refusal that has no words of its own. */
export function refusal(status: 405 | 406 | 415): HttpAnswer {
  return json({ message: STATUS_CODES[status] }, status);
}

export function noPath({ path }: HttpRequest): HttpAnswer {
  return json({ message: `URI not found: ${path}` }, 404);
}

/** An answer with a header more. */
export function withHeader(answer: HttpAnswer, name: string, value: string): HttpAnswer {
  return { ...answer, headers: { [name]: value, ...answer.headers } };
}
