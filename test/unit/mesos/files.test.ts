import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentFile, contentOf, follow, offsetOfTail } from '../../../src/mesos/files.js';

/** What Mesos gives at once at most. */
const PAGE = 65_536;

const bytesOf = async (parts: AsyncIterable<Buffer>): Promise<Buffer> => {
  const seen: Buffer[] = [];
  for await (const part of parts) seen.push(part);
  return Buffer.concat(seen);
};

/** A file that grows when a test lets it, and remembers what was asked of it. */
class GrowingFile {
  content: Buffer = Buffer.alloc(0);
  fetched = 0;

  async size(): Promise<number> {
    return this.content.length;
  }

  async part(from: number, end: number): Promise<Buffer> {
    const part = this.content.subarray(from, Math.min(end, from + PAGE));
    this.fetched += part.length;
    return part;
  }
}

function fileOf(content: Buffer | string): GrowingFile {
  return Object.assign(new GrowingFile(), { content: Buffer.from(content) });
}

describe('the tail of a file', () => {
  const tail = async (file: GrowingFile, lines: number) =>
    file.content.subarray(await offsetOfTail(file, file.content.length, lines)).toString();

  it('is its last lines, whatever their length and however it ends', async () => {
    const lengths = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 * PAGE })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.boolean(), fc.nat({ max: 8 }), async (all, finished, wanted) => {
        const lines = all.map((length) => `${'x'.repeat(length)}\n`);
        const text = finished ? lines.join('') : `${lines.join('')}rest`;
        const expected = finished ? lines : [...lines, 'rest'];
        expect(await tail(fileOf(text), wanted)).toBe(wanted === 0 ? '' : expected.slice(-wanted).join(''));
      }),
      { numRuns: 60 },
    );
  });

  it('is found without the rest of the file', async () => {
    const file = fileOf(`${'x'.repeat(99)}\n`.repeat(100_000));
    expect((await tail(file, 3)).split('\n')).toHaveLength(4);
    expect(file.fetched).toBeLessThanOrEqual(PAGE);
  });
});

describe('a file that is followed', () => {
  const signal = new AbortController().signal;

  it('is read as it grows, and to its end when nobody writes any more', async () => {
    const file = fileOf('one\n');
    const writes = [() => 'two\n', () => 'x'.repeat(3 * PAGE), () => ''];
    let over = false;
    const pause = async () => {
      const write = writes.shift();
      file.content = Buffer.concat([file.content, Buffer.from(write?.() ?? '')]);
    };
    // The last words are written just before the end is known.
    const ended = async () => {
      if (writes.length === 0 && !over) {
        over = true;
        file.content = Buffer.concat([file.content, Buffer.from('last words\n')]);
      }
      return over;
    };
    const seen = await bytesOf(follow(file, { from: 0, ended, pause, signal }));
    expect(seen.toString()).toBe(`one\ntwo\n${'x'.repeat(3 * PAGE)}last words\n`);
  });

  it('is read from its beginning again when it was begun anew', async () => {
    const file = fileOf('long text\n');
    let looks = 0;
    const pause = async () => {
      file.content = Buffer.from('new\n');
    };
    const ended = async () => ++looks === 2;
    expect((await bytesOf(follow(file, { from: 0, ended, pause, signal }))).toString()).toBe('long text\nnew\n');
  });

  it('is left alone with the signal', async () => {
    const controller = new AbortController();
    const pause = async () => controller.abort();
    const parts = follow(fileOf('one\n'), { from: 0, ended: async () => false, pause, signal: controller.signal });
    expect((await bytesOf(parts)).toString()).toBe('one\n');
  });
});

describe('a file of an agent', () => {
  const files = new Map<string, Buffer>();
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://agent');
      const content = pathname === '/files/read' ? files.get(searchParams.get('path') ?? '') : undefined;
      const [offset, length] = [Number(searchParams.get('offset')), Number(searchParams.get('length') ?? PAGE)];
      if (!content) return response.writeHead(404).end();
      if (offset === -1) return response.end(JSON.stringify({ data: '', offset: content.length }));
      // As Mesos does: the bytes as they are, between quotes.
      const data = content.subarray(offset, offset + Math.min(length, PAGE)).toString('latin1');
      return response.end(Buffer.from(`{"data":${JSON.stringify(data)},"offset":${offset}}`, 'latin1'));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  it('keeps every byte, also of a character that two parts share', async () => {
    const content = Buffer.concat([
      Buffer.from('x'.repeat(PAGE - 1)),
      Buffer.from('größe "\\/\u0001'),
      Buffer.from([0xff, 0x80]),
    ]);
    files.set('/sandbox/a b&c/stdout', content);
    const file = new AgentFile(url, '/sandbox/a b&c/stdout');
    expect(await file.size()).toBe(content.length);
    expect(await bytesOf(contentOf(file, 0, content.length))).toEqual(content);
    expect(await bytesOf(contentOf(file, PAGE, PAGE + 2))).toEqual(content.subarray(PAGE, PAGE + 2));
  });

  it('that is not there is gone', async () => {
    await expect(new AgentFile(url, '/nowhere').size()).rejects.toMatchObject({
      code: 'SANDBOX_GONE',
      message: 'the agent has no file /nowhere',
    });
  });
});
