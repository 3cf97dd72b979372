import { openCluster } from '../cluster.js';
import type { Command } from '../context.js';

/** Takes the mark of `pause` away. */
export const resume: Command = async (context) => {
  const cluster = await openCluster(context, { find: true });
  await cluster.resume();
  if (context.args.output === 'json') context.printJson({ cluster: { id: cluster.id }, paused: false });
  else context.print(`cluster ${cluster.id} may be changed again`);
  return 0;
};
