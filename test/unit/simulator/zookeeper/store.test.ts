import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ZookeeperService } from '../../../../src/simulator/zookeeper/service.js';
import { Cleanup } from '../../../support/simulator.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

function open(dataDirectory: string): ZookeeperService {
  return cleanup.closing(new ZookeeperService({ dataDirectory, tickMs: 1000 }));
}

function create(service: ZookeeperService, path: string): void {
  service.commit([{ kind: 'create', path, data: Buffer.from(path), owner: 0n, acl: null }]);
}

it('S8 forgets nothing that was answered, wherever the last record is cut', () => {
  const directory = cleanup.directory();
  const file = join(directory, 'zookeeper.log');
  const service = open(directory);
  create(service, '/kept');
  const whole = readFileSync(file).length;
  create(service, '/cut');
  const bytes = readFileSync(file);
  for (const length of [whole, whole + 1, whole + 20, bytes.length - 1]) {
    writeFileSync(file, bytes);
    truncateSync(file, length);
    const again = open(directory);
    expect(again.unreadableBytes).toBe(length - whole);
    expect(again.tree.get('/kept').data?.toString()).toBe('/kept');
    expect(again.tree.find('/cut')).toBeUndefined();
    create(again, '/more');
    expect(open(directory).tree.find('/more')).toBeDefined();
  }
});

it('S8 drops a last record whose bytes are wrong', () => {
  const directory = cleanup.directory();
  create(open(directory), '/kept');
  appendFileSync(
    join(directory, 'zookeeper.log'),
    '00000000 {"zxid":9,"changes":[{"kind":"delete","path":"/kept"}]}\n',
  );
  expect(open(directory).tree.find('/kept')).toBeDefined();
});

it('S2 numbers on after a restart where it stopped', () => {
  const directory = cleanup.directory();
  const first = open(directory);
  create(first, '/m');
  create(first, '/m/a');
  first.commit([{ kind: 'delete', path: '/m/a' }]);
  const { zxid } = first;
  const again = open(directory);
  expect(again.tree.get('/m').creates).toBe(1);
  expect(again.zxid).toBe(zxid);
  expect(again.tree.statOf(again.tree.get('/m'))).toMatchObject({ cversion: 2, numChildren: 0 });
});

it('S4 gives clients back the time in which the server itself was frozen', () => {
  let now = 0;
  const service = cleanup.closing(
    new ZookeeperService({ dataDirectory: cleanup.directory(), tickMs: 100, now: () => now }),
  );
  const session = service.openSession(200, { drop: () => {} });
  now += 60_000;
  service.sweep();
  expect(service.sessions.has(session.id)).toBe(true);
  for (let passed = 0; passed < 300; passed += 20) {
    now += 20;
    service.sweep();
  }
  expect(service.sessions.has(session.id)).toBe(false);
});
