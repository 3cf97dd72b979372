/** What a healed cluster must be, and what no controller may do on the way. Plain code: it runs with every call. */

import { addressIn } from '../../../src/components/kind.js';
import { kindOf } from '../../../src/components/registry.js';
import type { Desired, DesiredComponent } from '../../../src/model.js';
import { dockerName, readComponent } from '../../../src/observed/labels.js';
import { NO_MEMORY } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import type { FakeContainer } from '../../support/fake-docker/container.js';
import { connect, type Method, WRITES } from '../../support/faulty-docker.js';
import { type FakeMesos, faultyWorld, type OpenDocker } from '../../support/faulty-world.js';
import { isOurs } from './bystanders.js';
import { CLUSTER } from './wishes.js';

const OWN_NAMES = new RegExp(
  `^minimesos-${CLUSTER}(-(zookeeper|master|agent|marathon|consul|registrator|mesos-dns)-\\d)?$`,
);
const WRITING: ReadonlySet<Method> = new Set(WRITES);

/** Of a write of a controller; undefined where it is about something of ours. */
export function trespass(engine: OpenDocker, method: Method, target: unknown): string | undefined {
  if (!WRITING.has(method) || method === 'pullImage') return undefined;
  const told = `${method} of somebody else's: `;
  if (typeof target === 'object')
    return isOurs((target as FakeContainer['spec']).labels) ? undefined : `${told}${target}`;
  const name = String(target);
  // Of a container that is connected, the network comes first.
  if (method === 'connectContainer') return trespass(engine, 'removeNetwork', target);
  if (method === 'createNetwork' || method === 'createVolume') return OWN_NAMES.test(name) ? undefined : told + name;
  const labels = labelsOf(engine, method, name);
  return labels && !isOurs(labels) ? `${told}${name}` : undefined;
}

function labelsOf(engine: OpenDocker, method: Method, name: string): Record<string, string> | undefined {
  if (method === 'removeVolume') return engine.everyVolume().find((each) => each.name === name)?.labels;
  if (/Network$/.test(method)) return engine.everyNetwork().find(({ id }) => id === name)?.labels;
  return engine.container(name)?.spec.labels;
}

/** What is not as the file wants it, in a cluster that is said to be converged. */
export async function flawsOf(engine: OpenDocker, mesos: FakeMesos, desired: Desired): Promise<string[]> {
  const ours = engine.everyContainer().filter(({ spec }) => isOurs(spec.labels));
  const components = ours.filter(({ spec }) => readComponent(spec.labels));
  const world = faultyWorld({ connection: connect(engine, () => undefined), mesos, desired: () => desired });
  const { steps } = plan(desired, await world.observe(desired, new Set()), NO_MEMORY);
  return [
    ...steps.map(({ verb, component, cause }) => `more to do: ${verb} ${component}: ${cause}`),
    ...differences(
      'containers',
      components.map(({ spec }) => hashOf(spec.labels)),
      desired.components.map(({ kind, hash }) => `${kind} ${hash}`),
    ),
    ...doubled(
      'ids',
      components.map(({ spec }) => readComponent(spec.labels)?.id ?? ''),
    ),
    ...components.flatMap((container) => amiss(container, engine, desired)),
    ...flawsOfVolumes(engine, ours),
    ...flawsOfNetworks(engine, desired),
    ...ours.flatMap((each) => (isLeftDrained(each, mesos) ? `${each.spec.name} takes no offers` : [])),
  ];
}

/**
 * Made anew since its drain. A container that still stands was drained by a controller that was killed before it went on,
 * and then the file was changed back: nobody can tell that from a drain by hand, which is to stay.
 */
function isLeftDrained(container: FakeContainer, mesos: FakeMesos): boolean {
  const drainedAt = mesos.deactivated.get(mesos.agentId(container));
  return drainedAt !== undefined && drainedAt < Date.parse(container.startedAt ?? '');
}

const hashOf = (labels: Record<string, string>) =>
  `${labels['org.minimesos.component']} ${labels['org.minimesos.spec-hash']}`;

function amiss(container: FakeContainer, engine: OpenDocker, { components }: Desired): string[] {
  const { spec, state, attachments } = container;
  const component = readComponent(spec.labels);
  const want = components.find(({ kind, hash }) => `${kind} ${hash}` === hashOf(spec.labels));
  if (!component || !want) return [];
  const flaws = state === 'running' ? [] : [`is ${state}`];
  if (spec.image !== want.image) flaws.push(`is made from ${spec.image}`);
  if (component.name !== want.name) flaws.push(`is called ${component.name}`);
  if (spec.network !== 'host') {
    const [network] = networksOf(engine);
    const attachment = attachments.get(dockerName(CLUSTER));
    const address = addressIn(network?.subnets[0] ?? '', kindOf(component.kind), component.index);
    if (attachment?.network !== network?.id || attachment?.address !== address) flaws.push(`is not at ${address}`);
    const names = namesOf(component.id, want).filter(
      (name) => !attachment?.aliases.includes(name) && spec.hostname !== name,
    );
    if (names.length > 0) flaws.push(`is not found as ${names}`);
  }
  return flaws.map((flaw) => `${component.id} ${flaw}`);
}

const namesOf = (id: string, { aliases = [] }: DesiredComponent) => [id, ...aliases];

/** Those that are mounted, and no other, but for one that bears a component's labels and name without being mounted by it. */
function flawsOfVolumes(engine: OpenDocker, ours: FakeContainer[]): string[] {
  const mounted = ours.flatMap(({ spec }) => spec.mounts.filter(({ type }) => type === 'volume'));
  const there = engine.everyVolume().flatMap(({ name, labels }) => (isOurs(labels) ? name : []));
  const owned = new Set(ours.flatMap(({ spec }) => dockerName(CLUSTER, readComponent(spec.labels)?.id)));
  return [
    ...mounted.flatMap(({ source }) => (there.includes(source) ? [] : `no volume ${source}`)),
    ...there.flatMap((name) => (owned.has(name) ? [] : `a volume ${name} of nobody`)),
  ];
}

function flawsOfNetworks(engine: OpenDocker, { components }: Desired): string[] {
  const wanted = components.length > 0 ? [dockerName(CLUSTER)] : [];
  return differences(
    'networks',
    networksOf(engine).map(({ name }) => name),
    wanted,
  );
}

const networksOf = (engine: OpenDocker) => engine.everyNetwork().filter(({ labels }) => isOurs(labels));

function differences(what: string, have: string[], want: string[]): string[] {
  const [there, wanted] = [[...have].sort().join(), [...want].sort().join()];
  return there === wanted ? [] : [`${what}: ${there || 'none'}, and not ${wanted || 'none'}`];
}

function doubled(what: string, all: string[]): string[] {
  const twice = all.filter((each, at) => all.indexOf(each) !== at);
  return twice.length > 0 ? [`${what} twice: ${twice}`] : [];
}
