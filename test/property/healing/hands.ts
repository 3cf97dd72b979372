/** Hands that meddle with a cluster on a fake engine. */

import { MinimesosError } from '../../../src/errors.js';
import { dockerName, markerLabels, markerName } from '../../../src/observed/labels.js';
import type { FakeContainer } from '../../support/fake-docker/container.js';
import type { FakeMesos, OpenDocker } from '../../support/faulty-world.js';
import { isOurs } from './bystanders.js';
import { OTHER_IMAGE } from './leftovers.js';
import type { Deed } from './mishaps.js';
import { CLUSTER, NOTHING_WANTED } from './wishes.js';

type Hand = (container: FakeContainer) => unknown;

export class Hands {
  /** By name: how often a container still ends as soon as it has started. */
  readonly #crashes = new Map<string, number>();
  #copies = 0;

  constructor(
    private readonly engine: OpenDocker,
    private readonly mesos: FakeMesos,
  ) {
    engine.onStart = (container) => this.#started(container);
  }

  /** Where it makes sense now; `whose` counts containers of ours, and begins anew behind the last. */
  do(deed: Deed, whose: number): void {
    const ours = this.#ours();
    const container = ours[whose % ours.length];
    const whole = this.#ofTheWhole[deed];
    if (whole) return void whole(whose);
    if (!container) return;
    const hand = this.#ofOne[deed];
    // The engine refuses what makes no sense.
    const refused = (thrown: unknown) => {
      if (!(thrown instanceof MinimesosError)) throw thrown;
    };
    try {
      void Promise.resolve(hand?.(container)).catch(refused);
    } catch (thrown) {
      refused(thrown);
    }
  }

  /** The engine was stopped, and no process of ours outlived it. */
  endAll(): void {
    for (const { id } of this.#ours()) this.engine.crash(id, 255);
  }

  /** From here on nobody meddles, and what was begun comes to its end. */
  rest(): void {
    this.#crashes.clear();
    this.mesos.frozen.clear();
    this.engine.unavailable.clear();
    void this.engine.removeVolume(markerName(CLUSTER, 'paused'));
    for (const container of this.engine.everyContainer()) {
      if (container.state === 'removing') this.engine.remove(container.id);
      if (container.state === 'restarting') container.state = 'running';
    }
  }

  #ours(): FakeContainer[] {
    return this.engine.everyContainer().filter(({ spec }) => isOurs(spec.labels));
  }

  #started({ id, spec }: FakeContainer): void {
    this.mesos.frozen.delete(id);
    const left = this.#crashes.get(spec.name) ?? 0;
    if (left === 0) return;
    this.#crashes.set(spec.name, left - 1);
    this.engine.crash(spec.name, 1, ['what it said last']);
  }

  readonly #ofOne: Partial<Record<Deed, Hand>> = {
    crash: ({ id }) => this.engine.crash(id, 137),
    remove: ({ id }) => this.engine.remove(id),
    pause: ({ id }) => this.engine.pause(id),
    disconnect: ({ id }) => this.engine.disconnect(id),
    'reconnect without names': ({ id, spec }) => this.#reconnect(id, { ip: ipOf(spec) }),
    'reconnect elsewhere': ({ id, spec }) => this.#reconnect(id, { ip: ipOf(spec)?.replace(/\.\d+$/, '.250') }),
    'recreate from another image': async ({ id, spec }) => {
      this.engine.have(OTHER_IMAGE);
      this.engine.remove(id);
      await this.engine.startContainer(await this.engine.createContainer({ ...spec, image: OTHER_IMAGE }));
    },
    double: async ({ spec }) => {
      this.engine.have(spec.image);
      this.#copies++;
      const network =
        spec.network === 'host'
          ? spec.network
          : { ...spec.network, ip: spec.network.ip.replace(/\.\d+$/, `.${220 + this.#copies}`) };
      const name = `copy-${this.#copies}`;
      await this.engine.startContainer(await this.engine.createContainer({ ...spec, name, network, mounts: [] }));
    },
    'remove with its volume': async ({ id, spec }) => {
      this.engine.remove(id);
      for (const { type, source } of spec.mounts) if (type === 'volume') await this.engine.removeVolume(source);
    },
    freeze: ({ id }) => this.mesos.frozen.add(id),
    'crash again and again': ({ id, spec }) => {
      this.#crashes.set(spec.name, 3);
      this.engine.crash(id, 1);
    },
    'kill for good': (container) => this.engine.bring(container, 'dead'),
    'begin to remove': (container) => this.engine.bring(container, 'removing'),
    'restart for ever': (container) => container.state === 'running' && this.engine.bring(container, 'restarting'),
    'give tasks': ({ id }) => this.mesos.tasks.set(id, ['task']),
  };

  readonly #ofTheWhole: Partial<Record<Deed, (whose: number) => unknown>> = {
    'remove an idle volume': (whose) => {
      const ours = this.engine.everyVolume().filter(({ labels }) => isOurs(labels));
      const volume = ours[whose % ours.length];
      // The engine keeps those that are used.
      return volume && this.engine.removeVolume(volume.name).catch(() => {});
    },
    'lose the network': () => {
      const network = this.engine.everyNetwork().find(({ name }) => name === dockerName(CLUSTER));
      if (network) this.engine.loseNetwork(network.id);
    },
    'prune images': () => this.engine.forgetImages(),
    'close the registry': (whose) => {
      const images = this.engine.everyContainer().map(({ spec }) => spec.image);
      const image = images[whose % images.length];
      this.engine.forgetImages();
      if (image) this.engine.unavailable.set(image, 'no such host');
    },
    'pause the cluster': () =>
      this.engine.createVolume(markerName(CLUSTER, 'paused'), markerLabels(NOTHING_WANTED.cluster, '0.0.0', 'paused')),
    'resume the cluster': () => this.engine.removeVolume(markerName(CLUSTER, 'paused')),
  };

  #reconnect(id: string, standing: { ip?: string | undefined }): void {
    this.engine.disconnect(id);
    this.engine.connect(id, standing.ip === undefined ? {} : { ip: standing.ip });
  }
}

function ipOf({ network }: FakeContainer['spec']): string | undefined {
  return network === 'host' ? undefined : network.ip;
}
