import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startMaster } from '../../../src/simulator/master/main.js';
import { startConsul } from '../../../src/simulator/others/consul.js';
import { answerDns } from '../../../src/simulator/others/dns.js';
import { agentIps, recordsOf, startMesosDns } from '../../../src/simulator/others/mesos-dns.js';
import { consulAddress, playRegistrator, waitForConsul } from '../../../src/simulator/others/registrator.js';
import { scopePort, startScope } from '../../../src/simulator/others/scope.js';
import { ask, Cleanup, masterArgs, send, testHost, testZookeeper, until } from '../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const host = '127.0.0.1';

function query(name: string, type = 1): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

/** The code and the addresses of an answer. */
function read(answer: Buffer, question: Buffer): { code: number; ips: string[] } {
  expect(answer.subarray(0, 2)).toEqual(question.subarray(0, 2));
  const ips: string[] = [];
  for (let at = question.length; at < answer.length; at += 16)
    ips.push([...answer.subarray(at + 12, at + 16)].join('.'));
  expect(ips).toHaveLength(answer.readUInt16BE(6));
  return { code: answer.readUInt8(3) & 0xf, ips };
}

async function lookUp(port: number, name: string, type = 1) {
  const socket = createSocket('udp4');
  const question = query(name, type);
  const answered = once(socket, 'message');
  socket.send(question, port, host);
  const [answer] = (await answered) as [Buffer];
  socket.close();
  return read(answer, question);
}

async function lookUpOverTcp(port: number, name: string) {
  const question = query(name);
  const socket = connect(port, host);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(question.length);
  socket.write(Buffer.concat([length, question]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.readUInt16BE(0)).toBe(answer.length - 2);
  return read(answer.subarray(2), question);
}

describe('consul', () => {
  const start = async () =>
    cleanup.closing(await startConsul({ httpPort: 0, dnsPort: 0, host, ip: '10.1.2.3', node: 'Node-1' }));

  it('S30 tells its leader, itself and its catalog', async () => {
    const { port } = await start();
    expect((await ask(port, '/v1/status/leader')).json).toBe('10.1.2.3:8300');
    expect((await ask(port, '/v1/agent/self')).at('Config', 'Revision')).toBe('minimesos-simulator');
    expect((await ask(port, '/v1/catalog/nodes')).at(0)).toMatchObject({ Node: 'Node-1', Address: '10.1.2.3' });
    expect((await ask(port, '/v1/catalog/services')).json).toEqual({ consul: [] });
    expect((await ask(port, '/v1/nothing')).status).toBe(404);
  });

  it('S30 answers DNS with what was registered', async () => {
    const { port, dnsPort } = await start();
    const service = { ID: 'web-1', Name: 'web', Address: '10.9.9.9', Port: 80, Tags: ['a'] };
    expect((await send(port, '/v1/agent/service/register', service, 'PUT')).status).toBe(200);
    expect((await send(port, '/v1/agent/service/register', '{', 'PUT')).status).toBe(400);
    expect((await ask(port, '/v1/catalog/services')).json).toEqual({ consul: [], web: ['a'] });
    expect((await ask(port, '/v1/catalog/service/web')).at(0)).toMatchObject({
      ServiceAddress: '10.9.9.9',
      ServicePort: 80,
    });
    expect(await lookUp(dnsPort, 'consul.service.consul')).toEqual({ code: 0, ips: ['10.1.2.3'] });
    expect(await lookUp(dnsPort, 'Web.service.consul')).toEqual({ code: 0, ips: ['10.9.9.9'] });
    expect(await lookUp(dnsPort, 'node-1.node.consul')).toEqual({ code: 0, ips: ['10.1.2.3'] });
    expect(await lookUp(dnsPort, 'nothing.service.consul')).toEqual({ code: 3, ips: [] });
    await send(port, '/v1/agent/service/deregister/web-1', '', 'PUT');
    expect(await lookUp(dnsPort, 'web.service.consul')).toEqual({ code: 3, ips: [] });
  });
});

describe('registrator', () => {
  it('S31 is content with a Consul that answers', async () => {
    const { port } = cleanup.closing(await startConsul({ httpPort: 0, dnsPort: 0, host, ip: host, node: 'n' }));
    expect(await waitForConsul(host, port)).toBeNull();
  });

  it('S31 gives up on one that never does', async () => {
    const { port } = await testZookeeper(cleanup);
    expect(await waitForConsul(host, port, { tries: 2, betweenMs: 1 })).not.toBeNull();
  });

  it('S31 needs the URI of a Consul', async () => {
    const process = testHost();
    await playRegistrator(['-internal'], process);
    await playRegistrator(['-internal', 'etcd://h'], process);
    expect(process.exits).toEqual([2, 1]);
    expect(consulAddress('consul://h:8500')).toEqual({ host: 'h', port: 8500 });
    expect(consulAddress('consul://')).toEqual({ host: 'localhost', port: 8500 });
  });
});

describe('mesos-dns', () => {
  it('S32 answers with the masters that ZooKeeper knows, over UDP and TCP, and with nothing else', async () => {
    const zookeeper = await testZookeeper(cleanup);
    const master = await startMaster(masterArgs(zookeeper.port), testHost());
    if (master === null) throw new Error('no master');
    cleanup.closing(master);
    const zk = { servers: [{ host, port: zookeeper.port }], path: '/mesos' };
    const options = { zk, domain: 'mm', dnsPort: 0, httpPort: 0, host, refreshMs: 20 };
    const { port, dnsPort } = cleanup.closing(await startMesosDns(options));
    await until('the leader to be known', async () => (await lookUp(dnsPort, 'leader.mm')).ips.length === 1);
    expect(await lookUp(dnsPort, 'Master.MM')).toEqual({ code: 0, ips: ['127.0.0.1'] });
    expect(await lookUpOverTcp(dnsPort, 'leader.mm')).toEqual({ code: 0, ips: ['127.0.0.1'] });
    expect(await lookUp(dnsPort, 'leader.mm', 28)).toEqual({ code: 0, ips: [] });
    expect(await lookUp(dnsPort, 'slave.mm')).toEqual({ code: 3, ips: [] });
    expect((await ask(port, '/v1/hosts/master.mm')).json).toEqual([{ host: 'master.mm.', ip: '127.0.0.1' }]);
    expect((await ask(port, '/v1/hosts/none.mm')).json).toEqual([{ host: '', ip: '' }]);
    expect((await ask(port, '/v1/version')).json).toMatchObject({ Version: 'minimesos-simulator' });
    expect((await ask(port, '/v1/config')).json).toMatchObject({ Domain: 'mm', RefreshSeconds: 0.02 });
  });

  it('S32 knows the leader, all masters and all agents', () => {
    const master = (ip: string) => ({ id: ip, ip, port: 5050, hostname: ip, version: '' });
    const agents = agentIps('{"slaves":[{"pid":"slave(1)@10.0.0.5:5051"},{"pid":"slave(1)@10.0.0.6:5051"},{}]}');
    const records = recordsOf('mm', [master('10.0.0.1'), master('10.0.0.2')], agents);
    expect(Object.fromEntries(records)).toEqual({
      'leader.mm': ['10.0.0.1'],
      'master.mm': ['10.0.0.1', '10.0.0.2'],
      'master0.mm': ['10.0.0.1'],
      'master1.mm': ['10.0.0.2'],
      'slave.mm': ['10.0.0.5', '10.0.0.6'],
    });
    expect(agentIps('no JSON')).toEqual([]);
  });

  it('S19 DNS messages that are none get an error or nothing', () => {
    const resolve = () => ['1.2.3.4'];
    expect(answerDns(Buffer.alloc(3), resolve, 0)).toBeNull();
    const answer = query('a.b');
    answer.writeUInt8(0x80, 2);
    expect(answerDns(answer, resolve, 0)).toBeNull();
    const cut = query('a.b');
    for (let length = 12; length < cut.length; length += 1) {
      expect(answerDns(cut.subarray(0, length), resolve, 0)?.readUInt8(3)).toBe(1);
    }
    const looping = Buffer.concat([query('a').subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    expect(answerDns(looping, resolve, 0)?.readUInt8(3)).toBe(1);
  });
});

describe('scope', () => {
  it('S33 answers on the port that it was told', async () => {
    expect(scopePort(['--app.http.address=:5050'])).toBe(5050);
    expect(scopePort(['-app.http.address', '0.0.0.0:5051'])).toBe(5051);
    expect(scopePort([])).toBe(4040);
    const { port } = cleanup.closing(await startScope(0, host));
    expect((await ask(port, '/api')).json).toMatchObject({ id: 'minimesos-simulator' });
    expect((await ask(port, '/')).text).toContain('minimesos simulator');
  });
});
