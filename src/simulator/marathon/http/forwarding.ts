import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type HttpAnswer, type HttpRequest, json, type Outlet } from '../../http.js';
import { lookup } from '../../lookup.js';

const CONNECT_WITHIN_MS = 10_000;

/** Asks the leading Marathon, as one that does not lead does for whoever asks it; a stream of events goes through as it comes. */
export function forward(request: HttpRequest, leader: string): Promise<HttpAnswer> {
  const [hostname = '', port = '80'] = leader.split(':');
  const { method, path, query, bytes } = request;
  const target = `${encodeURI(path)}${query.size === 0 ? '' : `?${query.toString()}`}`;
  return new Promise((resolve) => {
    const unreachable = (): void => resolve(json({ message: `The leading Marathon ${leader} is out of reach` }, 502));
    const headers = { ...passedOn(request), 'Content-Length': bytes.length };
    const ask = httpRequest({ hostname, port, method, path: target, headers, lookup, agent: false });
    // Only until it answers: events may be far between.
    const timer = setTimeout(() => ask.destroy(), CONNECT_WITHIN_MS);
    ask.on('response', (response) => {
      clearTimeout(timer);
      if (/^text\/event-stream/.test(response.headers['content-type'] ?? '')) resolve(streamed(response));
      else collect(response).then(resolve, unreachable);
    });
    ask.on('error', () => {
      clearTimeout(timer);
      unreachable();
    });
    ask.end(bytes);
  });
}

function passedOn({ headers }: HttpRequest): { [name: string]: string } {
  const { accept, 'content-type': type } = headers;
  return {
    'X-Marathon-Via': '1.1 simulator',
    ...(accept === undefined ? {} : { Accept: accept }),
    ...(type === undefined ? {} : { 'Content-Type': type }),
  };
}

async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { 'content-type': type, 'marathon-deployment-id': deployment, location } = response.headers;
  return {
    status: response.statusCode ?? 502,
    body: Buffer.concat(chunks),
    ...(type === undefined ? {} : { type }),
    headers: {
      ...(typeof deployment === 'string' ? { 'Marathon-Deployment-Id': deployment } : {}),
      ...(location === undefined ? {} : { Location: location }),
    },
  };
}

function streamed(response: IncomingMessage): HttpAnswer {
  const stream = (outlet: Outlet): void => {
    response.on('data', (chunk: Buffer) => outlet.write(chunk));
    response.on('close', () => outlet.end());
    response.on('error', () => outlet.end());
    outlet.onClose(() => response.destroy());
  };
  return { status: response.statusCode ?? 502, type: response.headers['content-type'] ?? 'text/event-stream', stream };
}
