/** Apps and groups that cannot all be there as their files want them. Pure. */

import type { AppFile, Diagnostic } from '../spec.js';
import type { AppBlock } from './cluster-spec.js';

/** What a block names, read. */
export interface BlockApp {
  block: AppBlock;
  app: AppFile;
}

/** One for each block that is in another's way, at the later of the two as a rule. */
export function conflictsAmong(all: readonly BlockApp[]): Diagnostic[] {
  const holders = new Map<string, BlockApp>();
  const groups = new Map(all.filter(({ app }) => app.type === 'group').map((each) => [each.app.id, each]));
  return all.flatMap((each) => {
    const { block, app } = each;
    const ids = [...new Set([app.id, ...app.appIds])];
    const taken = ids.find((id) => holders.has(id));
    const holder = taken === undefined ? undefined : holders.get(taken);
    for (const id of ids) if (!holders.has(id)) holders.set(id, each);
    const message = holder ? twice(app, holder, taken) : withinGroup(each, groups);
    return message === undefined ? [] : [{ line: block.line, column: block.column, message }];
  });
}

function twice({ source }: AppFile, { block, app }: BlockApp, id: string | undefined): string {
  if (source === app.source) return `${source} is named a second time; the first is on line ${block.line}`;
  return `${source} has the id "${id}", and so has ${app.source} (line ${block.line})`;
}

/** A group is deployed as a whole: whatever else is below it would be ended. */
function withinGroup({ app: { id, source } }: BlockApp, groups: ReadonlyMap<string, BlockApp>): string | undefined {
  const group = groupsAbove(id)
    .map((path) => groups.get(path))
    .find((each) => each !== undefined);
  // Of an id that both have is told as such.
  if (!group || group.app.appIds.includes(id)) return undefined;
  return `${source} has "${id}", which is below the group "${group.app.id}" of ${group.app.source} (line ${group.block.line}); put it in there`;
}

function groupsAbove(id: string): string[] {
  const parts = id.split('/');
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join('/'));
}
