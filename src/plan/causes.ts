/** Why a component is touched, in words for the plan, the log and the JSON. */

import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import type { Desired, DesiredComponent, ObservedComponent, ObservedContainer, ObservedNetwork } from '../model.js';
import { addressOfVolume } from '../observed/labels.js';

/** What differs between the spec that a container was made from and the file's. */
export function differences(container: ObservedContainer, component: DesiredComponent, desired: Desired): string {
  const [before, after] = [container.parts(), component.parts()];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => before[name] !== after[name]).sort();
  if (changed.length === 0) return 'its spec changed';
  const origin = changed.some((name) => FROM_DISTRIBUTION.includes(name))
    ? originChange(container, component, desired)
    : '';
  const others = changed.filter((name) => !origin || !FROM_DISTRIBUTION.includes(name));
  return [origin, ...others.map((name) => describe(name, container, component))].filter(Boolean).join(', ');
}

/** The parts that follow from the distribution and, for some kinds, from the version of Mesos. */
const FROM_DISTRIBUTION = ['image', 'command'];

function originChange(before: ObservedContainer, { followsMesos }: DesiredComponent, { cluster }: Desired): string {
  if (before.distribution !== cluster.distribution)
    return `distribution ${before.distribution} → ${cluster.distribution}`;
  if (!followsMesos || before.mesosVersion === cluster.mesosVersion) return '';
  return `mesosVersion ${before.mesosVersion} → ${cluster.mesosVersion}`;
}

function describe(part: string, container: ObservedContainer, component: DesiredComponent): string {
  if (part === 'image') return `image ${container.image} → ${component.image}`;
  return `${part.replace(/^env /, '')} changed`;
}

/** Why the process would not carry on with the volume that is there; undefined where it would. */
export function refusal(
  component: DesiredComponent,
  { index, volume }: ObservedComponent,
  network: ObservedNetwork | undefined,
): string | undefined {
  const kind = kindOf(component.kind);
  if (!component.volume || !volume || !kind.refuses) return undefined;
  const address = network?.subnet && addressIn(network.subnet, kind, index);
  const before = addressOfVolume(volume.labels);
  if (address && before !== address) return `its address goes from ${before} to ${address}`;
  return kind.refuses(component.volume, volume);
}

export function stoppedBecause({ state, exitCode }: ObservedContainer): string {
  if (state === 'created') return 'created, but never started';
  return exitCode === undefined ? 'stopped' : `stopped with exit code ${exitCode}`;
}
