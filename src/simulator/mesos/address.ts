import { hostname, networkInterfaces } from 'node:os';
import type { Flags } from '../flags.js';

/** Where a daemon listens and what it tells others about that. */
export interface Address {
  /** Null: on all addresses. */
  listenIp: string | null;
  ip: string;
  hostname: string;
}

/** From `ip`, `advertise_ip` and `hostname`; without them the first address of this host that others can reach. */
export function addressFrom(flags: Flags): Address {
  const bound = flags.get('ip');
  const listenIp = bound === undefined || bound === '0.0.0.0' ? null : bound;
  const ip = flags.get('advertise_ip') ?? listenIp ?? outerAddress();
  const looked = flags.get('hostname_lookup') === 'false' ? ip : hostname();
  return { listenIp, ip, hostname: flags.get('hostname') ?? looked };
}

/** The first address of this host that others can reach. */
export function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
