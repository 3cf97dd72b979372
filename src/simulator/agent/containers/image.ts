import type { Activity } from '../tasks/activity.js';
import type { TaskEntry } from '../tasks/book.js';
import { startCommand, type Work } from '../tasks/command.js';
import type { Ending } from '../tasks/ending.js';
import { commandEnvironment, type Environment } from '../tasks/environment.js';
import type { OnEnd } from '../tasks/process.js';
import { sayInSandbox } from '../tasks/sandbox.js';
import { isOver } from '../tasks/updates.js';
import { adoptContainer, startContainer } from './container.js';
import { Engine } from './engine.js';
import { placeholderCommand } from './placeholder.js';
import { containerSpec, SANDBOX } from './spec.js';

/** Runs the image where there is an engine that has it, and else a placeholder. */
export async function startImage(work: Work, image: string, onEnd: OnEnd): Promise<Activity> {
  const { entry } = work;
  const { info, directory } = entry;
  const engine = engineOf(work);
  const why = await whyNot(engine, image);
  if (isOver(entry)) throw new Error('The task was killed before it began');
  if (why !== null) return startCommand(work, placeholderCommand(image, why, info.command ?? {}), onEnd, image);
  const spec = containerSpec({
    task: info,
    image,
    directory,
    environment: containerEnvironment(work),
    labels: containerLabels(work),
    onIgnored: (what) => sayInSandbox(directory, `Ignored ${what}`),
  });
  return startContainer(engine, containerName(entry), spec, directory, onEnd);
}

export async function adoptImage(work: Work, onEnd: OnEnd): Promise<Activity | { ending: Ending } | null> {
  const { entry } = work;
  try {
    return await adoptContainer(engineOf(work), containerName(entry), entry.directory, onEnd);
  } catch {
    // An engine that is gone leaves nothing to adopt.
    return null;
  }
}

async function whyNot(engine: Engine, image: string): Promise<string | null> {
  if (!engine.isThere()) return 'the agent has no Docker socket';
  try {
    const path = image.split('/').map(encodeURIComponent).join('/');
    const { status } = await engine.call('GET', `/images/${path}/json`);
    return status === 200 ? null : 'the image is not there';
  } catch (error) {
    return `the engine does not answer (${(error as Error).message})`;
  }
}

function engineOf({ place }: Work): Engine {
  return new Engine(place.flags.get('docker_socket') ?? '/var/run/docker.sock');
}

function containerName({ containerId }: TaskEntry): string {
  return `mesos-${containerId}`;
}

/** By these a container is found whose agent is gone. */
function containerLabels({ entry, executor, place }: Work): Environment {
  return {
    'org.minimesos.simulator.agent': place.agentId(),
    'org.minimesos.simulator.framework': executor.framework.id,
    'org.minimesos.simulator.task': entry.info.task_id.value,
  };
}

function containerEnvironment({ entry, place }: Work): Environment {
  const [role] = (entry.info.resources ?? []).flatMap(({ allocation_info }) => allocation_info?.role ?? []);
  return {
    HOST: place.address().hostname,
    MESOS_SANDBOX: SANDBOX,
    MESOS_CONTAINER_NAME: containerName(entry),
    ...(role === undefined ? {} : { MESOS_ALLOCATION_ROLE: role }),
    ...commandEnvironment(entry.info.command ?? {}).variables,
  };
}
