import { MinimesosError } from '../../errors.js';
import type { Context } from '../context.js';
import { info } from './info.js';

/** As 0.13: the info of a cluster that runs, else the help. */
export async function nothing(context: Context, writeHelp: () => Promise<void>): Promise<number> {
  try {
    return await info(context, {});
  } catch (error) {
    if (!(error instanceof MinimesosError)) throw error;
    await writeHelp();
    return 0;
  }
}
