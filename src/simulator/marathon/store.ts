import { isObject, parseJson } from '../json.js';
import type { ZookeeperClient } from '../zookeeper/client.js';
import { Code, isRefusal } from '../zookeeper/protocol.js';
import type { AppDefinition } from './app.js';

/** A change of an app that is under way; it is over when as many tasks run as are wanted. */
export interface Deployment {
  id: string;
  version: string;
  action: 'StartApplication' | 'ScaleApplication' | 'RestartApplication';
  /** What to go back to; null where the app was not there before. */
  before: AppRecord | null;
}

/** An app as it is kept. */
export interface AppRecord {
  app: AppDefinition;
  /** When it was last changed, ISO 8601. */
  version: string;
  deployment: Deployment | null;
}

/** The apps, kept in ZooKeeper, a znode each, so that they outlive the Marathon that took them. */
export class AppStore {
  readonly #client: ZookeeperClient;
  readonly #path: string;
  readonly #apps = new Map<string, AppRecord>();

  constructor(client: ZookeeperClient, path: string) {
    this.#client = client;
    this.#path = path;
  }

  get all(): AppRecord[] {
    return [...this.#apps.values()].sort((a, b) => (a.app.id < b.app.id ? -1 : 1));
  }

  find(id: string): AppRecord | undefined {
    return this.#apps.get(id);
  }

  /** Reads all anew, as a Marathon does when it begins to lead. */
  async load(): Promise<void> {
    await this.#client.ensure(this.#path);
    const records = new Map<string, AppRecord>();
    for (const name of await this.#client.getChildren(this.#path)) {
      const { data } = await this.#client.getData(`${this.#path}/${name}`);
      const record = readRecord(data);
      if (record !== null) records.set(record.app.id, record);
    }
    this.#apps.clear();
    for (const [id, record] of records) this.#apps.set(id, record);
  }

  /** Kept in ZooKeeper before it counts. */
  async put(record: AppRecord): Promise<void> {
    const data = Buffer.from(JSON.stringify(record));
    const znode = this.#znode(record.app.id);
    try {
      await this.#client.setData(znode, data);
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
      await this.#client.create(znode, data);
    }
    this.#apps.set(record.app.id, record);
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#client.delete(this.#znode(id));
    } catch (error) {
      if (!isRefusal(error, Code.noNode)) throw error;
    }
    this.#apps.delete(id);
  }

  #znode(id: string): string {
    // An id is a path; as a znode's name its slashes become what no id holds.
    return `${this.#path}/${id.slice(1).replaceAll('/', '_')}`;
  }
}

function readRecord(data: Buffer): AppRecord | null {
  const json = parseJson(data.toString('utf8'));
  if (!isObject(json) || !isObject(json.app) || typeof json.app.id !== 'string') return null;
  return json as unknown as AppRecord;
}
