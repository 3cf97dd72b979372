import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, httpServer, json, type Outlet, text } from '../../../src/simulator/http.js';
import { listen } from '../../../src/simulator/listen.js';
import { ask, Cleanup, until } from '../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function serve(handle: Handler, limits?: { each: number; together: number }): Promise<number> {
  const server = httpServer(handle, () => {}, limits);
  cleanup.add(() => {
    server.close();
    server.closeAllConnections();
  });
  return listen(server, 0, '127.0.0.1');
}

/** A client that sends what it is told, and keeps what it hears unless it is deaf. */
function client(port: number, sent = '', deaf = false): { socket: Socket; heard(): string; closed(): boolean } {
  const socket = connect(port, '127.0.0.1');
  cleanup.add(() => socket.destroy());
  let heard = '';
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  if (deaf) socket.pause();
  else socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  if (sent !== '') socket.write(sent);
  return { socket, heard: () => heard, closed: () => closed };
}

const echo: Handler = ({ body }) => text(200, String(body.length));
const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('HTTP', () => {
  it.each([
    'RUBBISH\r\n\r\n',
    'GET / HTTP/1.1\r\nBad Header\r\n\r\n',
    '\x16\x03\x01\x02',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
  ])('S102 what is no request must be answered with 400 and cost nobody else anything', async (sent) => {
    const port = await serve(echo);
    const rude = client(port, sent);
    await until('the refusal', () => rude.heard().startsWith('HTTP/1.1 400') && rude.closed());
    expect((await ask(port, '/')).status).toBe(200);
  });

  it('S102 a target that cannot be decoded must be answered with 400', async () => {
    expect((await ask(await serve(echo), '/%')).text).toBe('400 Bad Request.');
  });

  it('S102 HEAD must be answered as GET, without the body, and no header tells of keeping the connection', async () => {
    const port = await serve(() => json({ a: 1 }));
    const both = client(port, `HEAD / HTTP/1.1\r\nHost: x\r\n\r\n${get}`);
    await until('both answers', () => both.heard().endsWith('{"a":1}'));
    const [head = '', got = ''] = both
      .heard()
      .split('\r\n\r\n')
      .map((part) => part.replace(/\r\nDate: [^\r]*/, ''));
    expect(head).toBe('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7');
    expect(got).toBe(head);
  });

  it('S102 a body of 10 MB must be taken, one that is too long refused with 413, and the next one taken', async () => {
    const port = await serve(echo);
    const post = (length: number) => ask(port, '/', { method: 'POST', body: 'x'.repeat(length) });
    expect((await post(10 * 1024 * 1024)).text).toBe(String(10 * 1024 * 1024));
    expect((await post(33 * 1024 * 1024)).status).toBe(413);
    expect((await post(10)).text).toBe('10');
  });

  it('S102 bodies that are on their way must not take more room together than there is', async () => {
    const port = await serve(echo, { each: 2000, together: 3000 });
    const begun = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1600\r\n\r\n';
    const slow = client(port, begun + 'x'.repeat(1500));
    // It is known to be under way once the same cannot be had a second time.
    const refused = await until('a refusal', async () => {
      const answer = await ask(port, '/', { method: 'POST', body: 'x'.repeat(1600) });
      return answer.status === 503 ? answer : null;
    });
    expect(refused.text).toBe('503 Service Unavailable.');
    slow.socket.write('x'.repeat(100));
    await until('the first to be taken', () => slow.heard().endsWith('1600'));
    expect((await ask(port, '/', { method: 'POST', body: 'x'.repeat(1600) })).status).toBe(200);
    client(port, begun + 'x'.repeat(1500)).socket.destroy();
    await until('what a client that went away had sent to be forgotten', async () => {
      return (await ask(port, '/', { method: 'POST', body: 'x'.repeat(1900) })).status === 200;
    });
  });

  it('S102 a thousand connections, silent or half way through a request, must not keep others from their answers', async () => {
    const port = await serve(echo);
    const idle = Array.from({ length: 1000 }, (_, index) =>
      client(port, index % 2 === 0 ? '' : 'GET / HTTP/1.1\r\nHos'),
    );
    await until('all to be connected', () => idle.every(({ socket }) => socket.readyState === 'open'), 20_000);
    expect((await ask(port, '/')).status).toBe(200);
    const [, half] = idle;
    half?.socket.write('t: x\r\n\r\n');
    await until('the one that went on to be answered', () => half?.heard().startsWith('HTTP/1.1 200'));
  });

  it('S103 a client that stops reading its stream must be cut off, and no other', async () => {
    const outlets = new Map<string, Outlet>();
    const gone: string[] = [];
    const port = await serve(({ path }) => ({
      status: 200,
      stream: (outlet) => {
        outlets.set(path, outlet);
        outlet.onClose(() => gone.push(path));
      },
    }));
    client(port, get.replace('/', '/deaf'), true);
    const listener = client(port, get.replace('/', '/listening'));
    await until('both streams', () => outlets.size === 2 && listener.heard().includes('200 OK'));
    const megabyte = 'x'.repeat(1024 * 1024);
    await until('the deaf one to be cut off', () => {
      outlets.get('/deaf')?.write(megabyte);
      return gone.length > 0;
    });
    outlets.get('/listening')?.write('the end');
    await until('the other to hear all', () => listener.heard().includes('the end'));
    expect(gone).toEqual(['/deaf']);
    expect(listener.closed()).toBe(false);
  });

  it('S103 a burst of any size must reach a client that reads', async () => {
    const port = await serve(() => ({
      status: 200,
      stream: (outlet) => {
        for (let at = 0; at < 30; at += 1) outlet.write('x'.repeat(1024 * 1024));
        outlet.write('the end');
      },
    }));
    const reading = client(port, get);
    await until('all of it', () => reading.heard().includes('the end'));
    expect(reading.closed()).toBe(false);
  });

  it('S103 a stream must end for its giver when its client goes', async () => {
    let gone = false;
    const port = await serve(() => ({ status: 200, stream: (outlet) => outlet.onClose(() => (gone = true)) }));
    const { socket, heard } = client(port, get);
    await until('the head', () => heard().includes('Transfer-Encoding: chunked'));
    socket.destroy();
    await until('the end', () => gone);
  });

  it('S103 an error must cost its caller a 500 and nobody else anything', async () => {
    const port = await serve(({ path }) => {
      if (path === '/bad') throw new Error('no');
      return text(200, 'fine');
    });
    const [bad, good] = await Promise.all([ask(port, '/bad'), ask(port, '/good')]);
    expect([bad.status, bad.text, good.text]).toEqual([500, '500 Internal Server Error.', 'fine']);
  });
});
