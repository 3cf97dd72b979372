/** `apply --watch`: the cluster is kept in line with its file until somebody leaves; then it runs on. */

import type { ApplyFlags } from './apply.js';
import { openCluster } from './cluster.js';
import type { Context } from './context.js';
import { controlOf } from './control-options.js';
import { jsonLines } from './json-lines.js';
import { onKey } from './keys.js';
import { watchView } from './watch-view.js';

export async function watch(context: Context, flags: ApplyFlags): Promise<number> {
  const { agents, mapPortsToHost } = flags;
  const cluster = await openCluster(context, { agents, mapPortsToHost });
  const view = await watchView(context, cluster.file);
  const lines = context.args.output === 'json' ? jsonLines(context.printJsonLine, () => performance.now()) : undefined;
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
