import { ClientSession, type Watch } from './client-session.js';
import {
  Code,
  CreateMode,
  OPEN_ACL,
  Op,
  parentOf,
  readStat,
  type Stat,
  writeAcls,
  ZookeeperError,
} from './protocol.js';

/** A ZooKeeper client: the requests that our roles make, on a session that keeps itself alive. */
export class ZookeeperClient extends ClientSession {
  async create(path: string, data: Buffer, mode: number = CreateMode.persistent): Promise<string> {
    const answer = await this.request(Op.create, (writer) => {
      writer.string(path).buffer(data);
      writeAcls(writer, OPEN_ACL);
      writer.int(mode);
    });
    return answer.string();
  }

  /** Makes the path and what leads to it; what is there already is fine. */
  async ensure(path: string): Promise<void> {
    if (path === '/') return;
    try {
      await this.create(path, Buffer.alloc(0));
    } catch (error) {
      if (!(error instanceof ZookeeperError)) throw error;
      if (error.code === Code.nodeExists) return;
      if (error.code !== Code.noNode) throw error;
      await this.ensure(parentOf(path));
      await this.ensure(path);
    }
  }

  async delete(path: string, version = -1): Promise<void> {
    await this.request(Op.delete, (writer) => writer.string(path).int(version));
  }

  async setData(path: string, data: Buffer, version = -1): Promise<Stat> {
    return readStat(await this.request(Op.setData, (writer) => writer.string(path).buffer(data).int(version)));
  }

  async getData(path: string, watch?: Watch): Promise<{ data: Buffer; stat: Stat }> {
    const answer = await this.watched(Op.getData, path, 'data', watch);
    return { data: answer.buffer() ?? Buffer.alloc(0), stat: readStat(answer) };
  }

  /** Null where there is no such znode; the watch then waits for its creation. */
  async exists(path: string, watch?: Watch): Promise<Stat | null> {
    try {
      return readStat(await this.watched(Op.exists, path, 'data', watch));
    } catch (error) {
      if (error instanceof ZookeeperError && error.code === Code.noNode) return null;
      throw error;
    }
  }

  async getChildren(path: string, watch?: Watch): Promise<string[]> {
    const answer = await this.watched(Op.getChildren, path, 'children', watch);
    return answer.vector((reader) => reader.string());
  }
}
