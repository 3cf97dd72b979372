import { isObject, type JsonObject, objectField, stringField } from '../../json.js';
import type { FrameworkInfo, Offer, TaskInfo, TaskStatus } from '../../mesos/shapes.js';
import { Caller, type MasterAddress } from './calls.js';
import { Subscription } from './subscription.js';

export interface SchedulerListener {
  /** Where a promise is given, what follows on the stream waits for it. */
  subscribed(frameworkId: string, master: MasterAddress): Promise<void>;
  disconnected(): void;
  offers(offers: Offer[]): void;
  rescinded(offerId: string): void;
  /** Acknowledged when the promise is fulfilled. */
  update(status: TaskStatus): Promise<void>;
  message(agentId: string, executorId: string, data: string): void;
  error(message: string): void;
}

export interface SchedulerOptions {
  framework(): FrameworkInfo;
  listener: SchedulerListener;
  log(message: string): void;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/** Marathon as a framework: always subscribed at the leading master, or on the way there. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #master: MasterAddress | null = null;
  #subscription: Subscription | null = null;
  #caller: Caller | null = null;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;
  /** Events are handled one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#caller !== null;
  }

  follow(master: MasterAddress | null): void {
    this.#master = master;
    this.#retryMs = FIRST_RETRY_MS;
    this.#drop();
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  /** Subscribes anew, as with another framework id. */
  restart(afterMs = FIRST_RETRY_MS): void {
    this.#drop();
    this.#retryMs = afterMs;
    this.#later(this.#master);
  }

  launch(offerId: string, tasks: TaskInfo[], refuseSeconds: number): Promise<void> {
    const operations = [{ type: 'LAUNCH', launch: { task_infos: tasks as unknown as JsonObject[] } }];
    const accept = { offer_ids: [{ value: offerId }], operations, filters: { refuse_seconds: refuseSeconds } };
    return this.#call('ACCEPT', { accept });
  }

  decline(offerIds: readonly string[], refuseSeconds: number): Promise<void> {
    const offer_ids = offerIds.map((value) => ({ value }));
    return this.#call('DECLINE', { decline: { offer_ids, filters: { refuse_seconds: refuseSeconds } } });
  }

  revive(): Promise<void> {
    return this.#call('REVIVE');
  }

  kill(taskId: string, agentId: string): Promise<void> {
    return this.#call('KILL', { kill: { task_id: { value: taskId }, agent_id: { value: agentId } } });
  }

  reconcile(tasks: readonly { id: string; agentId: string }[]): Promise<void> {
    const asked = tasks.map(({ id, agentId }) => ({ task_id: { value: id }, agent_id: { value: agentId } }));
    return this.#call('RECONCILE', { reconcile: { tasks: asked } });
  }

  async #call(type: string, fields: JsonObject = {}): Promise<void> {
    if (this.#caller === null) throw new Error(`${type}: not subscribed`);
    await this.#caller.call(type, fields);
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#subscription?.close();
    this.#subscription = null;
    const wasConnected = this.#caller !== null;
    this.#caller?.close();
    this.#caller = null;
    if (wasConnected) this.#options.listener.disconnected();
  }

  #later(master: MasterAddress | null): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(master), this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  #connect(master = this.#master): void {
    if (this.#closed || master === null) return;
    // What the stream said before it ended counts, and so all of it goes one after the other.
    const inTurn = (act: () => Promise<void> | void): void => {
      this.#last = this.#last.then(async () => {
        if (this.#subscription === subscription) await act();
      });
    };
    const subscription: Subscription = new Subscription(master, this.#options.framework(), {
      event: (event, streamId) => inTurn(() => this.#handle(event, streamId, master)),
      ended: (why, elsewhere) =>
        inTurn(() => {
          this.#options.log(`Not subscribed at ${master.ip}:${master.port}: ${why}`);
          this.#drop();
          this.#later(elsewhere ?? this.#master);
        }),
    });
    this.#subscription = subscription;
  }

  #logged(what: string): (error: unknown) => void {
    return (error) => this.#options.log(`${what}: ${String(error)}`);
  }

  async #handle(event: JsonObject & { type: string }, streamId: string, master: MasterAddress): Promise<void> {
    try {
      await this.#dispatch(event, streamId, master);
    } catch (error) {
      this.#logged(event.type)(error);
      // Nothing may go on as if that had been taken in.
      if (event.type === 'SUBSCRIBED') this.restart();
    }
  }

  async #dispatch(event: JsonObject & { type: string }, streamId: string, master: MasterAddress): Promise<void> {
    const { listener } = this.#options;
    switch (event.type) {
      case 'SUBSCRIBED': {
        const frameworkId = idIn(objectField(event, 'subscribed'), 'framework_id');
        this.#caller = new Caller(master, streamId, frameworkId);
        this.#retryMs = FIRST_RETRY_MS;
        return listener.subscribed(frameworkId, master);
      }
      case 'OFFERS': {
        const offers = objectField(event, 'offers')?.offers;
        if (Array.isArray(offers)) listener.offers(offers as unknown as Offer[]);
        return;
      }
      case 'RESCIND':
        return listener.rescinded(idIn(objectField(event, 'rescind'), 'offer_id'));
      case 'UPDATE': {
        const status = objectField(objectField(event, 'update') ?? {}, 'status');
        // Nobody waits until it is kept: what comes of it is known at once, and ZooKeeper keeps things in order.
        if (status !== undefined) this.#update(status as unknown as TaskStatus).catch(this.#logged('UPDATE'));
        return;
      }
      case 'MESSAGE': {
        const message = objectField(event, 'message');
        const data = stringField(message ?? {}, 'data') ?? '';
        return listener.message(idIn(message, 'agent_id'), idIn(message, 'executor_id'), data);
      }
      case 'ERROR':
        return listener.error(stringField(objectField(event, 'error') ?? {}, 'message') ?? '');
      default:
        return;
    }
  }

  /** An update that could not be kept is not acknowledged, so that it comes again. */
  async #update(status: TaskStatus): Promise<void> {
    const { task_id, agent_id, uuid } = status;
    await this.#options.listener.update(status);
    if (uuid === undefined || agent_id === undefined) return;
    await this.#call('ACKNOWLEDGE', { acknowledge: { agent_id: { ...agent_id }, task_id: { ...task_id }, uuid } });
  }
}

function idIn(object: JsonObject | undefined, name: string): string {
  const id = object?.[name];
  return isObject(id) ? (stringField(id, 'value') ?? '') : '';
}
