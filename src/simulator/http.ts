import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/** A request with its body read. */
export interface HttpRequest {
  method: string;
  /** Without the query, decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body as it came, for what is no text. */
  bytes: Buffer;
}

/** An answer; an object body is sent as JSON. */
export interface HttpAnswer {
  status: number;
  headers?: { [name: string]: string };
  body?: string | Buffer | object;
  type?: string;
  /** Instead of a body: a file as far as it reaches now. */
  file?: { path: string; size: number };
  /** Instead of a body: the answer stays open, and whoever gave it writes to its outlet. */
  stream?: (outlet: Outlet) => void;
}

/** An answer that stays open. */
export interface Outlet {
  /** Each call is a chunk of its own. A client that leaves MAX_BACKLOG_BYTES unread for longer than BURST_MS is cut off. */
  write(chunk: string | Buffer): void;
  /** Ends the answer; what was written before still arrives. */
  end(): void;
  /** Called once, when the connection is gone, whoever ended it. */
  onClose(listener: () => void): void;
}

export type Handler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** Bytes of bodies on their way. */
interface BodyLimits {
  /** Of one request. */
  each: number;
  /** Of all requests to one server. */
  together: number;
}

const BODY_LIMITS: BodyLimits = { each: 32 * 1024 * 1024, together: 256 * 1024 * 1024 };
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** More than that is too much even for a moment. */
const MAX_BURST_BYTES = 64 * 1024 * 1024;
const BURST_MS = 2000;
const UNREAD_FOR_MS = 60_000;
/** A client may keep its connection for later; Mesos lets it for ever. */
const IDLE_FOR_MS = 75_000;

const REASONS: { [status: number]: string } = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export function json(body: object, status = 200): HttpAnswer {
  return { status, body };
}

export function text(status: number, body: string): HttpAnswer {
  return { status, body, type: 'text/plain; charset=utf-8' };
}

/** An error without words of its own, as Mesos words it. */
export function plainError(status: number): HttpAnswer {
  return text(status, `${status} ${REASONS[status] ?? 'Error'}.`);
}

/** The answer to a method that a path does not take. */
export function wrongMethod(allowed: readonly string[], method: string): HttpAnswer {
  const expected = `Expecting one of { '${allowed.join("', '")}' }, but received '${method}'.`;
  return { ...text(405, `405 Method Not Allowed. ${expected}`), headers: { Allow: allowed.join(', ') } };
}

export function html(title: string, body: string): HttpAnswer {
  const page = `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>\n`;
  return { status: 200, body: page, type: 'text/html' };
}

export function escapeHtml(value: string): string {
  const entities: { [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return value.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}

/** An HTTP server for the handler; a handler that throws costs its caller a 500 and nobody else anything. */
export function httpServer(
  handle: Handler,
  onError: (error: unknown) => void = () => {},
  limits = BODY_LIMITS,
): Server {
  const pending: Pending = { bytes: 0, limits };
  const server = createServer((request, response) => {
    void serve(request, response, { handle, onError, pending });
  });
  server.keepAliveTimeout = IDLE_FOR_MS;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** The bodies that one server holds and has not handed on yet. */
interface Pending {
  bytes: number;
  limits: BodyLimits;
}

interface Serving {
  handle: Handler;
  onError: (error: unknown) => void;
  pending: Pending;
}

async function serve(incoming: IncomingMessage, response: ServerResponse, { handle, onError, pending }: Serving) {
  const headOnly = incoming.method === 'HEAD';
  // Mesos keeps connections without saying so.
  response.removeHeader('Connection');
  try {
    const body = await readBody(incoming, pending);
    const request = typeof body === 'number' ? null : parse(incoming, body);
    if (typeof body === 'number') send(response, plainError(body), headOnly);
    else send(response, request === null ? plainError(400) : await handle(request), headOnly);
  } catch (error) {
    onError(error);
    if (response.headersSent) response.destroy();
    else send(response, plainError(500), headOnly);
  }
}

function parse(incoming: IncomingMessage, bytes: Buffer): HttpRequest | null {
  try {
    // A base that cannot be mistaken: the request line's target may itself be `//something`.
    const url = new URL(`http://simulator${incoming.url ?? '/'}`);
    const { method = 'GET', headers } = incoming;
    const path = decodeURIComponent(url.pathname);
    return { method, path, query: url.searchParams, headers, body: bytes.toString('utf8'), bytes };
  } catch {
    return null;
  }
}

/** The body; the status of a refusal where it is too long, or others' bodies take all the room that there is. */
function readBody(incoming: IncomingMessage, pending: Pending): Promise<Buffer | 413 | 503> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    let refusal: 413 | 503 | undefined;
    const release = (): void => {
      chunks = [];
      pending.bytes -= length;
      length = 0;
    };
    incoming.on('data', (chunk: Buffer) => {
      if (refusal !== undefined) return;
      chunks.push(chunk);
      length += chunk.length;
      pending.bytes += chunk.length;
      if (length > pending.limits.each) refusal = 413;
      else if (pending.bytes > pending.limits.together) refusal = 503;
      if (refusal !== undefined) release();
    });
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      release();
      resolve(refusal ?? body);
    });
    incoming.on('error', reject);
    incoming.on('close', () => {
      release();
      reject(new Error('the client went away'));
    });
  });
}

function send(response: ServerResponse, answer: HttpAnswer, headOnly: boolean): void {
  if (response.destroyed) return;
  if (answer.stream !== undefined && !headOnly) {
    open(response, answer, answer.stream);
    return;
  }
  // Whoever stops reading gives its buffers back after a while.
  response.setTimeout(UNREAD_FOR_MS, () => response.destroy());
  if (answer.file !== undefined) {
    sendFile(response, answer, answer.file, headOnly);
    return;
  }
  const isJson = typeof answer.body === 'object' && !Buffer.isBuffer(answer.body);
  const body = isJson ? JSON.stringify(answer.body) : ((answer.body as string | Buffer | undefined) ?? '');
  const type = answer.type ?? (isJson ? 'application/json' : undefined);
  const headers = { ...(type === undefined ? {} : { 'Content-Type': type }), ...answer.headers };
  response.writeHead(answer.status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(headOnly ? undefined : body);
}

function sendFile(
  response: ServerResponse,
  answer: HttpAnswer,
  file: { path: string; size: number },
  headOnly: boolean,
): void {
  const type = answer.type === undefined ? {} : { 'Content-Type': answer.type };
  response.writeHead(answer.status, { ...type, ...answer.headers, 'Content-Length': file.size });
  if (headOnly || file.size === 0) response.end();
  // A file that became shorter, or is gone, ends the connection: its length was told already.
  else pipeline(createReadStream(file.path, { end: file.size - 1 }), response, () => {});
}

function open(response: ServerResponse, answer: HttpAnswer, stream: (outlet: Outlet) => void): void {
  const type = answer.type === undefined ? {} : { 'Content-Type': answer.type };
  response.writeHead(answer.status, { ...type, ...answer.headers });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  response.on('error', () => response.destroy());
  let burst: NodeJS.Timeout | undefined;
  const endBurst = (): void => {
    burst = undefined;
    if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
  };
  response.once('close', () => clearTimeout(burst));
  stream({
    write: (chunk) => {
      if (response.destroyed || response.writableEnded) return;
      response.write(chunk);
      if (response.writableLength > MAX_BURST_BYTES) response.destroy();
      else if (response.writableLength > MAX_BACKLOG_BYTES) burst ??= setTimeout(endBurst, BURST_MS);
    },
    // Who does not read the rest either gives its buffers back after a while.
    end: () => {
      response.setTimeout(UNREAD_FOR_MS, () => response.destroy());
      response.end();
    },
    onClose: (listener) => response.once('close', listener),
  });
}
