import { type Json, parseJson } from '../../json.js';
import type { ZookeeperClient } from '../../zookeeper/client.js';
import { Code, isRefusal } from '../../zookeeper/protocol.js';

/** JSON in znodes under one path. */
export class Znodes {
  readonly #client: ZookeeperClient;
  readonly #base: string;
  #closed = false;

  constructor(client: ZookeeperClient, base: string) {
    this.#client = client;
    this.#base = base;
  }

  /** From now on nothing is written: another may do so in our place. */
  close(): void {
    this.#closed = true;
  }

  /** Undefined where there is no such znode, or what it holds is no JSON. */
  async read(path: string): Promise<Json | undefined> {
    try {
      const { data } = await this.#client.getData(`${this.#base}/${path}`);
      return parseJson(data.toString('utf8'));
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
      return undefined;
    }
  }

  async write(path: string, value: object | string): Promise<void> {
    this.#ensureOpen();
    const znode = `${this.#base}/${path}`;
    const data = Buffer.from(JSON.stringify(value));
    try {
      await this.#client.setData(znode, data);
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
      await this.#create(znode, data);
    }
  }

  async remove(path: string): Promise<void> {
    this.#ensureOpen();
    try {
      await this.#client.delete(`${this.#base}/${path}`);
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
    }
  }

  async list(path: string): Promise<string[]> {
    try {
      return await this.#client.getChildren(`${this.#base}/${path}`);
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
      return [];
    }
  }

  #ensureOpen(): void {
    if (this.#closed) throw new Error('this Marathon does not lead any more');
  }

  async #create(znode: string, data: Buffer): Promise<void> {
    await this.#client.ensure(znode.slice(0, znode.lastIndexOf('/')));
    try {
      await this.#client.create(znode, data);
    } catch (error) {
      // Made meanwhile, by a request of ours whose answer was lost.
      if (!isRefusal(error, Code.nodeExists)) throw error;
      await this.#client.setData(znode, data);
    }
  }
}
