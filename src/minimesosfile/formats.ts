/**
 * Texts that Mesos or Docker read in the end. Each `…Fault` says what these would refuse, as the end of a sentence that
 * begins with the property's name; undefined where all is well.
 */

import { isIPv4 } from 'node:net';
import { shown } from './wording.js';

type Fault = string | undefined;

interface PortRange {
  begin: number;
  end: number;
}

const HIGHEST_PORT = 65_535;

/** `[31000-32000,33000-33010]` → `[31000-32000, 33000-33010]`, where `portsFault` finds no fault. */
export function normalizedPorts(text: string): string {
  const ranges = portRanges(text) ?? [];
  return `[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`;
}

export function portsFault(text: string): Fault {
  const ranges = portRanges(text);
  if (!ranges) return `must be port ranges like "[31000-32000, 33000-33010]", not ${shown(text)}`;
  const backward = ranges.find(({ begin, end }) => begin > end);
  if (backward) return `must hold ranges that go upwards, unlike ${backward.begin}-${backward.end}`;
  const beyond = ranges.find(({ end }) => end > HIGHEST_PORT);
  return beyond && `must hold ports from 0 to ${HIGHEST_PORT}, unlike ${beyond.end}`;
}

function portRanges(text: string): PortRange[] | undefined {
  const list = /^\s*\[(.*)\]\s*$/.exec(text)?.[1];
  const parts = list?.split(',') ?? [];
  const ranges = parts.flatMap((part) => portRange(part) ?? []);
  return ranges.length > 0 && ranges.length === parts.length ? ranges : undefined;
}

function portRange(text: string): PortRange | undefined {
  const [, begin, end] = /^ *(\d+) *- *(\d+) *$/.exec(text) ?? [];
  return begin && end ? { begin: Number(begin), end: Number(end) } : undefined;
}

/** Attributes that Mesos cannot read make a real agent abort. */
export function attributesFault(text: string): Fault {
  for (const attribute of text.split(/[;\n]/)) {
    if (attribute === '') continue; // Mesos steps over it too
    const [, name = '', value = ''] = /^([^:]*):(.*)$/.exec(attribute) ?? [];
    if (name.trim() === '' || value.trim() === '')
      return `must be name:value pairs with ";" between them, unlike ${shown(attribute)}`;
    if (/[[\](){}]/.test(value) && !/^\[\d+-\d+(,\d+-\d+)*\]$/.test(value.replaceAll(' ', '')))
      return `must have texts, numbers or ranges like [1-5] as values, unlike ${shown(value)}`;
  }
  return undefined;
}

export function roleFault(text: string): Fault {
  const isRole = text === '*' || /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(text);
  return isRole ? undefined : `must be "*" or made of letters, digits and ._-/, unlike ${shown(text)}`;
}

/** What a port of the host is published on. */
export function bindAddressFault(text: string): Fault {
  if (isIPv4(text)) return undefined;
  return `must be an IPv4 address of the host, "127.0.0.1" or "0.0.0.0" for example, not ${shown(text)}`;
}

export function versionFault(text: string): Fault {
  return /^\d+\.\d+(\.\d+)?$/.test(text) ? undefined : `must be a version like "1.0.0" or "0.28", not ${shown(text)}`;
}

export function imageNameFault(text: string): Fault {
  if (/\s/.test(text)) return `must not hold blanks, unlike ${shown(text)}`;
  const afterPath = text.slice(text.lastIndexOf('/') + 1); // a colon in the path belongs to the registry's port
  const sign = afterPath.search(/[:@]/);
  if (sign === -1) return undefined;
  if (afterPath[sign] === '@') return 'must not hold a digest; name a tag in imageTag instead';
  return `must not hold a tag; put ${shown(afterPath.slice(sign + 1))} into imageTag`;
}

export function imageTagFault(text: string): Fault {
  const isTag = /^\w[\w.-]{0,127}$/.test(text);
  return isTag ? undefined : `must be a tag like "1.0.0-0.1.0", not ${shown(text)}`;
}

/** An even number of those that decide by majority is of no more use than one fewer. */
export function ensembleFault(size: number): Fault {
  if (size % 2 === 1) return undefined;
  const others = `${size - 1} or ${size + 1}`;
  return `must be odd, not ${size}: a majority has to be up, and ${size} bear no more losses than ${size - 1}; write ${others}`;
}

export function agentNameFault(text: string): Fault {
  const isName = /^[A-Za-z0-9][\w.-]{0,62}$/.test(text);
  return isName ? undefined : `must be made of letters, digits and ._-, at most 63, unlike ${shown(text)}`;
}
