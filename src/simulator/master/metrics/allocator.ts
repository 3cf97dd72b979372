import { scalarTotal } from '../../mesos/resources.js';
import { quantities } from '../../mesos/shown-resources.js';
import { words, zeros } from '../../mesos/system.js';
import { rolesIn } from '../json/roles.js';
import { offeredTo, usedBy } from '../json/usage.js';
import type { MasterView } from '../view.js';

/** What is listed of a thing that is timed. */
export const TIMER = words('count max min p50 p90 p95 p99 p999 p9999');

/** `allocator/…`: what of all resources is given out, to whom. How long it takes is not measured. */
export function allocatorMetrics(view: MasterView, totals: { [name: string]: number }): { [name: string]: number } {
  const taken = view.frameworks.flatMap((framework) => [...usedBy(framework), ...offeredTo(framework)]);
  const timers = ['allocation_run_latency_ms', 'allocation_run_ms'];
  const names = timers.flatMap((timer) => [timer, ...TIMER.map((part) => `${timer}/${part}`)]);
  const metrics: { [name: string]: number } = {
    'allocator/event_queue_dispatches': 0,
    ...zeros('allocator/mesos/', [...names, 'allocation_runs', 'event_queue_dispatches']),
  };
  for (const name of ['cpus', 'disk', 'mem']) {
    metrics[`allocator/mesos/resources/${name}/offered_or_allocated`] = scalarTotal(taken, name);
    metrics[`allocator/mesos/resources/${name}/total`] = totals[`master/${name}_total`] ?? 0;
  }
  return { ...metrics, ...roleMetrics(view, totals) };
}

/** A role's share is that of the resource that it has most of. The root of all roles has no name. */
function roleMetrics(view: MasterView, totals: { [name: string]: number }): { [name: string]: number } {
  const roles = rolesIn(view).filter(({ frameworkIds }) => frameworkIds.length > 0);
  const metrics: { [name: string]: number } = {};
  for (const { name, allocated, offered } of roles) {
    const taken = [...allocated, ...offered];
    const shares = ['cpus', 'disk', 'mem'].map((kind) => {
      const total = totals[`master/${kind}_total`] ?? 0;
      return total === 0 ? 0 : scalarTotal(taken, kind) / total;
    });
    metrics[`allocator/mesos/roles/${name}/shares/dominant`] = Math.max(...shares);
    const refusals = view.frameworks.map((framework) => framework.refusals.count(name));
    metrics[`allocator/mesos/offer_filters/roles/${name}/active`] = refusals.reduce((sum, each) => sum + each, 0);
    for (const [kind, amount] of scalars(quantities(allocated))) {
      for (const path of [name, '']) {
        const key = `allocator/mesos/quota/roles/${path}/resources/${kind}/consumed`;
        metrics[key] = (metrics[key] ?? 0) + amount;
      }
    }
  }
  return metrics;
}

function scalars(amounts: { [name: string]: number }): [string, number][] {
  return Object.entries(amounts).filter(([name]) => ['cpus', 'disk', 'gpus', 'mem'].includes(name));
}
