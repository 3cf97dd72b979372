import type { Context } from './context.js';

const CTRL_C = '\u0003';

/** Where somebody types: calls back on this key, and leaves Ctrl-C what it is. Gives what lets go of the keyboard. */
export function onKey({ streams: { stdin }, live }: Context, key: string, pressed: () => void): () => void {
  if (!live || !stdin?.isTTY) return () => {};
  const typed = (text: Buffer) => {
    // As the terminal would: a second one ends the process at once.
    if (text.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
    else if (text.includes(key)) pressed();
  };
  stdin.setRawMode(true);
  stdin.on('data', typed);
  return () => {
    stdin.off('data', typed);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
