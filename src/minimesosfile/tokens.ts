/** What minimesos puts addresses in the place of: `${MINIMESOS_MASTER}` in Marathon JSON. Other `${…}` are Mesos' own. */

import type { ClusterSpec } from '../spec.js';
import { placesIn } from './places.js';
import type { Place } from './tree.js';
import { nearest, shown } from './wording.js';

export interface TokenUse extends Place {
  /** `MINIMESOS_MASTER_IP`, known or not. */
  name: string;
  /** In the text, from its `$` to behind its `}`. */
  start: number;
  end: number;
}

const PREFIX = 'MINIMESOS_';
/** Without what would end the text of JSON that it stands in, or be a mistake there. */
const TOKEN = /\$\{(MINIMESOS_[^${}"\\\p{Cc}]*)\}/gu;

const ENDINGS = ['', '_IP', '_PORT'];
const OTHERS = ['MINIMESOS_NETWORK_GATEWAY', 'MINIMESOS_HOST_DIR'];

/** By role, whether a cluster has a component that its tokens stand for; one without a port of its own is none. */
const ROLES: Record<string, { block: string; isIn(spec: ClusterSpec): boolean }> = {
  ZOOKEEPER: { block: 'zookeeper', isIn: () => true },
  MASTER: { block: 'master', isIn: () => true },
  AGENT: { block: 'agent', isIn: ({ agents }) => agents.length > 0 },
  MARATHON: { block: 'marathon', isIn: ({ marathon }) => marathon !== undefined },
  CONSUL: { block: 'consul', isIn: ({ consul }) => consul !== undefined },
  REGISTRATOR: { block: 'registrator', isIn: () => false },
  MESOSDNS: { block: 'mesosdns', isIn: ({ mesosDns }) => mesosDns !== undefined },
  SCOPE: { block: 'scope', isIn: ({ scope }) => scope !== undefined },
};

const KNOWN = [
  ...Object.keys(ROLES).flatMap((role) => ENDINGS.map((ending) => `${PREFIX}${role}${ending}`)),
  ...OTHERS,
];

/** In the order of the text. */
export function tokensIn(text: string): TokenUse[] {
  const placeOf = placesIn(text);
  return Array.from(text.matchAll(TOKEN), ({ 0: token, 1: name = '', index: start }) => {
    return { name, start, end: start + token.length, ...placeOf(start) };
  });
}

/**
 * JSON with the values, by name (`MINIMESOS_MASTER`), in the place of the tokens. Whatever a value holds, it ends no text of
 * the JSON. A token without a value is left as it is.
 */
export function replaceTokens(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(TOKEN, (token, name: string) => {
    const value = values.get(name);
    return value === undefined ? token : JSON.stringify(value).slice(1, -1);
  });
}

/** What is wrong with a token's name; undefined where it is known. */
export function tokenFault(name: string): string | undefined {
  if (KNOWN.includes(name)) return undefined;
  // Without what all of them begin with, which would make any two look alike; of equals the one of the same length.
  const ending = name.slice(PREFIX.length);
  const farFrom = (known: string) => Math.abs(known.length - ending.length);
  const endings = KNOWN.map((known) => known.slice(PREFIX.length)).sort((a, b) => farFrom(a) - farFrom(b));
  const meant = nearest(ending, endings);
  const way = meant
    ? `did you mean "\${${PREFIX}${meant}}"?`
    : `a token is \${${PREFIX}<ROLE>}, …_IP or …_PORT, and the roles are ${Object.keys(ROLES).join(', ')}`;
  return `unknown token ${shown(`\${${name}}`)}; ${way}`;
}

/** Whether it stands for a number, which needs no quotes. */
export function isNumeric(name: string): boolean {
  return name.endsWith('_PORT');
}

/** Why a known token stands for nothing in this cluster; undefined where it stands for something. */
export function emptiness(name: string, spec: ClusterSpec): string | undefined {
  const [, role = ''] = /^MINIMESOS_([A-Z]+)/.exec(name) ?? [];
  const known = ROLES[role];
  if (!known || known.isIn(spec)) return undefined;
  const { block } = known;
  const why = role === 'REGISTRATOR' ? 'a registrator listens nowhere' : `the minimesosFile has no ${block} block`;
  return `\${${name}} stands for nothing: ${why}`;
}
