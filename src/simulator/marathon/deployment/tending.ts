import type { App } from '../app/definition.js';
import type { RootGroup } from '../group/root.js';
import type { Backoff } from '../launching/backoff.js';
import type { LaunchQueue } from '../launching/launch-queue.js';
import type { TaskRecord, Tasks } from '../tasks/tasks.js';
import { timerMs } from '../timer.js';
import type { Deployment, Deployments, Part } from './deployments.js';
import { type Moves, restartMoves, type Standing, scaleMoves, stopMoves } from './moves.js';
import type { Step } from './plan.js';

export interface TendingOptions {
  root(): RootGroup;
  tasks: Tasks;
  deployments: Deployments;
  queue: LaunchQueue;
  backoff: Backoff;
  /** Whether a task runs, and is healthy where that is looked at. */
  isReady(task: TaskRecord, app: App): boolean;
  isLeaving(taskId: string): boolean;
  kill(task: TaskRecord): void;
  /** Offers are wanted, those too that were declined before. */
  revive(): void;
  stepDone(deployment: Deployment, step: Step | undefined, over: boolean): void;
  appGone(id: string): void;
}

const NOTHING: Moves = { launch: 0, kill: [], settled: true };

/** Keeps what runs equal to what is wanted. Each look begins with what is there, so that one too many does no harm. */
export class Tending {
  readonly #options: TendingOptions;
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: TendingOptions) {
    this.#options = options;
  }

  /** Asks for a look; many at once are one. */
  poke(): void {
    if (this.#closed) return;
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#look();
    });
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#soon);
    clearTimeout(this.#later);
  }

  #look(): void {
    const { root, tasks, deployments, queue, revive } = this.#options;
    for (let goesOn = true; goesOn; ) {
      const settled = new Set<string>();
      let isShort = false;
      for (const id of new Set([...root().apps.keys(), ...tasks.appIds(), ...this.#stopping()])) {
        const part = deployments.partOf(id);
        const moves = part === 'hold' ? { ...NOTHING, settled: false } : this.#moves(id, part);
        if (moves.settled) settled.add(id);
        if (this.#do(id, moves)) isShort = true;
      }
      for (const { app } of queue.all) if (!root().apps.has(app.id)) queue.forget(app.id);
      if (isShort) revive();
      goesOn = this.#advance(settled);
    }
    this.#wakeWhenDelaysEnd();
  }

  /** Apps that are to end and may have no tasks left. */
  #stopping(): string[] {
    return this.#options.deployments.all.flatMap(({ steps, currentStep }) =>
      (steps[currentStep]?.actions ?? []).map(({ app }) => app),
    );
  }

  #moves(id: string, part: Part | null): Moves {
    const app = this.#options.root().apps.get(id);
    const standing = this.#standing(id, app);
    if (app === undefined || part === 'StopApplication') return stopMoves(standing);
    if (part === 'StartApplication') return NOTHING;
    return part === 'RestartApplication' ? restartMoves(app, standing) : scaleMoves(app, standing);
  }

  #standing(id: string, app: App | undefined): Standing[] {
    const { tasks, isReady, isLeaving } = this.#options;
    return tasks.of(id).map((task) => ({
      id: task.id,
      current: app?.versionInfo.lastConfigChangeAt === task.configuredAt,
      ready: app !== undefined && isReady(task, app),
      leaving: isLeaving(task.id),
      age: task.stagedAt,
    }));
  }

  /** True where more tasks are wanted than a look before. */
  #do(id: string, { kill, launch }: Moves): boolean {
    const { tasks, queue, root } = this.#options;
    for (const taskId of kill) {
      const task = tasks.find(taskId);
      if (task !== undefined) this.#options.kill(task);
    }
    const app = root().apps.get(id);
    return app !== undefined && queue.want(app, launch, Date.now());
  }

  #advance(settled: ReadonlySet<string>): boolean {
    const { deployments, stepDone, appGone } = this.#options;
    const moved = deployments.advance(({ app, action }) => action === 'StartApplication' || settled.has(app));
    for (const { deployment, step, over } of moved) {
      for (const { action, app } of step?.actions ?? []) if (action === 'StopApplication') appGone(app);
      stepDone(deployment, step, over);
    }
    return moved.length > 0;
  }

  #wakeWhenDelaysEnd(): void {
    clearTimeout(this.#later);
    const { queue, backoff, root, revive } = this.#options;
    const now = Date.now();
    for (const app of root().apps.values()) backoff.forget(app, now);
    const end = queue.nextDelayEnd(now);
    if (end === null) return;
    this.#later = setTimeout(
      () => {
        revive();
        this.poke();
      },
      timerMs((end - now + 1) / 1000),
    );
  }
}
