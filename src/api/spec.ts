/** The minimesosFile with what the command line, or a caller, says over it. */

import { MinimesosError } from '../errors.js';
import { formatDiagnostic, loadFile } from '../minimesosfile/load.js';
import type { AgentSpec, ClusterSpec } from '../model.js';

export interface Overrides {
  /** In place of the file's `distribution`. */
  distribution?: string | undefined;
  /** In place of the file's number of agents: the first so many, or more of the last one. */
  agents?: number | undefined;
  mapPortsToHost?: boolean | undefined;
}

/** Rejects with `FILE_MISSING`, or with `FILE_INVALID` and every diagnostic of the file. */
export async function readSpec(file: string, overrides: Overrides): Promise<{ spec: ClusterSpec; notes: string[] }> {
  const loaded = await loadFile(file);
  if (!loaded.ok) {
    const details = loaded.diagnostics.map((diagnostic) => formatDiagnostic(file, diagnostic));
    const problems = details.length === 1 ? 'a problem' : `${details.length} problems`;
    throw new MinimesosError('FILE_INVALID', `${file} has ${problems}`, { details, hint: 'nothing was changed' });
  }
  return { spec: overridden(loaded.spec, overrides), notes: [...loaded.notes, ...notesOnApps(loaded.spec)] };
}

function overridden(spec: ClusterSpec, { distribution, agents, mapPortsToHost }: Overrides): ClusterSpec {
  return {
    ...spec,
    distribution: distribution ?? spec.distribution,
    mapPortsToHost: mapPortsToHost ?? spec.mapPortsToHost,
    agents: agents === undefined ? spec.agents : resized(spec.agents, agents),
  };
}

function resized(agents: AgentSpec[], count: number): AgentSpec[] {
  const last = agents.at(-1);
  const more = last ? Array.from({ length: Math.max(0, count - agents.length) }, () => last) : [];
  return [...agents.slice(0, count), ...more];
}

function notesOnApps({ marathon }: ClusterSpec): string[] {
  const names = (marathon?.apps ?? []).map(({ marathonJson }) => marathonJson);
  return names.length > 0 ? [`Marathon apps are not deployed by this version of minimesos: ${names.join(', ')}`] : [];
}
