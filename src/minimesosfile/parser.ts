/** Tokens → syntax tree. What cannot be read is reported and stepped over, so that one pass finds every mistake. */

import type { Diagnostic } from '../spec.js';
import { type Token, tokenize } from './lexer.js';
import type { Block, Member, Place, Unread } from './tree.js';
import { plain, shown } from './wording.js';

type Name = Extract<Token, { kind: 'name' }>;
type Literal = Extract<Token, { kind: 'literal' }>;
type Mark = Extract<Token, { kind: 'mark' }>;

/** Far more than the four levels that the language has, and far less than the stack bears. */
const DEEPEST_NESTING = 32;

/** The blocks and properties whose values nobody else is to read. */
const SECRETIVE: ReadonlySet<string> = new Set(['env', 'aclJson']);

const NO_GROOVY = 'minimesos does not evaluate Groovy';

/** What people mean by a mark that does not belong there; any other is taken for Groovy. */
const HINTS = new Map([
  ['}', ''],
  ['=', ''],
  ['#', '; a comment begins with //'],
  [':', '; a property is written name = value'],
  [',', '; a new line or ";" ends a property, and a decimal has a point'],
  ...['“', '”', '„', '‘', '’'].map((quote) => [quote, '; use straight quotes'] as const),
]);

/** `file` is the whole file as a block without a name; the syntax errors are in the order of the file. */
export function parse(text: string): { file: Block; diagnostics: Diagnostic[] } {
  return new Parser(tokenize(text)).parse();
}

class Parser {
  readonly #tokens: Token[];
  readonly #diagnostics: Diagnostic[] = [];
  #at = 0;
  #depth = 0;
  #isCutShort = false;
  /** What stands here may be a password: no message shows it. */
  #isSecret = false;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  parse(): { file: Block; diagnostics: Diagnostic[] } {
    const members = [...this.#headers(), ...this.#members()];
    while (this.#accept(isMark('}'))) {
      this.#report(this.#token(-1), '"}" closes no block');
      members.push(...this.#members());
    }
    return { file: { kind: 'block', name: '', line: 1, column: 1, members }, diagnostics: this.#diagnostics };
  }

  /** `package` and `import` lines; what they name comes with minimesos. */
  #headers(): Member[] {
    const rest: Member[] = [];
    for (;;) {
      this.#skipSeparators();
      if (!isHeader(this.#token()) || !isName(this.#token(1))) return rest;
      while (this.#accept(isName) || this.#accept(isMark('.')) || this.#accept(isMark('*')));
      rest.push(...this.#restOfStatement());
    }
  }

  /** Stops before the `}` that closes the block, or at the end of the file. */
  #members(): Member[] {
    const members: Member[] = [];
    for (;;) {
      this.#skipSeparators();
      if (closes(this.#token())) return members;
      members.push(this.#member(), ...this.#restOfStatement());
    }
  }

  #member(): Member {
    const name = this.#accept(isName);
    if (!name) return this.#unread('a property or a block');
    if (this.#accept(isMark('='))) return this.#property(name);
    this.#skipNewlinesBefore(isMark('{'));
    if (isMark('{')(this.#token())) return this.#block(name);
    return this.#unread(`"=" or "{" after ${shown(name.text)}`);
  }

  #property({ text: name, line, column }: Name): Member {
    this.#skipNewlinesBefore(isLiteral);
    const literal = this.#accept(isLiteral);
    if (!literal) return this.#within(name, () => this.#missingValue(name));
    const { value, text: source } = literal;
    const valueAt = { line: literal.line, column: literal.column };
    return { kind: 'property', name, line, column, value, source, valueAt };
  }

  #missingValue(name: string): Unread {
    const found = this.#token();
    const isLoneWord = isName(found) && endsStatement(this.#token(1));
    const quoted = this.#isSecret ? '' : `: ${shown(found.text)}`;
    const hint = isLoneWord ? `; a text stands in quotes${quoted}` : hintFor(found);
    return this.#unread(`a value after ${shown(`${name} =`)}`, hint);
  }

  #block({ text: name, line, column }: Name): Member {
    if (this.#depth === DEEPEST_NESTING) {
      this.#report({ line, column }, `blocks are nested deeper than ${DEEPEST_NESTING} levels`);
      return this.#stepOver();
    }
    this.#take();
    this.#depth += 1;
    const members = this.#within(name, () => this.#members());
    this.#depth -= 1;
    if (!this.#accept(isMark('}'))) members.push(this.#unclosed(name, { line, column }));
    return { kind: 'block', name, line, column, members };
  }

  #within<Read>(name: string, read: () => Read): Read {
    const before = this.#isSecret;
    this.#isSecret ||= SECRETIVE.has(name);
    const result = read();
    this.#isSecret = before;
    return result;
  }

  /** Of blocks that the end of the file cuts short the innermost is reported, and none where a text ran on to there. */
  #unclosed(name: string, place: Place): Unread {
    const isReported = this.#isCutShort || this.#token(-1).kind === 'error';
    if (!isReported) this.#report(place, `the block ${shown(name)} is never closed`);
    this.#isCutShort = true;
    return { kind: 'unread' };
  }

  /** Nothing, unless there is more on the line than a member. */
  #restOfStatement(): Unread[] {
    const found = this.#token();
    if (endsStatement(found)) return [];
    if (!isName(found)) return [this.#unread('a new line or ";"')];
    const next = this.#isSecret ? 'this' : shown(found.text);
    this.#report(found, `expected a new line or ";" before ${next}`);
    return [];
  }

  #unread(expected: string, hint = hintFor(this.#token())): Unread {
    const found = this.#token();
    const instead = this.#isSecret && !isMarkOrEnd(found) ? '' : `, found ${described(found)}`;
    const fault = found.kind === 'error' ? (this.#isSecret && found.withoutValue) || found.text : undefined;
    this.#report(found, fault ?? `expected ${expected}${instead}${hint}`);
    return this.#stepOver();
  }

  /** Over the rest of the statement, with all that it holds in brackets. */
  #stepOver(): Unread {
    const unread: Unread = { kind: 'unread' };
    let braces = 0;
    let brackets = 0;
    for (;;) {
      const token = this.#token();
      const isEnd = closes(token) || (brackets === 0 && separates(token));
      if (token.kind === 'end' || (braces === 0 && isEnd)) return unread;
      braces += depthChange(token, '{', '}');
      brackets = Math.max(0, brackets + depthChange(token, '([', ')]'));
      this.#take();
    }
  }

  #skipSeparators(): void {
    while (separates(this.#token())) this.#take();
  }

  #skipNewlinesBefore(wanted: (token: Token) => boolean): void {
    let ahead = 0;
    while (this.#token(ahead).kind === 'newline') ahead += 1;
    if (wanted(this.#token(ahead))) this.#at += ahead;
  }

  #accept<Wanted extends Token>(wanted: (token: Token) => token is Wanted): Wanted | undefined {
    const token = this.#token();
    if (!wanted(token)) return undefined;
    this.#take();
    return token;
  }

  #take(): Token {
    const token = this.#token();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #token(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '', line: 1, column: 1 };
  }

  #report({ line, column }: Place, message: string): void {
    this.#diagnostics.push({ line, column, message });
  }
}

function isName(token: Token): token is Name {
  return token.kind === 'name';
}

function isLiteral(token: Token): token is Literal {
  return token.kind === 'literal';
}

function isMark(text: string): (token: Token) => token is Mark {
  return (token): token is Mark => token.kind === 'mark' && token.text === text;
}

function isMarkOrEnd({ kind }: Token): boolean {
  return kind === 'mark' || kind === 'newline' || kind === 'end';
}

function isHeader(token: Token): boolean {
  return isName(token) && (token.text === 'package' || token.text === 'import');
}

function separates(token: Token): boolean {
  return token.kind === 'newline' || isMark(';')(token);
}

function closes(token: Token): boolean {
  return token.kind === 'end' || isMark('}')(token);
}

function endsStatement(token: Token): boolean {
  return separates(token) || closes(token);
}

function depthChange({ kind, text }: Token, openers: string, closers: string): number {
  if (kind !== 'mark') return 0;
  return Number(openers.includes(text)) - Number(closers.includes(text));
}

function described(token: Token): string {
  if (token.kind === 'end') return 'the end of the file';
  if (token.kind === 'newline') return 'the end of the line';
  if (token.kind !== 'literal') return shown(token.text);
  return typeof token.value === 'string' ? shown(token.value) : plain(token.text);
}

function hintFor({ kind, text }: Token): string {
  if (kind === 'end' || kind === 'newline') return '';
  const hint = kind === 'mark' ? HINTS.get(text) : undefined;
  return hint ?? (/^[!-~]/.test(text) ? `; ${NO_GROOVY}` : '');
}
