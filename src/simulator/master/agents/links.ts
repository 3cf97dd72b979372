import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type AgentWorkload,
  encodeMessage,
  type MasterMessage,
  MessageSplitter,
  readAnnouncement,
  UPGRADE_PATH,
  UPGRADE_TOKEN,
} from '../../mesos/agent-protocol.js';
import type { Agent, AgentLink } from './agent.js';
import type { AgentTable } from './agents.js';

/** What an upgrade needs of the master: its agents, or null while it does not lead. */
export type LeadingAgents = () => AgentTable | null;

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
  let agent: Agent | null = null;
  const link: AgentLink = {
    send: (message: MasterMessage) => {
      if (socket.writable) socket.write(encodeMessage(message));
    },
    // What was sent before (a shutdown) still arrives.
    close: () => socket.end(),
  };
  socket.on('data', (chunk: Buffer) => {
    for (const message of splitter.push(chunk)) {
      if (message === null) {
        socket.destroy();
        return;
      }
      const announced = readAnnouncement(message);
      const { type, agentId } = message;
      if (type === 'PONG' && agent !== null) agent.missedPings = 0;
      else if (type === 'UNREGISTER' && agent !== null) agents.unregister(agent);
      else if (type === 'REGISTER' && announced !== null && agent === null) {
        agent = agents.register(announced, link);
        if (agent === null) link.close();
      } else if (type === 'REREGISTER' && announced !== null && agent === null && typeof agentId === 'string') {
        agent = agents.reregister(agentId, announced, link, message.workload as unknown as AgentWorkload | undefined);
        if (agent === null) link.close();
      } else if (agent !== null) agents.received(agent, link, message);
    }
  });
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    if (agent !== null) agents.disconnected(agent, link);
  });
}
