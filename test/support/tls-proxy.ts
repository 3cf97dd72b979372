/** The engine of this machine behind TCP and TLS, as one on another machine is reached. */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';

export interface TlsProxy extends AsyncDisposable {
  port: number;
  /** Has ca.pem, cert.pem and key.pem of a client that is let in. */
  certificates: string;
}

export async function tlsProxy(socketPath: string): Promise<TlsProxy> {
  const certificates = mkdtempSync(join(tmpdir(), 'minimesos-tls-'));
  const pem = (name: string): Buffer => readFileSync(join(certificates, `${name}.pem`));
  authority(certificates);
  issue(certificates, 'server', 'server-key', 'subjectAltName=IP:127.0.0.1');
  issue(certificates, 'cert', 'key', 'extendedKeyUsage=clientAuth');
  const sockets = new Set<Socket>();
  const note = (socket: Socket): Socket => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    return socket;
  };
  const keys = { ca: pem('ca'), cert: pem('server'), key: pem('server-key') };
  const server = createServer({ ...keys, requestCert: true, rejectUnauthorized: true }, (client) => {
    const engine = note(connectTo(socketPath));
    note(client).pipe(engine).pipe(client);
    client.on('close', () => engine.destroy());
    engine.on('close', () => client.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    certificates,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      rmSync(certificates, { recursive: true });
    },
  };
}

function openssl(folder: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function authority(folder: string): void {
  openssl(
    folder,
    'req',
    '-x509',
    ...KEY,
    '-subj',
    '/CN=authority',
    '-days',
    '2',
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
  );
}

function issue(folder: string, certificate: string, key: string, extension: string): void {
  writeFileSync(join(folder, 'extension'), extension);
  openssl(folder, 'req', '-new', ...KEY, '-subj', `/CN=${certificate}`, '-keyout', `${key}.pem`, '-out', 'request');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '2', '-extfile', 'extension'];
  openssl(folder, 'x509', '-req', '-in', 'request', ...by, '-out', `${certificate}.pem`);
}
