import { describe, expect, it } from 'vitest';
import { incompatibility } from '../../../src/simulator/agent/compatibility.js';
import type { AgentInfo } from '../../../src/simulator/mesos/agent-protocol.js';
import { MessageSplitter, readAgentInfo } from '../../../src/simulator/mesos/agent-protocol.js';
import { ipAsInteger, masterInfoJson, readMasterInfo } from '../../../src/simulator/mesos/master-info.js';
import {
  type Attribute,
  parseAttributes,
  parseResources,
  plainAttributes,
  plainResources,
  type Resource,
} from '../../../src/simulator/mesos/resources.js';
import { reservedBy, unreserved } from '../../../src/simulator/mesos/shown-resources.js';
import { generationOf, isAtLeast } from '../../../src/simulator/mesos/version.js';

function resources(text: string): Resource[] {
  const parsed = parseResources(text, '*');
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function attributes(text: string): Attribute[] {
  const parsed = parseAttributes(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

describe('resources and attributes', () => {
  it('S12 of several roles are summed, and shown per role', () => {
    const parsed = resources(
      'cpus(*):4;cpus(cook):2.5;mem(*):1024;mem(cook):512;disk(*):2000;ports(*):[31000-32000,33000-33010];ports(cook):[34000-34010]',
    );
    expect(plainResources(parsed)).toEqual({
      disk: 2000,
      mem: 1536,
      gpus: 0,
      cpus: 6.5,
      ports: '[31000-32000, 33000-33010, 34000-34010]',
    });
    expect(plainResources(unreserved(parsed))).toMatchObject({ cpus: 4, ports: '[31000-32000, 33000-33010]' });
    expect(reservedBy(parsed, plainResources)).toEqual({
      cook: { disk: 0, mem: 512, gpus: 0, cpus: 2.5, ports: '[34000-34010]' },
    });
  });

  it('S12 are taken as JSON too, and with spaces', () => {
    const json =
      '[{"name":"cpus","type":"SCALAR","scalar":{"value":0.2}},{"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":2}]},"role":"web"}]';
    expect(resources(json)).toEqual(resources(' cpus : 0.2 ; ports(web):[1-2]'));
  });

  it('S12 touching ranges become one', () => {
    expect(plainResources(resources('ports:[5-7, 1-3, 4-4]'))).toMatchObject({ ports: '[1-7]' });
  });

  it('S12 attributes become text, scalar or ranges by their form', () => {
    expect(plainAttributes(attributes('cook-pool:mesos-gamma;rack:1;zones:[1-3];az:0a;url:http://x'))).toEqual({
      'cook-pool': 'mesos-gamma',
      rack: 1,
      zones: '[1-3]',
      az: '0a',
      url: 'http://x',
    });
  });
});

describe('an agent that comes back changed', () => {
  const info = (change: Partial<{ r: string; a: string; hostname: string; port: number }> = {}): AgentInfo => ({
    hostname: change.hostname ?? 'h',
    port: change.port ?? 5051,
    resources: resources(change.r ?? 'cpus:2;mem:512;ports:[1-10];cpus(web):1'),
    attributes: attributes(change.a ?? 'rack:1;zone:[1-3];name:x'),
  });

  it.each([
    ['nothing', info()],
    ['the order', info({ r: 'cpus(web):1;ports:[1-10];mem:512;cpus:2', a: 'name:x;zone:[1-3];rack:1' })],
  ])('S13 may have changed %s under either policy', (_what, changed) => {
    expect(incompatibility(info(), changed, 'equal')).toBeNull();
    expect(incompatibility(info(), changed, 'additive')).toBeNull();
  });

  it.each([
    ['more of a resource', info({ r: 'cpus:3;mem:512;ports:[1-20];cpus(web):1' })],
    ['another resource', info({ r: 'cpus:2;mem:512;ports:[1-10];cpus(web):1;disk:5;mem(web):3' })],
    ['another attribute', info({ a: 'rack:1;zone:[1-3];name:x;more:y' })],
    ['a wider range in an attribute', info({ a: 'rack:1;zone:[1-5];name:x' })],
  ])('S13 may have %s under additive only', (_what, changed) => {
    expect(incompatibility(info(), changed, 'additive')).toBeNull();
    expect(incompatibility(info(), changed, 'equal')).toContain('Incompatible agent info detected');
  });

  it.each([
    ["Value of scalar resource 'cpus' decreased from 2 to 1", info({ r: 'cpus:1;mem:512;ports:[1-10];cpus(web):1' })],
    ['Resource not found: cpus(web):1', info({ r: 'cpus:2;mem:512;ports:[1-10]' })],
    ["Previous value of range resource 'ports'", info({ r: 'cpus:2;mem:512;ports:[2-10];cpus(web):1' })],
    ["Couldn't find attribute name:x", info({ a: 'rack:1;zone:[1-3]' })],
    ["Value of scalar attribute 'rack' changed from 1 to 2", info({ a: 'rack:2;zone:[1-3];name:x' })],
    ["Type of attribute 'rack' changed", info({ a: 'rack:a;zone:[1-3];name:x' })],
    ['Hostname changed from h to i', info({ hostname: 'i' })],
    ['Port changed from 5051 to 5052', info({ port: 5052 })],
  ])('S13 is refused under both: %s', (reason, changed) => {
    expect(incompatibility(info(), changed, 'additive')).toContain(reason);
    expect(incompatibility(info(), changed, 'equal')).toContain('Incompatible agent info detected');
  });
});

describe('a MasterInfo', () => {
  const info = { id: 'i', ip: '127.0.0.1', port: 5050, hostname: 'h', version: '1.11.0' };

  it('S14 holds the IP as a little-endian integer, and is read back', () => {
    expect(ipAsInteger('127.0.0.1')).toBe(16777343);
    expect(Object.keys(masterInfoJson(info))).toEqual([
      'address',
      'capabilities',
      'hostname',
      'id',
      'ip',
      'pid',
      'port',
      'version',
    ]);
    expect(readMasterInfo(Buffer.from(JSON.stringify(masterInfoJson(info))))).toEqual(info);
  });

  it.each(['', '{', '[]', '{"id":"i"}', '{"id":"i","pid":"nothing"}'])('is none in %j', (text) => {
    expect(readMasterInfo(Buffer.from(text))).toBeNull();
  });
});

it('versions are compared by number', () => {
  expect(isAtLeast('1.11.0', '1.2.0')).toBe(true);
  expect(isAtLeast('1.0.0', '1.0.1')).toBe(false);
  expect(isAtLeast('1.5.0-rc1', '1.5.0')).toBe(true);
  expect([generationOf('1.0.4'), generationOf('1.2.0')]).toEqual(['classic', 'modern']);
});

it('messages between agent and master are cut at line ends, wherever the bytes are cut', () => {
  const splitter = new MessageSplitter();
  const bytes = Buffer.from('{"type":"PING"}\n{"type":"ä"}\nrubbish\n');
  const messages = [...bytes].flatMap((byte) => [...splitter.push(Buffer.from([byte]))]);
  expect(messages).toEqual([{ type: 'PING' }, { type: 'ä' }, null]);
});

it('S19 an AgentInfo with a value that is none is no AgentInfo', () => {
  const good = {
    hostname: 'h',
    port: 1,
    resources: resources('cpus:1;ports:[1-2];s:{a,b}'),
    attributes: attributes('a:b;c:1'),
  };
  const read = (info: object) => readAgentInfo(JSON.parse(JSON.stringify(info)));
  expect(read(good)).toEqual(good);
  const wrong: object[] = [
    { name: 'ports', role: '*', type: 'RANGES', ranges: { range: [null] } },
    { name: 'cpus', role: '*', type: 'SCALAR', scalar: {} },
    { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } },
    { name: 's', role: '*', type: 'SET', set: { item: [1] } },
    { name: 't', role: '*', type: 'TEXT', text: { value: 'x' } },
    { name: 'x', role: '*' },
  ];
  for (const resource of wrong) expect(read({ ...good, resources: [resource] })).toBeNull();
  expect(read({ ...good, attributes: [{ name: 'a', type: 'SET', set: { item: ['a'] } }] })).toBeNull();
  expect(read({ ...good, port: '1' })).toBeNull();
});
