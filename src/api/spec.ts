/** The minimesosFile with what the command line, or a caller, says over it. */

import type { UnreachableApp } from '../app.js';
import { DISTRIBUTION_NAMES } from '../distribution-table.js';
import { MinimesosError } from '../errors.js';
import type { AppFiles } from '../minimesosfile/app-files.js';
import type { AppBlock } from '../minimesosfile/cluster-spec.js';
import { formatDiagnostic, inOrder, type Loaded, loadFile, parseSpec } from '../minimesosfile/load.js';
import { anyOf, didYouMean } from '../minimesosfile/wording.js';
import type { AgentSpec, AppFile, ClusterSpec, Diagnostic } from '../spec.js';
import { patchedText, type SpecPatch } from './spec-patch.js';

export interface Overrides {
  /** In place of the file's `distribution`. */
  distribution?: string | undefined;
  /** In place of the file's number of agents: the first so many, or more of the last one. */
  agents?: number | undefined;
  mapPortsToHost?: boolean | undefined;
  /** Over what the file says, one after the other, and before the others above. */
  patches?: readonly SpecPatch[] | undefined;
}

/** What a minimesosFile says; the JSON that it names may change without it, and is read on its own. */
export interface FileSpec {
  spec: ClusterSpec;
  /** Those of `spec.marathon`, in the same order. */
  apps: AppBlock[];
  notes: string[];
}

/** Rejects with `FILE_MISSING`, or with `FILE_INVALID` and every diagnostic of the file. */
export async function readSpec(file: string, overrides: Overrides): Promise<FileSpec> {
  const { distribution } = overrides;
  checkDistribution(distribution);
  const written = await loadFile(file, distribution);
  const loaded = patched(written, file, overrides);
  if (!loaded.ok) throw invalid(file, loaded.diagnostics);
  const spec = overridden(loaded.spec, overrides);
  return {
    spec,
    apps: placedIn(written, loaded.apps),
    notes: [...loaded.notes, ...notesOnImages(spec), ...notesOnAuthentication(spec)],
  };
}

export interface AppsRead {
  apps: AppFile[];
  /** What is out of reach holds up nothing else. */
  unreachable: UnreachableApp[];
  notes: string[];
  /** Those on this machine. */
  files: string[];
  /** Why nothing can be deployed: `FILE_INVALID` with every diagnostic. */
  problem: MinimesosError | undefined;
}

/** The JSON that a minimesosFile names. */
export async function readApps(file: string, { spec, apps }: FileSpec, appFiles: AppFiles): Promise<AppsRead> {
  const read = await appFiles.read(file, apps, spec);
  const problem = read.diagnostics.length > 0 ? invalid(file, inOrder(read.diagnostics)) : undefined;
  const unreachable = read.outOfReach.map(({ source, message }) => ({ id: `app:${source}`, source, problem: message }));
  return { apps: read.apps, unreachable, notes: read.notes, files: read.files, problem };
}

function invalid(file: string, diagnostics: Diagnostic[]): MinimesosError {
  const details = diagnostics.map((diagnostic) => formatDiagnostic(file, diagnostic));
  const problems = details.length === 1 ? 'a problem' : `${details.length} problems`;
  return new MinimesosError('FILE_INVALID', `${file} has ${problems}`, { details, hint: 'nothing was changed' });
}

/** What was said over the file has a text of its own, whose lines nobody sees. */
function placedIn(written: Loaded, apps: AppBlock[]): AppBlock[] {
  const seen = written.ok ? written.apps : [];
  if (seen === apps) return apps;
  return apps.map((app) => {
    const same = seen.find(({ type, marathonJson }) => type === app.type && marathonJson === app.marathonJson);
    return { ...app, line: same?.line ?? 1, column: same?.column ?? 1 };
  });
}

/** Through the language again, so that what is said over a file is checked as the file is. */
function patched(loaded: Loaded, file: string, { distribution, patches = [] }: Overrides): Loaded {
  const patchedBy = (before: Loaded, patch: SpecPatch): Loaded =>
    before.ok ? parseSpec(patchedText(patch, before.spec), file, distribution) : before;
  return patches.reduce(patchedBy, loaded);
}

/** The command line takes no other; a caller's is not checked before. */
function checkDistribution(name: string | undefined): void {
  if (name === undefined || DISTRIBUTION_NAMES.some((known) => known === name)) return;
  const guess = didYouMean(name, DISTRIBUTION_NAMES);
  throw new MinimesosError('USAGE', `there is no distribution "${name}"${guess}`, {
    hint: `one of ${anyOf(DISTRIBUTION_NAMES)}`,
  });
}

function overridden(spec: ClusterSpec, { agents, mapPortsToHost }: Overrides): ClusterSpec {
  return {
    ...spec,
    mapPortsToHost: mapPortsToHost ?? spec.mapPortsToHost,
    agents: agents === undefined ? spec.agents : resized(spec.agents, agents),
  };
}

function resized(agents: AgentSpec[], count: number): AgentSpec[] {
  const last = agents.at(-1);
  const more = last ? Array.from({ length: Math.max(0, count - agents.length) }, () => last) : [];
  return [...agents.slice(0, count), ...more];
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

/** Both or neither, as in 0.13. */
function notesOnAuthentication({ distribution, master: { authenticate, aclJson } }: ClusterSpec): string[] {
  if (authenticate && aclJson === null)
    return ['authenticate = true does nothing without aclJson: nobody is asked who they are'];
  if (!authenticate && aclJson !== null)
    return ['aclJson does nothing without authenticate = true: everything is allowed'];
  if (!authenticate || distribution !== 'simulator') return [];
  return ['simulated masters are given authenticate and aclJson, and turn nobody away'];
}
