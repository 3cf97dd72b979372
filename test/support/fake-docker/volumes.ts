import type { Labels, VolumeSummary } from '../../../src/docker/docker.js';
import { bears } from './containers.js';

/** The volumes of a fake engine. */
export class Volumes {
  readonly #volumes = new Map<string, VolumeSummary>();

  list(labels: Labels): VolumeSummary[] {
    return structuredClone([...this.#volumes.values()].filter((volume) => bears(volume.labels, labels)));
  }

  /** One that exists is given back as it is. */
  provide(name: string, labels: Labels): VolumeSummary {
    const volume = this.#volumes.get(name) ?? { name, labels, mountpoint: `/var/lib/docker/volumes/${name}/_data` };
    this.#volumes.set(name, volume);
    return structuredClone(volume);
  }

  remove(name: string): void {
    this.#volumes.delete(name);
  }
}
