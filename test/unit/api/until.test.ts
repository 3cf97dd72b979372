import { describe, expect, it } from 'vitest';
import { until, type Wait } from '../../../src/api/until.js';
import { MinimesosError } from '../../../src/errors.js';
import { jumpingClock } from '../../support/jumping-clock.js';

function counting(over: Partial<Wait<number>> = {}): Wait<number> {
  let looks = 0;
  return {
    clock: jumpingClock(),
    timeout: 60,
    signal: new AbortController().signal,
    look: async () => ++looks,
    holds: (seen) => seen === 5,
    missing: 'it is not five',
    describe: (seen) => [`it is ${seen}`],
    ...over,
  };
}

describe('A9 what is waited for', () => {
  it('is looked for until it holds, and given as it was then', async () => {
    expect(await until(counting())).toBe(5);
    expect(await until(counting({ holds: async (seen) => seen === 3 }))).toBe(3);
  });

  it('does not hold yet where the predicate throws', async () => {
    const holds = (seen: number) => {
      expect(seen).toBe(4);
      return true;
    };
    expect(await until(counting({ holds }))).toBe(4);
  });

  it('is looked at again where a look fails for the moment', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks < 4) throw new MinimesosError('MESOS_UNREACHABLE', 'no answer');
      return 5;
    };
    expect(await until(counting({ look }))).toBe(5);
    const away = () => Promise.reject(new MinimesosError('MESOS_UNREACHABLE', 'no answer'));
    const late = expect.objectContaining({ code: 'NOT_SETTLED', message: 'it is not five after 60 s: no answer' });
    await expect(until(counting({ look: away }))).rejects.toThrow(late);
  });

  it('is given up after the timeout, with what was seen last', async () => {
    const never = () => {
      throw new Error('expected 7\nto be 8');
    };
    await expect(until(counting({ holds: never, timeout: 1 }))).rejects.toMatchObject({
      code: 'NOT_SETTLED',
      exit: 124,
      message: 'it is not five after 1 s: it is 6; expected 7; to be 8',
    });
  });

  it('is given up at once when a look fails for good, or the signal aborts', async () => {
    const gone = () => Promise.reject(new MinimesosError('NO_CLUSTER', 'destroyed'));
    await expect(until(counting({ look: gone }))).rejects.toMatchObject({ code: 'NO_CLUSTER' });
    const signal = AbortSignal.abort();
    await expect(until(counting({ signal, holds: () => false }))).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
