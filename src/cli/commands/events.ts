import type { Happening } from '../../journal.js';
import { openCluster } from '../cluster.js';
import type { Command, Paint } from '../context.js';
import { table } from '../table.js';

/** What was done to the cluster and why, oldest first. */
export const events: Command<{ tail?: number }> = async (context, { tail }) => {
  const cluster = await openCluster(context, { find: true });
  const all = await cluster.events();
  const shown = tail === undefined ? all : all.slice(-tail);
  if (context.args.output === 'json') context.printJson(shown);
  else if (shown.length === 0) context.print('nothing was done to this cluster yet');
  else context.print(table(shown.map((each) => rowOf(each, context.paintResult))).join('\n'));
  return 0;
};

function rowOf(each: Happening, paint: Paint): string[] {
  const { time, component = '-', reason } = each;
  return [paint('dim', time), whatOf(each), component, reason];
}

function whatOf(each: Happening): string {
  switch (each.kind) {
    case 'step':
      return each.verb;
    case 'phase':
      return each.to;
    case 'condition':
      return each.status ? each.name : `not ${each.name}`;
    default:
      return each.kind;
  }
}
