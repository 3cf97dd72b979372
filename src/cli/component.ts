/** The component that a command line means. */

import { MinimesosError } from '../errors.js';
import { didYouMean } from '../minimesosfile/wording.js';
import type { ComponentStatus, Status } from '../status.js';

/** By its id, the name of its block, or its kind; of several of a kind the one that leads. More than one where none does. */
export function componentsMeant(components: readonly ComponentStatus[], wanted: string): ComponentStatus[] {
  const byId = components.find(({ id }) => id === wanted);
  if (byId) return [byId];
  const meant = components.filter(({ name, kind }) => name === wanted || kind === wanted);
  const leader = meant.find(({ leader }) => leader);
  return leader ? [leader] : meant;
}

/** The one that is meant. Rejects with `USAGE`, naming those that there are. */
export function componentNamed({ cluster, components }: Status, wanted: string): ComponentStatus {
  const meant = componentsMeant(components, wanted);
  const [one] = meant;
  if (one && meant.length === 1) return one;
  if (one) {
    throw new MinimesosError('USAGE', `${meant.length} components are meant by "${wanted}"`, {
      hint: `name one of ${idsOf(meant)}`,
    });
  }
  const ids = components.map(({ id }) => id);
  throw new MinimesosError('USAGE', `cluster ${cluster.id} has no component "${wanted}"${didYouMean(wanted, ids)}`, {
    hint: `its components are ${idsOf(components)}`,
  });
}

function idsOf(components: readonly ComponentStatus[]): string {
  return components.map(({ id }) => id).join(', ');
}
