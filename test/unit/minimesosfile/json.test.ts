import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src/minimesosfile/json.js';

/** `offset message`, or that it is fine. */
function answerTo(text: string): string {
  const read = readJson(text);
  return read.ok ? 'fine' : `${read.fault.at} ${read.fault.message}`;
}

describe('JSON', () => {
  it.each([
    ['', '0 the file is empty'],
    [' \n', '0 the file is empty'],
    ['{"a": 1', '0 the "{" that begins here is never closed'],
    ['{"a": [1, {"b": 2}', '6 the "[" that begins here is never closed'],
    ['{"a"', '0 the "{" that begins here is never closed'],
    ['[1,', '3 expected a value, found the end of the file'],
    ['{"a": 1,}', '7 JSON has no comma before a "}"'],
    ['[1, ]', '2 JSON has no comma before a "]"'],
    ['{"a": 1 "b": 2}', '8 expected "," or "}", found "b"'],
    ['[1 2]', '3 expected "," or "]", found "2"'],
    ['{"a" 1}', '5 expected ":" after "a", found "1"'],
    ['{"a": 1}}', '8 expected the end of the file, found "}"'],
    ['{a: 1}', '1 expected a name in double quotes, found "a"'],
    ["{'a': 1}", `1 expected a name in double quotes, found "'"; a text stands in straight double quotes`],
    ['{"a": “b”}', '6 expected a value, found "“"; a text stands in straight double quotes'],
    ['{"a": 1} // done', '9 expected the end of the file, found "/"; JSON has no comments'],
    ['{ # first\n}', '2 expected a name in double quotes, found "#"; JSON has no comments'],
    ['{"a": True}', '6 expected a value, found "True"; did you mean "true"?'],
    ['{"a": yes}', '6 expected a value, found "yes"; a text stands in double quotes'],
    ['{"a": 01}', '6 "01" is not a number; write it like 4, 0.5 or -1'],
    ['{"a": .5}', '6 ".5" is not a number; write it like 4, 0.5 or -1'],
    ['{"a": "b}', '6 the text that begins here is not closed on its line'],
    ['{"a": "b\n"}', '6 the text that begins here is not closed on its line'],
    ['{"a": "\\d+"}', '7 unknown escape "\\d"; a backslash itself is written \\\\'],
    ['{"a": "\t"}', '7 a text cannot hold a control character; write \\t'],
    ['{"a": "\u0001"}', '7 a text cannot hold a control character; write \\u0001'],
    ['{"a": \u{1F600}}', '6 expected a value, found "\u{1F600}"'],
  ])('F24 whose fault is told in plain English: %j', (text, fault) => {
    expect(answerTo(text)).toBe(fault);
  });

  it('F24 nested deeper than 100 levels is a fault, not an overflow', () => {
    expect(answerTo(`${'['.repeat(100)}${']'.repeat(100)}`)).toBe('fine');
    expect(answerTo('['.repeat(1024 * 1024))).toBe('100 objects and lists are nested deeper than 100 levels');
  });

  it.each(['"', '{"a":', '1', 'x', '"a",', '\\', ' ', '\u0000'])(
    'F24 of 1 MiB of nothing but %j is answered',
    (piece) => {
      expect(answerTo(`[${piece.repeat((1024 * 1024) / piece.length)}`)).not.toBe('fine');
    },
  );

  it('F24 that stands for another text is quoted from that one', () => {
    expect(readJson('{"a": 1 1111}', '{"a": 1 ${X}}')).toMatchObject({
      fault: { message: 'expected "," or "}", found "${X}"' },
    });
  });
});
