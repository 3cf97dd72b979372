import { describe, expect, it } from 'vitest';
import { holderLabels, isDead, readHolder, thisHolder } from '../../src/holder.js';
import { NO_SUCH_PID } from '../support/locks.js';

describe('a holder', () => {
  it('must be alive while its process is', async () => {
    expect(await isDead(await thisHolder('apply'))).toBe(false);
  });

  it('must be dead when no process has its pid, or one that began at another time', async () => {
    const me = await thisHolder('apply');
    expect(await isDead({ ...me, pid: NO_SUCH_PID })).toBe(true);
    expect(await isDead({ ...me, started: 'another time' })).toBe(true);
    expect(await isDead({ ...me, started: '' })).toBe(false);
  });

  it('must count as alive where it cannot be looked at', async () => {
    const me = await thisHolder('apply');
    expect(await isDead({ ...me, pid: NO_SUCH_PID, machine: 'another machine' })).toBe(false);
    expect(await isDead(readHolder({}))).toBe(false);
  });

  it('must be dead when its machine was started anew since', async () => {
    const me = await thisHolder('apply');
    const [host = '', , pids = ''] = me.machine.split(' ');
    expect(await isDead({ ...me, machine: [host, 'an earlier boot', pids].join(' ') })).toBe(pids !== '');
    expect(await isDead({ ...me, machine: ['elsewhere', 'an earlier boot', pids].join(' ') })).toBe(false);
  });

  it('must count as alive on a machine that has the name of this one only', async () => {
    const me = await thisHolder('apply');
    const [host = '', , pids = ''] = me.machine.split(' ');
    const [name = ''] = host.split('/');
    const namesake = `${name}/${'0'.repeat(8)}`;
    expect(await isDead({ ...me, machine: [namesake, 'an earlier boot', pids].join(' ') })).toBe(false);
    expect(
      await isDead({ ...me, machine: [namesake, ...me.machine.split(' ').slice(1)].join(' '), pid: NO_SUCH_PID }),
    ).toBe(false);
  });

  it('must be read from its labels as it was', async () => {
    const me = await thisHolder('apply');
    expect(readHolder(holderLabels(me))).toEqual(me);
  });
});
