/** Which ids Marathon takes, and how those in a group are completed. */

import { shown } from './wording.js';

const PART = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** What is wrong with an id, as the end of a sentence that begins with `id`; undefined where Marathon takes it. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'must not be empty';
  if (id === '/') return '"/" is the group of all that Marathon has; name one below it';
  const parts = id.replace(/^\//, '').split('/');
  if (parts.includes(''))
    return `${shown(id)} has an empty part; one "/" stands between two parts, and none at the end`;
  const refused = parts.find((part) => !PART.test(part));
  if (refused === undefined) return undefined;
  return `${shown(id)} has the part ${shown(refused)}; Marathon takes lower-case letters, digits, "-" and ".", and a letter or digit at each end`;
}

/** As Marathon has it: a relative one is below the group that it stands in. */
export function absoluteId(id: string, group = ''): string {
  return id.startsWith('/') ? id : `${group}/${id}`;
}

/** Whether it is the group, or stands in it, at whatever depth. */
export function isWithin(id: string, group: string): boolean {
  return id === group || id.startsWith(`${group}/`);
}
