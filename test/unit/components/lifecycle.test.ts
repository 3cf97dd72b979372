import { describe, expect, it } from 'vitest';
import { type Advance, advance, type Facts, type LifecycleEvent } from '../../../src/components/lifecycle.js';
import { kindOf } from '../../../src/components/registry.js';
import { CONTAINER_STATES, PHASES, type Phase } from '../../../src/model.js';
import { SERVING } from '../../support/facts.js';

const machine = kindOf('agent').lifecycle;

function seeing(phase: Phase, facts: Partial<Facts>): Advance {
  return advance(machine, phase, { type: 'observed', ...SERVING, ...facts });
}
const to = (phase: Phase, verb?: Advance['verb']): Advance => ({ phase, verb });
const upon = (phase: Phase, type: Exclude<LifecycleEvent['type'], 'observed'>) => advance(machine, phase, { type });

describe.each(PHASES)('L1 a component in phase %s', (phase) => {
  it('is removed as soon as it is not wanted, whatever else holds, but not again and again where that fails', () => {
    const removed = to('removing', 'remove');
    for (const container of CONTAINER_STATES) {
      expect(seeing(phase, { wanted: false, container, blocked: true })).toEqual(removed);
    }
    expect(seeing(phase, { wanted: false, container: 'none' })).toEqual(removed);
    const again = seeing(phase, { wanted: false, changed: false });
    expect(again).toEqual(phase === 'failed' ? to('failed') : removed);
    const soon = seeing(phase, { wanted: false, changed: false, resting: true });
    expect(soon).toEqual(phase === 'failed' || phase === 'backoff' ? to(phase) : removed);
  });

  it('L27 is drained before it goes, for good or for its successor, where it has something to drain', () => {
    expect(seeing(phase, { wanted: false, mustDrain: true })).toEqual(to('draining', 'drain'));
    const replaced = { stale: true, mayReplace: true, mustDrain: true };
    expect(seeing(phase, replaced)).toEqual(to('draining', 'drain'));
    expect(seeing(phase, { ...replaced, mustDrain: false })).toEqual(to('removing', 'remove'));
  });

  it('is absent once it is not wanted and nothing of it is left', () => {
    expect(seeing(phase, { wanted: false, container: 'none', hasVolume: false })).toEqual(to('absent'));
  });

  it('has failed when what was tried is given up, and backs off when it is tried again', () => {
    expect(upon(phase, 'gaveUp')).toEqual(to('failed'));
    expect(upon(phase, 'delayed')).toEqual(to('backoff'));
  });
});

describe.each(PHASES)('L1 a wanted component in phase %s', (phase) => {
  const gone = { container: 'none', ready: false } as const;

  it('is ready where it runs and does its work', () => {
    expect(seeing(phase, {})).toEqual(to('ready'));
  });

  it('is created where it has no container and nothing is in the way', () => {
    expect(seeing(phase, gone)).toEqual(to('creating', 'create'));
  });

  it('is not created before those that it starts after have got so far', () => {
    expect(seeing(phase, { ...gone, blocked: true })).toEqual(to('absent'));
  });

  it('is not created without its image', () => {
    expect(seeing(phase, { ...gone, imagePresent: false })).toEqual(to('pulling', 'pull'));
  });

  it('is not created on a volume that its process would refuse', () => {
    expect(seeing(phase, { ...gone, spoiled: true })).toEqual(to('removing', 'remove'));
    expect(seeing(phase, { ...gone, spoiled: true, imagePresent: false })).toEqual(to('removing', 'remove'));
  });

  it('is replaced where it is stale and may go, but not before its new image is there', () => {
    for (const container of ['running', 'exited', 'paused'] as const) {
      const stale = { stale: true, mayReplace: true, container };
      expect(seeing(phase, stale)).toEqual(to('removing', 'remove'));
      expect(seeing(phase, { ...stale, imagePresent: false, relapsed: true })).toEqual(to('pulling', 'pull'));
    }
  });

  it('L12 serves on as it was while its new image is not there: where it stopped, it is started once', () => {
    const old = { stale: true, mayReplace: true, imagePresent: false, ready: false } as const;
    const stale = { ...old, container: 'exited', revivable: true } as const;
    expect(seeing(phase, stale)).toEqual(to('starting', 'start'));
    expect(seeing(phase, { ...stale, blocked: true })).toEqual(to('pulling', 'pull'));
  });

  it('serves on where it is stale and may not go yet, while its new image is brought', () => {
    expect(seeing(phase, { stale: true })).toEqual(to('ready'));
    expect(seeing(phase, { stale: true, imagePresent: false })).toEqual(to('pulling', 'pull'));
  });

  it('L27 is not drained before it may go', () => {
    expect(seeing(phase, { stale: true, mustDrain: true })).toEqual(to('ready'));
  });

  it('L23 is put back where it runs off its network or without its names, ready or not', () => {
    for (const ready of [true, false]) {
      expect(seeing(phase, { outOfPlace: true, ready, ailing: true })).toEqual(to('starting', 'start'));
    }
    expect(seeing(phase, { outOfPlace: true, stale: true, mayReplace: true })).toEqual(to('removing', 'remove'));
  });

  it('L24 is restarted where it has not answered for too long', () => {
    const silent = { ready: false, ailing: true, hopeless: true };
    expect(seeing(phase, silent)).toEqual(to('starting', 'restart'));
    expect(seeing(phase, { ...silent, ready: true })).toEqual(to('ready'));
    expect(seeing(phase, { ...silent, outOfPlace: true })).toEqual(to('starting', 'start'));
  });

  it('is unpaused where somebody paused it', () => {
    expect(seeing(phase, { container: 'paused', ready: false })).toEqual(to('starting', 'unpause'));
  });

  it('is waited for where it is being removed', () => {
    const { verb } = seeing(phase, { container: 'removing', ready: false });
    expect(verb).toBeUndefined();
  });
});

describe('L13 a container that stopped', () => {
  const stopped = { container: 'exited', ready: false } as const;
  const early = ['creating', 'starting'] as const;

  it.each(PHASES.filter((phase) => !early.some((each) => each === phase)))(
    'is started again from phase %s',
    (phase) => {
      expect(seeing(phase, stopped)).toEqual(to('starting', 'start'));
    },
  );

  it.each(early)('L14 L22 is left alone in phase %s: it stopped before it was ready', (phase) => {
    expect(seeing(phase, stopped)).toEqual(to('backoff'));
    expect(seeing(phase, { ...stopped, container: 'dead' })).toEqual(to('backoff'));
  });

  it.each(['ready', 'degraded'] as const)('L22 is left alone in phase %s where it was brought back lately', (phase) => {
    expect(seeing(phase, { ...stopped, relapsed: true })).toEqual(to('backoff'));
  });

  it('is no failure of the file where it was made from another', () => {
    for (const phase of [...early, 'ready', 'degraded'] as const) {
      const stale = { ...stopped, stale: true, mayReplace: true, relapsed: true };
      expect(seeing(phase, stale)).toEqual(to('removing', 'remove'));
    }
  });

  it('is started where it was created and never ran', () => {
    for (const phase of PHASES) {
      expect(seeing(phase, { container: 'created', ready: false })).toEqual(to('starting', 'start'));
    }
  });

  it('is not started before those that it starts after have got so far', () => {
    for (const container of ['exited', 'created'] as const) {
      expect(seeing('ready', { container, ready: false, blocked: true })).toEqual(to('absent'));
    }
  });
});

describe('a component that runs and does not do its work', () => {
  const silent = { ready: false };

  it.each(['absent', 'creating', 'starting', 'failed'] as const)('is on its way from phase %s', (phase) => {
    expect(seeing(phase, silent)).toEqual(to('starting'));
    expect(seeing(phase, { ...silent, ailing: true })).toEqual(to('starting'));
  });

  it.each(['ready', 'degraded'] as const)('L15 L24 stays %s for a moment, and is degraded after that', (phase) => {
    for (const container of ['running', 'restarting'] as const) {
      expect(seeing(phase, { ...silent, container })).toEqual(to(phase));
      expect(seeing(phase, { ...silent, container, ailing: true })).toEqual(to('degraded'));
    }
  });

  it('is replaced all the same where it is stale and may go', () => {
    expect(seeing('degraded', { ...silent, ailing: true, stale: true, mayReplace: true })).toEqual(
      to('removing', 'remove'),
    );
  });

  it.each(['creating', 'starting'] as const)('L25 has failed in phase %s when its deadline is over', (phase) => {
    expect(seeing(phase, { ...silent, ailing: true, overdue: true })).toEqual(to('failed'));
    expect(seeing(phase, { overdue: true })).toEqual(to('ready'));
  });
});

describe('L17 a component that backs off', () => {
  it('is left alone for as long as its pause lasts and the file asks for the same', () => {
    const resting = { resting: true, changed: false, stale: true, mayReplace: true };
    for (const container of ['none', ...CONTAINER_STATES] as const) {
      expect(seeing('backoff', { ...resting, container })).toEqual(to('backoff'));
    }
  });

  it('is tried again when the pause is over, or the file asks for something else', () => {
    const stopped = { container: 'exited', ready: false } as const;
    expect(seeing('backoff', { ...stopped, changed: false })).toEqual(to('starting', 'start'));
    expect(seeing('backoff', { ...stopped, resting: true })).toEqual(to('starting', 'start'));
  });
});

describe('L14 a component that failed', () => {
  const same = { changed: false, ready: false };

  it.each(['none', 'exited', 'dead', 'created'] as const)('stays so while nothing changed: %s', (container) => {
    expect(seeing('failed', { ...same, container })).toEqual(to('failed'));
  });

  it('is tried afresh when the file asks for something else', () => {
    expect(seeing('failed', { container: 'exited', ready: false })).toEqual(to('starting', 'start'));
    expect(seeing('failed', { stale: true, mayReplace: true })).toEqual(to('removing', 'remove'));
  });

  it('has been mended where somebody started it', () => {
    expect(seeing('failed', { changed: false })).toEqual(to('ready'));
    expect(seeing('failed', { ...same, container: 'paused' })).toEqual(to('starting', 'unpause'));
  });

  it('L25 stays so while it runs and is overdue, and is ready after all once it does its work', () => {
    const overdue = { ...same, overdue: true, ailing: true };
    expect(seeing('failed', overdue)).toEqual(to('failed'));
    expect(seeing('failed', { ...overdue, ready: true })).toEqual(to('ready'));
    expect(seeing('failed', { ...overdue, changed: true, stale: true, mayReplace: true })).toEqual(
      to('removing', 'remove'),
    );
  });

  it('L12 serves on as it was where only its successor failed', () => {
    expect(seeing('failed', { changed: false, stale: true, mayReplace: true })).toEqual(to('failed'));
  });
});
