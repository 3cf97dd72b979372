/** `apply --watch`: the cluster is kept in line with its file until somebody leaves; then it runs on. */

import type { Condition, Status, Step } from '../api/cluster.js';
import type { ApplyFlags } from './apply.js';
import { openCluster } from './cluster.js';
import type { Context } from './context.js';
import { controlOf } from './control-options.js';
import { onKey } from './keys.js';
import { watchView } from './watch-view.js';

export async function watch(context: Context, flags: ApplyFlags): Promise<number> {
  const { agents, mapPortsToHost } = flags;
  const cluster = await openCluster(context, { agents, mapPortsToHost });
  const view = await watchView(context, cluster.file);
  const lines = context.args.output === 'json' ? jsonLines(context) : undefined;
  const release = onKey(context, 'q', context.stop);
  try {
    await cluster.follow({
      ...controlOf(context, 'apply --watch', flags),
      ...view.hooks,
      listener: view.listener,
      onPass: (status, steps) => {
        view.hooks.onPass?.(status, steps);
        lines?.(status, steps);
      },
    });
  } finally {
    release();
    view.end();
  }
  context.tell('left the cluster running; apply --watch goes on with it, destroy removes it');
  return 0;
}

/** One document for each pass that changed something, in the shape of apply's. */
function jsonLines({ printJsonLine }: Context): (status: Status, steps: Step[]) => void {
  let before = '';
  let since = performance.now();
  return (status, steps) => {
    const now = fingerprint(status);
    if (steps.length === 0 && now === before) return;
    before = now;
    const elapsedMs = Math.round(performance.now() - since);
    since = performance.now();
    printJsonLine({ converged: isConverged(status), steps, elapsedMs, status });
  };
}

function fingerprint({ components, conditions }: Status): string {
  const seen = components.map(({ id, phase, container }) => [id, phase, container?.id]);
  return JSON.stringify([seen, conditions.map(({ type, status, reason }) => [type, status, reason])]);
}

function isConverged({ conditions }: Status): boolean {
  return conditions.some(({ type, reason }: Condition) => type === 'Progressing' && reason === 'Converged');
}
