/** A prober for looks that come again and again: a process that does not answer must hold up no look. */

import type { Prober } from './probe.js';

/** A healthy process answers in a few milliseconds, on a busy machine in some tens of them. */
const PATIENCE_MS = 250;

/**
 * Asks each process one question at a time. While an answer is outstanding, the one before it counts; only the first
 * question is waited for to its end. One for each controller.
 */
export function patientProber(prober: Prober): Prober {
  const answers = new Map<string, Asked<unknown>>();

  const ask = <Answer>(where: string, life: string, question: () => Promise<Answer>): Promise<Answer> => {
    const before = answers.get(where) as Asked<Answer> | undefined;
    // What a process said in an earlier life says nothing of this one.
    const asked = before?.life === life ? before : { life };
    answers.set(where, asked);
    asked.pending ??= outcome(question()).then((settled) => {
      asked.last = settled;
      asked.pending = undefined;
      return settled;
    });
    const { last, pending } = asked;
    const soon = last ? Promise.race([pending, late(last)]) : pending;
    return soon.then((settled) => settled());
  };

  return {
    master: (host, port, life = '') => ask(`master ${host}:${port}`, life, () => prober.master(host, port)),
    component: (kind, host, port, life = '') =>
      ask(`${kind} ${host}:${port}`, life, () => prober.component(kind, host, port)),
  };
}

/** An answer, or the error in its place. */
type Settled<Answer> = () => Answer;

interface Asked<Answer> {
  life: string;
  last?: Settled<Answer>;
  pending?: Promise<Settled<Answer>> | undefined;
}

function outcome<Answer>(question: Promise<Answer>): Promise<Settled<Answer>> {
  return question.then(
    (answer) => () => answer,
    (error: unknown) => () => {
      throw error;
    },
  );
}

function late<Last>(last: Last): Promise<Last> {
  return new Promise((resolve) => setTimeout(() => resolve(last), PATIENCE_MS).unref());
}
