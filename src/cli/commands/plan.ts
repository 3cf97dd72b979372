import { formatStep } from '../../plan/format.js';
import type { ApplyFlags } from '../apply.js';
import { openCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';

interface PlanFlags extends ApplyFlags {
  'detailed-exitcode': boolean;
}

/** What `apply` would do, in order. */
export const plan: Command<PlanFlags> = async (context, flags) => {
  const changes = await showPlan(context, flags);
  return changes && flags['detailed-exitcode'] ? 2 : 0;
};

/** Prints the steps to come; gives whether there are any. */
export async function showPlan(context: Context, { agents, mapPortsToHost }: ApplyFlags): Promise<boolean> {
  const { args, print, printJson, tell } = context;
  const cluster = await openCluster(context, { agents, mapPortsToHost });
  const { steps, notes } = await cluster.plan();
  for (const note of notes) tell(`note: ${note}`);
  if (args.output === 'json') {
    printJson({ cluster: { id: cluster.id }, steps });
  } else if (steps.length === 0) {
    print(`cluster ${cluster.id} is as ${cluster.file} wants it`);
  } else {
    print(
      [
        ...steps.map(formatStep),
        `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}; minimesos apply does them`,
      ].join('\n'),
    );
  }
  return steps.length > 0;
}
