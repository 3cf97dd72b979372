import { readdirSync, readFileSync } from 'node:fs';
import { scalarTotal } from '../mesos/resources.js';
import { heldBy } from './json-frameworks.js';
import type { Book, ExecutorEntry } from './tasks/book.js';

interface Usage {
  userSeconds: number;
  systemSeconds: number;
  rssBytes: number;
}

const MIB = 1024 * 1024;
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** `/monitor/statistics`: what each executor's processes use now. */
export function statistics(book: Book): object[] {
  const usage = usageByGroup();
  return alive(book).map((executor) => ({ ...named(executor), statistics: statisticsOf(executor, usage) }));
}

/** `/containers`. */
export function containers(book: Book): object[] {
  const usage = usageByGroup();
  return alive(book).map((executor) => {
    const container_id = executor.containerId;
    return { container_id, ...named(executor), statistics: statisticsOf(executor, usage), status: statusOf(executor) };
  });
}

/** GET_CONTAINERS of the v1 API. */
export function containersCall(book: Book): object {
  const usage = usageByGroup();
  const shown = alive(book).map((executor) => {
    const { framework, info, containerId } = executor;
    return {
      framework_id: { value: framework.id },
      executor_id: info.executor_id,
      executor_name: info.name ?? '',
      container_id: { value: containerId },
      container_status: statusOf(executor),
      resource_statistics: statisticsOf(executor, usage),
    };
  });
  return shown.length === 0 ? {} : { containers: shown };
}

function alive(book: Book): ExecutorEntry[] {
  return [...book.executors()].filter(({ state }) => state !== 'TERMINATED');
}

function named({ framework, info }: ExecutorEntry) {
  const { executor_id, name = '', source = '' } = info;
  return { executor_id: executor_id.value, executor_name: name, framework_id: framework.id, source };
}

function statusOf({ containerId, pid }: ExecutorEntry): object {
  return { container_id: { value: containerId }, ...(pid === undefined ? {} : { executor_pid: pid }) };
}

function statisticsOf(executor: ExecutorEntry, usage: ReadonlyMap<number, Usage>): object {
  const held = heldBy(executor);
  const limit = scalarTotal(held, 'mem') * MIB;
  const groups = new Set([executor.pid, ...[...executor.tasks.values()].map(({ pid }) => pid)]);
  const used = [...groups].flatMap((pid) => (pid === undefined ? [] : [usage.get(pid) ?? NOTHING]));
  const sum = (key: keyof Usage): number => used.reduce((total, each) => total + each[key], 0);
  return {
    cpus_soft_limit: scalarTotal(held, 'cpus'),
    cpus_system_time_secs: sum('systemSeconds'),
    cpus_user_time_secs: sum('userSeconds'),
    mem_limit_bytes: limit,
    mem_rss_bytes: sum('rssBytes'),
    mem_soft_limit_bytes: limit,
    timestamp: Date.now() / 1000,
  };
}

const NOTHING: Usage = { userSeconds: 0, systemSeconds: 0, rssBytes: 0 };

/** All processes' use in one walk through /proc, by process group. */
function usageByGroup(): Map<number, Usage> {
  const groups = new Map<number, Usage>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = readStat(pid);
    const [group = '', user = '', system = '', pages = ''] = [fields[2], fields[11], fields[12], fields[21]];
    const before = groups.get(Number(group)) ?? NOTHING;
    groups.set(Number(group), {
      userSeconds: before.userSeconds + Number(user) / TICKS_PER_SECOND,
      systemSeconds: before.systemSeconds + Number(system) / TICKS_PER_SECOND,
      rssBytes: before.rssBytes + Number(pages) * PAGE_BYTES,
    });
  }
  return groups;
}

/** The third field of a process' stat and those after it. */
function readStat(pid: string): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
