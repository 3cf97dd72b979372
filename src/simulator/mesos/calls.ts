import { type HttpAnswer, type HttpRequest, text, wrongMethod } from '../http.js';
import { isObject, type JsonObject, parseJson } from '../json.js';

/** A v1 API call whose envelope is right. */
export interface Call {
  type: string;
  body: JsonObject;
}

/** Reads a v1 call; an answer for a request that is none, with Mesos' statuses and words. */
export function readCall(
  request: HttpRequest,
  kind: 'master' | 'agent',
  known: (type: string) => boolean,
): Call | HttpAnswer {
  const { method, headers, body } = request;
  if (method !== 'POST') return wrongMethod(['POST'], method);
  const type = headers['content-type'];
  if (type === undefined) return text(400, "Expecting 'Content-Type' to be present");
  if (type.split(';')[0]?.trim() !== 'application/json')
    return text(415, "Expecting 'Content-Type' of application/json");
  if (!accepts(headers.accept)) return text(406, "Expecting 'Accept' to allow application/json");
  const json = parseJson(body);
  if (json === undefined) return text(400, 'Failed to parse body into JSON: syntax error');
  if (!isObject(json)) return notConverted('Expecting a JSON object');
  const call = json.type;
  // Mesos drops an enum value that it does not know, and then finds none.
  if (typeof call !== 'string' || !known(call)) {
    return text(400, `Failed to validate ${kind}::Call: Expecting 'type' to be present`);
  }
  return { type: call, body: json };
}

function accepts(accept: string | undefined): boolean {
  if (accept === undefined || accept === '') return true;
  return accept
    .split(',')
    .some((each) => ['*/*', 'application/*', 'application/json'].includes(each.split(';')[0]?.trim() ?? ''));
}

/** The answer where a call's own part is missing. */
export function missing(kind: 'master' | 'agent', field: string): HttpAnswer {
  return text(400, `Failed to validate ${kind}::Call: Expecting '${field}' to be present`);
}

/** The answer to JSON that is no call, though its envelope is right. */
export function notConverted(reason: string): HttpAnswer {
  return text(400, `Failed to convert JSON into Call protobuf: ${reason}`);
}

/** A call that Mesos has and the simulator does not. */
export function notSimulated(type: string): HttpAnswer {
  return text(501, `The minimesos simulator does not do ${type}`);
}

/** Named values as GET_FLAGS and GET_METRICS list them. */
export function namedValues<T>(values: { [name: string]: T }): { name: string; value: T }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
