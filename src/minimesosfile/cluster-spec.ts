import type { ClusterSpec, MarathonSpec } from '../spec.js';
import type { ClusterBlock } from './schema.js';
import { byPlace, type Place } from './tree.js';

type MarathonBlock = NonNullable<ClusterBlock['marathon']>;
type PlaceOf = (path: readonly PropertyKey[]) => Place;

/** The checked `minimesos` block as the rest of minimesos knows it. */
export function clusterSpec(block: ClusterBlock, placeOf: PlaceOf): ClusterSpec {
  const { agent: agents, exposePorts, marathon, mesosdns: mesosDns, ...others } = block;
  return {
    ...others,
    mapPortsToHost: others.mapPortsToHost || exposePorts,
    agents,
    ...(marathon && { marathon: marathonSpec(marathon, placeOf) }),
    ...(mesosDns && { mesosDns }),
  };
}

/** Apps and groups are installed in the order in which they stand in the file, whichever of the two they are. */
function marathonSpec({ app, group, ...others }: MarathonBlock, placeOf: PlaceOf): MarathonSpec {
  const blocks = [
    ...app.map((block, index) => ({ ...block, type: 'app' as const, index })),
    ...group.map((block, index) => ({ ...block, type: 'group' as const, index })),
  ];
  const placed = blocks.map(({ type, index, marathonJson }) => {
    const { line, column } = placeOf(['minimesos', 'marathon', type, index]);
    return { line, column, install: { type, marathonJson } };
  });
  return { ...others, apps: placed.sort(byPlace).map(({ install }) => install) };
}
