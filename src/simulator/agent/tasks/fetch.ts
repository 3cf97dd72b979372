import { createWriteStream } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm, stat } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { lookup } from '../../lookup.js';
import type { CommandInfo } from '../../mesos/shapes.js';
import { archiveKind, extract } from './archive.js';

type Uri = NonNullable<CommandInfo['uris']>[number];

export interface FetchOptions {
  directory: string;
  /** What Mesos' `--frameworks_home` says: where relative paths begin. */
  home: string;
  /** A transfer that brings nothing for so long has failed. */
  stallMs: number;
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

function nameOf(value: string): string {
  if (!/^https?:/.test(value)) return basename(value);
  const { pathname } = new URL(value);
  return decodeURIComponent(basename(pathname));
}

async function transfer(value: string, target: string, options: FetchOptions): Promise<void> {
  if (/^https?:\/\//.test(value)) return download(value, target, options, MAX_REDIRECTS);
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(value)?.[1];
  if (scheme !== undefined && scheme !== 'file')
    throw new Error(`'${scheme}' is a scheme that the simulator does not fetch`);
  const path = value.replace(/^file:\/\//, '');
  const source = isAbsolute(path) ? path : join(options.home, path);
  if (!isAbsolute(source)) throw new Error(`A relative path was passed for '${value}' but no frameworks_home is set`);
  if ((await stat(source)).isDirectory()) await cp(source, target, { recursive: true });
  else await copyFile(source, target);
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

function request(url: string, { signal, stallMs }: FetchOptions): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const asked = get(url, { signal, lookup, timeout: stallMs, agent: false }, resolve);
    asked.on('timeout', () => asked.destroy(new Error(`'${url}' stalled`)));
    asked.on('error', reject);
  });
}
