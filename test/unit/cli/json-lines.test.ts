import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../src/cli/json-lines.js';
import { seen } from '../../../src/plan/seen.js';
import { summarize } from '../../../src/status.js';
import { clusterSpec, converged, desiredFrom, NOTHING } from '../../support/worlds.js';

const desired = desiredFrom(clusterSpec());
const observed = converged(desired, NOTHING);
const { cluster } = desired;
const status = summarize({ cluster, observed, components: seen(observed, desired) });

/** The lines that these reasons of the master come to, one pass after the other. */
function linesOf(reasons: string[]): unknown[] {
  const printed: unknown[] = [];
  const pass = jsonLines(
    (document) => void printed.push(document),
    () => 0,
  );
  for (const reason of reasons) {
    const components = status.components.map((each) => (each.id === 'master-0' ? { ...each, reason } : each));
    pass({ ...status, components }, []);
  }
  return printed;
}

describe('the lines of apply --watch --output json', () => {
  it('C19 tell when a component waits for somebody else than before', () => {
    expect(linesOf(['stopped with exit code 1', 'no leader elected; waits for zookeeper-0'])).toHaveLength(2);
  });

  it('C19 are silent about a pass that changed nothing', () => {
    expect(linesOf(['leads', 'leads', 'leads'])).toHaveLength(1);
  });
});
