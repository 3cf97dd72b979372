/** Texts at http(s) URLs, for somebody who wants them several times a second. */

import { withTimeLimit } from '../time-limit.js';
import { decoded, LARGEST, TOO_LARGE } from './text-file.js';
import type { Place } from './tree.js';
import { plain } from './wording.js';

/** The message of a failure ends a sentence that begins with the URL. */
export type PageText =
  | { ok: true; text: string }
  /** `broken`: it is not there, or nobody can read it; `out of reach`: a moment later somebody may. */
  | { ok: false; why: 'broken' | 'out of reach'; message: string; place?: Place };

export interface PagesOptions {
  fetch?: typeof fetch;
  /** Milliseconds. */
  now?: () => number;
  /** For the whole of an answer. */
  timeoutMs?: number;
  /** How long a text that is known is kept waiting for the question whether it has changed. */
  patienceMs?: number;
  /** Ends every question. */
  signal?: AbortSignal | undefined;
}

/** What was asked for once. */
interface Page {
  last: PageText | undefined;
  askedAt: number;
  isReachable: boolean;
  /** From the last answer with a text, for the next question. */
  validators: Record<string, string>;
  asking?: Promise<void> | undefined;
}

const LONGEST_NAME = 200;
const ASK_AGAIN_MS = 60_000;
const ASK_UNREACHABLE_AGAIN_MS = 30_000;

export class Pages {
  readonly #pages = new Map<string, Page>();
  readonly #fetch: typeof fetch;
  readonly #now: () => number;
  readonly #timeoutMs: number;
  readonly #patienceMs: number;
  readonly #signals: AbortSignal[];

  constructor({
    fetch: ask = fetch,
    now = Date.now,
    timeoutMs = 10_000,
    patienceMs = 1_000,
    signal,
  }: PagesOptions = {}) {
    this.#fetch = ask;
    this.#now = now;
    this.#timeoutMs = timeoutMs;
    this.#patienceMs = patienceMs;
    this.#signals = signal ? [signal] : [];
  }

  /**
   * What the URL gives, asked for at most once a minute, or twice where it is out of reach. One that gave a text goes on with
   * it while it is out of reach. Never rejects.
   */
  async read(url: string): Promise<PageText> {
    const fault = urlFault(url);
    if (fault !== undefined) return { ok: false, why: 'broken', message: fault };
    const page = this.#pages.get(url) ?? { last: undefined, askedAt: 0, isReachable: false, validators: {} };
    this.#pages.set(url, page);
    if (!page.asking && this.#isDue(page)) {
      page.askedAt = this.#now();
      page.asking = this.#ask(url, page).finally(() => {
        page.asking = undefined;
      });
    }
    // Who has a text need not wait for a server that does not answer.
    if (page.asking) await (page.last ? atMost(this.#patienceMs, page.asking) : page.asking);
    return page.last ?? outOfReach('was not asked');
  }

  #isDue({ last, askedAt, isReachable }: Page): boolean {
    const pause = isReachable ? ASK_AGAIN_MS : ASK_UNREACHABLE_AGAIN_MS;
    return last === undefined || this.#now() - askedAt >= pause;
  }

  async #ask(url: string, page: Page): Promise<void> {
    try {
      await withTimeLimit(this.#timeoutMs, this.#signals, (signal) => this.#look(url, page, signal));
    } catch (thrown) {
      page.isReachable = false;
      if (!page.last?.ok) page.last = outOfReach(reasonOf(thrown, url, this.#timeoutMs));
    }
  }

  async #look(url: string, page: Page, signal: AbortSignal): Promise<void> {
    const reply = await this.#fetch(url, { signal, headers: page.validators });
    page.isReachable = true;
    if (reply.status === 304 && page.last?.ok) return;
    const answer = await textOf(reply);
    page.isReachable = answer.ok || answer.why !== 'out of reach';
    if (!page.isReachable && page.last?.ok) return;
    page.validators = answer.ok ? validatorsOf(reply) : {};
    page.last = answer;
  }
}

export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** For people: without a password. */
export function nameOfUrl(url: string): string {
  // Where the host ends is known of a URL only that is one.
  const userAndPassword = URL.canParse(url) ? /(?<=^[^/]+\/\/)[^/?#]*@/ : /(?<=^[^/]+\/\/).*@/s;
  return plain(url.replace(userAndPassword, ''), LONGEST_NAME);
}

function urlFault(url: string): string | undefined {
  if (!URL.canParse(url)) return 'is no URL';
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'cannot be read: a URL begins with http:// or https://';
  if (username === '' && password === '') return undefined;
  return 'cannot be read: its user name and password would stand in plans and logs, so none are sent';
}

function outOfReach(message: string): PageText {
  return { ok: false, why: 'out of reach', message };
}

async function textOf(reply: Response): Promise<PageText> {
  const refusal = refusalOf(reply);
  const isTooLarge = Number(reply.headers.get('content-length')) > LARGEST;
  if (refusal || isTooLarge) await reply.body?.cancel();
  if (refusal) return refusal;
  const bytes = isTooLarge ? undefined : await bytesOf(reply);
  if (!bytes) return { ok: false, why: 'broken', message: TOO_LARGE };
  const read = decoded(bytes);
  if (read.ok) return read;
  const { message, line, column } = read.fault;
  return { ok: false, why: 'broken', message, place: { line, column } };
}

function refusalOf({ ok, status, statusText }: Response): PageText | undefined {
  if (ok) return undefined;
  if (status === 404 || status === 410) return { ok: false, why: 'broken', message: `does not exist (${status})` };
  if (status === 401 || status === 403) return { ok: false, why: 'broken', message: `may not be read (${status})` };
  return outOfReach(`cannot be read: its server answers ${`${status} ${plain(statusText)}`.trim()}`);
}

/** Undefined where there are too many. */
async function bytesOf(reply: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function validatorsOf({ headers }: Response): Record<string, string> {
  const tag = headers.get('etag');
  const date = headers.get('last-modified');
  return { ...(tag && { 'if-none-match': tag }), ...(date && { 'if-modified-since': date }) };
}

/** fetch says but `fetch failed`; what happened is the cause of it. */
function reasonOf(thrown: unknown, url: string, timeoutMs: number): string {
  const { name, cause = thrown } = thrown as Error;
  if (name === 'TimeoutError') return `does not answer within ${timeoutMs / 1000} s`;
  const [first = cause] = (cause as AggregateError).errors ?? [];
  const { code, message } = first as NodeJS.ErrnoException;
  const { hostname, host } = new URL(url);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `is out of reach: no host ${hostname} can be found`;
  if (code === 'ECONNREFUSED') return `is out of reach: nobody listens at ${host}`;
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'is out of reach: the connection broke';
  return `cannot be read: ${plain(message, 120)}`;
}

/** Resolves with the promise, or when the time is over. */
async function atMost(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
