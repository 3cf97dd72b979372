/** Marathon's refusals as sentences: of every 1.x, and of the versions before it that images of 2016 hold. */

import { STATUS_CODES } from 'node:http';
import { type ErrorCode, type ErrorDetails, MinimesosError } from '../errors.js';
import { type HttpReply, jsonOf } from './http.js';

/** The error of an answer that is none of 2xx, to what was asked at `path`: `/v2/apps/hello?force=true`. */
export function refusalOf(reply: HttpReply, path: string): MinimesosError {
  const what = subjectOf(path);
  const answer = readAnswer(reply);
  switch (reply.status) {
    case 400:
      return refusal('APP_REFUSED', `Marathon cannot read the JSON of ${what.name}`, answer);
    case 401:
    case 403:
      return refusal('APP_REFUSED', `Marathon lets nobody without credentials at ${what.name}`, answer, {
        hint: 'minimesos sends none: run Marathon without --http_credentials and without a plugin for authentication',
      });
    case 404:
      if (what.named && answer.json)
        return refusal('NO_APP', `Marathon has no ${what.name}`, { ...answer, message: undefined });
      return refusal('MESOS_UNREACHABLE', `${path} answers 404, as Marathon would not`, answer);
    case 409:
      return conflict(what, answer);
    case 422:
      return refusal('APP_REFUSED', `Marathon refuses ${what.name}`, answer);
    case 503:
      return refusal('MESOS_UNREACHABLE', 'Marathon cannot answer yet', answer);
  }
  const code = reply.status >= 400 && reply.status < 500 ? 'APP_REFUSED' : 'MESOS_UNREACHABLE';
  return refusal(code, `Marathon answers ${titleOf(reply.status)} to ${path}`, answer);
}

/** What was asked about. */
interface Subject {
  /** With its id where the path has one: `app /hello`, `the group`. */
  name: string;
  named: boolean;
}

function subjectOf(path: string): Subject {
  const [, type, id] = /^\/v2\/(app|group)s(\/[^?]+)?/.exec(path) ?? [];
  if (!type) return { name: path, named: false };
  return id ? { name: `${type} ${decodeURIComponent(id)}`, named: true } : { name: `the ${type}`, named: false };
}

/** An answer as far as it says anything to people. */
interface Answer {
  /** Whether it is JSON, as all that Marathon itself says about apps is. */
  json: boolean;
  message?: string | undefined;
  /** A line a field. */
  details: string[];
  /** Ids of those that are in the way. */
  deployments: string[];
}

function conflict({ name }: Subject, answer: Answer): MinimesosError {
  const { message = '', deployments } = answer;
  if (/already (exists|created)/.test(message)) {
    return new MinimesosError('APP_EXISTS', `${existing(message) ?? name} is there already`);
  }
  if (deployments.length === 0 && !/locked/.test(message))
    return refusal('APP_REFUSED', `Marathon refuses ${name}`, answer);
  const by = deployments.length > 0 ? `deployment ${deployments.join(', ')}` : 'another deployment';
  return new MinimesosError('APP_LOCKED', `${name} is locked: ${by} is changing it`, {
    hint: 'wait until it is over; install and uninstall with --force cancel it',
  });
}

/** `An app with id [/x] already exists.`, `An app with the path /x already exists.`, `Group /x is already created.` */
function existing(message: string): string | undefined {
  const [, type, id] = /(app|group)\b[^/]*(\/[^\s\]]*)/i.exec(message) ?? [];
  return type && `${type.toLowerCase()} ${id}`;
}

function refusal(code: ErrorCode, sentence: string, answer: Answer, more: ErrorDetails = {}): MinimesosError {
  const { message, details } = answer;
  return new MinimesosError(code, message ? `${sentence}: ${message}` : sentence, { ...more, details });
}

function readAnswer(reply: HttpReply): Answer {
  const json = jsonOf(reply);
  if (!json) return { json: false, message: proseOf(reply.body), details: [], deployments: [] };
  const { message, details, errors, deployments } = json;
  const fields = [details, errors].flatMap(readFields);
  return {
    json: true,
    message: typeof message === 'string' && !saysNothing(message, fields) ? short(message) : undefined,
    details: fields,
    deployments: listOf(deployments).map(({ id }) => String(id)),
  };
}

/** Words over a list of fields that add nothing to it. */
function saysNothing(message: string, fields: string[]): boolean {
  return fields.length > 0 && /^(Object is not valid|Invalid JSON|Bean is not valid)\.?$/i.test(message);
}

/** `{path, errors}` since 0.16, `{attribute, error}` before; a text where the body was no JSON at all. */
function readFields(found: unknown): string[] {
  if (typeof found === 'string') return [short(found)];
  return listOf(found).flatMap(({ path, attribute, errors, error }) => {
    const place = String(path ?? attribute ?? '');
    const each = Array.isArray(errors) ? errors : [errors ?? error ?? ''];
    const whole = ['', '/', 'self', 'value'].includes(place);
    return each.map((cause) => (whole ? worded(cause) : `${place}: ${worded(cause)}`));
  });
}

/** What Play, which reads JSON for Marathon, says in codes. */
const CODES: Record<string, string> = {
  'error.path.missing': 'is missing',
  'error.expected.jsnumber': 'must be a number',
  'error.expected.int': 'must be a whole number',
  'error.expected.jsstring': 'must be a text',
  'error.expected.jsboolean': 'must be true or false',
  'error.expected.jsarray': 'must be a list',
  'error.expected.jsobject': 'must be an object',
  'error.unknown.enum.literal': 'is none of the words that it can be',
};

function worded(error: unknown): string {
  const text = typeof error === 'string' ? error : JSON.stringify(error);
  return CODES[text] ?? short(text);
}

/** A page of a proxy or of a servlet container: its title, or else its text. */
function proseOf(body: string): string | undefined {
  const page = body.slice(0, LONGEST_PAGE);
  const title = /<title>([^<]*)<\/title>/i.exec(page)?.[1];
  const text = title ?? page.replace(/<(style|script)\b.*?<\/\1>/gis, ' ').replace(/<[^>]*>/g, ' ');
  return short(text) || undefined;
}

const LONGEST = 300;
const LONGEST_PAGE = 10_000;

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function titleOf(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}
