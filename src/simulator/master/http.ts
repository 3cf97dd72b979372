import { shownFlags } from '../flags.js';
import { escapeHtml, type HttpAnswer, type HttpRequest, html, json, plainError, text, wrongMethod } from '../http.js';
import { systemStats } from '../mesos/system.js';
import { generationOf, versionInfo } from '../mesos/version.js';
import { agentPid, isActive } from './agent.js';
import type { MasterContext } from './context.js';
import { masterJson } from './json.js';
import { maintenanceRequests } from './maintenance-calls.js';
import { masterMetrics } from './metrics.js';
import { operatorCall } from './operator.js';
import type { MasterView } from './view.js';

/** The master that the HTTP answers are about; its view is taken anew for each. */
export interface MasterModel extends Omit<MasterContext, 'view'> {
  view(): MasterView;
}

type Route = (view: MasterView, request: HttpRequest, context: MasterContext) => HttpAnswer;

const NO_FRAMEWORKS = { frameworks: [], completed_frameworks: [], unregistered_frameworks: [] };

/** Answered by every master, whoever leads. */
const local: { readonly [path: string]: Route } = {
  '/': page,
  '/health': () => ({ status: 200 }),
  '/flags': ({ flags }) => json({ flags: shownFlags(flags) }),
  '/version': ({ self }) => json(versionInfo(self.version)),
  '/metrics/snapshot': (view) => json(masterMetrics(view)),
  '/system/stats.json': () => json(systemStats()),
};

/** Answered by the leading master; a follower says who that is. */
const leading: { readonly [path: string]: Route } = {
  '/state': (view) => json(masterJson(view.self.version).state(view)),
  '/state-summary': (view) => json(masterJson(view.self.version).stateSummary(view)),
  '/slaves': (view) => json(masterJson(view.self.version).slaves(view)),
  '/roles': (view) => json(masterJson(view.self.version).roles(view)),
  '/frameworks': () => json(NO_FRAMEWORKS),
  '/tasks': () => json({ tasks: [] }),
  ...Object.fromEntries(
    Object.entries(maintenanceRequests).map(([path, handle]): [string, Route] => [
      path,
      (_view, request, context) => handle(context, request),
    ]),
  ),
  '/quota': () => json({}),
  '/weights': () => json([]),
  '/api/v1': (_view, request, context) => operatorCall(request, context),
  '/api/v1/scheduler': (_view, request) => postOnly(request),
};

/** Not under `/master`: other parts of the process answer them. */
const OUTSIDE_MASTER = ['/', '/version', '/metrics/snapshot', '/system/stats.json'];

/** Before the JSON endpoints lost their suffix, both forms answered. */
const SUFFIXED = ['/state', '/state-summary', '/slaves', '/roles', '/frameworks', '/tasks'];

export function masterHttp(model: MasterModel): (request: HttpRequest) => HttpAnswer {
  return (request) => {
    const view = model.view();
    const context: MasterContext = { ...model, view };
    const path = canonical(request.path, view);
    if (path === null) return plainError(404);
    if (path === '/redirect') return redirect(view, '');
    const here = Object.hasOwn(local, path) ? local[path] : undefined;
    if (here !== undefined) return here(view, request, context);
    const there = Object.hasOwn(leading, path) ? leading[path] : undefined;
    if (there === undefined) return plainError(404);
    if (view.electedTime !== null) return there(view, request, context);
    const query = request.query.size === 0 ? '' : `?${request.query.toString()}`;
    return redirect(view, `/master${path}${query}`);
  };
}

/** The path without `/master` and, where the version knows it, without `.json`; null for one that is nothing. */
function canonical(path: string, view: MasterView): string | null {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const inner = trimmed.startsWith('/master/') ? trimmed.slice('/master'.length) : trimmed;
  if (inner !== trimmed && OUTSIDE_MASTER.includes(inner)) return null;
  const bare = inner.endsWith('.json') ? inner.slice(0, -'.json'.length) : inner;
  if (bare === inner || !SUFFIXED.includes(bare)) return inner;
  return generationOf(view.self.version) === 'classic' ? bare : null;
}

function redirect({ leader }: MasterView, path: string): HttpAnswer {
  if (leader === null) return text(503, 'No leader elected');
  // Without a scheme, so that whoever came by https stays there.
  return { status: 307, headers: { Location: `//${leader.hostname}:${leader.port}${path}` } };
}

function postOnly({ method }: HttpRequest): HttpAnswer {
  if (method === 'POST') return text(501, 'The minimesos simulator does not do this yet');
  return wrongMethod(['POST'], method);
}

function page(view: MasterView): HttpAnswer {
  const rows = view.agents.map((agent) => {
    const cells = [agent.id, agent.info.hostname, agentPid(agent), isActive(agent) ? 'active' : 'inactive'];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  const role = view.electedTime === null ? 'not leading' : 'leading';
  const cluster = escapeHtml(view.flags.get('cluster') ?? '');
  const heading = `<h1>Mesos ${escapeHtml(view.self.version)} ${cluster}</h1><p>Played by the minimesos simulator, ${role}.</p>`;
  const table = `<table><tr><th>Agent</th><th>Host</th><th>Address</th><th>State</th></tr>${rows.join('')}</table>`;
  return html('Mesos (minimesos simulator)', `${heading}${table}`);
}
