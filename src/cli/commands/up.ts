import { type ApplyFlags, bringAbout } from '../apply.js';
import type { Command } from '../context.js';
import { info } from './info.js';

/** `apply`, then the info that scripts evaluate. Where the cluster runs already, only what changed changes. */
export const up: Command<ApplyFlags> = async (context, flags) => {
  const exit = await bringAbout(context, 'up', flags, { quiet: true });
  return exit === 0 ? info(context, {}) : exit;
};
