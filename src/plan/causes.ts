/** Why a component is touched, in words for the plan, the log and the JSON. */

import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import { anyOf } from '../minimesosfile/wording.js';
import type { Desired, DesiredComponent, ObservedComponent, ObservedContainer, ObservedNetwork } from '../model.js';
import { addressOfVolume } from '../observed/labels.js';
import { UNTOLD } from '../secrets.js';

/**
 * What differs between the spec that a container was made from and the file's. Where Mesos `refused` the change, that
 * tells of the agent's resources, attributes, port and folder better.
 */
export function differences(
  container: ObservedContainer,
  component: DesiredComponent,
  desired: Desired,
  refused = false,
): string {
  const [before, after] = [container.parts(), component.parts()];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names
    .filter((name) => differs(before[name], after[name]) && !(refused && TOLD_BY_REFUSAL.has(name)))
    .sort();
  if (changed.length === 0) return refused ? '' : `${untoldIn(after) || 'its spec'} changed`;
  const origin = changed.some((name) => FROM_DISTRIBUTION.has(name)) ? originChange(container, component, desired) : '';
  const others = changed.filter((name) => !origin || !FROM_DISTRIBUTION.has(name));
  const describe = (name: string) => describePart(name, before, after, container, component);
  return [origin, ...others.map(describe)].filter(Boolean).join(', ');
}

/** Of what is untold, nobody knows whether it changed, but that it came or went. */
function differs(before: string | undefined, after: string | undefined): boolean {
  return before !== after && !(after === UNTOLD && before !== undefined);
}

/** What must have changed where nothing else did: `command`, `MY_TOKEN or MY_PASSWORD`. */
function untoldIn(parts: Parts): string {
  return anyOf(Object.keys(parts).flatMap((part) => (parts[part] === UNTOLD ? part.replace(/^env /, '') : [])));
}

const TOLD_BY_REFUSAL: ReadonlySet<string> = new Set([
  'env MESOS_RESOURCES',
  'env MESOS_ATTRIBUTES',
  'env MESOS_PORT',
  'ports',
  'mapAgentSandboxVolume',
]);

/** The parts that follow from the distribution and, for some kinds, from the version of Mesos. */
const FROM_DISTRIBUTION: ReadonlySet<string> = new Set(['image', 'entrypoint', 'command']);

function originChange(before: ObservedContainer, { followsMesos }: DesiredComponent, { cluster }: Desired): string {
  if (before.distribution !== cluster.distribution)
    return `distribution ${before.distribution} → ${cluster.distribution}`;
  if (!followsMesos || before.mesosVersion === cluster.mesosVersion) return '';
  return `mesosVersion ${before.mesosVersion} → ${cluster.mesosVersion}`;
}

type Parts = Record<string, string>;

function describePart(
  part: string,
  before: Parts,
  after: Parts,
  container: ObservedContainer,
  component: DesiredComponent,
): string {
  if (part === 'image') return `image ${container.image} → ${component.image}`;
  const fate = before[part] === undefined ? 'added' : after[part] === undefined ? 'removed' : 'changed';
  return `${part.replace(/^env /, '')} ${fate}`;
}

/** Why the process would not carry on with the volume that is there; undefined where it would. */
export function refusal(
  component: DesiredComponent,
  { index, volume }: ObservedComponent,
  network: ObservedNetwork | undefined,
): string | undefined {
  const kind = kindOf(component.kind);
  if (!volume || !kind.recovery) return undefined;
  if (!component.volume) return 'it keeps nothing on disk any more';
  const address = network?.subnet && addressIn(network.subnet, kind, index);
  const before = addressOfVolume(volume.labels);
  if (kind.recovery.bound && address && before !== address) return `its address goes from ${before} to ${address}`;
  return kind.recovery.refuses(component.volume, volume);
}

/** Why a container cannot serve again as it is, so that it has to be made anew; undefined where it could. */
export function lostBecause(
  { state, network, address }: ObservedContainer,
  { kind, index }: Pick<ObservedComponent, 'kind' | 'index'>,
  now: ObservedNetwork | undefined,
): string | undefined {
  if (state === 'dead') return 'dead: the engine could not remove it';
  if (state === 'exited' && network !== undefined && network !== now?.id) return 'its network is gone';
  // It tells others where it is, by its environment.
  const addressNow = now?.subnet && addressIn(now.subnet, kindOf(kind), index);
  if (address && addressNow && address !== addressNow) return `its address goes from ${address} to ${addressNow}`;
  return undefined;
}

/** Whether the container is there and has to be made anew. */
export function isStale(
  { desired, observed }: { desired?: DesiredComponent | undefined; observed?: ObservedComponent | undefined },
  network: ObservedNetwork | undefined,
): boolean {
  const container = observed?.container;
  if (!desired || !container) return false;
  return container.hash !== desired.hash || container.byHand || lostBecause(container, observed, network) !== undefined;
}

/** Where a running container stands amiss on the network; undefined where it does not, or is to be made anew. */
export function misplacedBecause(
  component: DesiredComponent,
  { id, container }: ObservedComponent,
  index: number,
  network: ObservedNetwork | undefined,
): string | undefined {
  const { kind, aliases } = component;
  if (container?.state !== 'running' || aliases === undefined || !network?.subnet) return undefined;
  const address = addressIn(network.subnet, kindOf(kind), index);
  if (container.address !== undefined && container.address !== address) return undefined;
  if (container.ip !== address && container.parts().network !== component.parts().network) return undefined;
  if (container.ip === '') return 'off its network';
  if (container.ip !== address) return `its address is ${container.ip}, not ${address}`;
  const lost = [id, ...aliases].filter((name) => !(container.aliases?.includes(name) ?? true));
  return lost.length > 0 ? `nobody finds it as ${lost.join(', ')}` : undefined;
}

export function stoppedBecause({ state, exitCode }: ObservedContainer): string {
  if (state === 'created') return 'created, but never started';
  return exitCode === undefined ? 'stopped' : `stopped with exit code ${exitCode}`;
}
