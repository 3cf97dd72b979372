import { describe, expect, it } from 'vitest';
import { type Advance, advance, type Facts, type LifecycleEvent } from '../../../src/components/lifecycle.js';
import { kindOf } from '../../../src/components/registry.js';
import type { ContainerState, Phase } from '../../../src/model.js';

const machine = kindOf('agent').lifecycle;

/** A component that serves as its file asks. */
const SERVING: Facts = {
  wanted: true,
  container: 'running',
  hasVolume: true,
  stale: false,
  spoiled: false,
  imagePresent: true,
  blocked: false,
  mayReplace: false,
  ready: true,
  changed: true,
};

const PHASES: Phase[] = [
  'absent',
  'pulling',
  'creating',
  'starting',
  'ready',
  'degraded',
  'removing',
  'backoff',
  'failed',
];
/** Those that only say what was seen last, so that what is seen now decides. */
const FORGETFUL = PHASES.filter((phase) => phase !== 'backoff');
const CONTAINERS: ContainerState[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

function seeing(phase: Phase, facts: Partial<Facts>): Advance {
  return advance(machine, phase, { type: 'observed', ...SERVING, ...facts });
}
const to = (phase: Phase, verb?: Advance['verb']): Advance => ({ phase, verb });
const upon = (phase: Phase, type: Exclude<LifecycleEvent['type'], 'observed'>) => advance(machine, phase, { type });

describe.each(PHASES)('L1 a component in phase %s', (phase) => {
  it('is removed as soon as it is not wanted, whatever else holds, but not without a pause where that fails', () => {
    const removed = phase === 'backoff' ? to('backoff') : to('removing', 'remove');
    for (const container of CONTAINERS) {
      expect(seeing(phase, { wanted: false, container, blocked: true })).toEqual(removed);
    }
    expect(seeing(phase, { wanted: false, container: 'none' })).toEqual(removed);
    const again = seeing(phase, { wanted: false, changed: false });
    expect(again).toEqual(phase === 'failed' ? to('failed') : removed);
  });

  it('is absent once it is not wanted and nothing of it is left', () => {
    expect(seeing(phase, { wanted: false, container: 'none', hasVolume: false })).toEqual(to('absent'));
  });

  it('has failed when its step failed for good, and backs off when the step is tried again', () => {
    expect(upon(phase, 'stepFailed')).toEqual(to('failed'));
    expect(upon(phase, 'stepDelayed')).toEqual(to('backoff'));
  });
});

describe.each(FORGETFUL)('L1 a wanted component in phase %s', (phase) => {
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
      expect(seeing(phase, { ...stale, imagePresent: false })).toEqual(to('pulling', 'pull'));
    }
  });

  it('serves on where it is stale and may not go yet, while its new image is brought', () => {
    expect(seeing(phase, { stale: true })).toEqual(to('ready'));
    expect(seeing(phase, { stale: true, imagePresent: false })).toEqual(to('pulling', 'pull'));
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

  it.each(['absent', 'pulling', 'ready', 'degraded', 'removing'] as const)(
    'is started again from phase %s',
    (phase) => {
      expect(seeing(phase, stopped)).toEqual(to('starting', 'start'));
    },
  );

  it.each(['creating', 'starting'] as const)('L14 has failed in phase %s: it stopped before it was ready', (phase) => {
    expect(seeing(phase, stopped)).toEqual(to('failed'));
    expect(seeing(phase, { ...stopped, container: 'dead' })).toEqual(to('failed'));
  });

  it('is no failure of the file where it was made from another', () => {
    expect(seeing('starting', { ...stopped, stale: true, mayReplace: true })).toEqual(to('removing', 'remove'));
  });

  it('is started where it was created and never ran', () => {
    for (const phase of FORGETFUL.filter((each) => each !== 'failed')) {
      expect(seeing(phase, { container: 'created', ready: false })).toEqual(to('starting', 'start'));
    }
  });
});

describe('L15 a component that runs and does not do its work', () => {
  const silent = { ready: false };

  it.each(['absent', 'creating', 'starting', 'failed'] as const)('is on its way from phase %s', (phase) => {
    expect(seeing(phase, silent)).toEqual(to('starting'));
  });

  it.each(['ready', 'degraded'] as const)('is degraded from phase %s', (phase) => {
    expect(seeing(phase, silent)).toEqual(to('degraded'));
    expect(seeing(phase, { ...silent, container: 'restarting' })).toEqual(to('degraded'));
  });

  it('is replaced all the same where it is stale and may go', () => {
    expect(seeing('degraded', { ...silent, stale: true, mayReplace: true })).toEqual(to('removing', 'remove'));
  });
});

describe('L17 a component that backs off', () => {
  it('is left alone for as long as it is wanted', () => {
    for (const container of ['none', ...CONTAINERS] as const) {
      expect(seeing('backoff', { container, stale: true, mayReplace: true })).toEqual(to('backoff'));
    }
  });

  it('begins anew when the pause is over', () => {
    expect(upon('backoff', 'delayOver')).toEqual(to('absent'));
    for (const phase of FORGETFUL) expect(upon(phase, 'delayOver')).toEqual(to(phase));
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

  it('L12 serves on as it was where only its successor failed', () => {
    expect(seeing('failed', { changed: false, stale: true, mayReplace: true })).toEqual(to('failed'));
  });
});
