import type { LogText, OutputStream } from '../docker/process.js';

/** Whole lines, each stream's for itself, without their ends; the last one of a stream need not have one. */
export async function* linesOf(said: AsyncIterable<LogText>): AsyncGenerator<LogText> {
  const begun: Record<OutputStream, string> = { stdout: '', stderr: '' };
  for await (const { stream, text } of said) {
    const lines = (begun[stream] + text).split(/\r?\n/);
    begun[stream] = lines.pop() ?? '';
    for (const line of lines) yield { stream, text: line };
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (begun[stream] !== '') yield { stream, text: begun[stream] };
  }
}
