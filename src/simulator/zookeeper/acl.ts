import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { type Acl, Code, type Identity, OPEN_ACL, Permission, ZookeeperError } from './protocol.js';
import type { Znode } from './tree.js';

/** How one scheme of access lists works. */
interface Scheme {
  valid(id: string): boolean;
  /** Whether an entry of this id means somebody of that id. */
  matches(entry: string, id: string): boolean;
  /** Whether `auth` in an access list stands for it. */
  authenticated: boolean;
  /** What `whoami` tells of it. */
  user(id: string): string;
}

const SCHEMES = new Map<string, Scheme>([
  [
    'digest',
    {
      valid: (id) => /^[^:]+:[^:]+$/.test(id),
      matches: (entry, id) => entry === id,
      authenticated: true,
      user: (id) => id.replace(/:.*$/s, ''),
    },
  ],
  ['ip', { valid: isNetwork, matches: (entry, id) => isWithin(id, entry), authenticated: false, user: (id) => id }],
]);

/** Who somebody is by what it sent; null where that shows nothing. */
export function identify(scheme: string, secret: Buffer): Identity | null {
  if (scheme !== 'digest') return null;
  const text = secret.toString('utf8');
  const [user = ''] = text.split(':');
  return { scheme, id: `${user}:${createHash('sha1').update(text).digest('base64')}` };
}

/** For whoami. */
export function userOf({ scheme, id }: Identity): string {
  return SCHEMES.get(scheme)?.user(id) ?? id;
}

/** Refuses whoever has none of these permissions on the znode. */
export function checkPermission({ acl }: Znode, wanted: number, who: readonly Identity[], path: string): void {
  if (!permits(acl, wanted, who)) throw new ZookeeperError(Code.noAuth, path);
}

/** The list as a client may see it: secrets only for who may change it. */
export function shownAcl({ acl }: Znode, who: readonly Identity[]): readonly Acl[] {
  if (acl === null || permits(acl, Permission.admin, who)) return acl ?? OPEN_ACL;
  return acl.map((entry) => (entry.scheme === 'digest' ? { ...entry, id: `${userOf(entry)}:x` } : entry));
}

/** A list as it is kept, without doubles and with `auth` spelt out; null for one that is open to all. */
export function keptAcl(asked: readonly Acl[], who: readonly Identity[], path: string): Acl[] | null {
  const kept = new Map<string, Acl>();
  for (const entry of asked.flatMap((each) => resolved(each, who, path))) kept.set(JSON.stringify(entry), entry);
  if (kept.size === 0) throw new ZookeeperError(Code.invalidAcl, path);
  const entries = [...kept.values()];
  return JSON.stringify(entries) === JSON.stringify(OPEN_ACL) ? null : entries;
}

function resolved({ perms, scheme, id }: Acl, who: readonly Identity[], path: string): Acl[] {
  if (scheme === 'world' && id === 'anyone') return [{ perms, scheme, id }];
  const meant = scheme === 'auth' ? who.filter((each) => SCHEMES.get(each.scheme)?.authenticated) : [{ scheme, id }];
  const valid = meant.every((each) => SCHEMES.get(each.scheme)?.valid(each.id));
  if (meant.length === 0 || !valid) throw new ZookeeperError(Code.invalidAcl, path);
  return meant.map((each) => ({ perms, ...each }));
}

function permits(acl: readonly Acl[] | null, wanted: number, who: readonly Identity[]): boolean {
  return (acl ?? OPEN_ACL).some(({ perms, scheme, id }) => {
    if ((perms & wanted) === 0) return false;
    if (scheme === 'world') return true;
    return who.some((each) => each.scheme === scheme && SCHEMES.get(scheme)?.matches(id, each.id));
  });
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= most && more.length === 0;
}

function isWithin(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  if (isIP(address) !== 4 || isIP(base) !== 4) return address === base;
  const ignored = 2 ** (32 - Number(bits ?? 32));
  return Math.floor(numberOf(address) / ignored) === Math.floor(numberOf(base) / ignored);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
