/** The engine's events, from its JSON. Pure. */

import type { EngineEvent, Labels } from './docker.js';

/** Attributes of an event that are no labels. */
const NO_LABELS = new Set(['image', 'name', 'exitCode', 'signal', 'execDuration', 'execID', 'oldName']);

/** An event with the name of what it is about. */
export interface NamedEvent {
  name: string;
  event: EngineEvent;
}

/** Undefined for what is no event of the engine's. */
export function namedEvent(value: unknown): NamedEvent | undefined {
  const told = value as { Type?: string; Action?: string; Actor?: { ID?: string; Attributes?: Labels } } | null;
  if (!told?.Type || !told.Action) return undefined;
  const { Type: type, Action: action, Actor: { ID: id = '', Attributes = {} } = {} } = told;
  // Of a container, its labels are among the attributes; of a network, no label is.
  const labels = type === 'container' ? Object.entries(Attributes).filter(([key]) => !NO_LABELS.has(key)) : [];
  // A volume has no id but its name.
  const name = type === 'volume' ? id : (Attributes.name ?? '');
  return { name, event: { type, action, id, labels: Object.fromEntries(labels) } };
}
