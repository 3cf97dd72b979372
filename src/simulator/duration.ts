const UNITS = {
  weeks: 604_800_000,
  days: 86_400_000,
  hrs: 3_600_000,
  mins: 60_000,
  secs: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};

/** Parses a duration as Mesos writes it (`10secs`, `1.5mins`) to ms; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(ns|us|ms|secs|mins|hrs|days|weeks)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** Mesos' spelling of ms: the largest unit that divides it. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = ms / size;
    if (count >= 1 && Number.isInteger(Math.round(count * 1e6) / 1e6)) return `${Math.round(count * 1e6) / 1e6}${unit}`;
  }
  return `${Math.round(ms * 1e6)}ns`;
}
