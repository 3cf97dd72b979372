/** Each probe against a small server that answers as the process does (shared facts: `apis`, `real-mesos`). */

import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askMaster } from '../../../src/mesos/operator.js';
import { networkProber } from '../../../src/observed/probe.js';

const HOST = '127.0.0.1';
const TIMEOUT_MS = 5_000;
const prober = networkProber(TIMEOUT_MS);

/** The port on which it listens until the test is over. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

type Answer = [status: number, body: string, headers?: Record<string, string>];

function http(answers: Record<string, Answer>): Promise<number> {
  const answer = ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    const [status, body, headers = {}] = answers[url] ?? [404, ''];
    response.writeHead(status, headers).end(body);
  };
  return listening(createHttpServer(answer));
}

/** Answers a four letter word, whichever, with this and hangs up, as ZooKeeper does. */
function zookeeper(answer: string): Promise<number> {
  return listening(createServer((socket) => socket.once('data', () => socket.end(answer))));
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('ZooKeeper', () => {
  it.each(['standalone', 'leader', 'follower'])('serves where srvr tells a mode: %s', async (mode) => {
    const port = await zookeeper(`Zookeeper version: 3.4.6\nOutstanding: 0\nMode: ${mode}\nNode count: 4\n`);
    const readiness = await prober.component('zookeeper', HOST, port);
    expect(readiness).toEqual({ ready: true, reason: `serves (${mode})`, leads: mode === 'leader' || undefined });
  });

  it.each(['This ZooKeeper instance is not currently serving requests\n', ''])(
    'does not serve yet where it answers without one: %j',
    async (answer) => {
      const port = await zookeeper(answer);
      expect(await prober.component('zookeeper', HOST, port)).toMatchObject({ ready: false });
    },
  );

  it('is not there where nothing listens', async () => {
    await expect(prober.component('zookeeper', HOST, await closedPort())).rejects.toThrow('ECONNREFUSED');
  });
});

describe('Marathon', () => {
  const LEADER = '/v2/leader';

  it('is ready when it knows a leader', async () => {
    const port = await http({ [LEADER]: [200, '{"leader":"172.30.8.18:8080"}'] });
    expect(await prober.component('marathon', HOST, port)).toMatchObject({ ready: true });
  });

  it.each<[string, Answer]>([
    ['404 without a leader', [404, '{"message":"There is no leader"}']],
    ['503 while it starts', [503, '<html>']],
    ['503 with one that is gone', [503, '{"leader":"172.30.8.18:8080"}']],
    ['200 with none', [200, '{}']],
  ])('is not ready: %s', async (_what, answer) => {
    const port = await http({ [LEADER]: answer });
    expect(await prober.component('marathon', HOST, port)).toMatchObject({ ready: false });
  });
});

describe('Consul', () => {
  const LEADER = '/v1/status/leader';

  it('is ready when it knows a leader, and not before', async () => {
    const [led, alone] = [await http({ [LEADER]: [200, '"127.0.0.1:8300"'] }), await http({ [LEADER]: [200, '""'] })];
    expect(await prober.component('consul', HOST, led)).toMatchObject({ ready: true });
    expect(await prober.component('consul', HOST, alone)).toMatchObject({ ready: false });
  });
});

describe('Scope', () => {
  it('is ready when its API answers', async () => {
    const [up, down] = [await http({ '/api': [200, '{}'] }), await http({ '/api': [502, ''] })];
    expect(await prober.component('scope', HOST, up)).toMatchObject({ ready: true });
    expect(await prober.component('scope', HOST, down)).toMatchObject({ ready: false, reason: 'answers 502' });
  });
});

describe('an agent', () => {
  it('lives when it answers for its health', async () => {
    const [up, down] = [await http({ '/health': [200, ''] }), await http({ '/health': [503, ''] })];
    expect(await prober.component('agent', HOST, up)).toEqual({ ready: true, reason: 'lives' });
    expect(await prober.component('agent', HOST, down)).toEqual({ ready: false, reason: 'answers 503' });
  });
});

describe('registrator', () => {
  it('listens nowhere: that it runs is all there is to see', async () => {
    expect(await prober.component('registrator', HOST, await closedPort())).toMatchObject({ ready: true });
  });
});

describe('a master', () => {
  const STATE = '/master/state';
  const PID = 'master@172.30.8.10:5050';
  const AGENTS = [
    { id: 'S0', pid: 'slave(1)@172.30.8.64:5051', active: true },
    { id: 'S1', pid: 'slave(1)@172.30.8.65:5051', active: false },
    { id: 'S2', pid: 'slave(1)@172.30.8.65:5051', active: true },
    { id: 'S3', pid: 'slave(1)@172.30.8.65:5051', active: false },
  ];
  const state = (over: object) => JSON.stringify({ version: '1.11.0', pid: PID, leader: PID, slaves: AGENTS, ...over });

  it('leads when its state names itself, and lists agents by address, the active one of two', async () => {
    const port = await http({ [STATE]: [200, state({})] });
    expect(await prober.master(HOST, port)).toEqual({
      leads: true,
      state: {
        version: '1.11.0',
        agents: new Map([
          ['172.30.8.64:5051', { id: 'S0', active: true, deactivated: false, tasks: [] }],
          ['172.30.8.65:5051', { id: 'S2', active: true, deactivated: false, tasks: [] }],
        ]),
      },
    });
  });

  it('L27 tells what each agent runs, by name or else by id, of all frameworks, and who takes no offers', async () => {
    const slaves = [AGENTS[0], { id: 'S5', pid: 'slave(1)@172.30.8.66:5051', active: false, deactivated: true }];
    const frameworks = [
      {
        tasks: [
          { slave_id: 'S0', name: 'web', id: 't1' },
          { slave_id: 'S9', name: 'elsewhere', id: 't2' },
        ],
      },
      { tasks: [{ slave_id: 'S0', name: '', id: 't3' }], completed_tasks: [{ slave_id: 'S0', name: 'old', id: 't4' }] },
      {},
    ];
    const port = await http({ [STATE]: [200, state({ slaves, frameworks })] });
    const answer = await prober.master(HOST, port);
    expect(answer.leads && [...answer.state.agents.values()]).toEqual([
      { id: 'S0', active: true, deactivated: false, tasks: ['web', 't3'] },
      { id: 'S5', active: false, deactivated: true, tasks: [] },
    ]);
  });

  it('leads without agents, too', async () => {
    const port = await http({ [STATE]: [200, state({ slaves: undefined })] });
    expect(await prober.master(HOST, port)).toMatchObject({ leads: true, state: { agents: new Map() } });
  });

  it.each<[string, Answer, string]>([
    ['redirects to the leader', [307, '', { location: '//172.30.8.11:5050/master/state' }], 'follows 172.30.8.11:5050'],
    ['names another', [200, state({ leader: 'master@172.30.8.11:5050' })], 'follows 172.30.8.11:5050'],
    ['names none', [200, state({ leader: undefined })], 'no leader elected'],
    ['says 503', [503, 'No leader elected'], 'No leader elected'],
    ['says 503 and nothing else', [503, ''], 'no leader elected'],
    ['asks who we are', [401, ''], 'asks for credentials'],
    ['is none', [200, '<html>'], 'answers 200'],
    ['fails', [500, 'oops'], 'answers 500'],
  ])('does not lead when it %s', async (_what, answer, reason) => {
    const port = await http({ [STATE]: answer });
    const reply = await prober.master(HOST, port);
    const follows = /^follows (.*)$/.exec(reason)?.[1];
    expect(reply).toEqual({ leads: false, reason: expect.stringContaining(reason), follows });
  });

  it('is out of reach, by name, where nothing listens', async () => {
    const port = await closedPort();
    await expect(askMaster(`${HOST}:${port}`, TIMEOUT_MS)).rejects.toMatchObject({
      code: 'MESOS_UNREACHABLE',
      message: expect.stringContaining(`${HOST}:${port}`),
    });
  });
});
