/** Files of an agent's sandboxes, read through the agent, a part at a time. */

import { MinimesosError } from '../errors.js';
import { jsonOf, send } from './http.js';

/** Mesos gives no more at once. */
const PAGE_BYTES = 16 * 4096;

const NEWLINE = 0x0a;

/** One file. All methods reject with `SANDBOX_GONE` where the agent has no such file, with `MESOS_UNREACHABLE` else. */
export class AgentFile {
  constructor(
    /** `http://172.30.8.64:5051`. */
    private readonly agent: string,
    readonly path: string,
    private readonly timeoutMs = 10_000,
  ) {}

  /** In bytes. */
  async size(): Promise<number> {
    const { offset } = await this.#read(-1);
    return offset;
  }

  /** What is there from this byte on, before that one; one page at most, and nothing where the file ends. */
  async part(from: number, end: number): Promise<Buffer> {
    const { data } = await this.#read(from, Math.min(end - from, PAGE_BYTES));
    return Buffer.from(data, 'latin1');
  }

  async #read(offset: number, length?: number): Promise<{ data: string; offset: number }> {
    const query = new URLSearchParams({ path: this.path, offset: String(offset) });
    if (length !== undefined) query.set('length', String(length));
    // An agent puts a file's bytes between quotes as they are, be they text or half a character.
    const reply = await send(`${this.agent}/files/read?${query}`, this.timeoutMs, { encoding: 'latin1' });
    if (reply.status === 404) throw new MinimesosError('SANDBOX_GONE', `the agent has no file ${this.path}`);
    const json = reply.status === 200 ? jsonOf(reply) : undefined;
    if (typeof json?.data === 'string' && typeof json.offset === 'number') {
      return { data: json.data, offset: json.offset };
    }
    throw new MinimesosError('MESOS_UNREACHABLE', `${this.agent} answers ${reply.status}: ${reply.body.trim()}`);
  }
}

type Parts = Pick<AgentFile, 'size' | 'part'>;

/** From this byte on, before that one; less where the file has become shorter. */
export async function* contentOf(file: Parts, from: number, end: number): AsyncGenerator<Buffer> {
  for (let at = from; at < end; ) {
    const part = await file.part(at, end);
    if (part.length === 0) return;
    at += part.length;
    yield part;
  }
}

/** Where the last `lines` lines of a file of `size` bytes begin. Only these are fetched. */
export async function offsetOfTail(file: Parts, size: number, lines: number): Promise<number> {
  if (lines === 0) return size;
  let missing = lines;
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - PAGE_BYTES);
    const page = Buffer.concat(await all(contentOf(file, from, end)));
    for (let at = page.length - 1; at >= 0; at--) {
      // The end of the last line begins no other.
      const last = from + at === size - 1;
      if (page[at] === NEWLINE && !last && --missing === 0) return from + at + 1;
    }
    end = from;
  }
  return 0;
}

export interface Following {
  from: number;
  /** Whether nobody writes any more. */
  ended(): Promise<boolean>;
  /** Between two looks; resolves sooner where the signal fires. */
  pause(): Promise<void>;
  signal: AbortSignal;
}

/** From this byte on, with all that is written until nobody writes any more. Ends with the signal. */
export async function* follow(file: Parts, { from, ended, pause, signal }: Following): AsyncGenerator<Buffer> {
  for (let at = from; !signal.aborted; ) {
    // Asked before the size is: what was written before the end is in it.
    const over = await ended();
    const size = await file.size();
    // Somebody began the file anew.
    if (size < at) at = 0;
    for await (const part of contentOf(file, at, size)) {
      at += part.length;
      yield part;
      if (signal.aborted) return;
    }
    if (over) return;
    await pause();
  }
}

async function all(parts: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const seen: Buffer[] = [];
  for await (const part of parts) seen.push(part);
  return seen;
}
