/** The Marathon of a cluster that runs. */

import { MinimesosError } from '../errors.js';
import type { Marathon, MarathonApp } from '../mesos/marathon.js';
import type { Status } from '../status.js';

/** Rejects with `NO_CLUSTER` where none runs. */
export async function marathonOf({ cluster, components }: Status): Promise<Marathon> {
  const all = components.filter(({ kind }) => kind === 'marathon');
  const { endpoint } = all.find((each) => each.endpoint) ?? {};
  const [first] = all;
  if (!first) {
    throw new MinimesosError('NO_CLUSTER', `cluster ${cluster.id} has no Marathon`, {
      hint: 'add marathon { } to its minimesosFile, then minimesos apply',
    });
  }
  if (!endpoint) {
    throw new MinimesosError('NO_CLUSTER', `${first.id} does not run: ${first.reason}`, {
      hint: 'minimesos apply brings it back',
    });
  }
  const { Marathon } = await import('../mesos/marathon.js');
  return new Marathon(endpoint);
}

/** What somebody should know who changes or removes these apps by hand; undefined where none of them is in the minimesosFile. */
export async function noteOnFile(apps: readonly MarathonApp[], cluster: string): Promise<string | undefined> {
  const { appLabelsOf } = await import('../observed/app-labels.js');
  const kept = apps.filter(({ labels }) => appLabelsOf(labels, cluster) !== undefined).map(({ id }) => id);
  if (kept.length === 0) return undefined;
  const whose = kept.length === 1 ? `app ${kept[0]} comes` : `apps ${kept.join(', ')} come`;
  return `${whose} from the minimesosFile; the next minimesos apply deploys what it says`;
}
