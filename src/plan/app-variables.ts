/** What the tokens of Marathon JSON stand for: where the components are to be, whether or not they run already. */

import { dirname } from 'node:path';
import { addressIn } from '../components/kind.js';
import { kindOf } from '../components/registry.js';
import type { AppsContext } from './apps.js';
import type { Match } from './match.js';

/** Addresses are fixed for life, so that no app is deployed anew because a component was away. */
export function variablesOf({ desired, observed, matches }: Pick<AppsContext, 'desired' | 'observed' | 'matches'>) {
  const { network } = observed;
  const variables = new Map([
    ['MINIMESOS_NETWORK_GATEWAY', network?.gateway ?? ''],
    ['MINIMESOS_HOST_DIR', dirname(desired.cluster.file)],
  ]);
  const hostOf = ({ kind, index, desired: want }: Match): string => {
    if (!network?.subnet) return '';
    return want?.aliases ? addressIn(network.subnet, kindOf(kind), index) : network.gateway;
  };
  const wanted = matches.filter((match) => match.desired?.port !== undefined);
  for (const match of wanted) {
    const { kind } = match;
    const port = String(match.desired?.port);
    const role = `MINIMESOS_${kind.replace('-', '').toUpperCase()}`;
    if (variables.has(role)) continue;
    const all = kind === 'zookeeper' ? wanted.filter((each) => each.kind === kind) : [match];
    const hosts = all.map((each) => `${hostOf(each)}:${port}`);
    variables.set(role, kind === 'zookeeper' ? `zk://${hosts}/mesos` : `http://${hosts}`);
    variables.set(`${role}_IP`, hostOf(match));
    variables.set(`${role}_PORT`, port);
  }
  return variables;
}
