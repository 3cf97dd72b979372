import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonLines, layerProgress, logLines } from '../../../src/docker/streams.js';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function* pieces(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const value of values) seen.push(value);
  return seen;
}

describe('lines of JSON', () => {
  test('are the same however the bytes are cut', async () => {
    const values = fc.array(fc.record({ action: fc.string(), name: fc.string({ unit: 'grapheme' }) }));
    await fc.assert(
      fc.asyncProperty(values, fc.array(fc.nat()), async (sent, cuts) => {
        const bytes = Buffer.from(sent.map((value) => `${JSON.stringify(value)}\r\n`).join(''));
        expect(await all(jsonLines(pieces(bytes, cuts)))).toEqual(sent);
      }),
    );
  });

  test('drop a last one that was only half sent', async () => {
    const bytes = Buffer.from('{"a":1}\n\n{"b":');
    expect(await all(jsonLines(pieces(bytes, [])))).toEqual([{ a: 1 }]);
  });
});

describe('lines of a log', () => {
  test('come in the order of their frames, without the headers', () => {
    const log = Buffer.concat([frame(1, 'out 1\n'), frame(2, 'err 1\n'), frame(1, 'größer\r\n')]);
    expect(logLines(log)).toEqual(['out 1', 'err 1', 'größer']);
  });

  test('are put together from the frames of one stream, also where the other comes in between', () => {
    const log = Buffer.concat([frame(1, 'half'), frame(2, 'whole\n'), frame(1, ' done\nrest')]);
    expect(logLines(log)).toEqual(['whole', 'half done', 'rest']);
  });

  test('of a terminal are plain text', () => {
    expect(logLines(Buffer.from('one line\r\nand another\r\n'))).toEqual(['one line', 'and another']);
    expect(logLines(Buffer.from('short'))).toEqual(['short']);
  });

  test('of one who said nothing are none', () => {
    expect(logLines(Buffer.alloc(0))).toEqual([]);
  });
});

describe('the progress of a pull', () => {
  test('sums the bytes of all layers', () => {
    const progress = layerProgress();
    expect(progress({ status: 'Pulling from library/zookeeper', id: '3.9' })).toBeUndefined();
    expect(progress({ status: 'Pulling fs layer', id: 'a' })).toBeUndefined();
    const half = { status: 'Downloading', id: 'a', progressDetail: { current: 50, total: 100 } };
    expect(progress(half)).toEqual({ current: 50, total: 100 });
    const other = { status: 'Downloading', id: 'b', progressDetail: { current: 1, total: 300 } };
    expect(progress(other)).toEqual({ current: 51, total: 400 });
    expect(progress({ status: 'Download complete', id: 'a' })).toEqual({ current: 101, total: 400 });
    expect(progress({ status: 'Extracting', id: 'a', progressDetail: { current: 7, total: 100 } })).toBeUndefined();
    expect(progress({ status: 'Pull complete', id: 'b' })).toEqual({ current: 400, total: 400 });
  });

  test('knows no total where the registry tells none', () => {
    const message = { status: 'Downloading', id: 'a', progressDetail: { current: 5 } };
    expect(layerProgress()(message)).toEqual({ current: 5, total: undefined });
  });
});
