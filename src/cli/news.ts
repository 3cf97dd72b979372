/** What a controller does, and what happens outside of it, as lines. */

import type { Condition, FollowOptions, Status } from '../api/cluster.js';
import type { Listener } from '../controller.js';
import { formatStep } from '../plan/format.js';
import { describe, type Paint } from './context.js';
import { duration } from './table.js';

export type Hooks = Pick<FollowOptions, 'onPass' | 'onFileChange' | 'onEngineEvent' | 'onFileProblem' | 'onBlind'>;

/** Of a log's last lines, those that most likely say why. */
const LOG_LINES = 3;

export function doings(tell: (text: string) => void, paint: Paint): Partial<Listener> {
  return {
    done: ({ step, elapsedMs, outcome, error }) => {
      if (!error) tell(`${formatStep(step)} (${duration(elapsedMs)})${outcome ? `: ${outcome}` : ''}`);
    },
    failed: (components, error) => tell(describe(error, paint, components)),
    troubled: (components, { message, details }) =>
      tell(
        [
          `${components.join(', ')}: ${message}; tried again`,
          ...details.slice(-LOG_LINES).map((line) => `  ${line}`),
        ].join('\n'),
      ),
    engineLost: (error) => tell(`${error.message}; asked again`),
    engineBack: () => tell('the engine answers again'),
  };
}

/** What happens outside, as lines. */
export function news(tell: (text: string) => void, paint: Paint): Hooks {
  let before: Status | undefined;
  return {
    onFileChange: (reason) => tell(paint('dim', reason)),
    onFileProblem: (problem) =>
      tell(
        problem ? `${describe(problem, paint)}\nthe last good file counts` : paint('good', 'the file is good again'),
      ),
    onBlind: (error) => tell(`files are not watched, but read at intervals: ${error.message}`),
    onPass: (status) => {
      const paused = isPaused(status);
      if (paused !== (before !== undefined && isPaused(before)))
        tell(paused ? 'paused; minimesos resume lets it go on' : 'goes on');
      before = status;
    },
  };
}

/** Conditions that somebody wants to know of, when they hold. */
export const isWarning = ({ type, status }: Condition): boolean =>
  status && ['FileInvalid', 'Paused', 'Degraded'].includes(type);

const isPaused = ({ conditions }: Status): boolean =>
  conditions.some(({ type, status }) => type === 'Paused' && status);
