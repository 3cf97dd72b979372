import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endpointOf } from '../../../src/docker/endpoint.js';
import { engineSocketOf } from '../../../src/docker/engine-socket.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'minimesos-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (folder: string, name: string, content: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
};
const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');

/** As `docker context create` writes it. */
function context(name: string, docker: object, pems: string[] = [], config = join(home, '.docker')): void {
  const meta = { Name: name, Metadata: {}, Endpoints: { docker } };
  write(join(config, 'contexts/meta', idOf(name)), 'meta.json', JSON.stringify(meta));
  for (const pem of pems) write(join(config, 'contexts/tls', idOf(name), 'docker'), pem, `${pem} of ${name}`);
}

/** As `docker context use` writes it. */
function use(name: string, config = join(home, '.docker')): void {
  write(config, 'config.json', JSON.stringify({ auths: {}, currentContext: name }));
}

const hostOf = (env: NodeJS.ProcessEnv): string => endpointOf(env, home).host;
const UNREACHABLE = 'DOCKER_UNREACHABLE';

describe('the engine that is meant', () => {
  beforeEach(() => {
    context('used', { Host: 'tcp://used:1', SkipTLSVerify: false });
    context('named', { Host: 'tcp://named:1', SkipTLSVerify: false });
  });

  test('is that of the context in use', () => {
    expect(hostOf({})).toBe('unix:///var/run/docker.sock');
    use('used');
    expect(hostOf({})).toBe('tcp://used:1');
  });

  test('is that of DOCKER_CONTEXT rather than that of the context in use', () => {
    use('used');
    expect(hostOf({ DOCKER_CONTEXT: 'named' })).toBe('tcp://named:1');
    expect(hostOf({ DOCKER_CONTEXT: '' })).toBe('tcp://used:1');
  });

  test('is that of DOCKER_HOST rather than that of any context', () => {
    use('used');
    expect(hostOf({ DOCKER_HOST: 'tcp://host:1', DOCKER_CONTEXT: 'named' })).toBe('tcp://host:1');
    expect(hostOf({ DOCKER_HOST: '', DOCKER_CONTEXT: 'named' })).toBe('tcp://named:1');
    write(join(home, '.docker'), 'config.json', 'broken');
    expect(hostOf({ DOCKER_HOST: 'tcp://host:1' })).toBe('tcp://host:1');
  });

  test('is the usual one in the context default', () => {
    use('used');
    expect(hostOf({ DOCKER_CONTEXT: 'default' })).toBe('unix:///var/run/docker.sock');
  });

  test('is looked for in DOCKER_CONFIG', () => {
    const elsewhere = join(home, 'elsewhere');
    context('used', { Host: 'tcp://elsewhere:1' }, [], elsewhere);
    use('used', elsewhere);
    expect(hostOf({ DOCKER_CONFIG: elsewhere })).toBe('tcp://elsewhere:1');
  });

  test('is the usual one where the context or the settings name none', () => {
    context('empty', {});
    expect(hostOf({ DOCKER_CONTEXT: 'empty' })).toBe('unix:///var/run/docker.sock');
    write(join(home, '.docker'), 'config.json', '{}');
    expect(hostOf({})).toBe('unix:///var/run/docker.sock');
  });
});

describe('a context', () => {
  test.each([
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['ssh://me@build', { protocol: 'ssh', host: 'build', username: 'me' }],
    ['tcp://build:2375', { protocol: 'http', host: 'build', port: 2375 }],
  ])('may name %s', (Host, options) => {
    context('any', { Host });
    expect(endpointOf({ DOCKER_CONTEXT: 'any' }, home).options).toMatchObject(options);
  });

  test('speaks TLS with its own certificates, whatever the environment says of others', () => {
    context('secure', { Host: 'tcp://build' }, ['ca.pem', 'cert.pem', 'key.pem']);
    const pem = (name: string) => Buffer.from(`${name} of secure`);
    expect(endpointOf({ DOCKER_CONTEXT: 'secure', DOCKER_CERT_PATH: '/nowhere' }, home)).toEqual({
      host: 'tcp://build:2376',
      options: {
        protocol: 'https',
        host: 'build',
        port: 2376,
        ca: pem('ca.pem'),
        cert: pem('cert.pem'),
        key: pem('key.pem'),
      },
    });
  });

  test('without certificates speaks plainly, also where DOCKER_TLS_VERIFY is set for DOCKER_HOST', () => {
    context('plain', { Host: 'tcp://build:2376' });
    const env = { DOCKER_CONTEXT: 'plain', DOCKER_TLS_VERIFY: '1' };
    expect(endpointOf(env, home).options).toMatchObject({ protocol: 'http', port: 2376 });
  });

  test('that skips verification believes whoever answers', () => {
    context('trusting', { Host: 'tcp://build:2376', SkipTLSVerify: true });
    const options = endpointOf({ DOCKER_CONTEXT: 'trusting' }, home).options as { protocol: string; agent: Agent };
    expect(options.protocol).toBe('https');
    expect(options.agent).toBeInstanceOf(Agent);
    expect(options.agent.options.rejectUnauthorized).toBe(false);
  });

  test('that is not there is an error, and no other engine is taken instead', () => {
    use('gone');
    expect(() => endpointOf({}, home)).toThrow(
      expect.objectContaining({ code: UNREACHABLE, message: 'the Docker context gone is not there' }),
    );
  });

  test('that names no engine is an error which names the context', () => {
    context('odd', { Host: 'ftp://build' });
    expect(() => endpointOf({ DOCKER_CONTEXT: 'odd' }, home)).toThrow(
      expect.objectContaining({
        code: UNREACHABLE,
        message: 'the Docker context odd is "ftp://build", which names no engine',
        hint: 'docker context inspect odd shows it',
      }),
    );
  });

  test('settings that cannot be read are an error with their path', () => {
    write(join(home, '.docker'), 'config.json', '{"currentContext": ');
    expect(() => endpointOf({}, home)).toThrow(
      expect.objectContaining({
        code: UNREACHABLE,
        message: expect.stringContaining(join(home, '.docker/config.json')),
      }),
    );
  });
});

describe('the socket that is mounted into those that talk to Docker', () => {
  const socketIn = (Host: string): string => {
    context('any', { Host });
    return engineSocketOf({ DOCKER_CONTEXT: 'any' }, home);
  };

  test('is the one that DOCKER_HOST or a context names, where it is the engine’s own', () => {
    expect(engineSocketOf({}, home)).toBe('/var/run/docker.sock');
    expect(engineSocketOf({ DOCKER_HOST: 'unix:///run/other.sock' }, home)).toBe('/run/other.sock');
    expect(socketIn('unix:///run/user/1000/docker.sock')).toBe('/run/user/1000/docker.sock');
  });

  test('is where engines have it, where the one that is named leads into a machine', () => {
    expect(socketIn('unix:///Users/ada/.docker/run/docker.sock')).toBe('/var/run/docker.sock');
    expect(socketIn('tcp://build:2376')).toBe('/var/run/docker.sock');
    expect(engineSocketOf({ DOCKER_CONTEXT: 'gone' }, home)).toBe('/var/run/docker.sock');
  });
});
