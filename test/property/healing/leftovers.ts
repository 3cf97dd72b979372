/** Clusters as no run of ours would leave them: some of this, some of that, in any state. */

import fc from 'fast-check';
import { addressIn } from '../../../src/components/kind.js';
import { kindOf } from '../../../src/components/registry.js';
import { candidates } from '../../../src/docker/subnet.js';
import type { ContainerState, Desired, DesiredComponent, Kind } from '../../../src/model.js';
import { componentId, containerLabels, dockerName, networkLabels, volumeLabels } from '../../../src/observed/labels.js';
import type { OpenDocker } from '../../support/faulty-world.js';
import { CLUSTER, type Wish, Wishes, wish } from './wishes.js';

const STATES = ['created', 'running', 'running', 'running', 'paused', 'exited', 'dead', 'removing', 'restarting'];
export type Place = 'right' | 'nameless' | 'elsewhere' | 'off';

interface Container {
  state: ContainerState;
  /** Under a name that is not its own. */
  renamed: boolean;
  /** Of another image than its labels say. */
  swapped: boolean;
  place: Place;
}

interface Leftover {
  /** Which component of the file of old. */
  of: number;
  index: number;
  container: Container | null;
  volume: 'right' | 'of others' | 'elsewhere' | null;
}

export interface Leftovers {
  file: Wish;
  /** Those of the file's components that were there, in order, as they should. */
  complete: boolean[];
  strange: Leftover[];
  /** `lost`: it was there when the containers were made. */
  network: 'none' | 'there' | 'lost' | 'elsewhere';
  images: boolean;
}

const container = fc.record({
  state: fc.constantFrom(...(STATES as ContainerState[])),
  renamed: fc.boolean(),
  swapped: fc.constantFrom(false, false, true),
  place: fc.constantFrom('right' as const, 'right' as const, 'nameless' as const, 'elsewhere' as const, 'off' as const),
});

export const leftovers: fc.Arbitrary<Leftovers> = fc.record({
  file: wish,
  complete: fc.array(fc.boolean(), { maxLength: 6 }),
  strange: fc.array(
    fc.record({
      of: fc.nat(7),
      index: fc.nat(4),
      container: fc.option(container, { freq: 4 }),
      volume: fc.constantFrom('right' as const, 'of others' as const, 'elsewhere' as const, null),
    }),
    { maxLength: 4 },
  ),
  network: fc.constantFrom('none', 'there', 'there', 'there', 'lost', 'elsewhere'),
  images: fc.boolean(),
});

const wishes = new Wishes();

export async function leave(engine: OpenDocker, left: Leftovers): Promise<void> {
  const desired = wishes.means(left.file);
  for (const { image } of desired.components) engine.have(image);
  engine.have(OTHER_IMAGE);
  const remains = new Remains(engine, desired);
  if (left.network !== 'none') await remains.network(left.network === 'elsewhere');
  const { components } = desired;
  for (const [at, component] of components.entries())
    if (left.complete[at]) await remains.leave(component, component.position, ORDERLY);
  for (const [number, strange] of left.strange.entries()) {
    const component = components[strange.of % components.length];
    if (component) await remains.leave(component, indexFor(component.kind, strange.index), strange, number);
  }
  if (left.network === 'lost') engine.loseNetwork(dockerName(CLUSTER));
  if (!left.images) engine.forgetImages();
}

export const OTHER_IMAGE = 'somebody/else:1';
const ORDERLY: Omit<Leftover, 'of' | 'index'> = {
  container: { state: 'running', renamed: false, swapped: false, place: 'right' },
  volume: 'right',
};

/** The others look for the first of these by its name. */
const indexFor = (kind: Kind, index: number) => (kind === 'agent' ? index : 0);

class Remains {
  #subnet = candidates(dockerName(CLUSTER))[0] ?? '';
  #there = false;

  constructor(
    private readonly engine: OpenDocker,
    private readonly desired: Desired,
  ) {}

  async network(elsewhere: boolean): Promise<void> {
    if (elsewhere) this.#subnet = '10.99.0.0/21';
    await this.engine.createNetwork(dockerName(CLUSTER), this.#subnet, networkLabels(this.desired.cluster, '0.0.0'));
    this.#there = true;
  }

  async leave(
    component: DesiredComponent,
    index: number,
    { container, volume }: Omit<Leftover, 'of' | 'index'>,
    number = 0,
  ): Promise<void> {
    const name = dockerName(CLUSTER, componentId(component.kind, index));
    const ip = addressIn(this.#subnet, kindOf(component.kind), index);
    const labels = containerLabels(this.desired.cluster, component, index, '0.0.0', ip);
    if (component.volume && volume) {
      const first =
        volume === 'of others' ? { 'org.minimesos.agent.resources': 'cpus(*):64' } : component.volume.labels;
      await this.engine.createVolume(name, volumeLabels(labels, first, volume === 'elsewhere' ? '10.9.8.7' : ip));
    }
    if (!container || !this.#there) return;
    const called = container.renamed ? `by-hand-${number}` : name;
    if (this.engine.container(called)) return;
    await this.#create({ component, index, name, called, labels, ip, container, hasVolume: volume !== null });
  }

  async #create(made: Made): Promise<void> {
    const { component, index, name, called, labels, ip, container, hasVolume } = made;
    const id = componentId(component.kind, index);
    const mountpoint = `/var/lib/docker/volumes/${name}/_data`;
    const { engine, desired } = this;
    const addressOf = (of: string) => addressIn(this.#subnet, kindOf('consul'), Number(of.at(-1)));
    const place = { cluster: desired.cluster, id, index, ip, addressOf, workDir: mountpoint, engineSocket: '/sock' };
    const spec = component.render(place);
    const standing = {
      name: dockerName(CLUSTER),
      ip: container.place === 'elsewhere' ? ip.replace(/\.\d+$/, `.${200 + index}`) : ip,
      aliases: container.place === 'nameless' ? [] : [id, ...spec.aliases],
    };
    const made_ = await engine.createContainer({
      ...spec,
      name: called,
      hostname: id,
      labels,
      image: container.swapped ? OTHER_IMAGE : spec.image,
      network: spec.network === 'host' ? 'host' : standing,
      mounts: component.volume && hasVolume ? [{ type: 'volume', source: name, target: mountpoint }] : [],
    });
    if (container.state === 'created') return;
    // Somebody else may have its address.
    await engine.startContainer(made_).catch(() => {});
    const there = engine.container(made_);
    if (there?.state !== 'running') return;
    if (container.place === 'off' && spec.network !== 'host') engine.disconnect(called);
    if (container.state === 'exited') engine.crash(called, 137);
    else if (container.state === 'paused') engine.pause(called);
    else if (container.state !== 'running') engine.bring(there, container.state);
  }
}

interface Made {
  component: DesiredComponent;
  index: number;
  name: string;
  called: string;
  labels: Record<string, string>;
  ip: string;
  container: Container;
  hasVolume: boolean;
}
