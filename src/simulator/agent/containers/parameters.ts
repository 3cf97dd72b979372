import type { ContainerSpec } from './spec.js';

type Apply = (spec: ContainerSpec, value: string) => void;

/** The options of `docker run` that tasks bring as parameters. */
const PARAMETERS: { readonly [key: string]: Apply } = {
  env: (spec, value) => spec.Env.push(value),
  label: (spec, value) => {
    const [name = '', ...text] = value.split('=');
    spec.Labels[name] = text.join('=');
  },
  volume: (spec, value) => spec.HostConfig.Binds.push(value),
  hostname: (spec, value) => {
    spec.Hostname = value;
  },
  user: (spec, value) => {
    spec.User = value;
  },
  workdir: (spec, value) => {
    spec.WorkingDir = value;
  },
  entrypoint: (spec, value) => {
    spec.Entrypoint = [value];
  },
  privileged: (spec, value) => {
    spec.HostConfig.Privileged = value === 'true';
  },
  net: network,
  network,
  'cap-add': listed('CapAdd'),
  'cap-drop': listed('CapDrop'),
  'add-host': listed('ExtraHosts'),
  dns: listed('Dns'),
  'dns-search': listed('DnsSearch'),
  'group-add': listed('GroupAdd'),
  link: listed('Links'),
  'security-opt': listed('SecurityOpt'),
  'volumes-from': listed('VolumesFrom'),
  init: said('Init'),
  'read-only': said('ReadonlyRootfs'),
  ipc: worded('IpcMode'),
  pid: worded('PidMode'),
  uts: worded('UTSMode'),
  'log-driver': (spec, value) => {
    spec.HostConfig.LogConfig = { Type: value };
  },
};

/** False for an option that is not among them. */
export function applyParameter(spec: ContainerSpec, key: string, value: string): boolean {
  const apply = Object.hasOwn(PARAMETERS, key) ? PARAMETERS[key] : undefined;
  apply?.(spec, value);
  return apply !== undefined;
}

function network(spec: ContainerSpec, value: string): void {
  spec.HostConfig.NetworkMode = value;
}

function listed(name: string): Apply {
  return ({ HostConfig }, value) => {
    HostConfig[name] = [...((HostConfig[name] as string[] | undefined) ?? []), value];
  };
}

function worded(name: string): Apply {
  return ({ HostConfig }, value) => {
    HostConfig[name] = value;
  };
}

function said(name: string): Apply {
  return ({ HostConfig }, value) => {
    HostConfig[name] = value === 'true';
  };
}
