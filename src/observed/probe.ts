/** Whether a running component does its work. Each probe asks for what only a working process can answer. */

import { get, jsonOf } from '../mesos/http.js';
import { Marathon } from '../mesos/marathon.js';
import { askMaster, type MasterAnswer } from '../mesos/operator.js';
import type { Kind, Readiness } from '../model.js';
import type { AppsAnswer } from './apps.js';

/** Asks the processes of a cluster; both reject where nothing answers. `life` differs with each start of a process. */
export interface Prober {
  master(host: string, port: number, life?: string): Promise<MasterAnswer>;
  /** Of any kind but a master; of an agent, whether it lives. */
  component(kind: Kind, host: string, port: number, life?: string): Promise<Readiness>;
  /** Of a Marathon that leads. */
  apps(host: string, port: number, life?: string): Promise<AppsAnswer>;
}

/** Over the network, from here to the containers' addresses. A process that takes longer to answer does not serve. */
export function networkProber(timeoutMs: number): Prober {
  return {
    master: (host, port) => askMaster(`${host}:${port}`, timeoutMs),
    component: async (kind, host, port) => PROBES[kind]?.(host, port, timeoutMs) ?? ready('runs'),
    apps: async (host, port) => {
      const marathon = new Marathon(`http://${host}:${port}`, timeoutMs);
      const [apps, queue] = await Promise.all([marathon.apps(), marathon.queue()]);
      return { apps, queue };
    },
  };
}

type Probe = (host: string, port: number, timeoutMs: number) => Promise<Readiness>;

const ready = (reason: string): Readiness => ({ ready: true, reason });
const notReady = (reason: string): Readiness => ({ ready: false, reason });

const PROBES: Partial<Record<Kind, Probe>> = {
  agent: async (host, port, timeoutMs) => {
    const reply = await get(`http://${host}:${port}/health`, timeoutMs);
    return reply.status === 200 ? ready('lives') : notReady(`answers ${reply.status}`);
  },
  zookeeper: async (host, port, timeoutMs) => {
    const answer = await fourLetterWord('srvr', host, port, timeoutMs);
    const mode = /^Mode: (\w+)/m.exec(answer)?.[1];
    if (!mode) return notReady('answers, but does not serve yet');
    return { ...ready(`serves (${mode})`), ...(mode === 'leader' && { leads: true }) };
  },
  marathon: async (host, port, timeoutMs) => {
    const reply = await get(`http://${host}:${port}/v2/leader`, timeoutMs);
    const leader = jsonOf(reply)?.leader;
    return reply.status === 200 && leader ? ready('has a leader') : notReady('answers, but has no leader yet');
  },
  consul: async (host, port, timeoutMs) => {
    const reply = await get(`http://${host}:${port}/v1/status/leader`, timeoutMs);
    return reply.status === 200 && /^"[^"]+"/.test(reply.body)
      ? ready('has a leader')
      : notReady('answers, but has no leader yet');
  },
  'mesos-dns': async (host, port, timeoutMs) => {
    const { Resolver } = await import('node:dns/promises');
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    resolver.setServers([`${host}:${port}`]);
    const [address] = await resolver.resolve4('master.mm');
    return ready(`master.mm is ${address}`);
  },
  scope: async (host, port, timeoutMs) => {
    const reply = await get(`http://${host}:${port}/api`, timeoutMs);
    return reply.status === 200 ? ready('serves') : notReady(`answers ${reply.status}`);
  },
};

async function fourLetterWord(word: string, host: string, port: number, timeoutMs: number): Promise<string> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) }, () => socket.write(word));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
