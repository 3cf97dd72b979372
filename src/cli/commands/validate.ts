import { DEFAULT_FILE } from '../cluster.js';
import type { Command } from '../context.js';

/** Every problem of the file at once, or that there is none. */
export const validate: Command = async ({ args, print, printJson, tell }) => {
  const file = args.file ?? DEFAULT_FILE;
  const { formatDiagnostic, loadFile } = await import('../../minimesosfile/load.js');
  const loaded = await loadFile(file);
  const diagnostics = loaded.ok ? [] : loaded.diagnostics;
  if (args.output === 'json') printJson({ valid: loaded.ok, diagnostics });
  else if (loaded.ok) print(`${file} is valid`);
  else for (const diagnostic of diagnostics) print(formatDiagnostic(file, diagnostic));
  for (const note of loaded.ok ? loaded.notes : []) tell(`note: ${note}`);
  return loaded.ok ? 0 : 65;
};
