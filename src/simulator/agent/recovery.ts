import type { Host } from '../host.js';
import type { AgentInfo } from '../mesos/agent-protocol.js';
import { exitWith, makeDirectories } from '../mesos/daemon.js';
import { incompatibility } from './compatibility.js';
import { type Identity, latestLink, recoverIdentity } from './identity.js';

const SOURCE = 'slave.ts:0';

/** What the agent was before; null for a new one, 'failed' where it ended, after it said why. */
export function recover(
  workDirectory: string,
  info: AgentInfo,
  policy: string,
  host: Host,
): Identity | null | 'failed' {
  try {
    makeDirectories(workDirectory);
  } catch (error) {
    exitWith(host, SOURCE, `Failed to create the work directory '${workDirectory}': ${(error as Error).message}`);
    return 'failed';
  }
  const recovered = recoverIdentity(workDirectory);
  if (recovered === null) {
    host.log.info('state.ts:0', `Failed to find the latest agent from '${workDirectory}/meta'`);
    return null;
  }
  const reason = typeof recovered === 'string' ? recovered : incompatibility(recovered.info, info, policy);
  if (typeof recovered !== 'string' && reason === null) return recovered;
  exitWith(host, SOURCE, `Failed to perform recovery: ${reason}\n${remedy(workDirectory)}`);
  return 'failed';
}

function remedy(workDirectory: string): string {
  return [
    'If recovery failed due to a change in configuration and you want to',
    'keep the current agent id, you might want to change the',
    '`--reconfiguration_policy` flag to a more permissive value.',
    '',
    'To restart this agent with a new agent id instead, do as follows:',
    `rm -f ${latestLink(workDirectory)}`,
    'This ensures that the agent does not recover old live executors.',
  ].join('\n');
}
