import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endpointOf } from '../../../src/docker/endpoint.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'minimesos-'));
});
afterEach(() => rm(home, { recursive: true }));

test('without DOCKER_HOST it is the system’s socket', () => {
  const expected = { host: 'unix:///var/run/docker.sock', options: { socketPath: '/var/run/docker.sock' } };
  expect(endpointOf({}, home)).toMatchObject(expected);
  expect(endpointOf({ DOCKER_HOST: '' }, home)).toMatchObject(expected);
});

test('Docker Desktop’s socket in the home folder comes first', async () => {
  const socketPath = join(home, '.docker/run/docker.sock');
  await mkdir(join(home, '.docker/run'), { recursive: true });
  await writeFile(socketPath, '');
  expect(endpointOf({}, home).options).toMatchObject({ socketPath });
});

test.each([
  [
    'unix:///run/user/1000/docker.sock',
    'unix:///run/user/1000/docker.sock',
    { socketPath: '/run/user/1000/docker.sock' },
  ],
  ['tcp://build:1234', 'tcp://build:1234', { protocol: 'http', host: 'build', port: 1234 }],
  ['tcp://build', 'tcp://build:2375', { protocol: 'http', port: 2375 }],
  ['build:1234', 'tcp://build:1234', { host: 'build', port: 1234 }],
  ['tcp://build:2376', 'tcp://build:2376', { protocol: 'https' }],
  ['https://build:1', 'tcp://build:1', { protocol: 'https' }],
  ['ssh://me@build', 'ssh://me@build', { protocol: 'ssh', host: 'build', port: 22, username: 'me' }],
  ['ssh://me@build:2222', 'ssh://me@build:2222', { port: 2222 }],
  ['npipe:////./pipe/docker', 'npipe:////./pipe/docker', { socketPath: '//./pipe/docker' }],
])('DOCKER_HOST=%s is %s', (DOCKER_HOST, host, options) => {
  expect(endpointOf({ DOCKER_HOST }, home)).toMatchObject({ host, options });
});

test('DOCKER_TLS_VERIFY asks for TLS, with the certificates of DOCKER_CERT_PATH', async () => {
  for (const file of ['ca.pem', 'cert.pem', 'key.pem']) await writeFile(join(home, file), file);
  const env = { DOCKER_HOST: 'tcp://build', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home };
  expect(endpointOf(env, '/nowhere')).toMatchObject({
    host: 'tcp://build:2376',
    options: {
      protocol: 'https',
      ca: Buffer.from('ca.pem'),
      cert: Buffer.from('cert.pem'),
      key: Buffer.from('key.pem'),
    },
  });
});

test('ssh goes through the agent that the environment names', () => {
  const { options } = endpointOf({ DOCKER_HOST: 'ssh://build', SSH_AUTH_SOCK: '/tmp/agent' }, home);
  expect(options.sshOptions).toEqual({ agent: '/tmp/agent', keepaliveInterval: 10_000 });
});

test.each(['ftp://build', 'tcp://', ':::'])('DOCKER_HOST=%s names no engine', (DOCKER_HOST) => {
  expect(() => endpointOf({ DOCKER_HOST }, home)).toThrow(
    expect.objectContaining({
      code: 'DOCKER_UNREACHABLE',
      message: `DOCKER_HOST is "${DOCKER_HOST}", which names no engine`,
    }),
  );
});
