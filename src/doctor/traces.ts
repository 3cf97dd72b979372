import { isThere } from '../api/listing.js';
import type { ContainerSummary, Labels, NetworkSummary, VolumeSummary } from '../docker/docker.js';
import type { ClusterIdentity } from '../model.js';
import { readCluster } from '../observed/labels.js';
import { isOver, readSession } from '../session.js';
import type { Trace } from './facts.js';

interface Thing {
  labels: Labels;
  state?: ContainerSummary['state'];
}

/** What is left of each cluster, by its id. */
export function tracesIn(things: readonly (ContainerSummary | NetworkSummary | VolumeSummary)[]): Promise<Trace[]> {
  const byCluster = new Map<string, { cluster: ClusterIdentity; things: Thing[] }>();
  for (const thing of things) {
    const cluster = readCluster(thing.labels);
    if (!cluster) continue;
    const known = byCluster.get(cluster.id) ?? { cluster, things: [] };
    known.things.push(thing);
    byCluster.set(cluster.id, known);
  }
  const ids = [...byCluster.keys()].sort();
  return Promise.all(
    ids.flatMap((id) => byCluster.get(id) ?? []).map(({ cluster, things }) => traceOf(cluster, things)),
  );
}

async function traceOf(cluster: ClusterIdentity, things: Thing[]): Promise<Trace> {
  return {
    ...cluster,
    fileExists: await isThere(cluster.file),
    abandoned: await isAbandoned(things),
    running: things.filter(({ state }) => state === 'running').length,
    things: things.length,
  };
}

/** What somebody else changed since, from a command line for example, is theirs. */
async function isAbandoned(things: Thing[]): Promise<boolean | undefined> {
  const sessions = things.map(({ labels }) => readSession(readCluster(labels)?.session ?? ''));
  if (sessions.every((session) => session === undefined)) return undefined;
  return (await Promise.all(sessions.map((session) => session !== undefined && isOver(session)))).every(Boolean);
}
