import { DEFAULT_FILE } from '../cluster.js';
import type { Command } from '../context.js';

/** Every problem of the file, and of the JSON that it names, at once; or that there is none. */
export const validate: Command = async ({ args, print, printJson, tell, signal }) => {
  const file = args.file ?? DEFAULT_FILE;
  const { formatDiagnostic } = await import('../../minimesosfile/load.js');
  const { diagnostics, unchecked, notes } = await check(file, args.distribution, signal);
  const valid = diagnostics.length === 0;
  if (args.output === 'json') printJson({ valid, diagnostics });
  else if (valid) print(`${file} is valid`);
  else for (const diagnostic of diagnostics) print(formatDiagnostic(file, diagnostic));
  for (const each of unchecked) tell(`note: ${formatDiagnostic(file, each)}; it was not checked`);
  for (const note of valid ? notes : []) tell(`note: ${note}`);
  return valid ? 0 : 65;
};

/** `unchecked`: a URL that is out of reach is no fault of the file. Rejects with `INTERRUPTED` too. */
async function check(file: string, distribution: string | undefined, signal: AbortSignal) {
  const { loadFile } = await import('../../minimesosfile/load.js');
  const loaded = await loadFile(file, distribution);
  if (!loaded.ok) return { diagnostics: loaded.diagnostics, unchecked: [], notes: [] };
  const { AppFiles } = await import('../../minimesosfile/app-files.js');
  const { realpath } = await import('node:fs/promises');
  // Paths start from the folder that the file is in, not from that of a link to it.
  const json = await new AppFiles({ signal }).read(await realpath(file), loaded.apps, loaded.spec);
  return {
    diagnostics: json.diagnostics,
    unchecked: json.outOfReach,
    notes: [...loaded.notes, ...json.notes],
  };
}
