import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Chronicle } from '../../src/api/chronicle.js';
import { listeners } from '../../src/api/options.js';
import type { Context } from '../../src/cli/context.js';
import { debugLog } from '../../src/cli/debug-log.js';
import { linesOf } from '../../src/cli/progress.js';
import { converge } from '../../src/controller.js';
import { MinimesosError } from '../../src/errors.js';
import { Journal } from '../../src/journal.js';
import { selector } from '../../src/observed/labels.js';
import { DEFAULT_POLICY } from '../../src/policy.js';
import { concealer, mayBeSecret, textsIn, withoutCredentials } from '../../src/secrets.js';
import { summarize } from '../../src/status.js';
import { FakeDocker } from '../support/fake-docker.js';
import { fakeWorld } from '../support/fake-world.js';
import { desiredFrom } from '../support/worlds.js';
import { problemsWith, specWith } from './minimesosfile/parsing.js';

const CANARY = 'c4n4ry-s3cr3t';

describe('a variable', () => {
  it.each(['TOKEN', 'HOME_PAGE', 'MESOS_CREDENTIALS', 'MESOS_ACLS', 'MESOS_SECRET_RESOLVER', 'MESOS_AUTHENTICATEES'])(
    'F58 may hold a secret: %s',
    (name) => expect(mayBeSecret(name)).toBe(true),
  );

  it.each(['MESOS_RECONFIGURATION_POLICY', 'MESOS_CONTAINERIZERS', 'MESOS_PORT'])(
    'is a flag that all know: %s',
    (name) => expect(mayBeSecret(name)).toBe(false),
  );
});

describe('a URL with a user and a password', () => {
  it.each([
    ['https://bob:pw@host/a.json?b=c', 'https://***@host/a.json?b=c'],
    ['cannot read "https://token@host/a": no', 'cannot read "https://***@host/a": no'],
    ['tcp://bob:p@ss@host:2376 and zk://a:b@c:2181/mesos', 'tcp://***@host:2376 and zk://***@c:2181/mesos'],
    ['ssh://me@build', 'ssh://me@build'],
    ['http://host/@me and mail@example.com', 'http://host/@me and mail@example.com'],
    ['nothing', 'nothing'],
  ])('is shown without them: %s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
    expect(withoutCredentials(shown)).toBe(shown);
  });

  it('F58 is so in every error', () => {
    const error = new MinimesosError('USAGE', 'https://bob:pw@host is no file', { details: ['tcp://bob:pw@host'] });
    expect([error.message, ...error.details]).toEqual(['https://***@host is no file', 'tcp://***@host']);
  });
});

describe('what is concealed', () => {
  it('goes out of a text wherever it stands, with each of its lines, and the longer before the shorter', () => {
    const conceal = concealer(['hunter22', 'hunter22-more', 'first line\n  second line\n}']);
    expect(conceal('a=hunter22-more b=hunter22hunter22')).toBe('a=*** b=******');
    expect(conceal('says second line, then }')).toBe('says ***, then }');
  });

  it('is no text so short that it is found in others', () => {
    expect(concealer(['1', 'true', 'INFO'])('true: 1 INFO')).toBe('true: 1 INFO');
  });

  it('are the texts in JSON too, since a process may print it in another form', () => {
    expect(textsIn('{"a": ["b", {"c": "d"}], "e": 1}').sort()).toEqual(['b', 'd']);
    expect(textsIn('no JSON')).toEqual([]);
  });
});

describe('a mistake in a minimesosFile', () => {
  it.each([
    `agent { env { TOKEN = ${CANARY.replaceAll('-', '_')} } }`,
    `agent { env { TOKEN = 1${CANARY.replaceAll('-', '_')} } }`,
    `agent { env { TOKEN "${CANARY}" } }`,
    `agent { env { TOKEN = "a" "${CANARY}" } }`,
    `agent { env { TOKEN = "a" ${CANARY.replaceAll('-', '_')} = "b" } }`,
    `agent { env { "${CANARY}" } }`,
    `master { aclJson = ${CANARY.replaceAll('-', '_')} }`,
    `master { aclJson = '${CANARY}' }`,
    `master { aclJson = '{ "run_tasks": [ ${CANARY} ] }' }`,
    `master { aclJson = '{ "permissive": "${CANARY}" }' }`,
    `marathon { app { marathonJson "https://bob:${CANARY}@host/app.json" } }`,
  ])('F58 does not show what may be a password: %s', (members) => {
    const problems = problemsWith(members);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain(CANARY);
    expect(problems.join('\n')).not.toContain(CANARY.replaceAll('-', '_'));
  });
});

describe('a secret of the file', () => {
  const env = `env { TOKEN = "${CANARY}" }`;
  const acls = `{ "run_tasks": [{ "principals": { "values": ["${CANARY}"] }, "users": { "type": "ANY" } }] }`;
  const file = `
    distribution = "custom"
    zookeeper { ${env} }
    master { ${env}; authenticate = true; aclJson = '${acls}' }
    agent { ${env} }
    marathon { ${env}; cmd = "--master zk://a:${CANARY}@zookeeper-0/mesos --http_credentials admin:${CANARY}" }
    consul { ${env} }; registrator { ${env} }; mesosdns { ${env} }; scope { ${env} }`;
  const wanted = desiredFrom(specWith(file));
  const changed = desiredFrom(specWith(file.replaceAll(CANARY, `${CANARY}-2`)));

  it('F57 F58 is known to its container, and to no log, journal, label, status or error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-secrets-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const told: string[] = [];
    const stderr = new Writable({ write: (chunk, _encoding, done) => done(void told.push(String(chunk))) });
    const paint = (_tone: string, text: string) => text;
    const context = { streams: { stderr }, tell: (text: string) => told.push(text), paint };
    const views = [debugLog(context as unknown as Context), linesOf(context as unknown as Context)];
    const journal = new Journal(join(folder, '.minimesos', 'events.jsonl'));
    const chronicle = await Chronicle.open(journal, { command: 'apply', version: '1', now: () => 0 });
    const docker = new FakeDocker();
    const words = [`Flags at startup: --acls="${acls}"`, `TOKEN=${CANARY}`, `--http_credentials admin:${CANARY}`];
    docker.onStart = ({ spec: { name } }) => {
      if (/-(agent|master|marathon)-0$/.test(name)) docker.crash(name, 1, words);
    };
    const options = { policy: DEFAULT_POLICY, timeoutMs: 300_000 };
    const listener = listeners(chronicle, ...views.map((view) => view.listener));
    const first = await converge(fakeWorld(wanted, docker), { ...options, listener });
    docker.onStart = () => {};
    const second = await converge(fakeWorld(changed, docker), { ...options, listener });
    await journal.flush();

    expect(first.failures.size).toBeGreaterThan(0);
    expect(second.converged).toBe(true);
    const containers = await docker.listContainers(selector());
    const volumes = await docker.listVolumes(selector());
    const [log, events] = [told.join('\n'), await readFile(join(folder, '.minimesos', 'events.jsonl'), 'utf8')];
    const status = summarize({ ...second.pass, cluster: wanted.cluster, conditions: [], generation: undefined });
    const errors = [...first.failures.values()].map(({ message, details }) => [message, details]);
    const steps = [...first.steps, ...second.steps];
    const all = { log, events, errors, steps, status, labels: [...containers, ...volumes].map(({ labels }) => labels) };
    for (const [what, value] of Object.entries(all)) expect(JSON.stringify(value), what).not.toContain(CANARY);
    expect(events).toContain('TOKEN=***');
    expect(log).toContain('TOKEN=***');
    expect(steps.map(({ cause }) => cause)).toContain('MESOS_ACLS or TOKEN changed');
    const { env: given } = docker.container(`minimesos-${wanted.cluster.id}-master-0`)?.spec ?? {};
    expect(given).toMatchObject({ TOKEN: `${CANARY}-2`, MESOS_ACLS: acls.replaceAll(CANARY, `${CANARY}-2`) });
  });

  it('F57 leaves no digest in the labels, which would confirm a guess', () => {
    for (const [at, component] of wanted.components.entries()) {
      const [before, after] = [component.parts(), changed.components[at]?.parts()];
      expect(before).toEqual(after);
      expect(before['env TOKEN']).toBe('*');
      expect(component.hash).not.toBe(changed.components[at]?.hash);
    }
  });
});
