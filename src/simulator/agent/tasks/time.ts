/** A DurationInfo in ms; undefined where there is none. */
export function durationOf(info: { nanoseconds: number } | undefined): number | undefined {
  return info === undefined ? undefined : info.nanoseconds / 1e6;
}
