import type { ExecutorEntry } from '../tasks/book.js';
import type { Surroundings } from '../tasks/surroundings.js';
import { CustomExecutor } from './custom-executor.js';
import type { Executor, ExecutorListener } from './executor.js';
import { OwnExecutor } from './own-executor.js';

/** The executor for what the entry says. */
export function executorOf(entry: ExecutorEntry, place: Surroundings, listener: ExecutorListener): Executor {
  const Kind = entry.kind === 'custom' ? CustomExecutor : OwnExecutor;
  return new Kind(entry, place, listener);
}
