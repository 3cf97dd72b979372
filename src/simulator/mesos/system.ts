import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { type Resource, scalarTotal } from './resources.js';

/** The host as `/metrics/snapshot` of every daemon shows it. */
export function systemMetrics(): { [name: string]: number } {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    'system/cpus_total': cpus().length,
    'system/load_1min': one,
    'system/load_5min': five,
    'system/load_15min': fifteen,
    'system/mem_free_bytes': freemem(),
    'system/mem_total_bytes': totalmem(),
  };
}

/** The host as `/system/stats.json` shows it. */
export function systemStats(): object {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    avg_load_15min: fifteen,
    avg_load_1min: one,
    avg_load_5min: five,
    cpus_total: cpus().length,
    mem_free_bytes: freemem(),
    mem_total_bytes: totalmem(),
  };
}

/** Totals and use of the scalar resources under `master/` or `slave/`. Nothing is ever revocable. */
export function resourceMetrics(
  prefix: string,
  resources: readonly Resource[],
  inUse: readonly Resource[] = [],
): { [name: string]: number } {
  const metrics: { [name: string]: number } = {};
  for (const name of ['cpus', 'disk', 'gpus', 'mem']) {
    for (const kind of ['revocable_percent', 'revocable_total', 'revocable_used']) {
      metrics[`${prefix}/${name}_${kind}`] = 0;
    }
    const [total, used] = [scalarTotal(resources, name), scalarTotal(inUse, name)];
    metrics[`${prefix}/${name}_total`] = total;
    metrics[`${prefix}/${name}_used`] = used;
    metrics[`${prefix}/${name}_percent`] = total === 0 ? 0 : used / total;
  }
  return metrics;
}

/** The names, each at zero. */
export function zeros(prefix: string, names: readonly string[]): { [name: string]: number } {
  return Object.fromEntries(names.map((name) => [`${prefix}${name}`, 0]));
}

/** A list written as one text, for tables of names. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
