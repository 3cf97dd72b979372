import { describe, expect, it } from 'vitest';
import { isOver, readSession, thisSession, writeSession } from '../../src/session.js';
import { NO_SUCH_PID } from '../support/locks.js';

describe('A12 a session', () => {
  it('must be read from its label as it was', async () => {
    const session = await thisSession('/tmp/minimesos-cluster-1');
    expect(readSession(writeSession(session))).toEqual(session);
    expect(readSession(writeSession(await thisSession()))).toEqual(await thisSession());
  });

  it('must be none where the label is not one of ours', () => {
    for (const label of ['', 'x', '{}', 'null', '[1]', '{"machine":1,"pid":2}', '{"machine":"a","pid":"2"}'])
      expect(readSession(label)).toBeUndefined();
  });

  it('must be over when its process is no more, and only when that is certain', async () => {
    const session = await thisSession();
    expect(await isOver(session)).toBe(false);
    expect(await isOver({ ...session, pid: NO_SUCH_PID })).toBe(true);
    expect(await isOver({ ...session, started: 'another time' })).toBe(true);
    expect(await isOver({ ...session, pid: NO_SUCH_PID, machine: 'another machine' })).toBe(false);
  });
});
