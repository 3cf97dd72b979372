import { MinimesosError } from '../../errors.js';
import { allVariables } from '../../variables.js';
import { runningCluster } from '../cluster.js';
import type { Command } from '../context.js';
import { runHere } from '../run-here.js';

/** Runs a program of this machine that is told where the cluster's components are; its exit code is ours. */
export const run: Command = async (context) => {
  const [program, ...args] = context.otherCommand;
  if (program === undefined) {
    throw new MinimesosError('USAGE', 'run takes a command after --', { hint: 'for example minimesos run -- env' });
  }
  const { status } = await runningCluster(context);
  const env = { ...process.env, ...Object.fromEntries(allVariables(status)) };
  return runHere(program, args, env, context.handOverSignals);
};
