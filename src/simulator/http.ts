import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A request with its body read. */
export interface HttpRequest {
  method: string;
  /** Without the query, decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** An answer; an object body is sent as JSON. */
export interface HttpAnswer {
  status: number;
  headers?: { [name: string]: string };
  body?: string | object;
  type?: string;
}

export type Handler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

const MAX_BODY_BYTES = 4 * 1024 * 1024;

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
export function httpServer(handle: Handler, onError: (error: unknown) => void = () => {}): Server {
  const server = createServer((request, response) => {
    void serve(request, response, handle, onError);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: Handler,
  onError: (error: unknown) => void,
) {
  const headOnly = incoming.method === 'HEAD';
  try {
    const body = await readBody(incoming);
    const request = body === null ? null : parse(incoming, body);
    if (body === null) send(response, plainError(413), headOnly);
    else send(response, request === null ? plainError(400) : await handle(request), headOnly);
  } catch (error) {
    onError(error);
    if (response.headersSent) response.destroy();
    else send(response, plainError(500), headOnly);
  }
}

function parse(incoming: IncomingMessage, body: string): HttpRequest | null {
  try {
    // A base that cannot be mistaken: the request line's target may itself be `//something`.
    const url = new URL(`http://simulator${incoming.url ?? '/'}`);
    const { method = 'GET', headers } = incoming;
    return { method, path: decodeURIComponent(url.pathname), query: url.searchParams, headers, body };
  } catch {
    return null;
  }
}

function readBody(incoming: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    incoming.on('end', () => resolve(length > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the client went away')));
  });
}

function send(response: ServerResponse, answer: HttpAnswer, headOnly: boolean): void {
  if (response.destroyed) return;
  const body = typeof answer.body === 'object' ? JSON.stringify(answer.body) : (answer.body ?? '');
  const type = answer.type ?? (typeof answer.body === 'object' ? 'application/json' : undefined);
  const headers = { ...(type === undefined ? {} : { 'Content-Type': type }), ...answer.headers };
  response.writeHead(answer.status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(headOnly ? undefined : body);
}
