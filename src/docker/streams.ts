/** What the engine sends in pieces: lines of JSON, frames of a log, progress of layers. All pure. */

import type { Progress } from './docker.js';

/** One message of a pull, an import, a build. */
export interface ProgressMessage {
  id?: string;
  status?: string;
  error?: string;
  errorDetail?: { message?: string };
  progressDetail?: { current?: number; total?: number };
}

/** One JSON value per line, however the bytes are cut; a last line without its end was only half sent and is dropped. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of chunks) {
    pending += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') yield JSON.parse(line);
    }
  }
}

/**
 * The lines of a log in the order in which they were completed. Each frame is `[stream, 0, 0, 0, length, payload]`; a log
 * that does not begin with such a header comes from a container with a terminal and is plain text.
 */
export function logLines(log: Buffer): string[] {
  if (!isFramed(log)) return plainLines(log.toString());
  const lines: string[] = [];
  const pending = new Map<number, string>();
  for (let offset = 0; offset + 8 <= log.length; ) {
    const stream = log.readUInt8(offset);
    const end = offset + 8 + log.readUInt32BE(offset + 4);
    const parts = ((pending.get(stream) ?? '') + log.toString('utf8', offset + 8, end)).split('\n');
    pending.set(stream, parts.pop() ?? '');
    lines.push(...parts);
    offset = end;
  }
  for (const rest of pending.values()) {
    if (rest !== '') lines.push(rest);
  }
  return lines.map(withoutReturn);
}

/** Sums the layers' bytes into one figure; an engine tells a layer's size only when its download begins. */
export function layerProgress(): (message: ProgressMessage) => Progress | undefined {
  const layers = new Map<string, { current: number; total: number }>();
  return ({ id, status, progressDetail }) => {
    if (id === undefined) return undefined;
    const layer = layers.get(id);
    if (status === 'Downloading' && progressDetail?.current !== undefined) {
      layers.set(id, { current: progressDetail.current, total: progressDetail.total ?? layer?.total ?? 0 });
    } else if (layer && (status === 'Download complete' || status === 'Pull complete')) {
      layers.set(id, { current: layer.total, total: layer.total });
    } else {
      return undefined;
    }
    const all = [...layers.values()];
    const total = all.reduce((sum, one) => sum + one.total, 0);
    return { current: all.reduce((sum, one) => sum + one.current, 0), total: total > 0 ? total : undefined };
  };
}

function isFramed(log: Buffer): boolean {
  return log.length >= 8 && log.readUInt8(0) <= 2 && log.readUIntBE(1, 3) === 0;
}

function plainLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(withoutReturn);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
