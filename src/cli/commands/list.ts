import type { ListedCluster } from '../../api/listing.js';
import type { Command, Paint } from '../context.js';
import { age, table } from '../table.js';

/** Every cluster of the engine, whoever made it. */
export const list: Command = async ({ args, print, printJson, paintResult }) => {
  const { connect } = await import('../../docker/dockerode.js');
  const { listClusters } = await import('../../api/listing.js');
  const clusters = await listClusters(connect());
  if (args.output === 'json') printJson({ clusters: clusters.map(documentOf) });
  else if (clusters.length === 0) print('no cluster is on this engine');
  else print(asText(clusters, Date.now(), paintResult));
  return 0;
};

function documentOf({ components, session: _, ...cluster }: ListedCluster) {
  return { ...cluster, running: running(components), components: components.length };
}

function asText(clusters: ListedCluster[], now: number, paint: Paint): string {
  const rows = clusters.map(({ id, name, file, fileExists, createdAt, components }) => [
    paint('strong', id),
    name,
    `${running(components)} of ${components.length}`,
    createdAt === null ? '-' : age(now - Date.parse(createdAt)),
    fileExists ? file : `${file} ${paint('bad', '(gone)')}`,
  ]);
  return table([['ID', 'NAME', 'RUNNING', 'AGE', 'FILE'], ...rows]).join('\n');
}

function running(components: ListedCluster['components']): number {
  return components.filter(({ state }) => state === 'running').length;
}
