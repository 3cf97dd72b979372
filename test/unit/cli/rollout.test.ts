/** How install and uninstall wait for Marathon. */

import { describe, expect, it } from 'vitest';
import { type Rollout, rolledOut } from '../../../src/cli/rollout.js';
import { MinimesosError } from '../../../src/errors.js';
import { jumpingClock } from '../../support/jumping-clock.js';

type Look = { deployments: string[]; missing?: string } | { fails: MinimesosError };

const out = new MinimesosError('MESOS_UNREACHABLE', 'Marathon cannot answer yet');

/** Waits for a Marathon that is so at one look after the other; the last one stays. */
async function waited(looks: Look[], { timeout, aborted = false }: { timeout?: number; aborted?: boolean } = {}) {
  const left = [...looks];
  let now = left[0];
  const marathon = {
    deployments: async () => {
      now = left.length > 1 ? left.shift() : left[0];
      if (now && 'fails' in now) throw now.fails;
      return now?.deployments ?? [];
    },
    apps: async () => [],
    queue: async () => [],
  };
  const rollout: Rollout = {
    deploymentId: 'd-1',
    subject: 'app /x',
    goal: 'deployed',
    missing: () => (now && 'missing' in now ? now.missing : undefined),
    hint: 'it goes on',
  };
  const args = { output: 'text', debug: false, timeout } as const;
  const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
  await rolledOut({ args, signal }, marathon, rollout, jumpingClock());
  return looks.length - left.length;
}

describe('waiting for a deployment', () => {
  it('goes on until it is over and nothing is missing', async () => {
    const over = { deployments: ['d-2'] };
    expect(await waited([{ deployments: ['d-1'] }, { deployments: [], missing: '0 of 1 task runs' }, over])).toBe(2);
  });

  it('outlasts a Marathon that does not answer', async () => {
    expect(await waited([{ fails: out }, { fails: out }, { deployments: [] }])).toBe(2);
  });

  it('does not outlast one that refuses', async () => {
    const fails = new MinimesosError('APP_REFUSED', 'no credentials');
    await expect(waited([{ fails }])).rejects.toBe(fails);
  });

  it.each([
    [{ deployments: [], missing: '0 of 1 task runs' }, '0 of 1 task runs'],
    [{ deployments: ['d-1'] }, 'deployment d-1 is under way'],
    [{ fails: out }, 'Marathon cannot answer yet'],
  ])('ends with the reason when the time is over: %j', async (look, why) => {
    await expect(waited([look], { timeout: 5 })).rejects.toMatchObject({
      code: 'NOT_SETTLED',
      message: `app /x is not deployed within 5 s: ${why}`,
      hint: 'it goes on',
    });
  });

  it('ends with the signal', async () => {
    await expect(waited([{ deployments: ['d-1'] }], { aborted: true })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
