/** `apply --watch --output json` that runs, and what it has told so far. */

import type { ChildProcess } from 'node:child_process';
import type { ComponentStatus, Status } from '../../src/status.js';
import type { Applied, Project } from './project.js';

/** One line of its output, and when it came, in milliseconds of `performance.now()`. */
export interface Told extends Applied {
  at: number;
}

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 60_000;

export class Watcher {
  readonly lines: Told[] = [];
  /** Of its output, those that are no JSON. */
  readonly broken: string[] = [];
  stderr = '';
  readonly ended: Promise<{ exit: number | null; stderr: string }>;
  #rest = '';
  #exit: number | null | undefined;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#heard(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (exit) => {
        this.#exit = exit;
        done({ exit, stderr: this.stderr });
      });
    });
  }

  /** Runs until it is ended, or the project is disposed of. */
  static of(project: Project, ...args: string[]): Watcher {
    return new Watcher(project.spawn(['apply', '--watch', '--output', 'json', ...args]));
  }

  /** As of the last line. */
  get status(): Status {
    const last = this.lines.at(-1);
    if (!last) throw new Error(`nothing was told yet\n${this.stderr}`);
    return last.status;
  }

  component(id: string): ComponentStatus | undefined {
    return this.lines.at(-1)?.status.components.find((each) => each.id === id);
  }

  /** Since when each container runs, and which one it is: equal for what nobody touched. */
  get lives(): Record<string, string> {
    const { components } = this.status;
    return Object.fromEntries(components.map(({ id, container }) => [id, `${container?.id} ${container?.startedAt}`]));
  }

  /** Agent ids as Mesos gave them. */
  get agentIds(): Record<string, string | undefined> {
    const agents = this.status.components.filter(({ kind }) => kind === 'agent');
    return Object.fromEntries(agents.map(({ id, agentId }) => [id, agentId]));
  }

  /** Polls until it gives something; fails with what was waited for and with what was told. */
  async until<Found>(what: string, find: () => Found, withinMs = PATIENCE_MS): Promise<NonNullable<Found>> {
    const end = performance.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      const over = this.#exit !== undefined ? `it ended with ${this.#exit}` : 'in vain';
      if (this.#exit !== undefined || performance.now() > end)
        throw new Error(`waited for ${what}, ${over}\n${this.#lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Until the cluster is converged, after at least one more step than were told before. */
  async healed(after: number, what = 'the repair'): Promise<Told> {
    return this.until(what, () => {
      const since = this.lines.slice(after);
      const acted = since.some(({ steps }) => steps.length > 0);
      return acted && this.lines.at(-1)?.converged ? this.lines.at(-1) : undefined;
    });
  }

  async converged(): Promise<Told> {
    return this.until('a converged cluster', () => (this.lines.at(-1)?.converged ? this.lines.at(-1) : undefined));
  }

  /** The steps of the lines from this one on, as `verb component`. */
  stepsSince(after: number): string[] {
    return this.lines.slice(after).flatMap(({ steps }) => steps.map(({ verb, component }) => `${verb} ${component}`));
  }

  /** Until it has said so, since this much of it was read. */
  async says(text: string | RegExp, from = 0): Promise<string> {
    return this.until(`"${text}" on stderr`, () => {
      const heard = this.stderr.slice(from);
      const found = typeof text === 'string' ? heard.includes(text) : text.test(heard);
      return found ? heard : undefined;
    });
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<{ exit: number | null; stderr: string }> {
    this.child.kill(signal);
    return this.ended;
  }

  #heard(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        this.lines.push({ ...(JSON.parse(line) as Applied), at: performance.now() });
      } catch {
        this.broken.push(line);
      }
    }
  }

  #lastWords(): string {
    const phases = this.lines.at(-1)?.status.components.map(({ id, phase, reason }) => `${id} ${phase}: ${reason}`);
    return [...(phases ?? ['nothing on stdout']), ...this.stderr.split('\n').slice(-30)].join('\n');
  }
}
