/** What a person sees while a cluster converges: a live view on a terminal, lines elsewhere, a log with --debug. */

import type { Listener } from '../controller.js';
import type { ComponentId, Phase } from '../model.js';
import { formatStep } from '../plan/format.js';
import type { Context } from './context.js';
import { doings } from './news.js';

export interface ProgressView {
  listener: Partial<Listener>;
  /** Leaves the terminal in order. */
  end(): void;
}

export async function progressListener(context: Context): Promise<ProgressView> {
  if (context.args.debug) return (await import('./debug-log.js')).debugLog(context);
  if (context.live) return (await import('./live-view.js')).liveView(context);
  return linesOf(context);
}

/** A line for each step that is done, each component that becomes ready, each failure. */
export function linesOf({ tell, paint }: Context): ProgressView {
  const phases = new Map<ComponentId, Phase>();
  return {
    listener: {
      ...doings(tell, paint),
      started: (step) => {
        if (step.verb === 'pull' || step.verb === 'drain') tell(formatStep(step));
      },
      passed: ({ components }) => {
        for (const { id, phase, reason, desired, observed } of components) {
          const before = phases.get(id);
          phases.set(id, phase);
          // One that is to be replaced is no news when its master sees it again.
          const current = desired?.hash === observed?.container?.hash;
          if (before !== undefined && before !== phase && phase === 'ready' && current) tell(`ready ${id}: ${reason}`);
        }
      },
    },
    end: () => {},
  };
}
