import { durationFlag } from '../flags.js';
import type { Handler } from '../http.js';
import type { Log } from '../log.js';
import type { Daemon } from '../mesos/daemon.js';
import type { MasterInfo } from '../mesos/master-info.js';
import { AgentTable } from './agents/agents.js';
import { Maintenance } from './agents/maintenance.js';
import { Announcements } from './announcements.js';
import type { Leadership } from './leadership.js';
import { masterHttp } from './operator/http.js';
import { isSchedulerPath, schedulerCall } from './scheduler/http.js';
import { Scheduling } from './scheduling.js';
import type { MasterView } from './view.js';

const SOURCE = 'master.ts:0';

/** What a master consists of. */
export interface Parts {
  agents: AgentTable;
  scheduling: Scheduling;
  handler: Handler;
}

/** Puts a master together, which serves nobody yet. `now` is in seconds since the epoch. */
export function assemble(
  { flags, version }: Daemon,
  self: MasterInfo,
  leadership: Leadership,
  now: () => number,
  log: Log,
): Parts {
  const maintenance = new Maintenance();
  const announcements = new Announcements();
  const say = (message: string): void => log.info(SOURCE, message);
  const agents = new AgentTable({
    masterId: self.id,
    pingTimeoutMs: durationFlag(flags, 'agent_ping_timeout'),
    maxMissedPings: Number(flags.get('max_agent_ping_timeouts')),
    isDown: (machine) => maintenance.modeOf(machine) === 'DOWN',
    now,
    log: say,
  });
  const scheduling = new Scheduling({
    masterId: self.id,
    version,
    agents,
    announcements,
    allocationIntervalMs: durationFlag(flags, 'allocation_interval'),
    offerTimeoutMs: flags.has('offer_timeout') ? durationFlag(flags, 'offer_timeout') : null,
    reregisterTimeoutMs: durationFlag(flags, 'agent_reregister_timeout'),
    maxCompletedFrameworks: Number(flags.get('max_completed_frameworks')),
    maxCompletedTasks: Number(flags.get('max_completed_tasks_per_framework')),
    maxUnreachableTasks: Number(flags.get('max_unreachable_tasks_per_framework') ?? 1000),
    unavailability: (machine) => maintenance.unavailabilityOf(machine),
    now,
    leadingSince: () => leadership.electedTime,
    log: say,
  });
  const startTime = now();
  const view = (): MasterView => ({
    self,
    leader: leadership.leader,
    flags,
    startTime,
    electedTime: leadership.electedTime,
    now: now(),
    agents: agents.all,
    unreachableCount: agents.unreachableCount,
    counters: agents.counters,
    frameworks: scheduling.frameworks.all,
    completedFrameworks: scheduling.frameworks.completed,
  });
  const operators = masterHttp({
    view,
    agents,
    maintenance,
    announcements,
    teardown: (frameworkId) => scheduling.teardown(frameworkId),
    setLevel: log.setLevel,
  });
  const handler: Handler = (request) =>
    leadership.electedTime !== null && isSchedulerPath(request.path)
      ? schedulerCall(request, { self, flags, scheduling })
      : operators(request);
  return { agents, scheduling, handler };
}
