import { describe, expect, it } from 'vitest';
import { type ErrorCode, MinimesosError } from '../../src/errors.js';
import { type Patience, patiently } from '../../src/patience.js';
import { jumpingClock } from '../support/jumping-clock.js';

/** A look that fails so many times with this; what is told of it, and when it looked. */
function engine(failures: number, code: ErrorCode = 'DOCKER_UNREACHABLE') {
  const clock = jumpingClock();
  const told: string[] = [];
  const looks: number[] = [];
  const abort = new AbortController();
  const patience: Patience = {
    clock,
    signal: abort.signal,
    limitMs: 30_000,
    lost: (error) => told.push(`lost: ${error.code}`),
    back: () => told.push('back'),
  };
  const look = async () => {
    looks.push(clock.now());
    if (looks.length <= failures) throw new MinimesosError(code, `failure ${looks.length}`);
    return 'seen';
  };
  return { clock, told, looks, look, patience, abort };
}

describe('L32 a look that fails', () => {
  it('is made again, ever more seldom, and it is told once when the engine is lost and when it is back', async () => {
    const { look, patience, looks, told } = engine(6);
    expect(await patiently(look, patience)).toBe('seen');
    expect(looks.map((at, n) => at - (looks[n - 1] ?? 0))).toEqual([0, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(told).toEqual(['lost: DOCKER_UNREACHABLE', 'back']);
  });

  it('is not spoken of where none fails', async () => {
    const { look, patience, told } = engine(0);
    expect(await patiently(look, patience)).toBe('seen');
    expect(told).toEqual([]);
  });

  it('is given up when the limit is over, with the last failure', async () => {
    const { look, patience, looks } = engine(1_000);
    await expect(patiently(look, patience)).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    expect(looks.at(-1)).toBeGreaterThanOrEqual(30_000);
    expect(looks.at(-1)).toBeLessThan(33_000);
  });

  it('is made for ever by one who never gives up', async () => {
    const { look, patience, looks } = engine(2_000);
    expect(await patiently(look, { ...patience, limitMs: Number.POSITIVE_INFINITY })).toBe('seen');
    expect(looks.at(-1)).toBeGreaterThan(3_600_000);
  });

  it('is a failure at once where there is no patience, and where another look is of no use', async () => {
    const impatient = engine(1);
    await expect(patiently(impatient.look, { ...impatient.patience, limitMs: 0 })).rejects.toThrow('failure 1');
    expect(impatient.told).toEqual([]);
    const hopeless = engine(1, 'FILE_INVALID');
    await expect(patiently(hopeless.look, hopeless.patience)).rejects.toMatchObject({ code: 'FILE_INVALID' });
    expect(hopeless.looks).toHaveLength(1);
  });

  it('is not made again once it is interrupted', async () => {
    const { look, patience, looks, abort } = engine(1_000);
    const end = patiently(look, { ...patience, limitMs: Number.POSITIVE_INFINITY, lost: () => abort.abort() });
    await expect(end).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
    expect(looks.length).toBeLessThanOrEqual(2);
  });

  it('is one of ours, whatever was thrown', async () => {
    const { patience } = engine(0);
    const broken = () => Promise.reject(new TypeError('undefined is no function'));
    await expect(patiently(broken, patience)).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });
});
