import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent } from '../../../src/simulator/agent/main.js';
import { agentArgs, ask, Cleanup, send, testHost, until } from '../../support/simulator.js';
import { agent, cluster, slaves } from './playing.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('an agent', () => {
  it('S13 with more than before keeps its id under additive; with less than at first it exits with 1', async () => {
    const { zookeeper, agents, directories } = await cluster(cleanup, 1);
    const [first] = agents;
    await first?.close();
    const same = [`--port=${first?.port}`, '--reconfiguration_policy=additive'];
    const more = '--resources=cpus:2;mem:512;disk:200;ports:[31000-32000]';
    const grown = await agent(cleanup, zookeeper.port, directories[0] ?? '', ...same, more);
    await until('the agent to be back', () => grown.registered());
    expect(grown.id()).toBe(first?.id());
    await grown.close();

    // Compared with the first registration, so that going back to that is not less.
    const back = await agent(cleanup, zookeeper.port, directories[0] ?? '', ...same);
    await until('the agent to be back', () => back.registered());
    await back.close();

    const host = testHost();
    const less = '--resources=cpus:0.5;mem:512;disk:200;ports:[31000-32000]';
    expect(await startAgent(agentArgs(zookeeper.port, directories[0] ?? '', ...same, less), host)).toBeNull();
    expect(host.exits).toEqual([1]);
    const said = host.lines.join('');
    expect(said).toContain(
      "EXIT with status 1: Failed to perform recovery: Configuration change not permitted under 'additive' policy",
    );
    expect(said).toContain(`rm -f ${join(directories[0] ?? '', 'meta/slaves/latest')}`);
  });

  it('S13 on another port exits with 1', async () => {
    const { zookeeper, agents, directories } = await cluster(cleanup, 1);
    await agents[0]?.close();
    const host = testHost();
    expect(await startAgent(agentArgs(zookeeper.port, directories[0] ?? ''), host)).toBeNull();
    expect(host.exits).toEqual([1]);
    expect(host.lines.join('')).toContain(
      'EXIT with status 1: Failed to perform recovery: Incompatible agent info detected',
    );
  });

  it('S18 on another IP is sent away and exits with 0', async () => {
    const { zookeeper, agents, directories } = await cluster(cleanup, 1);
    const [first] = agents;
    await first?.close();
    const moved = await agent(
      cleanup,
      zookeeper.port,
      directories[0] ?? '',
      `--port=${first?.port}`,
      '--advertise_ip=127.0.0.9',
    );
    await until('the agent to go', () => moved.host.exits.length > 0);
    expect(moved.host.exits).toEqual([0]);
    expect(moved.host.lines.join('')).toContain('Agent attempted to reregister with different IP / hostname');
  });

  it('S18 marked gone exits with 0, each time, until its identity is removed', async () => {
    const { zookeeper, leader, agents, directories } = await cluster(cleanup, 1);
    const [first] = agents;
    const call = { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: first?.id() } } };
    expect((await send(leader.port, '/api/v1', call)).status).toBe(200);
    await until('the agent to go', () => first?.host.exits.length === 1);
    expect(first?.host.exits).toEqual([0]);
    expect(await slaves(leader.port)).toEqual([]);
    await first?.close();
    const again = await agent(cleanup, zookeeper.port, directories[0] ?? '', `--port=${first?.port}`);
    await until('the agent to go again', () => again.host.exits.length === 1);
    expect(again.host.exits).toEqual([0]);
    await again.close();
    rmSync(join(directories[0] ?? '', 'meta/slaves/latest'));
    const fresh = await agent(cleanup, zookeeper.port, directories[0] ?? '', `--port=${first?.port}`);
    await until('the agent to register', () => fresh.registered());
    expect(fresh.id()).toBe(`${leader.info.id}-S1`);
  });

  it('S35 on a machine that is down exits with 0, each time, and is back with its id when that is up', async () => {
    const { zookeeper, leader, agents, directories } = await cluster(cleanup, 1);
    const [first] = agents;
    const machines = [{ hostname: '127.0.0.1', ip: '127.0.0.1' }];
    const windows = [{ machine_ids: machines, unavailability: { start: { nanoseconds: 0 } } }];
    expect((await send(leader.port, '/maintenance/schedule', { windows })).status).toBe(200);
    expect((await send(leader.port, '/machine/down', machines)).status).toBe(200);
    await until('the agent to go', () => first?.host.exits.length === 1);
    expect(first?.host.exits).toEqual([0]);
    await first?.close();
    const again = await agent(cleanup, zookeeper.port, directories[0] ?? '', `--port=${first?.port}`);
    await until('the agent to go again', () => again.host.exits.length === 1);
    expect(again.host.exits).toEqual([0]);
    expect(again.host.lines.join('')).toContain('Machine is `DOWN`');
    await again.close();
    expect((await send(leader.port, '/machine/up', machines)).status).toBe(200);
    const back = await agent(cleanup, zookeeper.port, directories[0] ?? '', `--port=${first?.port}`);
    await until('the agent to be back', () => back.registered());
    expect(back.id()).toBe(first?.id());
  });

  it("S19 or whoever speaks rubbish on the master's port harms nobody else", async () => {
    const { leader } = await cluster(cleanup, 1);
    const upgrade = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: minimesos-agent/1\r\n\r\n`;
    const rubbish = [
      'rubbish\r\n\r\n',
      upgrade('/elsewhere'),
      `${upgrade('/simulator/agent')}`,
      'POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{',
      'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET //state HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const text of rubbish) {
      const socket = connect(leader.port, '127.0.0.1');
      socket.on('error', () => {});
      let answered = '';
      socket.on('data', (chunk) => {
        answered += String(chunk);
      });
      socket.write(text);
      if (text.includes('/simulator/agent')) {
        await until('the upgrade', () => answered.includes('101'));
        for (const line of ['{"type":"REGISTER"}', '{"type":"REREGISTER","agentId":5}', '{"type":"PONG"}', 'no JSON'])
          socket.write(`${line}\n`);
        await until('the end', () => socket.destroyed);
      } else if (text.endsWith('{')) socket.destroy();
      else await until('an answer', () => /^HTTP\/1.1 4/.test(answered) || socket.destroyed);
      socket.destroy();
    }
    expect((await ask(leader.port, '/state')).at('activated_slaves')).toBe(1);
  });
});
