/** What is to be done before this process ends, as far as a process is asked: a kill -9 asks nobody. */

type Host = Pick<NodeJS.Process, 'on' | 'off' | 'listeners' | 'listenerCount' | 'kill' | 'pid'>;

/** For every copy of this package in a process, so that they do not take each other for the program's own listeners. */
const OURS = Symbol.for('minimesos.process-end');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does `end` when nothing is left to do for the process, or when a signal would end it; then the signal ends it after
 * all, and a second one does so at once. A program that listens to a signal itself decides itself: then nothing is done.
 * Gives the way to call it off.
 */
export function beforeProcessEnds(end: () => Promise<unknown>, host: Host = process): () => void {
  let ending = false;

  const idle = (): void => {
    callOff();
    end().catch(() => {});
  };

  const told = (signal: NodeJS.Signals): void => {
    if (ending) letGo(signal);
    else if (host.listeners(signal).every((listener) => OURS in listener)) {
      ending = true;
      void end()
        .catch(() => {})
        .finally(() => letGo(signal));
    }
  };
  Object.assign(told, { [OURS]: true });

  const letGo = (signal: NodeJS.Signals): void => {
    callOff();
    // Others of ours may not be done yet; the last one lets the signal do what it does by itself.
    if (host.listenerCount(signal) === 0) host.kill(host.pid, signal);
  };

  const callOff = (): void => {
    for (const signal of SIGNALS) host.off(signal, told);
    host.off('beforeExit', idle);
  };

  for (const signal of SIGNALS) host.on(signal, told);
  host.on('beforeExit', idle);
  return callOff;
}
