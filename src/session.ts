/** The process that a cluster lives and dies with, told by its labels, so that others can tell that it is no more. */

import { isDead, thisHolder } from './holder.js';

export interface Session {
  /** Where its pid means something. */
  machine: string;
  pid: number;
  /** When the process began, in the words of its machine; empty where it is not known. */
  started: string;
  /** Of the minimesosFile, where it was made for this cluster alone and goes with it. */
  folder?: string | undefined;
}

export async function thisSession(folder?: string): Promise<Session> {
  const { machine, pid, started } = await thisHolder('');
  return { machine, pid, started, folder };
}

/** As a label's value. */
export function writeSession(session: Session): string {
  return JSON.stringify(session);
}

/** Undefined for what is none. */
export function readSession(label: string): Session | undefined {
  try {
    const { machine, pid, started, folder } = JSON.parse(label) as Partial<Session>;
    if (typeof machine !== 'string' || typeof pid !== 'number') return undefined;
    return { machine, pid, started: String(started ?? ''), folder: typeof folder === 'string' ? folder : undefined };
  } catch {
    return undefined;
  }
}

/** Whether it is certain that the process is no more; one of another machine may be there. */
export async function isOver(session: Session): Promise<boolean> {
  return isDead(session);
}
