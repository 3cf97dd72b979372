import { EventEmitter, once } from 'node:events';
import type { LogOptions, LogText, OutputStream } from '../../../src/docker/process.js';

/** What a fake container has said in all its lives, line by line. */
export class Log {
  readonly #said: (LogText & { life: number })[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #life = 0;

  /** On stdout. */
  push(...lines: string[]): void {
    this.say('stdout', ...lines);
  }

  say(stream: OutputStream, ...lines: string[]): void {
    this.#said.push(...lines.map((line) => ({ stream, text: `${line}\n`, life: this.#life })));
    this.#changes.emit('change');
  }

  /** The container has stopped: who follows it hears no more. */
  end(): void {
    this.#life += 1;
    this.#changes.emit('change');
  }

  last(lines: number): string[] {
    return this.#said.slice(-lines).map(({ text }) => text.slice(0, -1));
  }

  async *read({ tail, follow }: LogOptions, signal: AbortSignal): AsyncGenerator<LogText> {
    const life = this.#life;
    let at = tail === undefined ? 0 : Math.max(0, this.#said.length - tail);
    while (!signal.aborted) {
      const next = this.#said[at];
      if (next && next.life <= life) {
        at += 1;
        yield { stream: next.stream, text: next.text };
      } else if (follow && this.#life === life) {
        await once(this.#changes, 'change', { signal }).catch(() => {});
      } else {
        return;
      }
    }
  }
}
