/** The cluster that a command line means. What it is made of is loaded here, for the commands that need one. */

import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Cluster } from '../api/cluster.js';
import { MinimesosError } from '../errors.js';
import type { ClusterIdentity } from '../model.js';
import type { Status } from '../status.js';
import type { Context } from './context.js';

export const DEFAULT_FILE = 'minimesosFile';

interface Choice {
  agents?: number | undefined;
  mapPortsToHost?: boolean | undefined;
  /** Without a minimesosFile here and none named: the only cluster whose file lies below, or the only one at all. */
  find?: boolean;
}

export async function openCluster(
  { args, signal, tell }: Context,
  { find = false, ...overrides }: Choice = {},
): Promise<Cluster> {
  const { file = DEFAULT_FILE, cluster, distribution } = args;
  const { Cluster } = await import('../api/cluster.js');
  const named = args.file !== undefined || cluster !== undefined || existsSync(file);
  if (named || !find) return Cluster.open({ file, cluster, distribution, signal, ...overrides });
  const found = theOne(await Cluster.list());
  tell(`no ${DEFAULT_FILE} here: this is cluster ${found.id} of ${found.file}`);
  return Cluster.open({ file: found.file, cluster: found.id, distribution, signal, ...overrides });
}

/**
 * The cluster and how it stands, for the commands that need one that runs: `info`, `state`, `ps`, `logs`, `open`, `run`,
 * `exec`, `install`, `uninstall`. Rejects with `NO_CLUSTER` where no container of it is there.
 */
export async function runningCluster(context: Context): Promise<{ cluster: Cluster; status: Status }> {
  const { file, cluster: id } = context.args;
  const cluster = await openCluster(context, { find: true });
  const none = () => new MinimesosError('NO_CLUSTER', `no ${asNamed(context, cluster)} is running`);
  const status = await cluster.status().catch((thrown: unknown) => {
    // Who names a cluster by its id asks for no file.
    const asksForFile = id === undefined || file !== undefined;
    throw !asksForFile && thrown instanceof MinimesosError && thrown.code === 'FILE_MISSING' ? none() : thrown;
  });
  if (status.cluster.phase === 'absent') throw none();
  return { cluster, status };
}

/** `cluster demo`, or `cluster of /home/ada/minimesosFile`: as the command line has it. */
export function asNamed({ args }: Context, { file }: Cluster): string {
  return args.cluster === undefined ? `cluster of ${file}` : `cluster ${args.cluster}`;
}

function theOne(clusters: ClusterIdentity[]): ClusterIdentity {
  const below = clusters.filter(({ file }) => !relative(process.cwd(), dirname(file)).startsWith('..'));
  const candidates = below.length > 0 ? below : clusters;
  const [first] = candidates.sort((a, b) => (a.file < b.file ? -1 : 1));
  if (first && candidates.length === 1) return first;
  if (!first)
    throw new MinimesosError('NO_CLUSTER', `no ${DEFAULT_FILE} here, and no cluster on this engine`, {
      hint: 'minimesos init writes one, minimesos up starts its cluster',
    });
  throw new MinimesosError('FILE_MISSING', `no ${DEFAULT_FILE} here, and more than one cluster on this engine`, {
    details: candidates.map(({ id, file }) => `${id}  ${file}`),
    hint: 'name one with --cluster or --file',
  });
}
