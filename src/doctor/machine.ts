/** This machine: what it reaches, and what is taken on it. */

import { statfs } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { LOOPBACK } from '../container-spec.js';
import type { NetworkSummary } from '../docker/docker.js';
import { readCluster } from '../observed/labels.js';

const ANSWER_TIMEOUT_MS = 1_000;

/** Whether this machine stands on a bridge of the engine, so that it is the engine's own. */
export async function standsOnOneOf(networks: readonly NetworkSummary[]): Promise<boolean> {
  const bridges = networks.filter(({ name, labels }) => name === 'bridge' || readCluster(labels) !== undefined);
  const gateways = bridges.flatMap(({ gateway }) => gateway || []);
  return (await Promise.all(gateways.map(isOwnAddress))).some(Boolean);
}

/** Tried, since Node lists no bridge on which no container is, as on an engine where nothing runs yet. */
async function isOwnAddress(host: string): Promise<boolean> {
  return (await listenFault({ host, port: 0 })) === undefined;
}

/** Whether the machine at this address answers, be it that nobody listens there. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: ANSWER_TIMEOUT_MS });
    const end = (answered: boolean) => {
      socket.destroy();
      done(answered);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED'));
  });
}

/** Of these ports of the loopback, those on which somebody listens. */
export async function listenedOn(ports: readonly number[]): Promise<Set<number>> {
  const taken = await Promise.all(ports.map(async (port) => ((await canListen(port)) ? [] : [port])));
  return new Set(taken.flat());
}

/** What this user may not listen on, the engine still may. */
async function canListen(port: number): Promise<boolean> {
  return (await listenFault({ host: LOOPBACK, port })) !== 'EADDRINUSE';
}

/** Listens for a moment; gives the code of what is wrong where that cannot be. */
function listenFault(at: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.on('error', ({ code }: NodeJS.ErrnoException) => done(code ?? 'unknown'));
    server.listen({ ...at, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

/** Bytes that are free for others than root; undefined where there is no such folder here. */
export async function freeSpace(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk && disk.bavail * disk.bsize;
}
