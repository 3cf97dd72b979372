/** What somebody sees who watches: in a terminal a picture that is kept up to date, in a pipe a line for each piece of news. */

import { relative } from 'node:path';
import type { Context } from './context.js';
import { type Hooks, news } from './news.js';
import { linesOf, type ProgressView } from './progress.js';

export interface WatchView extends ProgressView {
  hooks: Hooks;
}

export async function watchView(context: Context, file: string): Promise<WatchView> {
  const where = relative(process.cwd(), file) || file;
  if (context.args.debug) {
    const log = (await import('./debug-log.js')).debugLog(context);
    return { ...log, hooks: { ...news(context.tell, context.paint), onEngineEvent: context.tell } };
  }
  if (context.live) {
    const { watchPicture } = await import('./watch-picture.js');
    return watchPicture(context, where);
  }
  context.tell(`watching ${where}; Ctrl-C leaves the cluster running`);
  return { ...linesOf(context), hooks: news(context.tell, context.paint) };
}
