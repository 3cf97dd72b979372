/** The minimesosFile with what the command line, or a caller, says over it. */

import { MinimesosError } from '../errors.js';
import { formatDiagnostic, loadFile } from '../minimesosfile/load.js';
import type { AgentSpec, ClusterSpec } from '../spec.js';

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
  const spec = overridden(loaded.spec, overrides);
  return { spec, notes: [...loaded.notes, ...notesOnApps(spec), ...notesOnImages(spec)] };
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

function notesOnImages({
  distribution,
  zookeeper,
  master,
  agents,
  marathon,
  consul,
  registrator,
  mesosDns,
  scope,
}: ClusterSpec): string[] {
  const blocks = [zookeeper, master, ...agents, marathon, consul, registrator, mesosDns, scope];
  const named = blocks.some((block) => block?.imageName !== undefined || block?.imageTag !== undefined);
  if (distribution !== 'simulator' || !named) return [];
  return ['the simulator plays every component; the images that the file names are not used'];
}
