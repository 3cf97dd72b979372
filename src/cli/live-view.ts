/** Every component with its phase and how long it has been in it, drawn anew in place; pulls with a bar. */

import type { Progress } from '../docker/docker.js';
import type { ComponentId, Phase, PlannedComponent } from '../model.js';
import { type Context, describe, type Paint, type Tone } from './context.js';
import { pictureOn } from './picture.js';
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
  const picture = pictureOn(streams.stderr);
  const since = new Since();
  const progress = new Map<ComponentId, Progress>();
  let components: readonly PlannedComponent[] = [];
  const frame = () =>
    picture.show(componentRows(components, since, progress, paint, (streams.stderr.rows || 24) - 2).join('\n'));
  const timer = setInterval(frame, DRAW_EVERY_MS);
  timer.unref();
  return {
    listener: {
      progress: (step, now) => progress.set(step.component, now),
      passed: (pass) => {
        components = pass.components;
        since.note(components);
        frame();
      },
      failed: (components, error) => {
        picture.clear();
        tell(describe(error, paint, components));
        frame();
      },
    },
    end: () => {
      clearInterval(timer);
      frame();
      picture.done();
    },
  };
}

/** Since when each component is in its phase. */
export class Since {
  readonly #phases = new Map<ComponentId, { phase: Phase; at: number }>();

  note(components: readonly PlannedComponent[]): void {
    for (const { id, phase } of components) {
      if (this.#phases.get(id)?.phase !== phase) this.#phases.set(id, { phase, at: performance.now() });
    }
  }

  /** In milliseconds. */
  of(id: ComponentId): number {
    return performance.now() - (this.#phases.get(id)?.at ?? performance.now());
  }
}

/** What moves comes first where there are fewer lines than components. */
export function componentRows(
  components: readonly PlannedComponent[],
  since: Since,
  progress: ReadonlyMap<ComponentId, Progress>,
  paint: Paint,
  height: number,
): string[] {
  const shown =
    components.length > height
      ? [...components].sort((a, b) => Number(a.phase === 'ready') - Number(b.phase === 'ready'))
      : components;
  const rows = shown
    .slice(0, height)
    .map(({ id, phase, reason }) => [
      id,
      paint(TONES[phase] ?? 'busy', phase),
      phase === 'ready' ? '' : duration(since.of(id)),
      phase === 'pulling' ? `${bar(progress.get(id))} ${reason}` : paint('dim', reason),
    ]);
  const more = components.length - rows.length;
  return [...table(rows), ...(more > 0 ? [paint('dim', `… and ${more} more`)] : [])];
}

const BAR_WIDTH = 20;

function bar(progress: Progress | undefined): string {
  if (!progress?.total) return '';
  const share = Math.min(1, progress.current / progress.total);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${Math.round(share * 100)}%`;
}
