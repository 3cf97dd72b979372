/** Ids of apps and groups are paths: `/product/database/mongo`. */

/** `/a/b` for `a/b` in `/`, and for `b` in `/a`; blanks between slashes go. */
export function absoluteId(id: string, base = '/'): string {
  const whole = id.startsWith('/') ? id : `${base}/${id}`;
  return `/${whole
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

/** The same for a reference, in which `..` is the group above. */
export function resolveId(id: string, base: string): string {
  const parts: string[] = [];
  for (const part of absoluteId(id, base).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The group that an id is in; the root is in itself. */
export function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/')) || '/';
}

/** The groups that an id is in, the root first. */
export function groupsAbove(id: string): string[] {
  const parts = id.split('/').slice(1, -1);
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

/** Whether an id is this group or beneath it. */
export function isWithin(id: string, group: string): boolean {
  return group === '/' || id === group || id.startsWith(`${group}/`);
}

/** An id as one word, for a znode and the beginning of a task's id; no id holds the `_` that its slashes become. */
export function idAsWord(id: string): string {
  return id.slice(1).replaceAll('/', '_');
}

/** The host name that an app's tasks go by: `/a/b` is `b.a`. */
export function idAsHostname(id: string): string {
  return id.slice(1).split('/').reverse().join('.');
}
