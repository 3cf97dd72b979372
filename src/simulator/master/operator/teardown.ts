import { type HttpAnswer, type HttpRequest, text, wrongMethod } from '../../http.js';
import { DONE, type MasterContext } from './context.js';

/** Ends a framework, by the older endpoint or by TEARDOWN. */
export function teardown(context: MasterContext, frameworkId: string): HttpAnswer {
  return context.teardown(frameworkId) ? DONE : text(400, 'No framework found with specified ID');
}

/** `POST /teardown` with a form that names the framework. */
export function teardownRequest(context: MasterContext, { method, body }: HttpRequest): HttpAnswer {
  if (method !== 'POST') return wrongMethod(['POST'], method);
  const frameworkId = new URLSearchParams(body).get('frameworkId');
  return frameworkId === null ? text(400, "Missing 'frameworkId' query parameter") : teardown(context, frameworkId);
}
