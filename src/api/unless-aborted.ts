/** Waits that end with a signal, whatever the one that is waited for does. */

import { MinimesosError } from '../errors.js';

/** What comes of it, or this error as soon as the signal aborts; nobody hears then what came of it after all. */
export function unlessAborted<Answer>(
  answer: Promise<Answer>,
  signal: AbortSignal,
  error: () => MinimesosError = interrupted,
): Promise<Answer> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const end = () => reject(error());
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return Promise.race([answer, aborted]);
}

export const interrupted = () => new MinimesosError('INTERRUPTED', 'interrupted');
