/** The text of Marathon JSON → an app or a group to deploy, or every reason why not. Pure. */

import type { AppFile, ClusterSpec, Diagnostic } from '../spec.js';
import { shapeOf } from './app-shape.js';
import { type JsonNode, type JsonRead, readJson, type Span, textsIn } from './json.js';
import { placesIn } from './places.js';
import { emptiness, isNumeric, type TokenUse, tokenFault, tokensIn } from './tokens.js';
import { byPlace, type Place } from './tree.js';

/** Lines and columns are those of the JSON. */
export type AppReading =
  /** A note on each token that stands for nothing, where it stands first. */
  | { ok: true; file: AppFile; notes: Diagnostic[] }
  /** In the order of the text. */
  | { ok: false; problems: Diagnostic[] };

/** `spec` is the cluster that it is for: it tells what the tokens stand for. */
export function readApp(given: Pick<AppFile, 'type' | 'source' | 'text'>, spec: ClusterSpec): AppReading {
  const text = given.text.replace(/^\uFEFF/, '');
  const placeOf = placesIn(text);
  const tokens = tokensIn(text);
  const faults = faultsByName(tokens);
  const unknown = tokens.flatMap(({ name, ...at }) => problemAt(at, faults.get(name)));
  const json = jsonOf(text, tokens);
  if (!json.ok) return failed([...unknown, { ...placeOf(json.fault.at), message: json.fault.message }]);

  const known = tokens.filter(({ name }) => faults.get(name) === undefined);
  const { inTexts, bare } = divided(known, json.value);
  const misplaced = bare.flatMap(({ name, ...at }) => problemAt(at, bareFault(name, spec)));
  const holdsToken = ({ start, end }: Span) => tokens.some((token) => start < token.start && token.end < end);
  const { id, appIds, faults: misshapen } = shapeOf(json.value, given.type, holdsToken);
  const wrong = misshapen.map(({ at, message }) => ({ ...placeOf(at), message }));
  const problems = [...unknown, ...misplaced, ...wrong];
  if (id === undefined || problems.length > 0) return failed(problems);
  const notes = firstOfEachName(inTexts).flatMap(({ name, ...at }) => problemAt(at, emptiness(name, spec)));
  return { ok: true, file: { ...given, text, id, appIds }, notes };
}

function failed(problems: Diagnostic[]): AppReading {
  return { ok: false, problems: problems.sort(byPlace) };
}

/** One that is there a thousand times is looked at once. */
function faultsByName(tokens: readonly TokenUse[]): Map<string, string | undefined> {
  return new Map(firstOfEachName(tokens).map(({ name }) => [name, tokenFault(name)]));
}

function firstOfEachName(tokens: readonly TokenUse[]): TokenUse[] {
  const seen = new Set<string>();
  return tokens.filter(({ name }) => !seen.has(name) && seen.add(name));
}

function problemAt({ line, column }: Place, message: string | undefined): Diagnostic[] {
  return message === undefined ? [] : [{ line, column, message }];
}

/** A token counts as a number of the same length: harmless wherever one may stand, and nothing moves. */
function jsonOf(text: string, tokens: readonly TokenUse[]): JsonRead {
  if (/^\s*</.test(text)) return { ok: false, fault: { at: 0, message: 'it is a web page or XML, not JSON' } };
  let masked = '';
  let at = 0;
  for (const { start, end } of tokens) {
    masked += text.slice(at, start) + '1'.repeat(end - start);
    at = end;
  }
  return readJson(masked + text.slice(at), text);
}

/** The tokens inside of texts, and those outside. */
function divided(tokens: readonly TokenUse[], root: JsonNode): { inTexts: TokenUse[]; bare: TokenUse[] } {
  const texts = textsIn(root);
  const inTexts: TokenUse[] = [];
  const bare: TokenUse[] = [];
  let next = 0;
  for (const token of tokens) {
    while ((texts[next]?.end ?? Infinity) <= token.start) next += 1;
    const isInText = (texts[next]?.start ?? Infinity) < token.start;
    (isInText ? inTexts : bare).push(token);
  }
  return { inTexts, bare };
}

/** Where no quotes are around it, JSON takes but a number. */
function bareFault(name: string, spec: ClusterSpec): string | undefined {
  return isNumeric(name) ? emptiness(name, spec) : `\${${name}} stands for a text, which needs double quotes`;
}
