/** An engine that is reached by other ways than its socket. */

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/docker/dockerode.js';
import { engineSocketOf } from '../../../src/docker/engine-socket.js';
import { dockerSkipped, Sandbox } from '../../support/engine.js';
import { testImage } from '../../support/image.js';
import { type TlsProxy, tlsProxy } from '../../support/tls-proxy.js';

describe.skipIf(dockerSkipped)('an engine behind TLS', () => {
  let proxy: TlsProxy;
  let host: string;

  beforeEach(async () => {
    proxy = await tlsProxy(engineSocketOf(process.env));
    host = `tcp://127.0.0.1:${proxy.port}`;
  });
  afterEach(() => proxy[Symbol.asyncDispose]());

  /** Docker's settings, with a context that is in use. */
  function settings(pems: string[], over: object = {}): NodeJS.ProcessEnv {
    const folder = mkdtempSync(join(tmpdir(), 'minimesos-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const id = createHash('sha256').update('secure').digest('hex');
    const [meta, tls] = [join(folder, 'contexts/meta', id), join(folder, 'contexts/tls', id, 'docker')];
    for (const each of [meta, tls]) mkdirSync(each, { recursive: true });
    writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: host, ...over } } }));
    for (const pem of pems) copyFileSync(join(proxy.certificates, pem), join(tls, pem));
    writeFileSync(join(folder, 'config.json'), '{"currentContext": "secure"}');
    return { DOCKER_CONFIG: folder };
  }

  test('is that of a context, and does all that it does at its socket', async () => {
    const docker = connect({ env: settings(['ca.pem', 'cert.pem', 'key.pem']) });
    expect(await docker.info()).toMatchObject({ os: 'linux', host });
    await using sandbox = new Sandbox(docker);
    const image = await testImage(docker);
    const abort = new AbortController();
    const events = docker.events(sandbox.labels, abort.signal)[Symbol.asyncIterator]();
    const id = await docker.createContainer(
      sandbox.spec(image, await sandbox.network(), { command: ['say', 'hello'] }),
    );
    expect(await events.next()).toMatchObject({ value: { action: 'create', id } });
    await docker.startContainer(id);
    await expect.poll(() => docker.tailLogs(id, 1), { timeout: 20_000 }).toEqual(['hello']);
    abort.abort();
  });

  test('is that of DOCKER_HOST with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: proxy.certificates };
    expect(await connect({ env }).info()).toMatchObject({ host });
  });

  test('is believed by a context that skips verification, which still says who it is', async () => {
    const env = settings(['cert.pem', 'key.pem'], { SkipTLSVerify: true });
    expect(await connect({ env }).info()).toMatchObject({ host });
  });

  test.each([
    ['without the authority that vouches for it', ['cert.pem', 'key.pem']],
    ['without a certificate of one’s own', ['ca.pem']],
    ['without TLS', []],
  ])('is out of reach %s', async (_how, pems) => {
    const env = settings(pems);
    if (pems.length === 0) rmSync(join(env.DOCKER_CONFIG ?? '', 'contexts/tls'), { recursive: true });
    await expect(connect({ env }).info()).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });
});
