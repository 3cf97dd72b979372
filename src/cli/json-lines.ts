/** `apply --watch --output json`: one document for each pass that changed something, in the shape of apply's. */

import type { Condition, Status, Step } from '../api/cluster.js';

/** Given every pass; prints those that scripts want to know of. `now`: milliseconds. */
export function jsonLines(
  print: (document: object) => void,
  now: () => number,
): (status: Status, steps: Step[]) => void {
  let before = '';
  let since = now();
  return (status, steps) => {
    const seen = fingerprint(status);
    if (steps.length === 0 && seen === before) return;
    before = seen;
    const elapsedMs = Math.round(now() - since);
    since = now();
    print({ converged: isConverged(status), steps, elapsedMs, status });
  };
}

/** Without what moves by itself, such as times. The reason tells whom somebody waits for. */
function fingerprint({ components, conditions }: Status): string {
  const seen = components.map(({ id, phase, reason, container }) => [id, phase, reason, container?.id]);
  return JSON.stringify([seen, conditions.map(({ type, status, reason }) => [type, status, reason])]);
}

function isConverged({ conditions }: Status): boolean {
  return conditions.some(({ type, reason }: Condition) => type === 'Progressing' && reason === 'Converged');
}
