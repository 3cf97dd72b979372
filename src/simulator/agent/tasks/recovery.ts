import type { Book, ExecutorEntry } from './book.js';
import { dropFramework, dropRun, type KeptRun, readKept } from './checkpoint.js';
import { executorEntry, taskEntry } from './launch.js';
import { metaFrameworks } from './layout.js';
import { adoptProcess } from './process.js';
import type { Surroundings } from './surroundings.js';

/** Enters what the last life of this agent had into the book; the executors that are to be gone on with. */
export function recoverBook(book: Book, place: Surroundings): ExecutorEntry[] {
  const folder = metaFrameworks(place.workDirectory, place.agentId());
  return readKept(folder).flatMap(({ id, info, runs, broken }) => {
    for (const meta of broken) endBroken(meta);
    if (info === null || runs.length === 0) {
      dropFramework(folder, id);
      return [];
    }
    const framework = book.framework(info);
    return runs.map((run) => {
      const executor = executorEntry(framework, run.kind, run.info, run.containerId, place);
      executor.state = run.state;
      enterTasks(executor, run);
      framework.executors.set(run.info.executor_id.value, executor);
      return executor;
    });
  });
}

function enterTasks(executor: ExecutorEntry, { tasks }: KeptRun): void {
  for (const kept of tasks) executor.tasks.set(kept.info.task_id.value, taskEntry(executor, kept));
}

/** Nobody knows any more whose it was. The master misses its tasks, and tells their framework. */
function endBroken(meta: string): void {
  const found = adoptProcess(meta, () => {});
  if (found !== null && 'pid' in found) {
    found.signal('SIGKILL');
    found.release();
  }
  dropRun(meta);
}
