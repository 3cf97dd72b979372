/** `apply --watch`: the file, the files that it names, Docker's events and the clock, all poke one controller. */

import { follow } from '../controller.js';
import type { MinimesosError } from '../errors.js';
import type { Step } from '../model.js';
import { dockerName, markerName, selector } from '../observed/labels.js';
import { type Status, summarize } from '../status.js';
import { followEngine } from '../watch/engine-events.js';
import { FileWatch } from '../watch/files.js';
import { MarathonWatch } from '../watch/marathon-events.js';
import type { Chronicle } from './chronicle.js';
import type { Engine } from './engine.js';
import { type ControlOptions, listeners, policyOf } from './options.js';
import type { Source } from './source.js';

export interface FollowOptions extends ControlOptions {
  /** After each pass. `steps` are those done since the one before. */
  onPass?: ((status: Status, steps: Step[]) => void) | undefined;
  /** For people: `minimesosFile changed`. */
  onFileChange?: ((reason: string) => void) | undefined;
  /** For people: `agent-1: die`; of what the controller does itself, too. */
  onEngineEvent?: ((reason: string) => void) | undefined;
  /** The file is broken, and the last good one counts; undefined: it is good again. */
  onFileProblem?: ((problem: MinimesosError | undefined) => void) | undefined;
  /** Files cannot be watched, and are read at intervals only. */
  onBlind?: ((error: Error) => void) | undefined;
}

export interface Following {
  engine: Engine;
  source: Source;
  chronicle: Chronicle;
  options: FollowOptions;
}

/** Resolves when the engine's signal aborts. */
export async function followCluster({ engine, source, chronicle, options }: Following): Promise<void> {
  const { desired: first } = await source.read();
  const { command = 'apply --watch', onPass, onFileChange, onEngineEvent, onFileProblem, onBlind } = options;
  const claim = engine.claim(first.cluster, { ...options, command });
  const ended = new AbortController();
  const files = new FileWatch(fileChanged, (error) => onBlind?.(error));
  let told: MinimesosError | undefined;
  let done: Step[] = [];

  function fileChanged(reason: string): void {
    if (!reason.endsWith(' is watched')) {
      chronicle.fileChanged(reason);
      onFileChange?.(reason);
    }
    controller.poke();
  }

  const desired = async () => {
    const target = await source.lastGood();
    const { problem } = source;
    if (problem?.message !== told?.message || problem?.details.join() !== told?.details.join())
      onFileProblem?.(problem);
    told = problem;
    chronicle.actsOn(target.generation);
    files.follow(target.files);
    return target.desired;
  };

  const passed = listeners(chronicle, options.listener, {
    done: ({ step, error }) => {
      if (!error) done.push(step);
    },
    passed: (pass) => {
      apps.follow(pass.observed.marathon?.address);
      const conditions = chronicle.conditions({ ...pass, fileProblem: source.problem });
      const { cluster } = pass.desired;
      const steps = done;
      done = [];
      onPass?.(summarize({ ...pass, cluster, conditions, generation: chronicle.generation }), steps);
    },
  });

  const simulator = await source.simulator;
  await claim.hold();
  const world = engine.world({ desired, simulator, claim: claim.hold, thorough: true });
  const controller = follow(world, { listener: passed, policy: policyOf(options.policy) });
  engine.onLateAnswer(controller.poke);
  const { docker, clock, signal } = engine;
  const engineChanged = (reason: string) => {
    onEngineEvent?.(reason);
    controller.poke();
  };
  const apps = new MarathonWatch(clock, engineChanged);
  const { id } = first.cluster;
  const watched = { docker, clock, labels: selector(id), names: [dockerName(id), markerName(id, 'paused')] };
  const events = followEngine(watched, engineChanged, AbortSignal.any([signal, ended.signal]));
  try {
    await controller.ended;
  } finally {
    ended.abort();
    apps.close();
    await Promise.all([files.close(), events, claim.release()]);
  }
}
