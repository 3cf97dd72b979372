import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { nameOfUrl, Pages, type PageText } from '../../../src/minimesosfile/pages.js';

const JSON_TEXT = '{"id": "a"}';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What the server does with a request now. */
let answer: Answer;
let asked: IncomingMessage[];
let url: string;
let now: number;
/** Without anybody who listens there. */
let nobody: string;

async function serve(handler: Answer): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

beforeEach(async () => {
  now = 1_000;
  asked = [];
  answer = (_request, response) => response.end(JSON_TEXT);
  const server = await serve((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  onTestFinished(server.close);
  url = `${server.url}/es.json`;
  const gone = await serve(() => {});
  await gone.close();
  nobody = `${gone.url}/es.json`;
});

const pages = (timeoutMs = 5_000) => new Pages({ now: () => now, timeoutMs, patienceMs: 5_000 });
const answering = (status: number, body = '', headers: Record<string, string> = {}): Answer => {
  return (_request, response) => response.writeHead(status, headers).end(body);
};
const good: PageText = { ok: true, text: JSON_TEXT };

describe('a URL', () => {
  it('F31 gives its text, wherever it leads on to', async () => {
    answer = ({ url: path }, response) => {
      if (path === '/es.json') response.writeHead(302, { location: '/moved.json' }).end();
      else response.end(`\uFEFF${JSON_TEXT}`);
    };
    expect(await pages().read(url)).toEqual(good);
    expect(asked.map((request) => request.url)).toEqual(['/es.json', '/moved.json']);
  });

  it.each([
    [404, 'does not exist (404)'],
    [410, 'does not exist (410)'],
    [401, 'may not be read (401)'],
    [403, 'may not be read (403)'],
  ])('F31 that answers %i is broken', async (status, message) => {
    answer = answering(status);
    expect(await pages().read(url)).toEqual({ ok: false, why: 'broken', message });
  });

  it.each([
    ['it says so', { 'content-length': String(2 ** 20 + 1) }],
    ['it does not say so', {}],
  ])('F31 of more than 1 MiB is broken, where %s', async (_, headers) => {
    answer = (_request, response) => {
      response.writeHead(200, headers as Record<string, string>);
      response.end('x'.repeat(2 ** 20 + 1));
    };
    expect(await pages().read(url)).toMatchObject({
      ok: false,
      why: 'broken',
      message: 'the file is larger than 1 MiB',
    });
    answer = answering(200, ' '.repeat(2 ** 20));
    now += 60_000;
    const fresh = await pages().read(url);
    expect(fresh.ok).toBe(true);
  });

  it('F31 whose text is not UTF-8 is broken, at the place', async () => {
    answer = (_request, response) => response.end(Buffer.from('{\n"é"', 'latin1'));
    const place = { line: 2, column: 2 };
    expect(await pages().read(url)).toEqual({ ok: false, why: 'broken', message: 'the file is not UTF-8 text', place });
  });

  it.each([
    ['ftp://example.com/es.json', 'cannot be read: a URL begins with http:// or https://'],
    ['http://', 'is no URL'],
    [
      'http://ada:secret@example.com/es.json',
      'cannot be read: its user name and password would stand in plans and logs, so none are sent',
    ],
  ])('F31 that cannot be asked is broken: %s', async (wrong, message) => {
    expect(await pages().read(wrong)).toEqual({ ok: false, why: 'broken', message });
  });

  it('F31 is named without its password', () => {
    expect(nameOfUrl('http://ada:se/cret@example.com/es.json')).toBe('http://example.com/es.json');
    expect(nameOfUrl('http://ada:secret@example.com/es.json')).toBe('http://example.com/es.json');
    expect(nameOfUrl('https://example.com/@x/es.json')).toBe('https://example.com/@x/es.json');
  });

  it('F34 that nobody serves is out of reach', async () => {
    const { host } = new URL(nobody);
    const message = `is out of reach: nobody listens at ${host}`;
    expect(await pages().read(nobody)).toEqual({ ok: false, why: 'out of reach', message });
  });

  it.each([
    ['ENOTFOUND', 'is out of reach: no host example.com can be found'],
    ['EAI_AGAIN', 'is out of reach: no host example.com can be found'],
    ['CERT_HAS_EXPIRED', 'cannot be read: certificate has expired'],
  ])('F34 that cannot be asked for some reason is out of reach: %s', async (code, message) => {
    const cause = Object.assign(new Error('certificate has expired'), { code });
    const failing = new Pages({ fetch: () => Promise.reject(new TypeError('fetch failed', { cause })) });
    const page = await failing.read('https://example.com/es.json');
    expect(page).toEqual({ ok: false, why: 'out of reach', message });
  });

  it('F34 whose server fails is out of reach', async () => {
    answer = answering(503);
    const message = 'cannot be read: its server answers 503 Service Unavailable';
    expect(await pages().read(url)).toEqual({ ok: false, why: 'out of reach', message });
  });

  it('F34 that breaks off is out of reach', async () => {
    answer = (_request, response) => response.writeHead(200).write('{', () => response.destroy());
    expect(await pages().read(url)).toMatchObject({ ok: false, why: 'out of reach' });
  });

  it.each([
    ['at all', () => {}],
    ['to its end', (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('{')],
  ])('F34 that does not answer %s is out of reach when the time is over', async (_, silent) => {
    answer = silent;
    const message = 'does not answer within 0.05 s';
    expect(await pages(50).read(url)).toEqual({ ok: false, why: 'out of reach', message });
  });
});

describe('F32 a URL that is read again and again', () => {
  it('is asked once a minute, and gives what it gave', async () => {
    const all = pages();
    for (const later of [0, 30_000, 29_999]) {
      now += later;
      expect(await all.read(url)).toEqual(good);
    }
    expect(asked).toHaveLength(1);
    answer = answering(200, '{"id": "b"}');
    now += 1;
    expect(await all.read(url)).toEqual({ ok: true, text: '{"id": "b"}' });
    expect(asked).toHaveLength(2);
  });

  it('is asked whether it changed, where it gave something to ask by', async () => {
    const all = pages();
    answer = answering(200, JSON_TEXT, { etag: '"1"', 'last-modified': 'Sun, 22 Nov 2026 00:00:00 GMT' });
    await all.read(url);
    answer = answering(304);
    now += 60_000;
    expect(await all.read(url)).toEqual(good);
    expect(asked[1]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Sun, 22 Nov 2026 00:00:00 GMT',
    });
    now += 60_000;
    await all.read(url);
    expect(asked[2]?.headers).toMatchObject({ 'if-none-match': '"1"' });
  });

  it('goes on with what it gave while it is out of reach, and is asked twice a minute', async () => {
    const all = pages();
    await all.read(url);
    answer = answering(500);
    for (const later of [60_000, 29_999, 1]) {
      now += later;
      expect(await all.read(url)).toEqual(good);
    }
    expect(asked).toHaveLength(3);
  });

  it('is broken when it says so, and good again when it is', async () => {
    const all = pages();
    await all.read(url);
    answer = answering(404);
    now += 60_000;
    expect(await all.read(url)).toMatchObject({ ok: false, why: 'broken' });
    answer = answering(200, JSON_TEXT);
    now += 60_000;
    expect(await all.read(url)).toEqual(good);
  });

  it('that never answered is asked twice a minute', async () => {
    const all = pages();
    answer = answering(500);
    for (const later of [0, 15_000, 14_999]) {
      now += later;
      expect(await all.read(url)).toMatchObject({ ok: false, why: 'out of reach' });
    }
    expect(asked).toHaveLength(1);
    answer = answering(200, JSON_TEXT);
    now += 1;
    expect(await all.read(url)).toEqual(good);
  });

  it('is asked once for all who read it at the same time', async () => {
    const all = pages();
    expect(await Promise.all([all.read(url), all.read(url)])).toEqual([good, good]);
    expect(asked).toHaveLength(1);
  });

  it('holds up nobody who knows its text, while its server is silent', async () => {
    const all = new Pages({ now: () => now, timeoutMs: 60_000, patienceMs: 0 });
    await all.read(url);
    answer = () => {};
    now += 60_000;
    expect(await all.read(url)).toEqual(good);
    expect(await all.read(url)).toEqual(good);
    await expect.poll(() => asked.length).toBe(2);
  });
});
