import type { Book, ExecutorEntry } from './book.js';
import { type KeptRun, readKept } from './checkpoint.js';
import { executorEntry, taskEntry } from './launch.js';
import { metaFrameworks } from './layout.js';
import type { Surroundings } from './surroundings.js';

/** Enters what the last life of this agent had into the book; the executors that are to be gone on with. */
export function recoverBook(book: Book, place: Surroundings): ExecutorEntry[] {
  return readKept(metaFrameworks(place.workDirectory, place.agentId())).flatMap(({ info, runs }) => {
    if (runs.length === 0) return [];
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
