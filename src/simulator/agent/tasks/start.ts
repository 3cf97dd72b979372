import { adoptImage, startImage } from '../containers/image.js';
import { imageOf } from '../containers/spec.js';
import type { Activity } from './activity.js';
import { startCommand, superviseCommand, type Work } from './command.js';
import type { Ending } from './ending.js';
import { commandEnvironment } from './environment.js';
import { adoptProcess, type OnEnd, wasProcess } from './process.js';
import { sayInSandbox } from './sandbox.js';
import { linkVolumes } from './volumes.js';

/** Starts what a task is: a command, or a container. Throws where it cannot. */
export async function startActivity(work: Work, onEnd: OnEnd): Promise<Activity> {
  const { entry, place } = work;
  const { command = {} } = entry.info;
  linkVolumes(entry, place.workDirectory);
  const { secrets } = commandEnvironment(command);
  if (secrets.length > 0) {
    sayInSandbox(entry.directory, `Ignored the secret variables ${secrets.join(', ')}: there is nobody to ask`);
  }
  if (command.user !== undefined) {
    sayInSandbox(entry.directory, `Ignored the user '${command.user}': tasks run as the agent does`);
  }
  const image = imageOf(entry.info);
  return image === undefined ? startCommand(work, command, onEnd) : startImage(work, image, onEnd);
}

/** Goes on with it; how it ended where it did, null where nobody knows. */
export async function adoptActivity(work: Work, onEnd: OnEnd): Promise<Activity | { ending: Ending } | null> {
  const { entry } = work;
  const image = imageOf(entry.info);
  const process = image === undefined || wasProcess(entry.meta);
  if (!process) return adoptImage(work, onEnd);
  const adopted = adoptProcess(entry.meta, onEnd);
  if (adopted === null) return null;
  if (!('pid' in adopted)) return { ending: adopted };
  return superviseCommand(work, adopted, image);
}
