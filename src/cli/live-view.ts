/** Every component with its phase and how long it has been in it, drawn anew in place; pulls with a bar. */

import { createLogUpdate } from 'log-update';
import type { Progress } from '../docker/docker.js';
import type { ComponentId, Phase, PlannedComponent } from '../model.js';
import { type Context, describe, type Paint, type Tone } from './context.js';
import type { ProgressView } from './progress.js';
import { duration, table } from './table.js';

const TONES: Partial<Record<Phase, Tone>> = {
  ready: 'good',
  failed: 'bad',
  degraded: 'bad',
  backoff: 'bad',
  absent: 'dim',
};
const DRAW_EVERY_MS = 100;

export function liveView({ streams, paint, tell }: Context): ProgressView {
  const draw = createLogUpdate(streams.stderr as NodeJS.WriteStream);
  const since = new Map<ComponentId, { phase: Phase; at: number }>();
  const progress = new Map<ComponentId, Progress>();
  let components: readonly PlannedComponent[] = [];
  const frame = () => draw(frameOf(components, since, progress, paint, (streams.stderr.rows || 24) - 2));
  const timer = setInterval(frame, DRAW_EVERY_MS);
  timer.unref();
  return {
    listener: {
      progress: (step, now) => progress.set(step.component, now),
      passed: (pass) => {
        components = pass.components;
        for (const { id, phase } of components) {
          if (since.get(id)?.phase !== phase) since.set(id, { phase, at: performance.now() });
        }
        frame();
      },
      failed: (components, error) => {
        draw.clear();
        tell(describe(error, paint, components));
        frame();
      },
    },
    end: () => {
      clearInterval(timer);
      frame();
      draw.done();
    },
  };
}

function frameOf(
  components: readonly PlannedComponent[],
  since: ReadonlyMap<ComponentId, { phase: Phase; at: number }>,
  progress: ReadonlyMap<ComponentId, Progress>,
  paint: Paint,
  height: number,
): string {
  // What moves comes first where the terminal is too low for all.
  const shown =
    components.length > height
      ? [...components].sort((a, b) => Number(a.phase === 'ready') - Number(b.phase === 'ready'))
      : components;
  const rows = shown
    .slice(0, height)
    .map(({ id, phase, reason }) => [
      id,
      paint(TONES[phase] ?? 'busy', phase),
      phase === 'ready' ? '' : duration(performance.now() - (since.get(id)?.at ?? performance.now())),
      phase === 'pulling' ? `${bar(progress.get(id))} ${reason}` : paint('dim', reason),
    ]);
  const more = components.length - rows.length;
  return [...table(rows), ...(more > 0 ? [paint('dim', `… and ${more} more`)] : [])].join('\n');
}

const BAR_WIDTH = 20;

function bar(progress: Progress | undefined): string {
  if (!progress?.total) return '';
  const share = Math.min(1, progress.current / progress.total);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${Math.round(share * 100)}%`;
}
