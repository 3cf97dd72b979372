import { createWriteStream } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm, stat } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { durationFlag } from '../../flags.js';
import { lookup } from '../../lookup.js';
import type { CommandInfo } from '../../mesos/shapes.js';
import { archiveKind, extract } from './archive.js';
import type { Surroundings } from './surroundings.js';
import { timerMs } from './time.js';

type Uri = NonNullable<CommandInfo['uris']>[number];

export interface FetchOptions {
  directory: string;
  place: Surroundings;
  signal: AbortSignal;
}

/** Brings all into the sandbox, at once; throws for the first one that it cannot bring. */
export async function fetchAll(uris: readonly Uri[], options: FetchOptions): Promise<void> {
  await Promise.all(uris.map((uri) => fetchOne(uri, options)));
}

async function fetchOne(uri: Uri, options: FetchOptions): Promise<void> {
  const { value, executable = false, extract: wanted = true, output_file } = uri;
  const name = output_file ?? nameOf(value);
  const target = join(options.directory, normalize(name));
  if (name === '' || isAbsolute(name) || !target.startsWith(`${options.directory}/`)) {
    throw new Error(`'${name}' is no file in the sandbox`);
  }
  await mkdir(dirname(target), { recursive: true });
  await transfer(value, target, options);
  if (executable) await chmod(target, 0o755);
  else if (wanted && archiveKind(target) !== null) await extract(target, options.directory);
}

/** As Mesos names it: a query belongs to the name. */
function nameOf(value: string): string {
  const path = /^[^:]+:\/\/(.*)$/s.exec(value)?.[1];
  if (path === undefined) return basename(value);
  if (!/\/./s.test(path)) throw new Error(`Malformed URI (missing path): ${value}`);
  return path.slice(path.lastIndexOf('/') + 1);
}

async function transfer(value: string, target: string, options: FetchOptions): Promise<void> {
  if (/^https?:\/\//.test(value)) return download(value, target, options, MAX_REDIRECTS);
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(value)?.[1];
  if (scheme !== undefined && scheme !== 'file')
    throw new Error(`'${scheme}' is a scheme that the simulator does not fetch`);
  const path = value.replace(/^file:\/\//, '');
  const source = isAbsolute(path) ? path : join(options.place.flags.get('frameworks_home') ?? '', path);
  if (!isAbsolute(source)) throw new Error(`A relative path was passed for '${value}' but no frameworks_home is set`);
  const stats = await stat(source);
  if (stats.isDirectory()) await cp(source, target, { recursive: true });
  else if (stats.isFile()) await copyFile(source, target);
  else throw new Error(`'${source}' is neither a file nor a directory`);
}

const MAX_REDIRECTS = 10;

async function download(url: string, target: string, options: FetchOptions, redirects: number): Promise<void> {
  const response = await request(url, options);
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirects > 0) {
    response.destroy();
    return download(new URL(headers.location, url).href, target, options, redirects - 1);
  }
  if (statusCode !== 200) {
    response.destroy();
    throw new Error(`Error downloading resource '${url}': status ${statusCode}`);
  }
  try {
    await pipeline(response, createWriteStream(target), { signal: options.signal });
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

/** A transfer that brings nothing for as long as a flag says has failed. */
function request(url: string, { signal, place }: FetchOptions): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? httpsGet : httpGet;
  const timeout = timerMs(durationFlag(place.flags, 'fetcher_stall_timeout'));
  return new Promise((resolve, reject) => {
    const asked = get(url, { signal, lookup, timeout, agent: false }, resolve);
    asked.on('timeout', () => asked.destroy(new Error(`'${url}' stalled`)));
    asked.on('error', reject);
  });
}
