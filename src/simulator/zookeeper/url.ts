/** `zk://host1:port1,host2:port2/path` as Mesos takes it (a name and password before the hosts are dropped). */
export interface ZookeeperUrl {
  servers: { host: string; port: number }[];
  path: string;
}

/** Parses a zk:// URL; an error string, in Mesos' words, for what is none. */
export function parseZookeeperUrl(url: string): ZookeeperUrl | string {
  if (!url.startsWith('zk://')) return "Expecting 'zk://' at the beginning of the URL";
  const rest = url.slice('zk://'.length);
  const slash = rest.indexOf('/');
  const hosts = (slash === -1 ? rest : rest.slice(0, slash)).replace(/^.*@/, '');
  const servers = hosts.split(',').map((host) => {
    const [name = '', port = '2181'] = host.split(':');
    return { host: name, port: Number(port) };
  });
  if (servers.some(({ host, port }) => host === '' || !Number.isInteger(port) || port < 1 || port > 65535)) {
    return `Expecting host:port in '${hosts}'`;
  }
  return { servers, path: slash === -1 ? '/' : rest.slice(slash).replace(/\/+$/, '') || '/' };
}
