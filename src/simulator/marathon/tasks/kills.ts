export interface KillTarget {
  id: string;
  agentId: string;
}

const AGAIN_AFTER_MS = 10_000;

/** The tasks that are being killed: asked for again until they are gone. */
export class Kills {
  readonly #kill: (target: KillTarget) => void;
  readonly #wanted = new Map<string, KillTarget>();
  readonly #timer: NodeJS.Timeout;

  constructor(kill: (target: KillTarget) => void) {
    this.#kill = kill;
    this.#timer = setInterval(() => this.repeat(), AGAIN_AFTER_MS);
    this.#timer.unref();
  }

  has(id: string): boolean {
    return this.#wanted.has(id);
  }

  add(target: KillTarget): void {
    if (this.#wanted.has(target.id)) return;
    this.#wanted.set(target.id, target);
    this.#kill(target);
  }

  /** The task is gone. */
  done(id: string): void {
    this.#wanted.delete(id);
  }

  /** Asks for all anew, as after a subscription. */
  repeat(): void {
    for (const target of this.#wanted.values()) this.#kill(target);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
