import { type ApplyFlags, bringAbout } from '../apply.js';
import type { Command } from '../context.js';
import { showPlan } from './plan.js';

/** Brings the cluster into line with its file; `--dry-run` prints the steps instead. */
export const apply: Command<ApplyFlags & { 'dry-run': boolean }> = async (context, { 'dry-run': dryRun, ...flags }) => {
  if (!dryRun) return bringAbout(context, flags);
  await showPlan(context, flags);
  return 0;
};
