import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApp } from '../../src/minimesosfile/app-file.js';
import { type JsonNode, readJson } from '../../src/minimesosfile/json.js';
import { placesIn } from '../../src/minimesosfile/places.js';
import { replaceTokens, tokensIn } from '../../src/minimesosfile/tokens.js';
import { clusterSpec } from '../support/worlds.js';

const json = fc.json({ noUnicodeString: false, maxDepth: 5 });

/** JSON with something put in, taken out, or both. */
const nearlyJson = fc
  .tuple(
    json,
    fc.nat(),
    fc.nat(3),
    fc.oneof(fc.constantFrom(...'{}[],:"\\/ \n\t1-.e+tn', ''), fc.string({ maxLength: 2 })),
  )
  .map(([text, at, removed, added]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + added + text.slice(start + removed);
  });

function parsed(text: string): unknown {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function valueIn(node: JsonNode, text: string): unknown {
  if (node.kind === 'list') return node.items.map((item) => valueIn(item, text));
  if (node.kind !== 'object') return JSON.parse(text.slice(node.start, node.end));
  // As JSON.parse has them: also `__proto__` is but a name.
  return JSON.parse(
    `{${node.members.map(({ name, value }) => `${text.slice(name.start, name.end)}:${JSON.stringify(valueIn(value, text))}`)}}`,
  );
}

describe('JSON', () => {
  it.each([
    ['JSON', json],
    ['nearly JSON', nearlyJson],
    ['any text', fc.string({ unit: fc.constantFrom(...'{}[],:"\\u0b1-.e tr\n') })],
  ])('F24 is what JSON.parse takes, with the same value: %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        const read = readJson(text);
        expect(read.ok ? { value: valueIn(read.value, text) } : undefined).toEqual(parsed(text));
      }),
    );
  });

  it('F24 has its fault in the text, on one line without what a terminal acts upon', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, fc.string({ unit: 'binary' })), (text) => {
        const read = readJson(text);
        if (read.ok) return;
        expect(read.fault.at).toBeLessThanOrEqual(text.length);
        expect(read.fault.message).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('a place', () => {
  it('is the number of line ends before it, and how far it is behind the last', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r'), maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.nat(30), (text, offset) => {
        const isInLineEnd = text.slice(offset - 1, offset + 1) === '\r\n';
        fc.pre(offset <= text.length && !isInLineEnd);
        const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
        expect(placesIn(text)(offset)).toEqual({ line: lines.length, column: (lines.at(-1) ?? '').length + 1 });
      }),
    );
  });
});

describe('tokens', () => {
  const NAMES = ['MINIMESOS_MASTER', 'MINIMESOS_HOST_DIR', 'MINIMESOS_MARATHON_PORT', 'PORT0', 'X'];
  const values = fc.record({
    MINIMESOS_MASTER: fc.string({ unit: 'binary' }),
    MINIMESOS_HOST_DIR: fc.string({ unit: 'binary' }),
    MINIMESOS_MARATHON_PORT: fc.integer({ min: 1, max: 65_535 }).map(String),
  });
  const pieces = fc.array(fc.oneof(fc.constantFrom(...NAMES.map((name) => `\${${name}}`)), fc.string()), {
    maxLength: 6,
  });

  it('F28 in a text become their values, and nothing else of the text changes', () => {
    fc.assert(
      fc.property(pieces, values, (parts, known) => {
        const text = JSON.stringify(parts.join(''));
        const replaced = JSON.parse(replaceTokens(text, new Map(Object.entries(known)))) as string;
        const expected = parts.join('').replace(/\$\{(MINIMESOS_[A-Z_]+)\}/g, (token, name: keyof typeof known) => {
          return known[name] ?? token;
        });
        expect(replaced).toBe(expected);
      }),
    );
  });

  it('F28 in JSON that is accepted leave JSON of the same shape, whatever they stand for', () => {
    const number = fc.constantFrom(
      '${MINIMESOS_MARATHON_PORT}',
      '-${MINIMESOS_MARATHON_PORT}',
      '1${MINIMESOS_MARATHON_PORT}',
    );
    const text = pieces.map((parts) => JSON.stringify(parts.join('')));
    const member = fc.tuple(
      fc.stringMatching(/^[a-z]{3,5}$/),
      fc.oneof(number, text, fc.constant('${MINIMESOS_MASTER}')),
    );
    const spec = clusterSpec({ marathon: { env: {}, cmd: 'x', apps: [] } });
    fc.assert(
      fc.property(fc.array(member), values, (members, known) => {
        const json = `{"id": "a"${members.map(([name, value]) => `, "x${name}": ${value}`).join('')}}`;
        const read = readApp({ type: 'app', source: 'a.json', text: json }, spec);
        const bare = members.some(([, value]) => value === '${MINIMESOS_MASTER}');
        expect(read.ok).toBe(!bare);
        if (!read.ok) return;
        const definition = JSON.parse(replaceTokens(read.file.text, new Map(Object.entries(known)))) as object;
        expect(Object.keys(definition)).toEqual([...new Set(['id', ...members.map(([name]) => `x${name}`)])]);
      }),
    );
  });

  it('F28 stand where they are said to', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('\n', '\r\n', '\r'), (parts, end) => {
        const text = parts.join(end);
        const lines = text.split(/\r\n|\r|\n/);
        for (const { name, line, column } of tokensIn(text))
          expect(lines[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^\\$\\{${name}\\}`));
      }),
    );
  });
});
