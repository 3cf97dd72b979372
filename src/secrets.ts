/**
 * What people put into a minimesosFile for a process alone: values of variables, access lists, passwords in URLs. A
 * container is given them; no plan, log, label or error shows them.
 */

/** In the place of a digest: of a value that is easily guessed, even a short digest confirms the guess. */
export const UNTOLD = '*';

const COVER = '***';

/** Shorter ones are found in too many words to be taken out of a text: `1`, `true`, `INFO`. */
const SHORTEST = 6;

/** Of http, any: a token may stand there without a password. Of others, those with a password: the user of ssh is no secret. */
const CREDENTIALS = /(\bhttps?:\/\/)[^\s/?#"'`]+@|(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'`:@]*:[^\s/?#"'`]*@/gi;

/** The text, with `https://***@host` in place of what names a user and a password. */
export function withoutCredentials(text: string): string {
  if (!text.includes('@')) return text;
  return text.replace(CREDENTIALS, (_all, http: string | undefined, other: string | undefined) => {
    return `${http ?? other ?? ''}${COVER}@`;
  });
}

const FLAG_OF_MESOS = /^MESOS_/;
const OF_SECRETS = /ACLS|AUTH|CREDENTIAL|KEY|PASSWORD|SECRET|TOKEN/;

/** What stands in any other variable is nobody's business; most flags of Mesos everybody knows. */
export function mayBeSecret(variable: string): boolean {
  return !FLAG_OF_MESOS.test(variable) || OF_SECRETS.test(variable);
}

/** Takes these values, and each of their lines, out of a text. */
export function concealer(values: readonly string[]): (text: string) => string {
  const pieces = values.flatMap((value) => [value, ...value.split('\n')].map((piece) => piece.trim()));
  // The longest first: one may be a part of another.
  const secrets = [...new Set(pieces)].filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, COVER), withoutCredentials(text));
}

/** The texts in a JSON text, which a process may print in another form; none where it is no JSON. */
export function textsIn(json: string): string[] {
  const texts: string[] = [];
  try {
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
    });
  } catch {
    return [];
  }
  return texts;
}
