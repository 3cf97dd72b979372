import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../json.js';
import {
  encodeMessage,
  type MasterMessage,
  MessageSplitter,
  readAnnouncement,
  UPGRADE_PATH,
  UPGRADE_TOKEN,
} from '../../mesos/agent-protocol.js';
import { readTaskMessage, readWorkload } from '../../mesos/agent-reading.js';
import type { Agent, AgentLink } from './agent.js';
import type { AgentTable } from './agents.js';

/** What an upgrade needs of the master: its agents, or null while it does not lead. */
export type LeadingAgents = () => AgentTable | null;

/** How long a connection that ends may take to. */
const LINGER_MS = 5000;

/** Turns an agent's upgrade request into its link; anything else is answered and closed. */
export function acceptAgent(request: IncomingMessage, socket: Duplex, leadingAgents: LeadingAgents): void {
  socket.on('error', () => socket.destroy());
  if (request.url !== UPGRADE_PATH || request.headers.upgrade !== UPGRADE_TOKEN) {
    refuse(socket, '404 Not Found');
    return;
  }
  const agents = leadingAgents();
  if (agents === null) {
    refuse(socket, '503 Service Unavailable');
    return;
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${UPGRADE_TOKEN}\r\n\r\n`);
  serve(socket, agents);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function serve(socket: Duplex, agents: AgentTable): void {
  const splitter = new MessageSplitter();
  const link = linkOver(socket);
  let agent: Agent | null = null;
  socket.on('data', (chunk: Buffer) => {
    for (const message of splitter.push(chunk)) {
      if (message === null || (agent !== null && !hear(agent, link, message, agents))) {
        socket.destroy();
        return;
      }
      if (agent === null) agent = admit(message, link, agents);
    }
  });
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    if (agent !== null) agents.disconnected(agent, link);
  });
}

function linkOver(socket: Duplex): AgentLink {
  return {
    send: (message: MasterMessage) => {
      if (socket.writable) socket.write(encodeMessage(message));
    },
    // What was sent before (a shutdown) still arrives, where anybody reads it.
    close: () => {
      socket.end();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    },
  };
}

/** The agent that (re)registers with a message; null where it does not, or is sent away. */
function admit(message: JsonObject, link: AgentLink, agents: AgentTable): Agent | null {
  const { type, agentId } = message;
  if (type !== 'REGISTER' && type !== 'REREGISTER') return null;
  const announced = readAnnouncement(message);
  const workload = readWorkload(message.workload);
  let agent: Agent | null = null;
  if (announced !== null && type === 'REGISTER') agent = agents.register(announced, link);
  else if (announced !== null && workload !== null && typeof agentId === 'string') {
    agent = agents.reregister(agentId, announced, link, workload);
  }
  if (agent === null) link.close();
  return agent;
}

/** False for a message that is not whole. An agent's earlier connection has nothing more to say, and of other types nothing is known. */
function hear(agent: Agent, link: AgentLink, message: JsonObject, agents: AgentTable): boolean {
  if (agent.link !== link) return true;
  if (message.type === 'PONG') agent.missedPings = 0;
  else if (message.type === 'UNREGISTER') agents.unregister(agent);
  else {
    const said = readTaskMessage(message);
    if (said === null) return false;
    if (said !== undefined) agents.received(agent, link, said);
  }
  return true;
}
