import type { Labels, VolumeSummary } from '../../../src/docker/docker.js';
import { bears } from './container.js';

/** The volumes of a fake engine. */
export class Volumes {
  readonly #volumes = new Map<string, VolumeSummary>();
  #made = 0;

  constructor(private readonly tell: (action: 'create' | 'destroy', name: string) => void) {}

  list(labels: Labels): VolumeSummary[] {
    return structuredClone([...this.#volumes.values()].filter((volume) => bears(volume.labels, labels)));
  }

  /** One that exists is given back as it is. */
  provide(name: string, labels: Labels): VolumeSummary {
    const volume = this.#volumes.get(name) ?? this.#make(name, labels);
    this.#volumes.set(name, volume);
    return structuredClone(volume);
  }

  remove(name: string): void {
    if (this.#volumes.delete(name)) this.tell('destroy', name);
  }

  #make(name: string, labels: Labels): VolumeSummary {
    this.#made += 1;
    this.tell('create', name);
    const createdAt = new Date(Date.UTC(2020, 0, 1) + this.#made * 1000).toISOString();
    return { name, labels, mountpoint: `/var/lib/docker/volumes/${name}/_data`, createdAt };
  }
}
