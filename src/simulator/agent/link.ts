import { type ClientRequest, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../json.js';
import { lookup } from '../lookup.js';
import {
  type AgentAnnouncement,
  type AgentMessage,
  type AgentWorkload,
  encodeMessage,
  type MasterMessage,
  MessageSplitter,
  UPGRADE_PATH,
  UPGRADE_TOKEN,
} from '../mesos/agent-protocol.js';

export interface LinkOptions {
  /** What to tell the master; asked anew for every registration. */
  announcement(): AgentAnnouncement;
  /** What runs here, for a master that may not know it. */
  workload(): AgentWorkload;
  /** The id to come back with; null for an agent that never registered. */
  agentId(): string | null;
  onRegistered(agentId: string, again: boolean): void;
  /** What the master wants of a registered agent. */
  onMessage(message: MasterMessage): void;
  onLost(): void;
  onShutdown(reason: string): void;
  retryMs?: number;
  log(message: string): void;
}

export interface MasterAddress {
  ip: string;
  port: number;
}

const RETRY_MS = 150;
const CONNECT_WITHIN_MS = 5000;

/** An agent's connection to whoever leads: made anew, quickly and for ever, until it registered. */
export class MasterLink {
  readonly #options: LinkOptions;
  #master: MasterAddress | null = null;
  #attempt: ClientRequest | null = null;
  #socket: Duplex | null = null;
  #retry: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #silenceMs = 0;
  #registered = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get registered(): boolean {
    return this.#registered;
  }

  /** Who leads now; null where that is unknown, and the connection that there is stays as it is. */
  follow(master: MasterAddress | null): void {
    this.#master = master;
    if (master === null) return;
    this.#disconnect();
    this.#connect();
  }

  send(message: AgentMessage): void {
    if (this.#socket?.writable === true) this.#socket.write(encodeMessage(message));
  }

  close(): void {
    this.#master = null;
    this.#disconnect();
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    const [attempt, socket] = [this.#attempt, this.#socket];
    this.#attempt = null;
    this.#socket = null;
    attempt?.destroy();
    socket?.destroy();
    if (this.#registered) {
      this.#registered = false;
      this.#options.onLost();
    }
  }

  #connect(): void {
    if (this.#master === null) return;
    const { ip, port } = this.#master;
    const attempt = httpRequest({
      host: ip,
      port,
      path: UPGRADE_PATH,
      headers: { Connection: 'Upgrade', Upgrade: UPGRADE_TOKEN },
      lookup,
      timeout: CONNECT_WITHIN_MS,
    });
    this.#attempt = attempt;
    const failed = (): void => {
      if (this.#attempt === attempt) this.#again();
    };
    attempt.on('timeout', () => attempt.destroy());
    attempt.on('error', failed);
    attempt.on('response', (response) => {
      // A master that does not lead (yet), or none at all.
      response.resume();
      failed();
    });
    attempt.on('upgrade', (_response, socket, head) => {
      if (this.#attempt !== attempt) {
        socket.destroy();
        return;
      }
      this.#attempt = null;
      this.#speak(socket, head);
    });
    attempt.end();
  }

  #again(): void {
    this.#disconnect();
    // Spread a little, or all agents of a cluster knock at the same moment.
    const wait = (this.#options.retryMs ?? RETRY_MS) * (0.75 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #speak(socket: Duplex, head: Buffer): void {
    this.#socket = socket;
    const splitter = new MessageSplitter();
    const lost = (): void => {
      if (this.#socket === socket) this.#again();
    };
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('close', lost);
    socket.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) {
        if (this.#socket !== socket) return;
        this.#heard();
        if (message === null) socket.destroy();
        else this.#receive(message);
      }
    });
    if (head.length > 0) socket.unshift(head);
    const id = this.#options.agentId();
    const announcement = this.#options.announcement();
    this.send(
      id === null
        ? { type: 'REGISTER', ...announcement }
        : { type: 'REREGISTER', agentId: id, workload: this.#options.workload(), ...announcement },
    );
  }

  #receive(message: JsonObject): void {
    const { type, agentId, silenceMs, reason } = message;
    if (type === 'PING') this.send({ type: 'PONG' });
    else if (type === 'SHUTDOWN') this.#options.onShutdown(String(reason ?? ''));
    else if ((type === 'REGISTERED' || type === 'REREGISTERED') && typeof agentId === 'string') {
      this.#registered = true;
      this.#silenceMs = typeof silenceMs === 'number' ? silenceMs : 0;
      this.#heard();
      this.#options.onRegistered(agentId, type === 'REREGISTERED');
    } else if (this.#registered) this.#options.onMessage(message as MasterMessage);
  }

  /** A master that stays silent much longer than it said it would ping is looked for anew. */
  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#silenceMs === 0) return;
    this.#silence = setTimeout(() => {
      this.#options.log('No pings from master received');
      this.#again();
    }, this.#silenceMs);
  }
}
