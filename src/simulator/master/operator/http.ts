import { shownFlags } from '../../flags.js';
import { type HttpAnswer, type HttpRequest, json, plainError, text, wrongMethod } from '../../http.js';
import { Files } from '../../mesos/files.js';
import { processPage } from '../../mesos/process-pages.js';
import { systemStats, words } from '../../mesos/system.js';
import { generationOf, versionInfo } from '../../mesos/version.js';
import { masterJson } from '../json/state.js';
import { masterMetrics } from '../metrics/metrics.js';
import { TaskTally } from '../metrics/tally.js';
import type { MasterView } from '../view.js';
import { operatorCall } from './calls.js';
import type { MasterContext } from './context.js';
import { maintenanceRequests } from './maintenance-calls.js';
import { page } from './page.js';
import { registryJson } from './registry.js';
import { teardownRequest } from './teardown.js';

/** The master that the HTTP answers are about; its view is taken anew for each. */
export interface MasterModel extends Omit<MasterContext, 'view' | 'files' | 'counted'> {
  view(): MasterView;
}

type Route = (view: MasterView, request: HttpRequest, context: MasterContext) => HttpAnswer;

/** Answered by every master, whoever leads. */
const local: { readonly [path: string]: Route } = {
  '/': page,
  '/health': () => ({ status: 200 }),
  '/flags': ({ flags }) => json({ flags: shownFlags(flags) }),
  '/version': ({ self }) => json(versionInfo(self.version)),
  '/metrics/snapshot': (view, _request, { counted }) => json(masterMetrics(view, counted)),
  '/system/stats.json': () => json(systemStats()),
  '/registrar(1)/registry': (view) => json(registryJson(view)),
};

/** Answered by the leading master; a follower says who that is. */
const leading: { readonly [path: string]: Route } = {
  ...Object.fromEntries(
    Object.entries(masterJson).map(([path, show]): [string, Route] => [
      path,
      (view, { query }) => json(show(view, query)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(maintenanceRequests).map(([path, handle]): [string, Route] => [
      path,
      (_view, request, context) => handle(context, request),
    ]),
  ),
  '/teardown': (_view, request, context) => teardownRequest(context, request),
  '/quota': () => json({}),
  '/weights': () => json([]),
  '/api/v1': (_view, request, context) => operatorCall(request, context),
  // Frameworks' calls do not come here where this master leads (assembly.ts); a follower sends them on like the rest.
  '/api/v1/scheduler': (_view, { method }) => wrongMethod(['POST'], method),
};

/** Not under `/master`: other parts of the process answer them. */
const OUTSIDE_MASTER = [
  ...['/', '/version', '/metrics/snapshot', '/system/stats.json', '/registrar(1)/registry'],
  ...['/help', '/__processes__', '/logging/toggle', '/files/browse', '/files/read', '/files/download', '/files/debug'],
];

const PROCESSES = words('allocator files logging master metrics profiler registrar(1) system version');

/** Before the JSON endpoints lost their suffix, both forms answered. */
const SUFFIXED = [
  ...['/state', '/state-summary', '/slaves', '/roles', '/frameworks', '/tasks'],
  ...['/files/browse', '/files/read', '/files/download', '/files/debug'],
];

export function masterHttp(model: MasterModel): (request: HttpRequest) => HttpAnswer {
  const files = new Files();
  const tally = new TaskTally(model.announcements);
  const listeners = model.announcements.listeners;
  const logFile = model.view().flags.get('external_log_file');
  if (logFile !== undefined) files.attach('/master/log', logFile);
  return (request) => {
    const view = model.view();
    const counted = { tally, subscribers: model.announcements.listeners - listeners };
    const context: MasterContext = { ...model, view, files, counted };
    const path = canonical(request.path, view);
    if (path === null) return plainError(404);
    if (path === '/redirect') return redirect(view, '');
    const everyProcess = processPage({ ...request, path }, PROCESSES, () => model.setLevel('INFO'));
    if (everyProcess !== null) return everyProcess;
    const shownFile = files.answer({ ...request, path });
    if (shownFile !== null) return shownFile;
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
