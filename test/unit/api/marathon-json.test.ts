import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { definitionOf, jsonTextOf } from '../../../src/api/marathon-json.js';

const VARIABLES = new Map([
  ['MINIMESOS_ZOOKEEPER', 'zk://172.30.8.2:2181/mesos'],
  ['MINIMESOS_MARATHON_PORT', '8080'],
]);

const read = (text: string) => definitionOf({ text, source: 'web.json' }, VARIABLES);

describe('A6 the JSON of an app', () => {
  it('is an object, its text, or a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-json-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'web.json');
    await writeFile(path, '{"id": "web"}');
    expect(await jsonTextOf({ id: 'web' })).toMatchObject({ text: '{"id":"web"}' });
    expect(await jsonTextOf('\n { "id": "web" }')).toMatchObject({ text: '\n { "id": "web" }' });
    expect(await jsonTextOf(path)).toEqual({ text: '{"id": "web"}', source: path });
    await expect(jsonTextOf(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'FILE_INVALID', exit: 65 });
    await expect(jsonTextOf(folder)).rejects.toMatchObject({ code: 'FILE_INVALID', exit: 65 });
  });

  it('may be at a URL', async () => {
    const server = createServer(({ url }, answer) => {
      answer.statusCode = url === '/web.json' ? 200 : 404;
      answer.end('{"id": "web"}');
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await jsonTextOf(`${at}/web.json`)).toEqual({ text: '{"id": "web"}', source: `${at}/web.json` });
    const refused = { code: 'FILE_INVALID', message: expect.stringContaining(`${at}/none.json`) };
    await expect(jsonTextOf(`${at}/none.json`)).rejects.toMatchObject(refused);
  });

  it('has its tokens replaced', () => {
    const text = '{ "id": "web", "cmd": "run ${MINIMESOS_ZOOKEEPER} ${PORT0}", "cpus": ${MINIMESOS_MARATHON_PORT} }';
    const body = { id: 'web', cmd: 'run zk://172.30.8.2:2181/mesos ${PORT0}', cpus: 8080 };
    expect(read(text)).toEqual({ type: 'app', id: '/web', body });
  });

  it('may be a group', () => {
    const group = read('{ "id": "/shop", "apps": [{ "id": "web", "cmd": "sleep 1" }] }');
    expect(group).toMatchObject({ type: 'group', id: '/shop' });
  });

  it.each([
    ['{ "id": "web", }', 'web.json:1:14'],
    ['{ "cmd": "sleep 1" }', 'id'],
    ['{ "id": "web", "cmd": "${MINIMESOS_ZOKEEPER}" }', 'did you mean'],
    [
      '{ "id": "web", "cmd": "${MINIMESOS_CONSUL}" }',
      'web.json:1:24 ${MINIMESOS_CONSUL} stands for nothing in this cluster',
    ],
    ['{ "id": "/shop", "apps": [{ "cmd": "sleep 1" }] }', 'id'],
  ])('%s is refused with its place', (text, reason) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'FILE_INVALID', message: expect.stringContaining(reason) }),
    );
  });
});
