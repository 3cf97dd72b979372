import type { HttpAnswer } from '../../http.js';
import type { JsonObject } from '../../json.js';
import type { Level } from '../../log.js';
import type { Files } from '../../mesos/files.js';
import type { AgentTable } from '../agents/agents.js';
import type { Maintenance } from '../agents/maintenance.js';
import type { Announcements } from '../announcements.js';
import type { Counted } from '../metrics/metrics.js';
import type { MasterView } from '../view.js';

/** What a master's HTTP requests act on. */
export interface MasterContext {
  view: MasterView;
  agents: AgentTable;
  maintenance: Maintenance;
  announcements: Announcements;
  /** What the master lets read. */
  files: Files;
  counted: Counted;
  /** Ends a framework and all that it runs; false where there is none of this id. */
  teardown(frameworkId: string): boolean;
  setLevel(level: Level): void;
}

/** Answers one call of the operator API. */
export type CallHandler = (context: MasterContext, body: JsonObject) => HttpAnswer;

/** An operator call that was done and has nothing to tell. */
export const DONE: HttpAnswer = { status: 200 };
