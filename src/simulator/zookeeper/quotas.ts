import type { ZnodeTree } from './tree.js';

const STATS = /^\/zookeeper\/quota(\/.*|)\/zookeeper_stats$/;

/** What ZooKeeper keeps in the znode that tells how much of a quota is used; null for any other znode. */
export function usedQuota(tree: ZnodeTree, path: string): Buffer | null {
  const watched = STATS.exec(path)?.[1];
  if (watched === undefined || tree.find(path.replace(/stats$/, 'limits')) === undefined) return null;
  const { count, bytes } = tree.sizeOf(watched === '' ? '/' : watched);
  return Buffer.from(`count=${count},bytes=${bytes}`);
}
