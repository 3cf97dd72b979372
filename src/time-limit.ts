/** Work that may take so long and no longer. */

/**
 * What comes of the work, whose signal aborts with any of `signals`, or with a `TimeoutError` after `ms` milliseconds. The
 * timer holds the signal: Node 20 forgets an `AbortSignal.timeout` that nobody but `AbortSignal.any` knows.
 */
export async function withTimeLimit<Result>(
  ms: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('the time is over', 'TimeoutError')), ms);
  try {
    return await work(AbortSignal.any([...signals, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
