import type { JuteReader, JuteWriter } from './jute.js';
import { checkPath, type Identity } from './protocol.js';
import type { Session, ZookeeperService } from './service.js';
import type { Change } from './tree.js';
import type { Watcher } from './watches.js';

/** Who asks: its session, where its watches report to, and who it has shown to be. */
export interface Caller {
  session: Session;
  watcher: Watcher;
  identities: readonly Identity[];
}

/** Writes what comes after the header of an answer. */
export type Answer = (writer: JuteWriter) => void;

/** Makes one change as part of the transaction at hand. */
export type Apply = (change: Change) => void;

/** A request that only looks. */
export type Read = (service: ZookeeperService, caller: Caller, reader: JuteReader) => Answer;

/** A request that changes znodes; a throw takes its changes back. */
export type Write = (
  service: ZookeeperService,
  caller: Caller,
  reader: JuteReader,
  apply: Apply,
  zxid: number,
) => Answer;

export const nothing: Answer = () => {};

export function pathFrom(reader: JuteReader): string {
  const path = reader.string();
  checkPath(path);
  return path;
}
