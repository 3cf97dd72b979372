/** The newest version of the Docker API whose replies the adapter has been written for. */
export const NEWEST_KNOWN = '1.51';

/**
 * The version to speak: the engine's own (`Api-Version` of `/_ping`), or ours where the engine is newer.
 * Undefined where the engine does not say: it is then asked without a version and picks one itself.
 */
export function chooseApiVersion(engine: string | undefined, newest: string = NEWEST_KNOWN): string | undefined {
  const theirs = parse(engine);
  const ours = parse(newest);
  if (!theirs || !ours) return undefined;
  const older = theirs.major < ours.major || (theirs.major === ours.major && theirs.minor <= ours.minor);
  return older ? engine : newest;
}

function parse(version: string | undefined): { major: number; minor: number } | undefined {
  const match = /^(\d+)\.(\d+)$/.exec(version ?? '');
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}
