import { KINDS, type Kind } from '../model.js';
import { agent } from './agent.js';
import { consul } from './consul.js';
import type { ComponentKind } from './kind.js';
import { marathon } from './marathon.js';
import { master } from './master.js';
import { mesosDns } from './mesos-dns.js';
import { registrator } from './registrator.js';
import { scope } from './scope.js';
import { zookeeper } from './zookeeper.js';

const BY_KIND: Record<Kind, ComponentKind> = {
  zookeeper,
  master,
  agent,
  marathon,
  consul,
  registrator,
  'mesos-dns': mesosDns,
  scope,
};

export function kindOf(kind: Kind): ComponentKind {
  return BY_KIND[kind];
}

/** In the order of `KINDS`, which is the order in which components are shown and queued. */
export const COMPONENT_KINDS: readonly ComponentKind[] = KINDS.map(kindOf);

/** The kind that a label or an id names; undefined where another version of minimesos knew more kinds. */
export function isKind(name: string | undefined): name is Kind {
  return KINDS.some((kind) => kind === name);
}
