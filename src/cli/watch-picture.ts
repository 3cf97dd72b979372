/** A terminal that shows each component, what just happened and why. Drawn when there is news, not all the time. */

import type { Status } from '../api/cluster.js';
import type { PlannedComponent } from '../model.js';
import type { Context } from './context.js';
import { componentRows, Since } from './live-view.js';
import { doings, isWarning, news } from './news.js';
import { pictureOn } from './picture.js';
import type { WatchView } from './watch-view.js';

/** Durations of what is not ready move on. */
const TICK_MS = 1_000;
const NEWS_LINES = 8;

export function watchPicture({ streams, paint }: Context, file: string): WatchView {
  const picture = pictureOn(streams.stderr);
  const since = new Since();
  const lines: string[] = [];
  let components: readonly PlannedComponent[] = [];
  let status: Status | undefined;

  const frame = () => {
    const height = Math.max(3, (streams.stderr.rows || 24) - NEWS_LINES - 5);
    const head = `${paint('strong', file)} ${status?.cluster.phase ?? ''}  ${paint('dim', 'q leaves the cluster running')}`;
    const rows = componentRows(components, since, new Map(), paint, height);
    const warnings = (status?.conditions ?? [])
      .filter(isWarning)
      .map(({ type, message }) => `${paint('bad', type)} ${message}`);
    picture.show([head, ...rows, ...warnings, '', ...lines].join('\n'));
  };
  const tell = (text: string) => {
    const time = paint('dim', new Date().toTimeString().slice(0, 8));
    lines.push(...text.split('\n').map((line, at) => (at === 0 ? `${time} ${line}` : `         ${line}`)));
    lines.splice(0, Math.max(0, lines.length - NEWS_LINES));
    frame();
  };
  const timer = setInterval(() => {
    if (components.some(({ phase }) => phase !== 'ready')) frame();
  }, TICK_MS);
  timer.unref();

  const outside = news(tell, paint);
  return {
    hooks: {
      ...outside,
      onPass: (now, steps) => {
        const before = status;
        status = now;
        outside.onPass?.(now, steps);
        if (JSON.stringify(before) !== JSON.stringify(now)) frame();
      },
    },
    listener: {
      ...doings(tell, paint),
      passed: (pass) => {
        components = pass.components;
        since.note(components);
      },
    },
    end: () => {
      clearInterval(timer);
      frame();
      picture.done();
    },
  };
}
