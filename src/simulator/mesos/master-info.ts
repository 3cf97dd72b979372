import { isObject, numberField, parseJson, stringField } from '../json.js';
import { generationOf } from './version.js';

/** A master as it announces itself in ZooKeeper. */
export interface MasterInfo {
  id: string;
  ip: string;
  port: number;
  hostname: string;
  version: string;
}

export const MASTER_CAPABILITIES = ['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'] as const;

export function masterPid({ ip, port }: { ip: string; port: number }): string {
  return `master@${ip}:${port}`;
}

/** An IPv4 address as MasterInfo holds it: the bytes in network order, read as a little-endian integer. */
export function ipAsInteger(ip: string): number {
  const bytes = ip.split('.').map(Number);
  return Buffer.from(bytes).readUInt32LE(0);
}

/** The znode's JSON, keys as real Mesos writes them. */
export function masterInfoJson(info: MasterInfo): object {
  const { id, ip, port, hostname, version } = info;
  const capabilities =
    generationOf(version) === 'modern' ? { capabilities: MASTER_CAPABILITIES.map((type) => ({ type })) } : {};
  return {
    address: { hostname, ip, port },
    ...capabilities,
    hostname,
    id,
    ip: ipAsInteger(ip),
    pid: masterPid(info),
    port,
    version,
  };
}

/** Reads a znode's JSON, a real master's too; null for what is none. */
export function readMasterInfo(data: Buffer): MasterInfo | null {
  const json = parseJson(data.toString('utf8'));
  if (!isObject(json)) return null;
  const pid = /@([^@:]+):(\d+)$/.exec(stringField(json, 'pid') ?? '');
  const id = stringField(json, 'id');
  const ip = pid?.[1];
  const port = numberField(json, 'port') ?? Number(pid?.[2]);
  if (id === undefined || ip === undefined || !Number.isInteger(port)) return null;
  return { id, ip, port, hostname: stringField(json, 'hostname') ?? ip, version: stringField(json, 'version') ?? '' };
}
