/**
 * JSON text → a tree that knows where everything stands; or the first fault, in plain English and with its place, which
 * `JSON.parse` gives only sometimes. What it takes and what `JSON.parse` takes is the same, but for nesting without end.
 */

import { didYouMean, shown } from './wording.js';

/** Offsets in the text, from the first character to behind the last. */
export interface Span {
  start: number;
  end: number;
}

type JsonText = Span & { kind: 'text'; value: string };

export interface JsonMember {
  name: JsonText;
  value: JsonNode;
}

/** Of a name that stands twice the last member counts. */
export type JsonObject = Span & { kind: 'object'; members: JsonMember[] };

export type JsonNode =
  | JsonObject
  | (Span & { kind: 'list'; items: JsonNode[] })
  | JsonText
  | (Span & { kind: 'number' | 'true' | 'false' | 'null' });

/** What is wrong, and its offset in the text. */
export interface JsonFault {
  at: number;
  message: string;
}

export type JsonRead = { ok: true; value: JsonNode } | { ok: false; fault: JsonFault };

/** Far more than Marathon's JSON has, and far less than the stack bears. */
const DEEPEST_NESTING = 100;

const BLANK = /[ \t\r\n]+/y;
const WORD = /[-+.\w$]+/y;
const QUOTED = /"[^"\n]+"?/y;
const CHARACTER = /./suy;
/** All but the quote, the backslash and what is below the blank. */
const PLAIN_TEXT = /[ !#-[\]-\uFFFF]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const CONSTANTS = ['true', 'false', 'null'] as const;
const CONTROLS = new Map([
  ['\t', '\\t'],
  ['\r', '\\r'],
]);

/** `quoted` is what messages quote from, where the text stands for another one of the same length. */
export function readJson(text: string, quoted = text): JsonRead {
  try {
    return { ok: true, value: new JsonReader(text, quoted).read() };
  } catch (thrown) {
    if (thrown instanceof Fault) return { ok: false, fault: { at: thrown.at, message: thrown.message } };
    throw thrown;
  }
}

/** Unwinds the reader; never leaves this file. */
class Fault extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

class JsonReader {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly text: string,
    private readonly quoted: string,
  ) {}

  read(): JsonNode {
    this.#take(BLANK);
    if (this.#at === this.text.length) throw new Fault(0, 'the file is empty');
    const value = this.#value();
    this.#take(BLANK);
    if (this.#at < this.text.length) throw this.#expected('the end of the file');
    return value;
  }

  #value(): JsonNode {
    this.#take(BLANK);
    const start = this.#at;
    const character = this.text[start];
    if (character === '{') return this.#nested(() => this.#object());
    if (character === '[') return this.#nested(() => this.#list());
    if (character === '"') return this.#text();
    const word = this.#take(WORD);
    if (word === undefined) throw this.#expected('a value');
    const span = { start, end: this.#at };
    if (NUMBER.test(word)) return { kind: 'number', ...span };
    const constant = CONSTANTS.find((each) => each === word);
    if (constant) return { kind: constant, ...span };
    const found = this.#quote(start);
    if (/^[-+.\d]/.test(word)) throw new Fault(start, `${found} is not a number; write it like 4, 0.5 or -1`);
    const hint = didYouMean(word, CONSTANTS) || '; a text stands in double quotes';
    throw new Fault(start, `expected a value, found ${found}${hint}`);
  }

  #nested(read: () => JsonNode): JsonNode {
    if (this.#depth === DEEPEST_NESTING)
      throw new Fault(this.#at, `objects and lists are nested deeper than ${DEEPEST_NESTING} levels`);
    this.#depth += 1;
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #object(): JsonNode {
    const start = this.#at;
    const members: JsonMember[] = [];
    this.#sequence('}', () => {
      if (this.text[this.#at] !== '"') throw this.#expected('a name in double quotes', start);
      const name = this.#text();
      if (!this.#accept(':')) throw this.#expected(`":" after ${shown(name.value)}`, start);
      members.push({ name, value: this.#value() });
    });
    return { kind: 'object', start, end: this.#at, members };
  }

  #list(): JsonNode {
    const start = this.#at;
    const items: JsonNode[] = [];
    this.#sequence(']', () => void items.push(this.#value()));
    return { kind: 'list', start, end: this.#at, items };
  }

  /** From the opening bracket to behind the closing one. */
  #sequence(close: '}' | ']', readOne: () => void): void {
    const start = this.#at;
    this.#at += 1;
    if (this.#accept(close)) return;
    for (;;) {
      this.#take(BLANK);
      readOne();
      if (this.#accept(close)) return;
      const comma = this.#at;
      if (!this.#accept(',')) throw this.#expected(`"," or "${close}"`, start);
      if (this.#accept(close)) throw new Fault(comma, `JSON has no comma before a "${close}"`);
    }
  }

  #text(): JsonText {
    const start = this.#at;
    this.#at += 1;
    while (this.text[this.#at] !== '"') {
      if (this.#take(PLAIN_TEXT) === undefined && this.#take(ESCAPE) === undefined) throw this.#textFault(start);
    }
    this.#at += 1;
    return { kind: 'text', start, end: this.#at, value: JSON.parse(this.text.slice(start, this.#at)) as string };
  }

  #textFault(start: number): Fault {
    const at = this.#at;
    const found = this.text.slice(at, at + 1);
    if (found === '' || found === '\n' || found === '\r')
      return new Fault(start, 'the text that begins here is not closed on its line');
    if (found === '\\') {
      const unknown = shown(this.text.slice(at, at + 2));
      return new Fault(at, `unknown escape ${unknown}; a backslash itself is written \\\\`);
    }
    const code = found.charCodeAt(0).toString(16).padStart(4, '0');
    return new Fault(at, `a text cannot hold a control character; write ${CONTROLS.get(found) ?? `\\u${code}`}`);
  }

  /** `opener`: where the object or list begins that is not complete. */
  #expected(what: string, opener?: number): Fault {
    this.#take(BLANK);
    const at = this.#at;
    const found = this.text.slice(at, at + 2);
    if (found === '') {
      if (opener === undefined) return new Fault(at, `expected ${what}, found the end of the file`);
      return new Fault(opener, `the "${this.text[opener]}" that begins here is never closed`);
    }
    if (this.#take(WORD) === undefined && this.#take(QUOTED) === undefined) this.#take(CHARACTER);
    return new Fault(at, `expected ${what}, found ${this.#quote(at)}${hintFor(found)}`);
  }

  /** What was taken since then. */
  #quote(start: number): string {
    return shown(this.quoted.slice(start, this.#at).replace(/^"(.+?)"?$/, '$1'));
  }

  #accept(mark: string): boolean {
    this.#take(BLANK);
    if (this.text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [match] = pattern.exec(this.text) ?? [];
    this.#at += match?.length ?? 0;
    return match;
  }
}

function hintFor(found: string): string {
  if (found === '//' || found === '/*' || found.startsWith('#')) return '; JSON has no comments';
  if (/^['‘’“”„]/.test(found)) return '; a text stands in straight double quotes';
  return '';
}

/** In the order of the text: names, and texts in its lists and objects. */
export function textsIn(node: JsonNode): Span[] {
  if (node.kind === 'text') return [node];
  if (node.kind === 'list') return node.items.flatMap(textsIn);
  if (node.kind !== 'object') return [];
  return node.members.flatMap(({ name, value }) => [name, ...textsIn(value)]);
}
