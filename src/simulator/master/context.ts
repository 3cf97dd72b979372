import type { HttpAnswer } from '../http.js';
import type { JsonObject } from '../json.js';
import type { Level } from '../log.js';
import type { AgentTable } from './agents.js';
import type { Maintenance } from './maintenance.js';
import type { MasterView } from './view.js';

/** What a master's HTTP requests act on. */
export interface MasterContext {
  view: MasterView;
  agents: AgentTable;
  maintenance: Maintenance;
  setLevel(level: Level): void;
}

/** Answers one call of the operator API. */
export type CallHandler = (context: MasterContext, body: JsonObject) => HttpAnswer;

/** An operator call that was done and has nothing to tell. */
export const DONE: HttpAnswer = { status: 200 };
