import { afterAll, describe, expect, it } from 'vitest';
import { startAgent } from '../../../../src/simulator/agent/main.js';
import { startMaster } from '../../../../src/simulator/master/main.js';
import { Cleanup, testHost, testZookeeper, until } from '../../../support/simulator.js';
import { Judge } from './judge.js';
import { parseHead, readAnswer, readText, thereAreRecordings, WITHOUT } from './recordings.js';
import { play, request } from './scene.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const V = 'mesos-1.11.0';

describe.skipIf(!thereAreRecordings)(`masters that do not lead${WITHOUT}`, () => {
  const judge = new Judge();

  it('S16 S93 a follower must answer as recorded, and send on to the leader', async () => {
    const { port: zookeeper } = await testZookeeper(cleanup);
    const start = async () => {
      const flags = [`--zk=zk://127.0.0.1:${zookeeper}/mesos`, '--quorum=2', '--port=0', '--work_dir=/tmp'];
      const master = await startMaster([...flags, '--ip=127.0.0.1', '--hostname=127.0.0.1'], testHost());
      if (master === null) throw new Error('no master');
      return cleanup.closing(master);
    };
    const leader = await start();
    await until('the first master to lead', () => leader.leads());
    const follower = await start();
    await until('the second to know', async () => (await request(follower.port, '/state')).status === 307);

    const recorded = JSON.parse(readText(`${V}/nonleader_responses.json`)) as [string, number, string | null, string][];
    const remarks = await Promise.all(
      recorded.map(async ([path, status, location, body]) => {
        const answer = await request(follower.port, path);
        const there = answer.headers.location?.replace(`127.0.0.1:${leader.port}`, '127.0.0.1:5151') ?? null;
        const found = [
          { path: 'status', how: `${status} recorded, ${answer.status} found`, same: answer.status === status },
          { path: 'header location', how: `${location} recorded, ${there} found`, same: there === location },
          // The bodies were cut, as Python shows bytes: here it counts whether there is none.
          { path: 'body', how: 'another', same: (body === "b''") === (answer.body === '') },
        ];
        return judge.unlisted(
          `${V}/nonleader_responses.json:${path}`,
          found.filter(({ same }) => !same),
        );
      }),
    );
    expect(remarks.flat()).toEqual([]);
    const { status, headers } = parseHead(readText(`${V}/nonleader_state.headers`));
    const redirect = await request(follower.port, '/state');
    expect(redirect.status).toBe(status);
    expect(Object.keys(redirect.headers).sort()).toEqual(Object.keys(headers).sort());
  });

  it('S93 the state of an agent without a master must be as recorded', async () => {
    const { port } = await testZookeeper(cleanup);
    const resources = '--resources=cpus(*):2;mem(*):1024;disk(*):2000;ports(*):[31000-32000]';
    const flags = [`--master=zk://127.0.0.1:${port}/mesos`, `--work_dir=${cleanup.directory()}`, resources];
    const settings = ['--port=0', '--ip=127.0.0.1', '--hostname=127.0.0.1', '--runtime_dir=/tmp'];
    const launcher = ['--no-systemd_enable_support', '--launcher=posix'];
    const agent = await startAgent([...flags, ...settings, ...launcher], testHost());
    if (agent === null) throw new Error('no agent');
    cleanup.closing(agent);
    const aliases = [[`127.0.0.1:${agent.port}`, '127.0.0.1:5051']] as const;
    const name = `${V}/agent/state_no_master.json`;
    expect(judge.remarks(name, await request(agent.port, '/state'), aliases)).toEqual([]);
  });

  it('S93 a master that has just taken over must list agents as recorded', async () => {
    const { master } = await play(cleanup, { agents: [] });
    const name = `${V}/master/after_failover_slaves_recovered.json`;
    expect(judge.remarks(name, await request(master.port, '/slaves'))).toEqual([]);
  });

  it('S93 a master must be announced in ZooKeeper as recorded', async () => {
    const { master } = await play(cleanup, { agents: [] });
    const recorded = ['znodes', 'znodes_3masters'].map((name) => readText(`${V}/zk/${name}.txt`)).join('\n');
    const announced = [...recorded.matchAll(/json\.info_\d{10} .* data=b'(.*)'/g)].map(([, data = '']) =>
      JSON.parse(data),
    );
    expect(announced.length).toBeGreaterThan(0);
    const here = JSON.parse((await request(master.port, '/registrar(1)/registry')).body).master.info;
    for (const one of announced) expect(Object.keys(one)).toEqual(Object.keys(here));
  });

  it('S90 no deviation must be listed that is none', () => {
    expect(judge.stale()).toEqual([]);
    expect(readAnswer(`${V}/nonleader_responses.json`).status).toBe(200);
  });
});
