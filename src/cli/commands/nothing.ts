import { MinimesosError } from '../../errors.js';
import type { Context } from '../context.js';
import { info } from './info.js';

/** As 0.13: the info of a cluster that runs, else the help. */
export async function nothing(context: Context, writeHelp: () => Promise<void>): Promise<number> {
  try {
    return await info(context, {});
  } catch (error) {
    await writeHelp();
    const none = error instanceof MinimesosError && ['NO_CLUSTER', 'FILE_MISSING'].includes(error.code);
    if (!none) throw error;
    return 0;
  }
}
