/** The component that a command line means. */

import { MinimesosError } from '../errors.js';
import { didYouMean } from '../minimesosfile/wording.js';
import type { ComponentStatus, Status } from '../status.js';

/**
 * By its id, the name of its block, or its kind where one of that kind leads or is alone. Rejects with `USAGE`, naming those
 * that there are.
 */
export function componentNamed({ cluster, components }: Status, wanted: string): ComponentStatus {
  const byId = components.find(({ id }) => id === wanted);
  if (byId) return byId;
  const meant = components.filter(({ name, kind }) => name === wanted || kind === wanted);
  const one = meant.length > 1 ? meant.find(({ leader }) => leader) : meant[0];
  if (one) return one;
  const ids = (meant.length > 0 ? meant : components).map(({ id }) => id);
  throw meant.length > 0
    ? new MinimesosError('USAGE', `${meant.length} components are meant by "${wanted}"`, {
        hint: `name one of ${ids.join(', ')}`,
      })
    : new MinimesosError('USAGE', `cluster ${cluster.id} has no component "${wanted}"${didYouMean(wanted, ids)}`, {
        hint: `its components are ${ids.join(', ')}`,
      });
}
