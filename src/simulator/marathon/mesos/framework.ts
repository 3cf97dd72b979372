import type { FrameworkInfo } from '../../mesos/shapes.js';
import type { MarathonOptions } from '../options.js';
import type { Znodes } from '../storage/znodes.js';

const ID = 'framework-id';

/** Who Marathon is to Mesos: its id is in ZooKeeper, so that the next Marathon is the same framework. */
export class Framework {
  readonly #znodes: Znodes;
  readonly #options: MarathonOptions;
  #id: string | null = null;

  constructor(znodes: Znodes, options: MarathonOptions) {
    this.#znodes = znodes;
    this.#options = options;
  }

  /** Null before the first subscription. */
  get id(): string | null {
    return this.#id;
  }

  async load(): Promise<void> {
    const id = await this.#znodes.read(ID);
    this.#id = typeof id === 'string' ? id : null;
  }

  /** Done when it is kept; nothing may be launched before. */
  async become(id: string): Promise<void> {
    if (id === this.#id) return;
    await this.#znodes.write(ID, id);
    this.#id = id;
  }

  /** The master wants to hear nothing more of it. */
  forget(): Promise<void> {
    this.#id = null;
    return this.#znodes.remove(ID);
  }

  info(): FrameworkInfo {
    const { frameworkName, mesosUser, mesosRole, failoverTimeoutSeconds, hostname, httpPort } = this.#options;
    return {
      user: mesosUser,
      name: frameworkName,
      ...(this.#id === null ? {} : { id: { value: this.#id } }),
      ...(mesosRole === null ? {} : { role: mesosRole }),
      failover_timeout: failoverTimeoutSeconds,
      checkpoint: true,
      hostname,
      webui_url: `http://${hostname}:${httpPort}`,
      capabilities: [{ type: 'PARTITION_AWARE' }, { type: 'TASK_KILLING_STATE' }, { type: 'GPU_RESOURCES' }],
    };
  }
}
