import type { AppType } from '../../app.js';
import { MinimesosError } from '../../errors.js';
import type { Marathon, MarathonApp } from '../../mesos/marathon.js';
import { isWithin } from '../../minimesosfile/app-ids.js';
import { theOneGiven } from '../app-options.js';
import { runningCluster } from '../cluster.js';
import type { Command } from '../context.js';
import { marathonOf, noteOnFile } from '../marathon.js';
import { rolledOut } from '../rollout.js';

interface UninstallFlags {
  app?: string;
  group?: string;
  force: boolean;
  wait: boolean;
}

/** Removes an app, or a group with all that is in it, from Marathon. */
export const uninstall: Command<UninstallFlags> = async (context, { app, group, force, wait }) => {
  const { args, print, printJson, tell } = context;
  const { option: type, value } = theOneGiven({ app, group });
  const id = idOf(type, value);
  const { status } = await runningCluster(context);
  const marathon = await marathonOf(status);
  const all = await marathon.apps();
  const going = all.filter((each) => (type === 'app' ? each.id === id : isWithin(each.id, id)));
  const deployed = await marathon.remove(type, id, { force }).catch((thrown) => {
    throw thrown instanceof MinimesosError && thrown.code === 'NO_APP' ? noneOf(type, id, all) : thrown;
  });
  const apps = going.map((each) => each.id);
  if (args.output === 'text')
    print(`uninstalled ${type} ${id}${membersOf(type, apps)} (deployment ${deployed.deploymentId})`);
  const note = await noteOnFile(going, status.cluster.id);
  if (note) tell(`note: ${note}`);
  if (wait) await gone(context, marathon, { type, id, apps, deploymentId: deployed.deploymentId });
  if (args.output === 'json') printJson({ [type]: id, ...(type === 'group' ? { apps } : {}), ...deployed });
  return 0;
};

/** As Marathon has it, `/shop/cart`, however it was typed. */
function idOf(type: AppType, typed: string): string {
  const parts = typed.split('/').filter(Boolean);
  if (parts.length > 0) return `/${parts.join('/')}`;
  throw new MinimesosError('USAGE', `--${type} takes the id of one ${type}, such as /hello`);
}

function membersOf(type: AppType, apps: string[]): string {
  if (type === 'app') return '';
  return apps.length > 0 ? ` with ${apps.join(', ')}` : ', which was empty';
}

function noneOf(type: AppType, id: string, apps: MarathonApp[]): MinimesosError {
  const isGroup = type === 'app' && apps.some((each) => isWithin(each.id, id));
  const isApp = type === 'group' && apps.some((each) => each.id === id);
  const other = isGroup ? 'group' : isApp ? 'app' : undefined;
  if (other) {
    return new MinimesosError('NO_APP', `Marathon has no ${type} ${id}`, {
      hint: `it has ${other === 'app' ? 'an app' : 'a group'} of that id: --${other} ${id}`,
    });
  }
  const ids = type === 'app' ? apps.map((each) => each.id) : groupsOf(apps);
  const known = ids.length > 0 ? `it has ${ids.join(', ')}` : `it has no ${type} at all`;
  return new MinimesosError('NO_APP', `Marathon has no ${type} ${id}`, { hint: known });
}

/** Those that apps are in, `/shop` and `/shop/db` of `/shop/db/main`. */
function groupsOf(apps: MarathonApp[]): string[] {
  const paths = apps.flatMap(({ id }) => {
    const parts = id.split('/').slice(1, -1);
    return parts.map((_part, at) => `/${parts.slice(0, at + 1).join('/')}`);
  });
  return [...new Set(paths)];
}

interface Going {
  type: AppType;
  id: string;
  apps: string[];
  deploymentId: string;
}

function gone(context: Parameters<typeof uninstall>[0], marathon: Marathon, { type, id, apps, deploymentId }: Going) {
  return rolledOut(context, marathon, {
    deploymentId,
    subject: `${type} ${id}`,
    goal: 'gone',
    missing: (answer) => {
      const left = answer.apps.filter((each) => apps.includes(each.id)).map((each) => each.id);
      return left.length > 0 ? `${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} still there` : undefined;
    },
    hint: 'Marathon goes on with it; minimesos ps shows the tasks that are left',
  });
}
