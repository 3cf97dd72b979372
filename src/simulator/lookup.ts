import { Resolver, lookup as systemLookup } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIPv4, type LookupFunction } from 'node:net';

const ANSWER_WITHIN_MS = 500;

/** Addresses that /etc/hosts gives to a name. */
function inHosts(name: string): string | undefined {
  let text: string;
  try {
    text = readFileSync('/etc/hosts', 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address !== undefined && isIPv4(address) && names.includes(name)) return address;
  }
  return undefined;
}

/**
 * A name's IPv4 address. The system's resolver blocks a thread for many seconds on a name that does not exist yet, which is what
 * every container's neighbours are at the start; so it is asked only where no name server answers.
 */
export function resolve(name: string): Promise<string> {
  if (isIPv4(name)) return Promise.resolve(name);
  const known = inHosts(name);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((done, fail) => {
    const resolver = new Resolver({ timeout: ANSWER_WITHIN_MS, tries: 1 });
    resolver.resolve4(name, (error, addresses) => {
      const [address] = addresses ?? [];
      if (address !== undefined) done(address);
      else if (error === null || error.code === 'ENOTFOUND' || error.code === 'ENODATA')
        fail(new Error(`${name} is not known`));
      else systemLookup(name, { family: 4 }, (failure, found) => (failure === null ? done(found) : fail(failure)));
    });
  });
}

/** The same in the form that node's sockets take. */
export const lookup: LookupFunction = (name, options, callback) => {
  resolve(name).then(
    (address) => (options.all === true ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4)),
    (error: Error) => callback(error, '', 4),
  );
};
