/** The version of Mesos that is played unless `--mesos_version` says another. */
export const DEFAULT_MESOS_VERSION = '1.11.0';

/** True where `version` is `least` or later; `1.2.0-rc1` counts as 1.2.0. */
export function isAtLeast(version: string, least: string): boolean {
  const [mine, wanted] = [version, least].map((each) =>
    each.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let at = 0; at < 3; at += 1) {
    const difference = (mine?.[at] ?? 0) - (wanted?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Which shape the JSON has: as recorded from 1.0.0, or as recorded from 1.11.0. */
export type Generation = 'classic' | 'modern';

export function generationOf(version: string): Generation {
  return isAtLeast(version, '1.2.0') ? 'modern' : 'classic';
}

/** What `/version` says: whose version is played, and that it is played. */
export function versionInfo(version: string) {
  const tag = generationOf(version) === 'classic' ? { git_tag: version } : {};
  return {
    build_date: '2026-01-01 00:00:00 UTC',
    build_time: 1767225600,
    build_user: 'minimesos-simulator',
    git_sha: 'minimesos-simulator',
    ...tag,
    version,
  };
}
