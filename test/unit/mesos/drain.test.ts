/** How an agent is emptied, against a small server that answers as a master does. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AgentAtMaster, drainMeans, networkOperator } from '../../../src/mesos/drain.js';
import { jumpingClock } from '../../support/jumping-clock.js';

const AGENT_ID = 'b1c2-S7';
const AGENT_IP = '172.30.8.64';
const OTHERS = {
  machine_ids: [{ hostname: 'other', ip: '172.30.8.99' }],
  unavailability: { start: { nanoseconds: 1 } },
};
const never = new AbortController().signal;
const clock = jumpingClock();
const operator = networkOperator(clock);

interface Master {
  agent: AgentAtMaster;
  /** What it was asked for, with what came along. */
  asked: { what: string; body: unknown }[];
}

interface Behaviour {
  version?: string;
  /** Names of the agent's tasks, a look after the other; the last one stays. */
  tasks?: string[][];
  status?: number;
  leads?: boolean;
}

/** Listens until the test is over. */
async function master({ version = '1.11.0', tasks = [[]], status = 200, leads = true }: Behaviour): Promise<Master> {
  const asked: Master['asked'] = [];
  const left = [...tasks];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
    const what = `${request.method} ${request.url}`;
    if (what === 'GET /master/state') {
      const running = (left.length > 1 ? left.shift() : left[0]) ?? [];
      const elsewhere = { slave_id: 'another', name: 'elsewhere' };
      const frameworks = [{ tasks: [elsewhere, ...running.map((name) => ({ slave_id: AGENT_ID, name }))] }];
      if (leads) response.end(JSON.stringify({ version, frameworks }));
      else response.writeHead(503).end('No leader elected');
    } else {
      asked.push({ what: body?.type ?? what, body });
      response.writeHead(status).end(JSON.stringify({ windows: [OTHERS] }));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { agent: { master: address, version, agentId: AGENT_ID, ip: AGENT_IP }, asked };
}

const whats = ({ asked }: Master) => asked.map(({ what }) => what);

describe('L27 what a master knows', () => {
  it.each([
    ['0.24.1', 'none'],
    ['0.25.0', 'maintenance'],
    ['1.0.0', 'maintenance'],
    ['1.8.1', 'maintenance'],
    ['1.9.0', 'drain'],
    ['1.11.0', 'drain'],
    ['2.0.0', 'drain'],
    ['', 'none'],
  ])('is told by its version: %s', (version, means) => {
    expect(drainMeans(version)).toBe(means);
  });
});

describe('L27 a drain', () => {
  it('asks for it, and is over when the agent’s tasks are', async () => {
    const at = await master({ tasks: [['web', 'db'], ['web'], []] });
    expect(await operator.drain(at.agent, 30_000, never)).toBe('drained');
    const drain_agent = { agent_id: { value: AGENT_ID }, max_grace_period: { seconds: 30 } };
    expect(at.asked).toEqual([{ what: 'DRAIN_AGENT', body: { type: 'DRAIN_AGENT', drain_agent } }]);
  });

  it('is over when its time is, and names what is left', async () => {
    const at = await master({ tasks: [['web', 'db']] });
    const startedAt = clock.now();
    expect(await operator.drain(at.agent, 30_000, never)).toBe('not drained within 30 s: web, db');
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(30_000);
    expect(clock.now() - startedAt).toBeLessThan(31_000);
  });

  it('names a few of many that are left', async () => {
    const at = await master({ tasks: [['a', 'b', 'c', 'd', 'e', 'f', 'g']] });
    expect(await operator.drain(at.agent, 30_000, never)).toBe('not drained within 30 s: a, b, c, d, e, 2 more');
  });

  it('by maintenance leaves what others have scheduled, before and after', async () => {
    const at = await master({ version: '1.0.0', tasks: [['web'], []] });
    expect(await operator.drain(at.agent, 30_000, never)).toBe('drained');
    const [, scheduled, , back] = at.asked;
    expect(whats(at)).toEqual([
      'GET /maintenance/schedule',
      'POST /maintenance/schedule',
      'GET /maintenance/schedule',
      'POST /maintenance/schedule',
    ]);
    const machine_ids = [{ hostname: AGENT_IP, ip: AGENT_IP }];
    const unavailability = { start: { nanoseconds: expect.any(Number) } };
    expect(scheduled?.body).toEqual({ windows: [OTHERS, { machine_ids, unavailability }] });
    expect(back?.body).toEqual({ windows: [OTHERS] });
  });

  it('asks a master for nothing that it does not know', async () => {
    const at = await master({ version: '0.24.1', tasks: [['web']] });
    expect(await operator.drain(at.agent, 30_000, never)).toBe('not drained');
    expect(at.asked).toEqual([]);
  });

  it('that its master refuses holds up nobody: what came of it is said', async () => {
    const at = await master({ status: 403, tasks: [['web']] });
    expect(await operator.drain(at.agent, 30_000, never)).toMatch(
      /^not drained: the master answers 403 to DRAIN_AGENT/,
    );
  });

  it('at a master that is away holds up nobody either', async () => {
    const at = await master({});
    const away = { ...at.agent, master: '127.0.0.1:1' };
    expect(await operator.drain(away, 30_000, never)).toMatch(/^not drained: .*does not answer/);
  });

  it('is not done because a master that leads no more tells of no task, and its window is taken back', async () => {
    const at = await master({ version: '1.0.0', leads: false });
    expect(await operator.drain(at.agent, 30_000, never)).toMatch(/^not drained/);
    expect(at.asked.at(-1)).toEqual({ what: 'POST /maintenance/schedule', body: { windows: [OTHERS] } });
  });

  it('ends when it is interrupted', async () => {
    const at = await master({ tasks: [['web']] });
    const abort = new AbortController();
    const drained = operator.drain(at.agent, Number.MAX_SAFE_INTEGER, abort.signal);
    setImmediate(() => abort.abort());
    await expect(drained).rejects.toThrow();
  });
});

describe('L27 an agent that comes back', () => {
  it('is to take offers again, where it was told not to', async () => {
    const at = await master({});
    await operator.reactivate(at.agent);
    expect(at.asked).toEqual([
      {
        what: 'REACTIVATE_AGENT',
        body: { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: { value: AGENT_ID } } },
      },
    ]);
    const older = await master({ version: '1.8.0' });
    await operator.reactivate(older.agent);
    expect(older.asked).toEqual([]);
  });
});

describe('L27 an agent that is gone for good', () => {
  it('is told to its master, or would be waited for', async () => {
    const at = await master({ version: '1.5.0' });
    await operator.gone(at.agent);
    expect(at.asked).toEqual([
      {
        what: 'MARK_AGENT_GONE',
        body: { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: AGENT_ID } } },
      },
    ]);
    const older = await master({ version: '1.4.0' });
    await operator.gone(older.agent);
    expect(older.asked).toEqual([]);
  });

  it('rejects where its master does not take it, for whoever wants to know', async () => {
    const at = await master({ status: 500 });
    await expect(operator.gone(at.agent)).rejects.toMatchObject({ code: 'MESOS_UNREACHABLE' });
  });
});
