import { afterEach, describe, expect, it } from 'vitest';
import { CreateMode } from '../../../../src/simulator/zookeeper/protocol.js';
import { startZookeeper } from '../../../../src/simulator/zookeeper/server.js';
import { Cleanup, testZookeeper } from '../../../support/simulator.js';
import { client, data, say } from './wire.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('four-letter words', () => {
  it('S64 they must tell of sessions, watches and ephemeral znodes, in the form of ZooKeeper 3.8', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.create('/e', data(''), CreateMode.ephemeral);
    await zk.getData('/e', () => {});
    await zk.exists('/later', () => {});
    const id = `0x${zk.sessionId.toString(16)}`;
    expect(await say(port, 'wchs')).toBe('1 connections watching 2 paths\nTotal watches:2\n');
    expect(await say(port, 'wchc')).toBe(`${id}\n\t/e\n\t/later\n\n`);
    expect(await say(port, 'wchp')).toBe(`/e\n\t${id}\n/later\n\t${id}\n\n`);
    expect(await say(port, 'dump')).toMatch(
      new RegExp(
        `Session Sets \\(1\\)/\\(1\\):\n1 expire at .*\n\t${id}\n.*\nSessions with Ephemerals \\(1\\):\n${id}:\n\t/e\n`,
      ),
    );
    expect(await say(port, 'cons')).toMatch(/^ \/127\.0\.0\.1:\d+\[1\]\(queued=0,recved=\d+,sent=\d+,sid=0x/);
    expect(await say(port, 'dirs')).toMatch(/^datadir_size: \d+\nlogdir_size: \d+\n$/);
    expect(await say(port, 'envi')).toMatch(/^Environment:\nzookeeper\.version=3\.8\.0-/);
  });

  it('S64 counts must begin anew when they are reset', async () => {
    const { port } = await testZookeeper(cleanup);
    const zk = await client(cleanup, port);
    await zk.ensure('/a/b/c');
    expect(await say(port, 'srst')).toBe('Server stats reset.\n');
    expect(await say(port, 'srvr')).toContain('\nReceived: 1\nSent: 0\n');
    expect(await say(port, 'crst')).toBe('Connection stats reset.\n');
    expect(await say(port, 'stat')).toContain('[1](queued=0,recved=0,sent=0)');
  });

  it('S64 mntr must list the names of ZooKeeper 3.8', async () => {
    const { port } = await testZookeeper(cleanup);
    const lines = (await say(port, 'mntr')).trimEnd().split('\n');
    const values = new Map(lines.map((line) => line.split('\t') as [string, string]));
    expect(lines.length).toBe(values.size);
    expect(values.size).toBeGreaterThan(480);
    for (const [name, value] of values)
      expect([name, value]).toEqual([expect.stringMatching(/^zk_\w+$/), expect.any(String)]);
    expect(values.get('zk_znode_count')).toBe('5');
    expect(Number(values.get('zk_open_file_descriptor_count'))).toBeGreaterThan(0);
    expect(values.get('zk_p999_readlatency')).toBe('0');
  });

  it('S64 a word that is not on the list of the allowed ones must be refused by name', async () => {
    const directory = cleanup.directory();
    const { port } = cleanup.closing(
      await startZookeeper({ port: 0, host: '127.0.0.1', tickMs: 50, dataDirectory: directory, words: 'ruok, srvr' }),
    );
    expect(await say(port, 'ruok')).toBe('imok');
    expect(await say(port, 'srvr')).toContain('Mode: standalone\n');
    expect(await say(port, 'dump')).toBe('dump is not executed because it is not in the whitelist.\n');
  });
});
