/** A prober for looks that come again and again: a process that does not answer must hold up no look. */

import type { Prober } from './probe.js';

/** A healthy process answers in a few milliseconds, on a busy machine in some tens of them. */
const PATIENCE_MS = 250;

/**
 * Asks each process one question at a time. While an answer is outstanding, the one before it counts; only the first
 * question is waited for to its end. `onLate`: an answer has come after a look went on without it. One for each
 * controller.
 */
export function patientProber(prober: Prober, onLate: () => void = () => {}): Prober {
  const answers = new Map<string, Asked<unknown>>();

  const ask = <Answer>(where: string, life: string, question: () => Promise<Answer>): Promise<Answer> => {
    const before = answers.get(where) as Asked<Answer> | undefined;
    // What a process said in an earlier life says nothing of this one.
    const asked = before?.life === life ? before : { life };
    answers.set(where, asked);
    asked.pending ??= outcome(question()).then((settled) => {
      asked.last = settled;
      asked.pending = undefined;
      if (asked.late) onLate();
      asked.late = false;
      return settled;
    });
    const { last, pending } = asked;
    const tooLate = () => {
      if (asked.pending) asked.late = true;
    };
    const soon = last ? Promise.race([pending, after(PATIENCE_MS, last, tooLate)]) : pending;
    return soon.then((settled) => settled());
  };

  return {
    master: (host, port, life = '') => ask(`master ${host}:${port}`, life, () => prober.master(host, port)),
    component: (kind, host, port, life = '') =>
      ask(`${kind} ${host}:${port}`, life, () => prober.component(kind, host, port)),
    apps: (host, port, life = '') => ask(`apps ${host}:${port}`, life, () => prober.apps(host, port)),
  };
}

/** An answer, or the error in its place. */
type Settled<Answer> = () => Answer;

interface Asked<Answer> {
  life: string;
  last?: Settled<Answer>;
  pending?: Promise<Settled<Answer>> | undefined;
  /** A look has gone on without the pending answer. */
  late?: boolean;
}

function outcome<Answer>(question: Promise<Answer>): Promise<Settled<Answer>> {
  return question.then(
    (answer) => () => answer,
    (error: unknown) => () => {
      throw error;
    },
  );
}

function after<Last>(ms: number, last: Last, tooLate: () => void): Promise<Last> {
  return new Promise((resolve) => {
    const over = () => {
      tooLate();
      resolve(last);
    };
    setTimeout(over, ms).unref();
  });
}
