/** minimesosFile text → tokens. Every character is looked at once; nothing that the text holds makes it throw. */

import type { Place, Scalar } from './tree.js';
import { shown } from './wording.js';

export type Token = Place &
  (
    | { kind: 'name'; text: string }
    | { kind: 'literal'; text: string; value: Scalar }
    | { kind: 'mark'; text: string }
    | { kind: 'newline'; text: string }
    /** `text` says what is wrong; `withoutValue` does so where it must not show what stands there. */
    | { kind: 'error'; text: string; withoutValue?: string }
    | { kind: 'end'; text: string }
  );

const TOKEN = new RegExp(
  [
    /(?<blank>[ \t\f]+|\/\/[^\n]*)/,
    /(?<comment>\/\*.*?(?:\*\/|$))/s,
    /(?<newline>\n)/,
    /(?<name>[A-Za-z_$][\w$]*)/,
    /(?<number>-?\d(?:[\w.]|(?<=[eE])[+-])*)/,
    /(?<quote>"""|'''|"|')/,
    /(?<mark>->|==|=~|[-+*/%<>!?]=|.)/s,
  ]
    .map((part) => part.source)
    .join('|'),
  'suy',
);
const SHEBANG = /#![^\n]*/y;
const PLAIN_TEXT = /[^\\$"'\n\0]+/y;
const INTERPOLATION = /\$[A-Za-z_{]/y;
const ESCAPE = /\\(?:u(?<hex>[0-9A-Fa-f]{4})|(?<letter>.))/suy;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const KEYWORDS = new Map<string, Scalar>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** As in Groovy; a backslash at the end of a line joins it with the next. */
const ESCAPES = new Map([
  ...['\\', '"', "'", '$'].map((character) => [character, character] as const),
  ...Object.entries({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\n': '' }),
]);

const NUL_FAULT = 'a text cannot hold a NUL character';

/** A number as the language writes it, in quotes or not; undefined for every other text. */
export function readNumber(text: string): number | undefined {
  const number = NUMBER.test(text) ? Number(text) + 0 : Number.NaN; // + 0 turns -0 into 0
  return Number.isFinite(number) ? number : undefined;
}

/** The last token is `end`. Line ends may be those of any system; a byte order mark is left out. */
export function tokenize(text: string): Token[] {
  return new Lexer(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')).tokens();
}

class Lexer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  tokens(): Token[] {
    const tokens: Token[] = [];
    this.#take(SHEBANG);
    while (this.#at < this.#text.length) {
      const token = this.#token();
      if (token) tokens.push(token);
    }
    return [...tokens, { kind: 'end', text: '', ...this.#place() }];
  }

  #token(): Token | undefined {
    const place = this.#place();
    const groups = this.#take(TOKEN)?.groups ?? {};
    const { comment, newline, name, number, quote, mark } = groups;
    if (name !== undefined) return nameOrKeyword(name, place);
    if (number !== undefined) return numberToken(number, place);
    if (quote !== undefined) return this.#string(quote, place);
    if (mark !== undefined) return { kind: 'mark', text: mark, ...place };
    if (newline !== undefined) return { kind: 'newline', text: newline, ...place };
    if (comment !== undefined && !isClosed(comment))
      return { kind: 'error', text: 'the comment that begins here is never closed', ...place };
    return undefined;
  }

  #string(quote: string, place: Place): Token {
    const start = this.#at - quote.length;
    let value = '';
    let fault: Token | undefined;
    while (!this.#text.startsWith(quote, this.#at)) {
      const at = this.#place();
      const part = this.#stringPart(quote);
      if (part === undefined) return { kind: 'error', text: 'the text that begins here is never closed', ...place };
      if (typeof part === 'string') value += part;
      else fault ??= { kind: 'error', text: part.fault, ...at };
    }
    this.#advance(quote);
    return fault ?? { kind: 'literal', text: this.#text.slice(start, this.#at), value, ...place };
  }

  /** The next piece of a string's value; undefined where the string can go no further. */
  #stringPart(quote: string): string | { fault: string } | undefined {
    const plain = this.#take(PLAIN_TEXT);
    if (plain) return plain[0];
    const escaped = this.#take(ESCAPE);
    if (escaped) return unescaped(escaped);
    if (quote.startsWith('"') && this.#take(INTERPOLATION))
      return {
        fault: 'minimesos does not evaluate Groovy; write \\$ for a dollar sign, or single quotes around the text',
      };
    const character = this.#text.charAt(this.#at);
    if (character === '' || (character === '\n' && quote.length === 1)) return undefined;
    this.#advance(character);
    return character === '\0' ? { fault: NUL_FAULT } : character;
  }

  #place(): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#advance(match[0]);
    return match;
  }

  #advance(text: string): void {
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
      this.#line += 1;
      this.#lineStart = this.#at + newline + 1;
    }
    this.#at += text.length;
  }
}

function nameOrKeyword(text: string, place: Place): Token {
  const value = KEYWORDS.get(text);
  return value === undefined ? { kind: 'name', text, ...place } : { kind: 'literal', text, value, ...place };
}

function numberToken(text: string, place: Place): Token {
  const value = readNumber(text);
  if (value !== undefined) return { kind: 'literal', text, value, ...place };
  const fault = 'is not a number; write it like 4, 0.5 or -1';
  return { kind: 'error', text: `${shown(text)} ${fault}`, withoutValue: `this ${fault}`, ...place };
}

// A slash, a star and a slash open a comment without closing it.
function isClosed(comment: string): boolean {
  return comment.length >= 4 && comment.endsWith('*/');
}

function unescaped({ groups = {} }: RegExpExecArray): string | { fault: string } {
  const { hex, letter = '' } = groups;
  if (hex === '0000') return { fault: NUL_FAULT };
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return ESCAPES.get(letter) ?? { fault: `unknown escape ${shown(`\\${letter}`)}; a backslash itself is written \\\\` };
}
