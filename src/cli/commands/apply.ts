import { type ApplyFlags, bringAbout } from '../apply.js';
import type { Command } from '../context.js';
import { watch } from '../watch.js';
import { showPlan } from './plan.js';

/** Brings the cluster into line with its file; `--watch` keeps it there, `--dry-run` prints the steps instead. */
export const apply: Command<ApplyFlags & { 'dry-run': boolean; watch: boolean }> = async (context, args) => {
  const { 'dry-run': dryRun, watch: goOn, ...flags } = args;
  if (!dryRun) return goOn ? watch(context, flags) : bringAbout(context, 'apply', flags);
  await showPlan(context, flags);
  return 0;
};
