import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent } from '../../../../src/simulator/agent/main.js';
import { listen } from '../../../../src/simulator/listen.js';
import { startMaster } from '../../../../src/simulator/master/main.js';
import { Cleanup, type TestHost, testHost, testZookeeper } from '../../../support/simulator.js';
import { type Ending, recordedEndings } from './endings.js';
import { Judge } from './judge.js';
import { thereAreRecordings, WITHOUT } from './recordings.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const FILE = 'mesos-1.11.0/flag_errors.txt';
const endings = thereAreRecordings ? recordedEndings(FILE) : [];

describe.skipIf(!thereAreRecordings)(`command lines${WITHOUT}`, () => {
  const judge = new Judge();

  it.each(endings.map((ending) => [ending.name, ending] as const))(
    'S95 a daemon must end, or run, as recorded: %s',
    async (name, ending) => {
      const { host, words } = await tried(ending);
      const exit = host.exits[0] ?? null;
      const found = [
        { path: 'exit', how: `${ending.exit} recorded, ${exit} found`, same: exit === ending.exit },
        {
          path: 'words',
          how: `${ending.words} recorded, ${words} found`,
          same: ending.words === null || words.includes(ending.words),
        },
      ];
      expect(
        judge.unlisted(
          `${FILE}:${name}`,
          found.filter(({ same }) => !same),
        ),
      ).toEqual([]);
    },
  );

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
  });
});

/** The same in this process: what was there then is elsewhere here. */
async function tried(ending: Ending): Promise<{ host: TestHost; words: string }> {
  const busy = cleanup.closing(createServer());
  const taken = await listen(busy, 0, '127.0.0.1');
  const { port: zookeeper } = await testZookeeper(cleanup);
  const inUse = ending.name.endsWith('port_in_use');
  const here = (text: string) =>
    text
      .replace('127.0.0.1:2181', `127.0.0.1:${zookeeper}`)
      .replace(/^--port=\d+$/, `--port=${inUse ? taken : 0}`)
      .replace(/\/var\/mesos\/(gm|ga|grt)/, () => cleanup.directory());
  const host = testHost(ending.env);
  const start = ending.role === 'master' ? startMaster : startAgent;
  const running = await start(ending.args.map(here), host);
  if (running !== null) cleanup.closing(running);
  const words = [...host.lines, ...host.printed]
    .join('')
    .replaceAll(`127.0.0.1:${taken}`, ending.role === 'master' ? '127.0.0.1:5050' : '127.0.0.1:5051');
  return { host, words: words.replace(/10\.99\.99\.99:\d+/, '10.99.99.99:6050') };
}
