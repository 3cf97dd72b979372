/** `apply` and what shares its course: progress while it goes on, a summary and an exit code when it ends. */

import type { ApplyResult } from '../api/cluster.js';
import { ERRORS } from '../errors.js';
import { openCluster } from './cluster.js';
import type { Context } from './context.js';
import { type ControlFlags, controlOf } from './control-options.js';
import { progressListener } from './progress.js';
import { summary } from './summary.js';
import { duration } from './table.js';

export interface ApplyFlags extends ControlFlags {
  agents?: number | undefined;
  mapPortsToHost?: boolean | undefined;
}

/** Brings the cluster into line; `quiet` leaves the summary to stderr, for commands with a result of their own. */
export async function bringAbout(
  context: Context,
  command: string,
  flags: ApplyFlags,
  { quiet = false } = {},
): Promise<number> {
  const { agents, mapPortsToHost } = flags;
  const cluster = await openCluster(context, { agents, mapPortsToHost });
  const control = controlOf(context, command, flags);
  const progress = await progressListener(context);
  const result = await cluster
    .apply({ ...control, timeout: context.args.timeout, listener: progress.listener })
    .finally(() => progress.end());
  for (const note of result.notes) context.tell(`note: ${note}`);
  return report(quiet ? { ...context, print: context.tell, printJson: () => {} } : context, result);
}

/** Prints how it ended; gives the exit code. */
export function report(context: Context, result: ApplyResult): number {
  const { converged, steps, elapsedMs, status } = result;
  if (context.args.output === 'json') {
    const errors = [...result.failures].map(([component, { code, message, details }]) => ({
      component,
      code,
      message,
      details,
    }));
    context.printJson({
      converged,
      steps,
      elapsedMs: Math.round(elapsedMs),
      status,
      ...(errors.length > 0 ? { errors } : {}),
    });
  } else {
    context.print(summary(result));
  }
  if (!converged) tellWhatIsMissing(context, result);
  return exitCode(result);
}

function tellWhatIsMissing({ tell, paint }: Context, { status, timedOut, elapsedMs, failures }: ApplyResult): void {
  const missing = status.components.filter(({ phase }) => phase !== 'ready');
  const lines = missing.map(({ id, phase, reason }) => `  ${id} ${phase}: ${reason}`);
  const why = timedOut
    ? `not settled within ${duration(elapsedMs)}`
    : `${failures.size} of ${status.components.length} components failed`;
  const hint = timedOut
    ? 'apply again carries on; --timeout SECONDS waits longer'
    : 'apply again when the cause is mended; the rest stays as it is';
  tell([`${paint('bad', 'error:')} ${why}:`, ...lines, `${paint('dim', 'hint:')} ${hint}`].join('\n'));
}

function exitCode({ converged, timedOut, failures }: ApplyResult): number {
  if (converged) return 0;
  if (timedOut) return ERRORS.NOT_SETTLED.exit;
  return Math.max(...[...failures.values()].map(({ exit }) => exit), 1);
}
