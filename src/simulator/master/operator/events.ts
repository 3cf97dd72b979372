import type { HttpAnswer, Outlet } from '../../http.js';
import { asciiJson, encodeRecord } from '../../mesos/record-io.js';
import type { Announcement } from '../announcements.js';
import { HEARTBEAT_SECONDS } from '../frameworks/subscriptions.js';
import { usageOf } from '../json/usage.js';
import type { MasterContext } from './context.js';
import { agentV1, frameworkV1, statePart, taskV1 } from './reads.js';

/** The operator API's SUBSCRIBE: all that is known now, and from then on what happens. */
export function subscribe({ announcements, view }: MasterContext): HttpAnswer {
  const { version } = view.self;
  return {
    status: 200,
    type: 'application/json',
    stream: (outlet) => {
      const subscribed = { get_state: statePart(view), heartbeat_interval_seconds: HEARTBEAT_SECONDS };
      send(outlet, { type: 'SUBSCRIBED', subscribed });
      send(outlet, HEARTBEAT);
      const ended = announcements.listen((announcement) => send(outlet, eventOf(announcement, version)));
      const heartbeats = setInterval(() => send(outlet, HEARTBEAT), HEARTBEAT_SECONDS * 1000);
      outlet.onClose(() => {
        clearInterval(heartbeats);
        ended();
      });
    },
  };
}

const HEARTBEAT = { type: 'HEARTBEAT' };

function send(outlet: Outlet, event: object): void {
  outlet.write(encodeRecord(asciiJson(event)));
}

/** An announcement as mesos.v1.master.Event. */
function eventOf(announcement: Announcement, version: string): object {
  const { type } = announcement;
  return { type, [type.toLowerCase()]: contentOf(announcement, version) };
}

function contentOf(announcement: Announcement, version: string): object {
  switch (announcement.type) {
    case 'TASK_ADDED':
      return { task: taskV1(announcement.task) };
    case 'TASK_UPDATED': {
      const { frameworkId, status, state } = announcement;
      return { framework_id: { value: frameworkId }, status, state };
    }
    case 'FRAMEWORK_ADDED':
    case 'FRAMEWORK_UPDATED':
      return { framework: frameworkV1(announcement.framework, version) };
    case 'FRAMEWORK_REMOVED':
      return { framework_info: announcement.framework.info };
    case 'AGENT_ADDED':
      // Nothing runs on it that was not announced as a task.
      return { agent: agentV1(announcement.agent, version, usageOf([])) };
    case 'AGENT_REMOVED':
      return { agent_id: { value: announcement.agentId } };
  }
}
