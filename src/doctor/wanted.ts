/** What a minimesosFile asks of the engine. */

import type { PortSpec } from '../container-spec.js';
import { MinimesosError } from '../errors.js';
import type { Desired, DesiredComponent } from '../model.js';
import type { Facts, Wanted } from './facts.js';

/** Undefined where there is no file, or a broken one. */
export function wantedOf({ file }: Pick<Facts, 'file'>): Wanted | undefined {
  return file === undefined || file.wanted instanceof MinimesosError ? undefined : file.wanted;
}

export function asksOf({ cluster, components }: Desired): Wanted {
  const named = components.map((component) => ({ component, id: `${component.kind}-${component.position}` }));
  const images = new Map<string, string[]>();
  for (const { component, id } of named) images.set(component.image, [...(images.get(component.image) ?? []), id]);
  const ports = named.flatMap(({ component, id }) =>
    portsOf(component, cluster).map((port) => ({ component: id, port })),
  );
  return { distribution: cluster.distribution, images, ports };
}

/** Those of the host. They do not depend on where the component will stand. */
function portsOf({ render, position }: DesiredComponent, cluster: Desired['cluster']): Wanted['ports'][0]['port'][] {
  const anywhere = { cluster, id: '', index: position, ip: '', addressOf: () => '', workDir: '', engineSocket: '' };
  return render(anywhere).ports.filter((port): port is PortSpec & { hostPort: number } => port.hostPort !== undefined);
}
