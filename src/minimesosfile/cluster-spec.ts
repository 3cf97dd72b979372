import type { ClusterSpec, MarathonSpec } from '../spec.js';
import { versionIn } from './mesos-version.js';
import type { ClusterBlock } from './schema.js';
import { byPlace, type Place } from './tree.js';

type MarathonBlock = NonNullable<ClusterBlock['marathon']>;
type PlaceOf = (path: readonly PropertyKey[]) => Place;

/** The checked `minimesos` block as the rest of minimesos knows it, in this distribution if it is not to be the file's. */
export function clusterSpec(block: ClusterBlock, placeOf: PlaceOf, over?: string): ClusterSpec {
  const { agent: agents, exposePorts, marathon, mesosdns: mesosDns, ...others } = block;
  const distribution = over ?? others.distribution;
  return {
    ...others,
    distribution,
    mesosVersion: versionOf(block, distribution),
    mapPortsToHost: others.mapPortsToHost || exposePorts,
    agents,
    ...(marathon && { marathon: marathonSpec(marathon, appBlocks(block, placeOf)) }),
    ...(mesosDns && { mesosDns }),
  };
}

/** What the file says of its own distribution has been checked. */
function versionOf({ distribution: own, mesosVersion: wanted }: ClusterBlock, distribution: string): string {
  return wanted !== undefined && own === distribution ? wanted : versionIn(distribution, wanted);
}

/** A block that names Marathon JSON, and where it stands. */
export type AppBlock = MarathonSpec['apps'][number] & Place;

/** Apps and groups are installed in the order in which they stand in the file, whichever of the two they are. */
export function appBlocks({ marathon }: ClusterBlock, placeOf: PlaceOf): AppBlock[] {
  const blocks = (['app', 'group'] as const).flatMap((type) =>
    (marathon?.[type] ?? []).map(({ marathonJson }, index) => {
      const { line, column } = placeOf(['minimesos', 'marathon', type, index]);
      return { type, marathonJson, line, column };
    }),
  );
  return blocks.sort(byPlace);
}

function marathonSpec({ app: _app, group: _group, ...others }: MarathonBlock, apps: AppBlock[]): MarathonSpec {
  return { ...others, apps: apps.map(({ type, marathonJson }) => ({ type, marathonJson })) };
}
