import type { AppType } from '../../app.js';
import type { Marathon, MarathonApp } from '../../mesos/marathon.js';
import { isWithin } from '../../minimesosfile/app-ids.js';
import type { AppFile, Diagnostic } from '../../spec.js';
import type { Status } from '../../status.js';
import { allVariables } from '../../variables.js';
import { theOneGiven } from '../app-options.js';
import { located, readAppSource, unusable } from '../app-source.js';
import { runningCluster } from '../cluster.js';
import type { Command, Context } from '../context.js';
import { marathonOf, noteOnFile } from '../marathon.js';
import { rolledOut } from '../rollout.js';

interface InstallFlags {
  app?: string;
  group?: string;
  marathonFile?: string;
  stdin: boolean;
  update: boolean;
  force: boolean;
  wait: boolean;
}

/** Deploys an app or a group on the running cluster, beside those of its minimesosFile. */
export const install: Command<InstallFlags> = async (context, flags) => {
  const { app, group, marathonFile, stdin, update, force, wait } = flags;
  const { args, print, printJson, tell } = context;
  const { option, value } = theOneGiven({ app, group, marathonFile, stdin });
  const file = await readAppSource(context, option, value);
  const { type, id } = file;
  const { status } = await runningCluster(context);
  const marathon = await marathonOf(status);
  const definition = await definitionOf(file, status, tell);
  const before = (await marathon.apps()).filter((each) => isPartOf(file, each));
  const deployed = update
    ? await marathon.put(type, id, definition, { force })
    : await marathon.create(type, definition, { force });
  const done = before.length > 0 ? 'updated' : 'installed';
  if (args.output === 'text') print(`${done} ${type} ${id} (deployment ${deployed.deploymentId})`);
  const note = await noteOnFile(before, status.cluster.id);
  if (note) tell(`note: ${note}`);
  if (wait) await running(context, marathon, file, deployed.deploymentId, status.cluster.id);
  if (args.output === 'json') printJson({ [type]: id, ...deployed });
  return 0;
};

function isPartOf({ type, id }: { type: AppType; id: string }, app: MarathonApp): boolean {
  return type === 'app' ? app.id === id : isWithin(app.id, id);
}

/** What Marathon is sent: the JSON with the addresses of the cluster that runs. Rejects with `FILE_INVALID`. */
async function definitionOf({ id, source, text }: AppFile, status: Status, tell: Context['tell']): Promise<object> {
  const { replaceTokens, tokensIn } = await import('../../minimesosfile/tokens.js');
  const variables = allVariables(status);
  const empty = tokensIn(text)
    .filter(({ name }) => !variables.has(name))
    .map(
      ({ name, ...place }): Diagnostic => ({
        ...place,
        message: `\${${name}} stands for nothing: the cluster runs no such component`,
      }),
    );
  try {
    const definition = { ...JSON.parse(replaceTokens(text, variables)), id };
    for (const each of empty) tell(`note: ${located(source, each)}`);
    return definition;
  } catch (thrown) {
    // Outside of texts a token that is left is no JSON.
    throw empty.length > 0 ? unusable(source, empty) : thrown;
  }
}

async function running(context: Context, marathon: Marathon, file: AppFile, deploymentId: string, cluster: string) {
  const { observedApps } = await import('../../observed/apps.js');
  const { type, id, appIds } = file;
  const subject = `${type} ${id}`;
  await rolledOut(context, marathon, {
    deploymentId,
    subject,
    goal: 'deployed',
    missing: ({ apps, queue }) => {
      const wanted = apps.filter((each) => appIds.includes(each.id));
      if (wanted.length < appIds.length) return 'Marathon does not list all of it';
      const late = observedApps({ apps: wanted, queue }, cluster).filter(({ ready }) => !ready);
      const whys = late.map(({ path, reason }) => (type === 'group' ? `${path} ${reason}` : reason));
      return whys.length > 0 ? whys.join('; ') : undefined;
    },
    hint: `the deployment goes on; minimesos uninstall --${type} ${id} --force ends it`,
  });
}
