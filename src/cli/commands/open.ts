import { MinimesosError } from '../../errors.js';
import { didYouMean } from '../../minimesosfile/wording.js';
import type { ComponentStatus, Status } from '../../status.js';
import { browserFor, openBrowser } from '../browser.js';
import { runningCluster } from '../cluster.js';
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

/** `master` means the one that leads, `agent` the first that runs. */
function pageOf({ cluster, components }: Status, wanted: string): string {
  const meant = components.filter(({ id, kind, name }) => [id, kind, name].includes(wanted));
  if (meant.length === 0) throw unknown(cluster.id, wanted, components);
  const running = meant.filter(({ endpoint }) => endpoint !== null);
  const { endpoint } = running.find(({ leader }) => leader) ?? running[0] ?? {};
  if (endpoint?.startsWith('http')) return endpoint;
  const [first] = meant;
  if (endpoint) throw new MinimesosError('USAGE', `${first?.id} has no page, it answers at ${endpoint}`);
  throw new MinimesosError('NO_CLUSTER', `${first?.id} has no page now: it is ${first?.phase} (${first?.reason})`, {
    hint: 'minimesos status',
  });
}

function unknown(cluster: string, wanted: string, components: ComponentStatus[]): MinimesosError {
  const pages = components.filter(({ endpoint }) => endpoint?.startsWith('http'));
  const names = pages.map(({ id, kind, index }) => (index === 0 ? kind : id));
  return new MinimesosError('USAGE', `cluster ${cluster} has no "${wanted}"${didYouMean(wanted, names)}`, {
    hint: `it has the pages of ${names.join(', ')}`,
  });
}
