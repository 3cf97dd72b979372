import { openCluster } from '../cluster.js';
import type { Command } from '../context.js';

/** Leaves a mark in Docker that every controller honours. */
export const pause: Command = async (context) => {
  const cluster = await openCluster(context, { find: true });
  await cluster.pause();
  if (context.args.output === 'json') context.printJson({ cluster: { id: cluster.id }, paused: true });
  else context.print(`cluster ${cluster.id} is left as it is until minimesos resume; destroy still removes it`);
  return 0;
};
