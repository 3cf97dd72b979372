/** What nobody needs any more, each with the command that removes it. */

import { bytes, type Check, ok, warn } from './check.js';
import type { Facts, Trace } from './facts.js';

export function leftoverChecks(facts: Facts): Check[] {
  const found = [...facts.traces.flatMap((trace) => deadCluster(trace, facts)), ...oldImages(facts)];
  return found.length > 0 ? found : [ok('leftovers', 'none')];
}

/** Of an engine that is elsewhere, the files may be there too. */
function deadCluster({ id, file, fileExists, abandoned, running, things }: Trace, { onThisMachine }: Facts): Check[] {
  const why = abandoned ? 'the process that it belonged to is no more' : `${file} is gone`;
  const isDead = abandoned ?? (onThisMachine && !fileExists);
  if (!isDead) return [];
  const message = `cluster ${id}: ${why} (${running} containers run, ${things} things bear its label)`;
  return [warn('leftovers', message, `minimesos destroy --cluster ${id}`)];
}

function oldImages({ simulator: { images, today }, containers }: Facts): Check[] {
  const used = new Set(containers.map(({ image }) => image));
  const old = images.filter(
    ({ id, references }) =>
      !references.some((reference) => reference === today || used.has(reference)) &&
      !used.has(id) &&
      !used.has(id.replace('sha256:', '').slice(0, 12)),
  );
  if (old.length === 0) return [];
  const size = old.reduce((sum, image) => sum + image.size, 0);
  const references = old.flatMap((image) => image.references);
  const message = `${old.length} old images of the simulator that no container uses, ${bytes(size)} at most`;
  return [warn('leftovers', message, `docker rmi ${references.join(' ')}`)];
}
