import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** What speaks HTTP on a unix socket as an engine does, and breaks off where a test wants it to. */
export class HttpEngine implements AsyncDisposable {
  readonly #replies = new Map<string, Reply>();
  readonly #sockets = new Set<Socket>();
  #server = this.#create();

  private constructor(private readonly folder: string) {
    this.on('GET /_ping', (response) => response.writeHead(200, { 'Api-Version': '1.41' }).end('OK'));
  }

  static async start(): Promise<HttpEngine> {
    const engine = new HttpEngine(await mkdtemp(join(tmpdir(), 'minimesos-engine-')));
    await engine.listen();
    return engine;
  }

  get env(): NodeJS.ProcessEnv {
    return { DOCKER_HOST: `unix://${this.#path}` };
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** `what` as `GET /events`, without the API version. */
  on(what: string, reply: Reply): void {
    this.#replies.set(what, reply);
  }

  /** Cuts all connections, and listens no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async listen(): Promise<void> {
    if (!this.#server.listening) this.#server = this.#create();
    await new Promise<void>((resolve) => this.#server.listen(this.#path, resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }

  get #path(): string {
    return join(this.folder, 'docker.sock');
  }

  #create() {
    const server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/v\d\.\d+/, '').replace(/\?.*$/, '');
      const reply = this.#replies.get(`${request.method} ${path}`);
      if (reply) reply(response, request);
      else response.writeHead(404).end();
    });
    return server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }
}

export function json(value: unknown, status = 200): Reply {
  return (response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** More was announced than what comes. */
export function cutAfter(text: string): Reply {
  return (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length + 100 });
    response.write(text, () => response.destroy());
  };
}

/** Says nothing, ever. */
export const silence: Reply = () => {};
