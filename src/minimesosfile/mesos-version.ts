/** Which version of Mesos a distribution plays or has images of. */

import { DISTRIBUTIONS, type Distribution } from '../distribution-table.js';
import { anyOf, shown } from './wording.js';

const ROWS: Readonly<Record<string, Distribution>> = DISTRIBUTIONS;

/** Why a file cannot have this version, as the end of a sentence; undefined where it can, or has other faults. */
export function unavailable(distribution: unknown, version: unknown): string | undefined {
  if (typeof distribution !== 'string' || typeof version !== 'string') return undefined;
  const { versions } = ROWS[distribution] ?? {};
  if (!versions || versions.includes(version)) return undefined;
  return `must be one that distribution "${distribution}" has: ${anyOf(versions)}, not ${shown(version)}`;
}

/** Of a file that says nothing, or names one that the distribution has not. */
export function versionIn(distribution: string, wanted: string | undefined): string {
  const fits = wanted !== undefined && unavailable(distribution, wanted) === undefined;
  return fits ? wanted : (ROWS[distribution]?.defaultVersion ?? '1.0.0');
}
