/** What a check says. */

export interface Check {
  /** What was looked at: `images`. */
  name: string;
  /** `warn`: something may not work, or is in the way; `fail`: clusters will not run so. */
  status: 'ok' | 'warn' | 'fail';
  /** For people: how it is. */
  message: string;
  /** What to do; a command where there is one. */
  hint?: string | undefined;
}

export const ok = (name: string, message: string): Check => ({ name, status: 'ok', message });
export const warn = (name: string, message: string, hint?: string): Check => ({ name, status: 'warn', message, hint });
export const fail = (name: string, message: string, hint?: string): Check => ({ name, status: 'fail', message, hint });

/** For people, in the units of RAM: `1.4 GB`. */
export function bytes(count: number): string {
  return count < 2 ** 30 ? `${Math.round(count / 2 ** 20)} MB` : `${(count / 2 ** 30).toFixed(1)} GB`;
}
