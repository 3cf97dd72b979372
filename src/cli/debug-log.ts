import pino from 'pino';
import { formatStep } from '../plan/format.js';
import type { Context } from './context.js';
import type { ProgressView } from './progress.js';

/** Everything that the controller does, as pino's JSON lines on stderr. */
export function debugLog({ streams }: Context): ProgressView {
  const log = pino({ level: 'debug', base: null }, streams.stderr as pino.DestinationStream);
  return {
    listener: {
      started: (step) => log.debug({ step }, `starts: ${formatStep(step)}`),
      progress: (step, progress) => log.debug({ component: step.component, progress }, 'progress'),
      done: ({ step, elapsedMs, error }) =>
        error
          ? log.warn({ step, elapsedMs, code: error.code, cause: error.message }, `failed: ${formatStep(step)}`)
          : log.info({ step, elapsedMs }, `done: ${formatStep(step)}`),
      passed: ({ components, steps }) =>
        log.debug(
          { phases: Object.fromEntries(components.map(({ id, phase }) => [id, phase])), steps: steps.length },
          'pass',
        ),
      troubled: (components, error) =>
        log.warn({ components, code: error.code, details: error.details }, `${error.message}; tried again`),
      engineLost: (error) => log.warn({ code: error.code }, `${error.message}; asked again`),
      engineBack: () => log.info('the engine answers again'),
      failed: (components, error) => log.error({ components, code: error.code, details: error.details }, error.message),
    },
    end: () => log.flush(),
  };
}
