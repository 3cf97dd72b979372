/** Asks the engine, this machine and the minimesosFile what the checks want to know. */

import { existsSync } from 'node:fs';
import { identify } from '../api/identity.js';
import { thisPackage } from '../api/package.js';
import { Source } from '../api/source.js';
import { SIMULATOR_IMAGE } from '../distribution-table.js';
import type { ContainerSummary, Docker } from '../docker/docker.js';
import { hostSubnets } from '../docker/subnet.js';
import { asMinimesosError } from '../errors.js';
import { readCluster, readComponent, readContainer, selector } from '../observed/labels.js';
import type { Facts } from './facts.js';
import { answers, freeSpace, listenedOn, standsOnOneOf } from './machine.js';
import { tracesIn } from './traces.js';
import { asksOf, wantedOf } from './wanted.js';

export interface Subject {
  /** Path of the minimesosFile. */
  file: string;
  /** Whether somebody asked for it, so that it has to be there. */
  named: boolean;
  cluster?: string | undefined;
  distribution?: string | undefined;
}

/** So many containers are tried at most. */
const TRIED = 3;

/** Rejects with what the engine's calls reject with. */
export async function gather(docker: Docker, subject: Subject): Promise<Facts> {
  const [engine, networks, containers, volumes, images, ref] = await Promise.all([
    docker.info(),
    docker.listNetworks(null),
    docker.listContainers({}),
    docker.listVolumes(selector()),
    docker.imagesOf(SIMULATOR_IMAGE),
    identify(subject.file, subject.cluster),
  ]);
  const onThisMachine = await standsOnOneOf(networks);
  const { distribution } = subject;
  const cgroups = () => Promise.resolve(engine.cgroupVersion);
  const source = new Source(ref, { distribution }, thisPackage().simulator, cgroups);
  const file = await fileOf(subject, source);
  const wanted = wantedOf({ file });
  const isOwn = ({ labels }: ContainerSummary) => readCluster(labels)?.id === ref.id;
  // Others may come and go at this very moment.
  const ownFirst = [...containers.filter(isOwn), ...containers.filter((each) => !isOwn(each))];
  return {
    engine,
    onThisMachine,
    tried: await Promise.all(ownFirst.flatMap(addressOf).slice(0, TRIED).map(tried)),
    freeDisk: onThisMachine ? await freeSpace(engine.dataRoot) : undefined,
    containers,
    networks,
    hostSubnets: hostSubnets(),
    file,
    cluster: ref.id,
    present: await docker.presentImages([...(wanted?.images.keys() ?? [])]),
    listening: onThisMachine ? await listenedOn(wanted?.ports.map(({ port }) => port.hostPort) ?? []) : new Set(),
    traces: await tracesIn([...networks, ...containers, ...volumes]),
    simulator: { images, today: await today(source) },
  };
}

async function fileOf({ file: path, named }: Subject, source: Source): Promise<Facts['file']> {
  if (!named && !existsSync(path)) return undefined;
  const wanted = await source.read().then(({ desired }) => asksOf(desired), asMinimesosError);
  return { path, wanted };
}

/** Undefined where the simulator was not built. */
function today({ simulator }: Source): Promise<string | undefined> {
  return simulator.then(
    ({ reference }) => reference,
    () => undefined,
  );
}

interface Address {
  component: string;
  ip: string;
  port: number;
}

/** Of a component that runs; one that shares the host's network has none. */
function addressOf(summary: ContainerSummary): Address[] {
  const component = readComponent(summary.labels)?.id;
  const { state, ip, port } = readContainer(summary);
  return component && state === 'running' && ip && port ? [{ component, ip, port }] : [];
}

async function tried({ component, ip, port }: Address): Promise<Facts['tried'][0]> {
  return { component, address: `${ip}:${port}`, answers: await answers(ip, port) };
}
