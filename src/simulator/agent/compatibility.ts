import type { AgentInfo } from '../mesos/agent-protocol.js';
import type { Attribute, Resource } from '../mesos/resources.js';
import { plainValue, rangesWithin } from '../mesos/values.js';

const LINE = '\n------------------------------------------------------------';

/** Why an agent may not go on as what it was, in Mesos' words; null where it may. `previous` is from its first registration. */
export function incompatibility(previous: AgentInfo, current: AgentInfo, policy: string): string | null {
  return policy === 'additive' ? reduced(previous, current) : changed(previous, current);
}

function changed(previous: AgentInfo, current: AgentInfo): string | null {
  if (canonical(previous) === canonical(current)) return null;
  const lines = [LINE, `Old agent info:\n${canonical(previous)}`, LINE, `New agent info:\n${canonical(current)}`, LINE];
  return ['Incompatible agent info detected. ', ...lines].join('\n');
}

/** The order in which resources and attributes were written means nothing. */
function canonical({ hostname, port, resources, attributes }: AgentInfo): string {
  const lines = (items: readonly (Resource | Attribute)[]): string[] =>
    items.map((item) => `  ${item.name}${'role' in item ? `(${item.role})` : ''}: ${plainValue(item)}`).sort();
  return [
    `hostname: ${hostname}`,
    `port: ${port}`,
    'resources:',
    ...lines(resources),
    'attributes:',
    ...lines(attributes),
  ].join('\n');
}

function reduced(previous: AgentInfo, current: AgentInfo): string | null {
  const denied = (what: string): string => `Configuration change not permitted under 'additive' policy: ${what}`;
  if (previous.hostname !== current.hostname) {
    return denied(`Hostname changed from ${previous.hostname} to ${current.hostname}`);
  }
  if (previous.port !== current.port) return denied(`Port changed from ${previous.port} to ${current.port}`);
  for (const resource of previous.resources) {
    const match = current.resources.find(({ name, role }) => name === resource.name && role === resource.role);
    const reason = reducedResource(resource, match);
    if (reason !== null) return denied(reason);
  }
  for (const attribute of previous.attributes) {
    const match = current.attributes.find(({ name }) => name === attribute.name);
    const reason = changedAttribute(attribute, match);
    if (reason !== null) return denied(reason);
  }
  return null;
}

function reducedResource(before: Resource, after: Resource | undefined): string | null {
  if (after === undefined || after.type !== before.type) {
    return `Resource not found: ${before.name}(${before.role}):${plainValue(before)}`;
  }
  const values = `(${plainValue(before)}) not included in current ${plainValue(after)}`;
  if (before.type === 'SCALAR' && after.type === 'SCALAR') {
    if (before.scalar.value <= after.scalar.value) return null;
    return `Value of scalar resource '${before.name}' decreased from ${before.scalar.value} to ${after.scalar.value}`;
  }
  if (before.type === 'RANGES' && after.type === 'RANGES') {
    if (rangesWithin(before.ranges.range, after.ranges.range)) return null;
    return `Previous value of range resource '${before.name}' ${values}`;
  }
  if (before.type === 'SET' && after.type === 'SET') {
    const members = new Set(after.set.item);
    if (before.set.item.every((item) => members.has(item))) return null;
    return `Previous value of set resource '${before.name}' ${values}`;
  }
  return null;
}

function changedAttribute(before: Attribute, after: Attribute | undefined): string | null {
  if (after === undefined) return `Couldn't find attribute ${before.name}:${plainValue(before)}`;
  if (after.type !== before.type)
    return `Type of attribute '${before.name}' changed from ${before.type} to ${after.type}`;
  if (before.type === 'RANGES' && after.type === 'RANGES') {
    if (rangesWithin(before.ranges.range, after.ranges.range)) return null;
    return `Previous value of ranges attribute '${before.name}' (${plainValue(before)}) not included in current ${plainValue(after)}`;
  }
  if (plainValue(before) === plainValue(after)) return null;
  const type = before.type.toLowerCase();
  return `Value of ${type} attribute '${before.name}' changed from ${plainValue(before)} to ${plainValue(after)}`;
}
