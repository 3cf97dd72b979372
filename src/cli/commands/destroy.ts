import { report } from '../apply.js';
import { asNamed, openCluster } from '../cluster.js';
import type { Command } from '../context.js';
import { type ControlFlags, controlOf } from '../control-options.js';
import { progressListener } from '../progress.js';

/** Removes all that bears the cluster's labels, and nothing else. Where nothing is left, it does nothing. */
export const destroy: Command<ControlFlags> = async (context, flags) => {
  const cluster = await openCluster(context);
  const progress = await progressListener(context);
  const result = await cluster
    .destroy({ ...controlOf(context, 'destroy', flags), timeout: context.args.timeout, listener: progress.listener })
    .finally(() => progress.end());
  if (context.args.output === 'text' && result.converged && result.steps.length === 0) {
    context.print(`no ${asNamed(context, cluster)} is on this engine`);
    return 0;
  }
  return report(context, result);
};
