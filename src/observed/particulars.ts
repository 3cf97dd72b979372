/** What only an inspection tells of a running container, asked once for each of its starts. */

import type { ContainerSummary, Docker } from '../docker/docker.js';
import { asMinimesosError } from '../errors.js';

export interface Particular {
  startedAt?: string | undefined;
  /** By network name. */
  aliases: Record<string, string[]>;
}

/** One for each controller: what it keeps is bounded by the containers of the last look. */
export class Particulars {
  #known = new Map<string, Particular>();

  constructor(private readonly docker: Docker) {}

  /** By container id; of those that run. A cluster that nobody touched costs no call. */
  async of(containers: readonly ContainerSummary[]): Promise<ReadonlyMap<string, Particular>> {
    const running = containers.filter(({ state }) => state === 'running' || state === 'paused');
    const asked = running.map(async (each) => [attachmentOf(each), await this.#particularOf(each)] as const);
    const found = (await Promise.all(asked)).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
    this.#known = new Map(found);
    return new Map(
      running.flatMap((each) => {
        const particular = this.#known.get(attachmentOf(each));
        return particular ? [[each.id, particular] as const] : [];
      }),
    );
  }

  async #particularOf(container: ContainerSummary): Promise<Particular | undefined> {
    const known = this.#known.get(attachmentOf(container));
    if (known) return known;
    try {
      const { startedAt, aliases } = await this.docker.inspectContainer(container.id);
      return { startedAt, aliases };
    } catch (thrown) {
      // Gone between the list and the question: the next look will not list it.
      if (asMinimesosError(thrown).code === 'DOCKER_NOT_FOUND') return undefined;
      throw thrown;
    }
  }
}

/** The engine gives a container a new endpoint whenever it starts, and whenever it is connected. */
function attachmentOf({ id, endpoints }: ContainerSummary): string {
  return [id, ...Object.values(endpoints)].join(' ');
}
