import { loadFlags } from '../../../src/simulator/flags.js';
import type { Level } from '../../../src/simulator/log.js';
import type { Agent } from '../../../src/simulator/master/agents/agent.js';
import { AgentTable } from '../../../src/simulator/master/agents/agents.js';
import { Maintenance } from '../../../src/simulator/master/agents/maintenance.js';
import { Announcements } from '../../../src/simulator/master/announcements.js';
import { masterFlags } from '../../../src/simulator/master/flags.js';
import type { FrameworkRecord } from '../../../src/simulator/master/frameworks/record.js';
import { masterHttp } from '../../../src/simulator/master/operator/http.js';
import type { AgentAnnouncement, MasterMessage } from '../../../src/simulator/mesos/agent-protocol.js';
import { generationOf } from '../../../src/simulator/mesos/version.js';

/** A leading master without sockets, at 7 seconds since the epoch. */
export function operatedMaster(version = '1.11.0', frameworks: FrameworkRecord[] = [], settings: string[] = []) {
  const announcements = new Announcements();
  const levels: Level[] = [];
  const maintenance = new Maintenance();
  const agents = new AgentTable({
    masterId: 'm',
    pingTimeoutMs: 15_000,
    maxMissedPings: 5,
    isDown: (machine) => maintenance.modeOf(machine) === 'DOWN',
    now: () => 7,
    log: () => {},
  });
  const self = { id: 'm', ip: '10.0.0.1', port: 5050, hostname: '10.0.0.1', version };
  const flags = loadFlags(masterFlags(generationOf(version)), settings, {});
  const view = () => ({
    self,
    leader: self,
    flags,
    startTime: 1,
    electedTime: 2,
    now: 7,
    agents: agents.all,
    unreachableCount: agents.unreachableCount,
    counters: agents.counters,
    frameworks: frameworks.filter(({ unregisteredTime }) => unregisteredTime === 0),
    completedFrameworks: frameworks.filter(({ unregisteredTime }) => unregisteredTime > 0),
  });
  const handle = masterHttp({
    view,
    agents,
    maintenance,
    announcements,
    teardown: (id) => frameworks.some((framework) => framework.id === id),
    setLevel: (level) => levels.push(level),
  });
  const request = (method: string, path: string, body = '', headers: { [name: string]: string } = {}) =>
    handle({ method, ...target(path), headers, body, bytes: Buffer.from(body) });
  const call = (body: object) =>
    request('POST', '/api/v1', JSON.stringify(body), { 'content-type': 'application/json' });
  /** A call about one agent. */
  const callOn = (type: string, agentId: string, more: object = {}) =>
    call({ type, [type.toLowerCase()]: { agent_id: { value: agentId }, ...more } });
  /** The JSON of a path, or of a reading call. */
  const shown = (path: string) => JSON.parse(JSON.stringify(request('GET', path).body));
  const read = (type: string) => JSON.parse(JSON.stringify(call({ type }).body))[type.toLowerCase()];
  /** What `/slaves` shows of its only agent. */
  const onlyAgent = () => shown('/slaves').slaves[0];
  const registered = (announced: AgentAnnouncement = announcement(), wire = link()): Agent => {
    const agent = agents.register(announced, wire);
    if (agent === null) throw new Error('the agent was sent away');
    return agent;
  };
  /** As many pings without an answer as make every agent unreachable that is not lively. */
  const missPings = (lively: Agent[] = []) => {
    for (let tick = 0; tick < 6; tick += 1) {
      agents.ping();
      for (const agent of lively) agent.missedPings = 0;
    }
  };
  return { agents, announcements, levels, request, call, callOn, shown, read, onlyAgent, registered, missPings };
}

function target(path: string) {
  const { pathname, searchParams } = new URL(`http://master${path}`);
  return { path: pathname, query: searchParams };
}

/** An agent's end of a connection to its master. */
export function link() {
  const sent: MasterMessage[] = [];
  let closed = false;
  return {
    sent,
    get closed() {
      return closed;
    },
    send: (message: MasterMessage) => sent.push(message),
    close: () => {
      closed = true;
    },
  };
}

export const announcement = (port = 5051, ip = '10.0.0.2', version = '1.11.0'): AgentAnnouncement => ({
  info: { hostname: ip, port, resources: [], attributes: [] },
  ip,
  version,
});
