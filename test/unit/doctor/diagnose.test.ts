import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.js';
import { MinimesosError } from '../../../src/errors.js';
import { FakeDocker } from '../../support/fake-docker.js';

function fileIn(text?: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'minimesos-doctor-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'minimesosFile');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

const failures = (docker: FakeDocker, subject: Parameters<typeof diagnose>[1]) =>
  diagnose(() => docker, subject).then(({ ok, checks }) => ({
    ok,
    failed: checks.filter(({ status }) => status === 'fail').map(({ name }) => name),
  }));

it('C38 without an engine the only check is that one, and it says why', async () => {
  const error = new MinimesosError('DOCKER_UNREACHABLE', 'nobody is there', { hint: 'start it' });
  const docker = new FakeDocker();
  docker.stopEngine(error);
  const diagnosis = await diagnose(() => docker, { file: fileIn(''), named: false });
  expect(diagnosis).toEqual({
    ok: false,
    checks: [{ name: 'engine', status: 'fail', message: 'nobody is there', hint: 'start it' }],
    error,
  });
});

it('C38 where the environment names no engine likewise', async () => {
  const connect = () => {
    throw new MinimesosError('DOCKER_UNREACHABLE', 'that names no engine');
  };
  const { checks } = await diagnose(connect, { file: fileIn(''), named: false });
  expect(checks).toMatchObject([{ name: 'engine', status: 'fail' }]);
});

it('C38 a minimesosFile is missed only where somebody named it', async () => {
  const file = fileIn();
  expect(await failures(new FakeDocker(), { file, named: false })).toEqual({ ok: true, failed: [] });
  expect(await failures(new FakeDocker(), { file, named: true })).toEqual({ ok: false, failed: ['file'] });
});

it('C38 a broken minimesosFile fails, whether somebody named it or not', async () => {
  const file = fileIn('minimesos { nonsense = 1 }');
  expect(await failures(new FakeDocker(), { file, named: false })).toEqual({ ok: false, failed: ['file'] });
});

it('C38 nothing is changed', async () => {
  const docker = new FakeDocker();
  await diagnose(() => docker, { file: fileIn('minimesos { agent { } }'), named: false });
  expect(docker.writes).toEqual([]);
});
