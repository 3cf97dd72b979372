import { type HttpAnswer, type HttpRequest, json, text } from '../http.js';

/** Names of a daemon's libprocess processes, as `/help` lists them. */
export type ProcessNames = readonly string[];

/** What every libprocess program answers: `/help`, `/__processes__` and `/logging/toggle`; null for every other path. */
export function processPage(
  { path, query }: Pick<HttpRequest, 'path' | 'query'>,
  names: ProcessNames,
  more: () => void = () => {},
): HttpAnswer | null {
  if (path === '/help') return helpPage(names);
  if (path === '/__processes__') return json(names.map((id) => ({ events: [], id })));
  return path === '/logging/toggle' ? toggle(query, more) : null;
}

function helpPage(names: ProcessNames): HttpAnswer {
  const lines = names.map((name) => `> [/${name}][${name}]\n`).join('');
  const links = names.map((name) => `[${name}]: help/${name}\n`).join('');
  return { status: 200, body: `## HELP\n${lines}\n${links}`, type: 'text/x-markdown' };
}

/** glog's verbosity: 0, and for a while another. There are no lines here that only verbosity shows. */
function toggle(query: URLSearchParams, more: () => void): HttpAnswer {
  const [level, duration] = [query.get('level'), query.get('duration')];
  if (level === null && duration === null) return text(200, '0\n');
  if (level === null) return text(400, "Expecting 'level=value' in query.\n");
  if (duration === null) return text(400, "Expecting 'duration=value' in query.\n");
  if (!/^\d+$/.test(level)) return text(400, `Failed to convert '${level}' to number.\n`);
  more();
  return { status: 200 };
}
