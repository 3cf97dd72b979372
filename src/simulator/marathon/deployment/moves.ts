import type { UpgradeStrategy } from '../app/definition.js';

/** A task as the next move is decided by: it is there, or on its way, and did not end. */
export interface Standing {
  id: string;
  /** Whether it runs the configuration that is wanted. */
  current: boolean;
  /** Whether it runs, and is healthy where that is looked at. */
  ready: boolean;
  /** Whether it is being killed. */
  leaving: boolean;
  /** Greater is younger. */
  age: string;
}

export interface Goal {
  instances: number;
  upgradeStrategy: UpgradeStrategy;
  killSelection: 'YOUNGEST_FIRST' | 'OLDEST_FIRST';
}

/** What is to be done next, and whether all is as it should be. */
export interface Moves {
  launch: number;
  kill: string[];
  settled: boolean;
}

/** As many tasks as are wanted, whatever configuration they run. */
export function scaleMoves(goal: Goal, standing: readonly Standing[]): Moves {
  const staying = standing.filter(({ leaving }) => !leaving);
  const excess = Math.max(0, staying.length - goal.instances);
  return {
    launch: Math.max(0, goal.instances - staying.length),
    kill: firstToGo(staying, goal).slice(0, excess),
    settled:
      standing.length === staying.length && staying.length === goal.instances && staying.every(({ ready }) => ready),
  };
}

export function stopMoves(standing: readonly Standing[]): Moves {
  const kill = standing.filter(({ leaving }) => !leaving).map(({ id }) => id);
  return { launch: 0, kill, settled: standing.length === 0 };
}

/**
 * Old tasks make room for new ones: never fewer than `minimumHealthCapacity` of the instances serve, never more than
 * `maximumOverCapacity` above them are there. Where both leave no room at all, one more than wanted is allowed.
 */
export function restartMoves(goal: Goal, standing: readonly Standing[]): Moves {
  const { instances, upgradeStrategy } = goal;
  const fewest = Math.ceil(instances * upgradeStrategy.minimumHealthCapacity);
  const most = Math.floor(instances * (1 + upgradeStrategy.maximumOverCapacity));
  const room = fewest === most && most <= standing.length ? most + 1 : most;
  const staying = standing.filter(({ leaving }) => !leaving);
  const fresh = staying.filter(({ current }) => current);
  const old = staying.filter(({ current }) => !current);
  const serving = old.length + Math.min(instances, fresh.filter(({ ready }) => ready).length);
  const missing = Math.max(0, instances - fresh.length);
  const surplus = Math.max(0, fresh.length - instances);
  return {
    launch: Math.min(missing, Math.max(0, room - standing.length)),
    kill: [
      ...firstToGo(old, goal).slice(0, Math.max(0, serving - fewest)),
      ...firstToGo(fresh, goal).slice(0, surplus),
    ],
    settled: standing.length === instances && fresh.length === instances && fresh.every(({ ready }) => ready),
  };
}

/** Those that serve nobody first, then by age. */
function firstToGo(standing: readonly Standing[], { killSelection }: Goal): string[] {
  const youngestFirst = killSelection === 'YOUNGEST_FIRST';
  return [...standing]
    .sort((a, b) => {
      if (a.ready !== b.ready) return a.ready ? 1 : -1;
      return a.age < b.age === youngestFirst ? 1 : -1;
    })
    .map(({ id }) => id);
}
