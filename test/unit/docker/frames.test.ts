import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Piece, piecesOf, textOf } from '../../../src/docker/frames.js';
import type { LogText } from '../../../src/docker/process.js';

function frame(stream: number, payload: Buffer | string): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

async function* cut(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  const ends = [...new Set(cuts.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const seen: Item[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

const pieces = (bytes: Buffer, cuts: number[] = []): Promise<Piece[]> => all(piecesOf(cut(bytes, cuts)));
const texts = (bytes: Buffer, cuts: number[] = []): Promise<LogText[]> => all(textOf(piecesOf(cut(bytes, cuts))));
const joined = (said: LogText[], stream: string): string =>
  said.map((each) => (each.stream === stream ? each.text : '')).join('');

describe('the frames of an engine', () => {
  test('give each stream its text, however the bytes are cut, and never half a character', async () => {
    // The sign for half a character is a character too, and may be said.
    const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\uFFFD'));
    const said = fc.array(fc.record({ stream: fc.constantFrom(1, 2), text }));
    const split = fc.array(fc.nat(), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(said, split, split, async (frames, within, cuts) => {
        // An engine cuts a long line into frames wherever it likes.
        const sent: Buffer[] = [];
        for (const { stream, text } of frames) {
          for await (const part of cut(Buffer.from(text), within)) sent.push(frame(stream, part));
        }
        const heard = await texts(Buffer.concat(sent), cuts);
        for (const [number, stream] of [[1, 'stdout'] as const, [2, 'stderr'] as const]) {
          const expected = frames.map((each) => (each.stream === number ? each.text : '')).join('');
          expect(joined(heard, stream)).toBe(expected);
        }
        for (const { text } of heard) expect(text).not.toContain('\uFFFD');
      }),
    );
  });

  test('are passed on before all of them is there', async () => {
    const whole = frame(1, 'hello');
    expect((await pieces(whole, [10])).map(({ bytes }) => bytes.toString())).toEqual(['he', 'llo']);
  });

  test('are plain text on a terminal, also a short one', async () => {
    expect(joined(await texts(Buffer.from('one line\r\nand another\r\n'), [3, 12]), 'stdout')).toBe(
      'one line\r\nand another\r\n',
    );
    expect(await texts(Buffer.from('$ '))).toEqual([{ stream: 'stdout', text: '$ ' }]);
  });

  test('may hold what the engine has to say itself', async () => {
    await expect(pieces(Buffer.concat([frame(1, 'a'), frame(3, 'Error grabbing logs: EOF\n')]))).rejects.toMatchObject({
      code: 'DOCKER_FAILED',
      message: 'Error grabbing logs: EOF',
    });
  });

  test('end a character that was only half said with a sign for it', async () => {
    const half = frame(2, Buffer.from('ö').subarray(0, 1));
    expect(await texts(half)).toEqual([{ stream: 'stderr', text: '\uFFFD' }]);
  });
});
