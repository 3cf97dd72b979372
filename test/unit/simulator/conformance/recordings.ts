import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Answers of real Mesos, which are kept beside the repository; a clone without them cannot compare. */
const shared = join(import.meta.dirname, '../../../../../shared');
const folder = join(shared, 'recordings');

export const thereAreRecordings = existsSync(shared);

/** Said in the name of what is skipped. */
export const WITHOUT = thereAreRecordings ? '' : ' (skipped: no ../shared/recordings beside this clone)';

export interface RecordedAnswer {
  status: number;
  /** Names in lower case. */
  headers: { [name: string]: string };
  body: string;
}

export function readText(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Every file, relative to the folder. */
export function allFiles(under = ''): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = join(under, entry.name);
    return entry.isDirectory() ? allFiles(path) : [path];
  });
}

/** An answer by the name that its files have in common; one of which nothing but the body was kept was a 200. */
export function readAnswer(name: string): RecordedAnswer {
  for (const [head, body] of [
    ['.headers', '.body'],
    ['.response_headers', '.response_body'],
  ] as const) {
    if (existsSync(join(folder, name + head)))
      return { ...parseHead(readText(name + head)), body: readText(name + body) };
  }
  if (existsSync(join(folder, `${name}.meta`))) {
    const { status, headers } = JSON.parse(readText(`${name}.meta`));
    return { status, headers: lowerCased(headers), body: readText(`${name}.body`) };
  }
  const body = readText(name);
  const type = /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8';
  return { status: type === 'application/json' ? 200 : 400, headers: { 'content-type': type }, body };
}

/** A status line and headers as they came. */
export function parseHead(text: string): { status: number; headers: { [name: string]: string } } {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const pairs = lines.filter((line) => line.includes(':')).map((line) => /^([^:]+):\s*(.*)$/.exec(line) ?? []);
  const headers = Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.trim()]));
  return { status: Number(first.split(' ')[1]), headers: lowerCased(headers) };
}

function lowerCased(headers: { [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
