import { formatStep } from '../../plan/format.js';
import { openCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';

interface PlanArgs {
  agents?: number;
  detailedExitcode: boolean;
}

/** What `apply` would do, in order. */
export const plan: Command<PlanArgs> = async (context, { agents, detailedExitcode }) => {
  const changes = await showPlan(context, { agents });
  return changes && detailedExitcode ? 2 : 0;
};

/** Prints the steps to come; gives whether there are any. */
export async function showPlan(
  context: Context,
  overrides: { agents?: number | undefined; mapPortsToHost?: boolean | undefined },
): Promise<boolean> {
  const { args, print, printJson, tell } = context;
  const cluster = await openCluster(context, overrides);
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
