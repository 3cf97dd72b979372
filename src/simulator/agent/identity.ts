import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isObject, parseJson } from '../json.js';
import { type AgentInfo, readAgentInfo } from '../mesos/agent-protocol.js';
import { writeWhole } from './whole-file.js';

/** What an agent was in its last life: its id, and itself as it was at its first registration. */
export interface Identity {
  id: string;
  info: AgentInfo;
}

/** Where the identity is, as Mesos lays it out: `latest` leads to the folder named like the agent. */
export function latestLink(workDirectory: string): string {
  return join(workDirectory, 'meta', 'slaves', 'latest');
}

/** The identity in a work directory; null for a new agent, an error string for one that cannot be read. */
export function recoverIdentity(workDirectory: string): Identity | null | string {
  let folder: string;
  try {
    folder = realpathSync(latestLink(workDirectory));
  } catch {
    return null;
  }
  const file = join(folder, 'slave.info');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // An agent that was killed between its folder and its info had not registered yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return `Failed to read agent info from '${file}': ${(error as Error).message}`;
  }
  // As Mesos has it: the machine went down before the content was on its disk.
  if (text === '') return null;
  const json = parseJson(text);
  const info = isObject(json) ? readAgentInfo(json) : null;
  return info === null ? `Failed to read agent info from '${file}': no agent info` : { id: basename(folder), info };
}

/** Keeps a new identity; whoever is killed half-way leaves the one before. */
export function keepIdentity(workDirectory: string, { id, info }: Identity): void {
  const folder = join(workDirectory, 'meta', 'slaves', id);
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, 'slave.info'), JSON.stringify(info));
  const link = latestLink(workDirectory);
  rmSync(`${link}.new`, { force: true });
  // Relative, so that it leads there from whatever place the directory is mounted at.
  symlinkSync(id, `${link}.new`);
  renameSync(`${link}.new`, link);
}
