/** How calls of the scheduler and the executor API come in, and their events go out: in JSON or in protobuf. */

import { type HttpAnswer, type HttpRequest, type Outlet, text } from '../http.js';
import { type JsonObject, parseJson } from '../json.js';
import { asciiJson, encodeRecord } from './record-io.js';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

type Api = 'scheduler' | 'executor';

/** The call in a request; an answer for what is none, with Mesos' status and words. */
export async function readV1Call(
  { headers, body, bytes }: HttpRequest,
  api: Api,
): Promise<{ call: JsonObject } | HttpAnswer> {
  const type = headers['content-type'];
  if (type === undefined) return text(400, "Expecting 'Content-Type' to be present");
  const media = type.split(';')[0]?.trim();
  if (media !== JSON_TYPE && media !== PROTOBUF_TYPE) {
    return text(415, `Expecting 'Content-Type' of ${JSON_TYPE} or ${PROTOBUF_TYPE}`);
  }
  // The schema is large, and whoever is never called so starts quicker without it.
  const { fromJson, fromProtobuf } = await import('./messages.js');
  if (media === PROTOBUF_TYPE) {
    const call = fromProtobuf(`mesos.${api}.Call`, bytes);
    return typeof call === 'string' ? text(400, call) : { call };
  }
  const json = parseJson(body);
  if (json === undefined) return text(400, 'Failed to parse body into JSON: syntax error');
  const call = fromJson(`mesos.${api}.Call`, json);
  return typeof call === 'string' ? text(400, `Failed to convert JSON into Call protobuf: ${call}`) : { call };
}

/** What an event is as a record on the wire. */
export type EncodeEvent = (event: object) => Buffer;

/** An answer that stays open, in the form that its reader accepts; one of 406 where it accepts neither. */
export async function v1Stream(
  { headers }: HttpRequest,
  api: Api,
  begin: (outlet: Outlet, encode: EncodeEvent) => void,
  more: { [header: string]: string } = {},
): Promise<HttpAnswer> {
  const type = acceptedType(headers.accept);
  if (type === null) return text(406, `Expecting 'Accept' to allow '${PROTOBUF_TYPE}' or '${JSON_TYPE}'`);
  const { toProtobuf } = await import('./messages.js');
  const encode = (event: object): Buffer =>
    encodeRecord(type === JSON_TYPE ? asciiJson(event) : toProtobuf(`mesos.${api}.Event`, event));
  return { status: 200, type, headers: more, stream: (outlet) => begin(outlet, encode) };
}

/** JSON where both will do; null where neither does. */
function acceptedType(accept = ''): string | null {
  const wanted = accept.split(',').map((each) => each.split(';')[0]?.trim() ?? '');
  const allows = (type: string): boolean =>
    accept.trim() === '' || wanted.some((each) => ['*/*', 'application/*', type].includes(each));
  return allows(JSON_TYPE) ? JSON_TYPE : allows(PROTOBUF_TYPE) ? PROTOBUF_TYPE : null;
}
