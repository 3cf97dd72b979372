import { isObject } from '../../json.js';
import { idAsWord } from '../app/ids.js';
import type { Znodes } from '../storage/znodes.js';
import type { TaskFailure } from './tasks.js';

/** How the last task of each app failed, in ZooKeeper under `failures/<app>`. */
export class Failures {
  readonly #znodes: Znodes;
  readonly #failures = new Map<string, TaskFailure>();

  constructor(znodes: Znodes) {
    this.#znodes = znodes;
  }

  async load(): Promise<void> {
    for (const word of await this.#znodes.list('failures')) {
      const failure = await this.#znodes.read(`failures/${word}`);
      if (isObject(failure)) this.#failures.set(String(failure.appId), failure as unknown as TaskFailure);
    }
  }

  get(appId: string): TaskFailure | undefined {
    return this.#failures.get(appId);
  }

  set(failure: TaskFailure): Promise<void> {
    this.#failures.set(failure.appId, failure);
    return this.#znodes.write(`failures/${idAsWord(failure.appId)}`, failure);
  }

  forget(appId: string): Promise<void> {
    const known = this.#failures.delete(appId);
    return known ? this.#znodes.remove(`failures/${idAsWord(appId)}`) : Promise.resolve();
  }
}
