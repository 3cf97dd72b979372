/** How a container stands on a network. */

import type Dockerode from 'dockerode';
import { MinimesosError } from '../errors.js';
import { containerDetail } from './wire.js';

interface Standing {
  ip: string;
  aliases: string[];
}

/** See `Docker.connectContainer`. Rejects with what dockerode throws. */
export async function stand(engine: Dockerode, network: string, id: string, at: Standing): Promise<void> {
  // Asked for first: an engine notes down for a stopped container any network that it is told.
  const [where, who] = await Promise.all([engine.getNetwork(network).inspect(), engine.getContainer(id).inspect()]);
  if (standsAt(who, where, at)) return;
  // Asked for first as well: of an attempt that the engine refuses, a half-made attachment stays behind.
  const holder = Object.entries(where.Containers ?? {}).find(
    ([other, { IPv4Address }]) => other !== who.Id && IPv4Address.split('/')[0] === at.ip,
  );
  if (holder) throw new MinimesosError('DOCKER_CONFLICT', `the address ${at.ip} is in use by ${holder[1].Name}`);
  if (who.NetworkSettings.Networks[where.Name]) await takeOff(engine, where.Id, who.Id);
  await engine.getNetwork(where.Id).connect({
    Container: who.Id,
    EndpointConfig: { IPAMConfig: { IPv4Address: at.ip }, Aliases: at.aliases },
  });
}

/** A container that does not run need not hold the address; it must be going to, on this network and no other. */
function standsAt(who: Dockerode.ContainerInspectInfo, where: Dockerode.NetworkInspectInfo, at: Standing): boolean {
  const attachment = who.NetworkSettings.Networks[where.Name];
  if (!attachment) return false;
  const attached = attachment.NetworkID === where.Id && attachment.EndpointID !== '';
  const willAttach = !who.State.Running && ['', where.Id].includes(attachment.NetworkID);
  const names = new Set(containerDetail(who).aliases[where.Name]);
  return (
    (attached || willAttach) &&
    attachment.IPAMConfig?.IPv4Address === at.ip &&
    sameMembers(names, new Set([...at.aliases, who.Config.Hostname]))
  );
}

async function takeOff(engine: Dockerode, network: string, id: string): Promise<void> {
  try {
    await engine.getNetwork(network).disconnect({ Container: id, Force: true });
  } catch (thrown) {
    // What a refused attempt leaves to a running container is no attachment, and the next attempt overwrites it.
    if (!(thrown instanceof Error && thrown.message.includes('is not connected to'))) throw thrown;
  }
}

function sameMembers(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}
