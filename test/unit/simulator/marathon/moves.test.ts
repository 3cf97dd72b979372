import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Goal,
  type Moves,
  restartMoves,
  type Standing,
  scaleMoves,
  stopMoves,
} from '../../../../src/simulator/marathon/deployment/moves.js';

/** `o` runs the old configuration, `n` the new one; `?` behind it: it is not ready; `-`: it is being killed. The later the younger. */
function standing(text: string): Standing[] {
  return [...text.matchAll(/([on])([?-]?)/g)].map(([, kind, mark], at) => ({
    id: `${kind}${at}`,
    current: kind === 'n',
    ready: mark === '',
    leaving: mark === '-',
    age: String(at).padStart(3, '0'),
  }));
}

function goal(instances: number, minimumHealthCapacity = 1, maximumOverCapacity = 1): Goal {
  return {
    instances,
    upgradeStrategy: { minimumHealthCapacity, maximumOverCapacity },
    killSelection: 'YOUNGEST_FIRST',
  };
}

/** `+2 -o1 -o3 done`. */
function said({ launch, kill, settled }: Moves): string {
  return [launch > 0 ? `+${launch}` : '', ...kill.map((id) => `-${id}`), settled ? 'done' : '']
    .filter(Boolean)
    .join(' ');
}

describe('what is done next', () => {
  it.each([
    [0, '', 'done'],
    [2, '', '+2'],
    [2, 'n', '+1'],
    [2, 'n n?', ''],
    [2, 'n n', 'done'],
    // Scaling restarts nothing.
    [2, 'o n', 'done'],
    [2, 'n n-', '+1'],
    [1, 'n n n', '-n2 -n1'],
    // What serves nobody goes first.
    [1, 'n? n n', '-n0 -n2'],
    [0, 'n', '-n0'],
    [1, 'n n-', ''],
  ])('S132 scaling to %i beside "%s" must do "%s"', (instances, text, moves) => {
    expect(said(scaleMoves(goal(instances), standing(text)))).toBe(moves);
  });

  it.each([
    ['', 'done'],
    ['n o?', '-n0 -o1'],
    ['n- o-', ''],
  ])('S132 stopping "%s" must do "%s"', (text, moves) => {
    expect(said(stopMoves(standing(text)))).toBe(moves);
  });

  it.each<[number, number, number, string, string]>([
    // By default as many new ones as old ones are there before the first old one goes.
    [2, 1, 1, 'oo', '+2'],
    [2, 1, 1, 'oon?n?', ''],
    [2, 1, 1, 'oonn?', '-o1'],
    [2, 1, 1, 'oo-nn', '-o0'],
    [2, 1, 1, 'nn', 'done'],
    [2, 1, 1, 'o-nn', ''],
    // Room is made first where there may be no more than wanted.
    [4, 0.5, 0, 'oooo', '-o3 -o2'],
    [4, 0.5, 0, 'oooo-', '-o2'],
    [4, 0.5, 0, 'oo', '+2'],
    [4, 0.5, 0, 'oon?n?', ''],
    [4, 0.5, 0, 'oonn', '-o1 -o0'],
    // Neither fewer nor more: one more, or nothing could ever be done.
    [2, 1, 0, 'oo', '+1'],
    [2, 1, 0, 'oon?', ''],
    [2, 1, 0, 'oon', '-o1'],
    [2, 1, 0, 'on', '+1'],
    [3, 0, 0, 'ooo', '-o2 -o1 -o0'],
    [3, 0, 0, 'o-o-o-', ''],
    [3, 0, 0, '', '+3'],
    [3, 0, 1, 'ooo', '+3 -o2 -o1 -o0'],
    [10, 0.75, 0.25, 'oooooooooo', '+2 -o9 -o8'],
    // Those that serve nobody go first.
    [2, 0.5, 0, 'o?o', '-o0'],
    // A smaller number of instances at the same time.
    [1, 1, 1, 'ooo', '-o2 -o1'],
    [1, 1, 1, 'nnn', '-n2 -n1'],
    [0, 1, 1, 'oo', '-o1 -o0'],
  ])('S133 restarting %i (health %f, over %f) beside "%s" must do "%s"', (instances, health, over, text, moves) => {
    expect(said(restartMoves(goal(instances, health, over), standing(text)))).toBe(moves);
  });

  it('S133 a roll must end, whatever the strategy, and stay within it', () => {
    const capacity = fc.integer({ min: 0, max: 4 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        capacity,
        capacity,
        fc.integer({ min: 0, max: 2 }),
        (n, health, over, pace) => {
          const wanted = goal(n, health, over);
          const fewest = Math.ceil(n * health);
          const most = Math.max(n + 1, Math.floor(n * (1 + over)));
          let tasks = standing('o'.repeat(n));
          let made = 0;
          for (let round = 0; round < 200; round += 1) {
            const { launch, kill, settled } = restartMoves(wanted, tasks);
            if (settled) return;
            tasks = tasks.map((task) => (kill.includes(task.id) ? { ...task, leaving: true } : task));
            for (let at = 0; at < launch; at += 1) {
              made += 1;
              tasks.push({ id: `new${made}`, current: true, ready: false, leaving: false, age: `9${made}` });
            }
            expect(tasks.filter(({ ready, leaving }) => ready && !leaving).length).toBeGreaterThanOrEqual(fewest);
            expect(tasks.length).toBeLessThanOrEqual(most);
            // Some end, some become ready: at its own pace, but something always.
            const gone = tasks.filter(({ leaving }) => leaving).slice(0, pace + 1);
            tasks = tasks.filter((task) => !gone.includes(task));
            const starting = tasks.filter(({ ready }) => !ready).slice(0, gone.length > 0 ? pace : pace + 1);
            tasks = tasks.map((task) => (starting.includes(task) ? { ...task, ready: true } : task));
          }
          throw new Error('it never ended');
        },
      ),
      { numRuns: 200 },
    );
  });
});
