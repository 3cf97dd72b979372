import { hostname } from 'node:os';
import type { Host } from '../host.js';
import { type HttpAnswer, type HttpRequest, html, httpServer, json, plainError, text } from '../http.js';
import { isObject, numberField, parseJson, stringField } from '../json.js';
import { listen, type Running } from '../listen.js';
import { outerAddress } from '../mesos/address.js';
import type { RunningRole } from '../role.js';
import { serveDns } from './dns.js';

/** A service that somebody registered. */
interface Service {
  id: string;
  name: string;
  address: string;
  port: number;
  tags: string[];
}

export interface ConsulOptions {
  httpPort: number;
  dnsPort: number;
  host?: string;
  ip: string;
  node: string;
}

const SERVER_PORT = 8300;
const VERSION = '1.0.0-minimesos-simulator';

/** Serves Consul's HTTP and DNS with what was registered; it forgets when it ends, as a Consul in development mode does. */
export async function startConsul({
  httpPort,
  dnsPort,
  host,
  ip,
  node,
}: ConsulOptions): Promise<Running & { dnsPort: number }> {
  const services = new Map<string, Service>();
  const own: Service = { id: 'consul', name: 'consul', address: ip, port: SERVER_PORT, tags: [] };
  const all = (): Service[] => [own, ...services.values()];
  const server = httpServer((request) => answer(request, { services, all, ip, node }));
  const port = await listen(server, httpPort, host);
  const dns = await serveDns({
    port: dnsPort,
    ttlSeconds: 0,
    ...(host === undefined ? {} : { host }),
    resolve: (name) => {
      const [label = '', kind, ...rest] = name.split('.');
      if (rest.join('.') !== 'consul') return null;
      if (kind === 'node') return label === node.toLowerCase() ? [ip] : null;
      const found = all().filter((service) => kind === 'service' && service.name.toLowerCase() === label);
      return found.length === 0 ? null : [...new Set(found.map(({ address }) => address))];
    },
  });
  return {
    port,
    dnsPort: dns.port,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await Promise.all([closed, dns.close()]);
    },
  };
}

interface Catalog {
  services: Map<string, Service>;
  all: () => Service[];
  ip: string;
  node: string;
}

function answer(request: HttpRequest, catalog: Catalog): HttpAnswer {
  const { method, path, body } = request;
  const { services, all, ip, node } = catalog;
  const last = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  if (path === '/v1/agent/service/register' && method === 'PUT') return register(body, catalog);
  if (path.startsWith('/v1/agent/service/deregister/') && method === 'PUT') {
    services.delete(last);
    return { status: 200 };
  }
  if (method !== 'GET' && method !== 'HEAD') return plainError(405);
  if (path === '/v1/status/leader') return json2(`${ip}:${SERVER_PORT}`);
  if (path === '/v1/status/peers') return json([`${ip}:${SERVER_PORT}`]);
  if (path === '/v1/catalog/nodes') return json([{ ID: '', Node: node, Address: ip, Datacenter: 'dc1', Meta: {} }]);
  if (path === '/v1/catalog/services') return json(Object.fromEntries(all().map(({ name, tags }) => [name, tags])));
  if (path.startsWith('/v1/catalog/service/'))
    return json(
      all()
        .filter(({ name }) => name === last)
        .map((each) => entry(each, catalog)),
    );
  if (path === '/v1/agent/services') {
    return json(
      Object.fromEntries(
        [...services].map(([id, { name, tags, port, address }]) => [
          id,
          { ID: id, Service: name, Tags: tags, Port: port, Address: address },
        ]),
      ),
    );
  }
  if (path === '/v1/agent/self') {
    const member = { Name: node, Addr: ip, Port: 8301, Status: 1 };
    return json({
      Config: { Datacenter: 'dc1', NodeName: node, Server: true, Version: VERSION, Revision: 'minimesos-simulator' },
      Member: member,
    });
  }
  if (path === '/' || path.startsWith('/ui'))
    return html('Consul (minimesos simulator)', '<h1>Consul</h1><p>Played by the minimesos simulator.</p>');
  return plainError(404);
}

/** A bare string as JSON. */
function json2(value: string): HttpAnswer {
  return { status: 200, body: JSON.stringify(value), type: 'application/json' };
}

function entry({ id, name, address, port, tags }: Service, { ip, node }: Catalog): object {
  return {
    Node: node,
    Address: ip,
    Datacenter: 'dc1',
    ServiceID: id,
    ServiceName: name,
    ServiceAddress: address,
    ServicePort: port,
    ServiceTags: tags,
  };
}

function register(body: string, { services, ip }: Catalog): HttpAnswer {
  const asked = parseJson(body);
  const name = isObject(asked) ? stringField(asked, 'Name') : undefined;
  if (!isObject(asked) || name === undefined || name === '') return text(400, 'Missing service name');
  const id = stringField(asked, 'ID') ?? name;
  const tags = Array.isArray(asked.Tags) ? asked.Tags.map(String) : [];
  services.set(id, {
    id,
    name,
    tags,
    address: stringField(asked, 'Address') ?? ip,
    port: numberField(asked, 'Port') ?? 0,
  });
  return { status: 200 };
}

/** Plays consul; flags of the real one are taken and ignored. */
export async function playConsul(_args: readonly string[], { env, log, exit }: Host): Promise<RunningRole | null> {
  log.plain('==> The minimesos simulator plays Consul');
  const [httpPort, dnsPort] = [Number(env.CONSUL_HTTP_PORT ?? 8500), Number(env.CONSUL_DNS_PORT ?? 8600)];
  try {
    await startConsul({ httpPort, dnsPort, ip: outerAddress(), node: hostname() });
    return {};
  } catch (error) {
    log.plain(`==> Error starting agent: ${(error as Error).message}`);
    exit(1);
    return null;
  }
}
