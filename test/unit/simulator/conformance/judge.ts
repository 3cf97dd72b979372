import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { covers, type Deviation, readDeviations } from './deviations.js';
import { type RecordedAnswer, readAnswer } from './recordings.js';
import { type Difference, differences, type Json } from './shape.js';

/** What differs between any two runs, and how the recorded run had it. */
export type Aliases = readonly (readonly [here: string, recorded: string])[];

export const LISTED: readonly Deviation[] = readDeviations(
  readFileSync(join(import.meta.dirname, '../../../../specs/simulator.md'), 'utf8'),
);

/** Headers that are each answer's own. */
const OWN = ['date', 'content-length'];

/** Compares answers with recorded ones, and keeps which listed deviations were met. */
export class Judge {
  readonly #judged: string[] = [];
  readonly #met = new Set<Deviation>();

  /** How an answer differs from the recorded one where no deviation is listed. */
  remarks(name: string, answer: RecordedAnswer, aliases: Aliases = []): string[] {
    const expected = readAnswer(name);
    const actual = { ...answer, body: renamed(answer.body, aliases), headers: renamedAll(answer.headers, aliases) };
    const kept = expected.headers.date !== undefined;
    return this.unlisted(name, [
      ...(expected.status === actual.status
        ? []
        : [{ path: 'status', how: `${expected.status} recorded, ${actual.status} found` }]),
      ...ofHeaders(expected.headers, actual.headers, kept),
      ...ofBodies(expected, actual),
    ]);
  }

  /** Those of the differences that are not listed. */
  unlisted(name: string, found: readonly Difference[]): string[] {
    this.#judged.push(name);
    const left = found.filter((difference) => {
      const deviation = LISTED.find((each) => covers(each, name, difference));
      if (deviation !== undefined) this.#met.add(deviation);
      return deviation === undefined;
    });
    return left.map(({ path, how }) => `${name} ${path}: ${how}`);
  }

  /** Deviations that are listed for what was judged alone, and were met nowhere. */
  stale(): string[] {
    const own = LISTED.filter(({ recording }) =>
      this.#judged.some((name) => covers({ recording, path: '*', reason: '' }, name, ANY)),
    );
    return own
      .filter((each) => !each.recording.startsWith('*') && !this.#met.has(each))
      .map(({ recording, path }) => `${recording} ${path}`);
  }
}

const ANY: Difference = { path: '', how: '' };

function renamed(text: string, aliases: Aliases): string {
  return aliases.reduce((all, [here, recorded]) => all.replaceAll(here, recorded), text);
}

function renamedAll(headers: { [name: string]: string }, aliases: Aliases): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, renamed(value, aliases)]));
}

/** `kept`: all headers were recorded, and not the type alone. */
function ofHeaders(
  expected: RecordedAnswer['headers'],
  actual: RecordedAnswer['headers'],
  kept: boolean,
): Difference[] {
  const names = kept ? [...new Set([...Object.keys(expected), ...Object.keys(actual)])] : ['content-type'];
  return names.flatMap((name): Difference[] => {
    const [wanted, found] = [expected[name], actual[name]];
    const path = `header ${name}`;
    if (found === undefined) return wanted === undefined ? [] : [{ path, how: 'missing' }];
    if (wanted === undefined) return [{ path, how: `not recorded: ${found}` }];
    return OWN.includes(name) ? [] : differences(wanted, found, path).concat(sameValue(wanted, found, path));
  });
}

/** Header values are the same, but for what each run has of its own. */
function sameValue(wanted: string, found: string, path: string): Difference[] {
  const perRun = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  return wanted === found || perRun.test(wanted) ? [] : [{ path, how: `${wanted} recorded, ${found} found` }];
}

function ofBodies(expected: RecordedAnswer, actual: RecordedAnswer): Difference[] {
  const wanted = parsed(expected);
  const found = parsed(actual);
  if (wanted === undefined || found === undefined) {
    return expected.body === actual.body
      ? []
      : [{ path: 'body', how: `${brief(expected.body)} recorded, ${brief(actual.body)} found` }];
  }
  const doubles = /\d\.0[,}\]\s]/;
  const written = doubles.test(expected.body) && !doubles.test(actual.body);
  return [...differences(wanted, found), ...(written ? [{ path: 'doubles', how: '2.0 is written 2' }] : [])];
}

function parsed({ body, headers }: RecordedAnswer): Json | undefined {
  return headers['content-type'] === 'application/json' ? (JSON.parse(body) as Json) : undefined;
}

function brief(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
