import { MinimesosError } from '../../errors.js';
import type { Status } from '../../status.js';
import { browserFor, openBrowser } from '../browser.js';
import { runningCluster } from '../cluster.js';
import { componentNamed } from '../component.js';
import type { Command } from '../context.js';

interface OpenFlags {
  component: string;
  browser: boolean;
}

/** Prints the address of a component's page, and shows it where there is a browser. */
export const open: Command<OpenFlags> = async (context, { component, browser }) => {
  const { args, print, printJson, streams, tell } = context;
  const { status } = await runningCluster(context);
  const url = pageOf(status, component);
  if (args.output === 'json') printJson({ url });
  else print(url);
  const surroundings = { platform: process.platform, env: process.env, terminal: streams.stdout.isTTY === true };
  const program = browser ? browserFor(surroundings) : undefined;
  if (program && !(await openBrowser(program, url))) tell(`note: ${program[0]} does not start here`);
  return 0;
};

function pageOf(status: Status, wanted: string): string {
  const { id, endpoint, phase, reason } = componentNamed(status, wanted);
  if (endpoint?.startsWith('http')) return endpoint;
  if (phase === 'ready') {
    const instead = endpoint ? `, it answers at ${endpoint}` : '';
    throw new MinimesosError('USAGE', `${id} has no page${instead}`, { hint: `there are those of ${pagesIn(status)}` });
  }
  throw new MinimesosError('NO_CLUSTER', `${id} has no page now: it is ${phase} (${reason})`, {
    hint: 'minimesos apply brings it back',
  });
}

function pagesIn({ components }: Status): string {
  const pages = components.filter(({ endpoint }) => endpoint?.startsWith('http'));
  return pages.map(({ id }) => id).join(', ');
}
