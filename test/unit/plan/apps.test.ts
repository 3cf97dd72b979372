import { describe, expect, it } from 'vitest';
import { desiredOf } from '../../../src/desired.js';
import type { Desired, Observed, PlannedComponent } from '../../../src/model.js';
import { labelled } from '../../../src/observed/app-labels.js';
import { observedApps } from '../../../src/observed/apps.js';
import { variablesOf } from '../../../src/plan/app-variables.js';
import { forecast } from '../../../src/plan/forecast.js';
import { match } from '../../../src/plan/match.js';
import { type Memory, NO_MEMORY, type Recollection } from '../../../src/plan/memory.js';
import { plan } from '../../../src/plan/plan.js';
import { seen } from '../../../src/plan/seen.js';
import type { AppFile } from '../../../src/spec.js';
import { FakeMarathon } from '../../support/fake-marathon.js';
import { agentSpec, clusterSpec, converged, desiredFrom, lines, NOTHING } from '../../support/worlds.js';

const NETWORK = { id: '6f1d', name: 'minimesos-c0ffee0000', subnet: '172.30.4.0/22', gateway: '172.30.4.1' };
const spec = clusterSpec({ marathon: { cmd: '', apps: [], env: {} }, agents: [agentSpec(), agentSpec()] });
const { cluster } = desiredFrom(spec);

function appFile(definition: { id: string } & Record<string, unknown>): AppFile {
  const type = 'apps' in definition ? 'group' : 'app';
  const source = `${definition.id.slice(1)}.json`;
  return { type, id: definition.id, source, text: JSON.stringify(definition), appIds: [definition.id] };
}

function wanting(...definitions: Parameters<typeof appFile>[0][]): Desired {
  return desiredOf({
    spec,
    cluster,
    simulatorImage: 'minimesos/simulator:0123456789ab',
    apps: definitions.map(appFile),
  });
}

const WEB = { id: '/web', cmd: 'sleep 1000', cpus: 0.1, instances: 2 };
const SHOP = {
  id: '/shop',
  apps: [
    { id: 'db', cmd: 'sleep 1' },
    { id: '/shop/front', cmd: 'sleep 2', instances: 3 },
  ],
};
const containers: Observed = converged(wanting(), { ...NOTHING, network: NETWORK });

/** A Marathon that was given these by that desired state, and the world around it. */
async function worldOf(
  desired: Desired,
  marathon = new FakeMarathon(),
): Promise<{ observed: Observed; marathon: FakeMarathon }> {
  const matches = match(desired.components, containers.components);
  const variables = variablesOf({ desired, observed: containers, matches });
  for (const app of desired.apps) {
    const definition = labelled(app, app.render(variables), cluster);
    await marathon.deploy('', { type: app.type, path: app.path, definition });
  }
  return { observed: lookAt(marathon), marathon };
}

function lookAt(marathon: FakeMarathon): Observed {
  return {
    ...containers,
    marathon: { address: '172.30.4.18:8080', apps: observedApps(marathon.answer(), cluster.id) },
  };
}

const remembering = (id: string, before: Recollection): Memory => ({
  ...NO_MEMORY,
  components: new Map([[id, before]]),
});
const appsOf = (components: readonly PlannedComponent[]) =>
  components.filter(({ kind }) => kind === 'app').map(({ id, phase, reason }) => `${id} ${phase}: ${reason}`);
const shown = (steps: { verb: string; component: string; cause: string }[]) =>
  steps.map(({ verb, component, cause }) => `${verb} ${component}: ${cause}`);

describe('L38 the apps of the file', () => {
  it('L38 are deployed once Marathon leads', () => {
    const desired = wanting(WEB, SHOP);
    const cold = forecast(desired, NOTHING).steps;
    expect(lines(cold).slice(-3)).toEqual(['create marathon-0', 'deploy app:/web', 'deploy app:/shop']);
    const without = plan(desired, { ...containers, marathon: undefined }, NO_MEMORY);
    expect(without.steps).toEqual([]);
    expect(appsOf(without.components)).toEqual([
      'app:/web absent: waits for marathon-0',
      'app:/shop absent: waits for marathon-0',
    ]);
  });

  it('L38 are left alone once they are there, by a run that remembers nothing', async () => {
    const desired = wanting(WEB, SHOP);
    const { observed } = await worldOf(desired);
    const { steps, components } = plan(desired, observed, NO_MEMORY);
    expect(steps).toEqual([]);
    expect(appsOf(components)).toEqual(['app:/web ready: 2 of 2 tasks run', 'app:/shop ready: 4 of 4 tasks run']);
  });

  it('L38 are changed alone where their JSON is', async () => {
    const { observed } = await worldOf(wanting(WEB, SHOP));
    expect(shown(plan(wanting({ ...WEB, env: { A: '1' } }, SHOP), observed, NO_MEMORY).steps)).toEqual([
      'deploy app:/web: its JSON changed',
    ]);
    const { apps } = SHOP;
    const bigger = { ...SHOP, apps: [apps[0], { ...apps[1], instances: 4 }] };
    expect(shown(plan(wanting(WEB, bigger), observed, NO_MEMORY).steps)).toEqual([
      'deploy app:/shop: /shop/front instances 3 → 4',
    ]);
  });

  it('L39 keep the label of their hash when they are scaled only, which would start their tasks anew', async () => {
    const variables = new Map<string, string>();
    const hashOf = (instances: number) =>
      wanting({ ...WEB, instances })
        .apps[0]?.render(variables)
        .apps.get('/web')?.hash;
    expect(hashOf(2)).toBe(hashOf(5));
  });

  it('L38 are deployed anew where a token stands for something else', async () => {
    const app = { ...WEB, env: { CONSUL: '${MINIMESOS_MARATHON}', DIR: '${MINIMESOS_HOST_DIR}' } };
    const { observed, marathon } = await worldOf(wanting(app));
    expect(marathon.answer().apps[0]?.env).toEqual({ CONSUL: 'http://172.30.4.18:8080', DIR: '/project' });
    const moved = { ...observed, network: { ...NETWORK, subnet: '172.30.8.0/22' } };
    expect(lines(plan(wanting(app), moved, NO_MEMORY).steps)).toContain('deploy app:/web');
  });

  it('L38 go when their block goes, and what was installed by hand stays', async () => {
    const { marathon } = await worldOf(wanting(WEB, SHOP));
    marathon.install({ id: '/hand', cmd: 'sleep 1' });
    const { steps } = plan(wanting(WEB), lookAt(marathon), NO_MEMORY);
    expect(shown(steps)).toEqual(['undeploy app:/shop: not in the minimesosFile']);
  });

  it('L38 take over what was installed by hand under their id', async () => {
    const { observed } = await worldOf(wanting(), Object.assign(new FakeMarathon(), {}));
    const marathon = new FakeMarathon();
    marathon.install({ ...WEB });
    expect(observed.marathon?.apps).toEqual([]);
    expect(shown(plan(wanting(WEB), lookAt(marathon), NO_MEMORY).steps)).toEqual([
      'deploy app:/web: installed by hand, and now web.json wants it',
    ]);
  });

  it('L39 are set right where somebody changed them by hand', async () => {
    const { marathon } = await worldOf(wanting(WEB));
    const [app] = marathon.answer().apps;
    marathon.install({ ...app, id: '/web', instances: 7 });
    expect(shown(plan(wanting(WEB), lookAt(marathon), NO_MEMORY).steps)).toEqual(['deploy app:/web: instances 7 → 2']);
  });

  it('L39 that say nothing of instances are to have one', async () => {
    const { instances: _, ...silent } = WEB;
    const { observed } = await worldOf(wanting(WEB));
    expect(shown(plan(wanting(silent), observed, NO_MEMORY).steps)).toEqual(['deploy app:/web: instances 2 → 1']);
  });

  it('L40 that cannot run say why, and are degraded if they ran before', async () => {
    const { marathon } = await worldOf(wanting(WEB));
    marathon.stuck.add('/web');
    const phases = (phase: Recollection['phase']) =>
      appsOf(plan(wanting(WEB), lookAt(marathon), remembering('app:/web', { phase })).components);
    expect(phases('creating')).toEqual(['app:/web starting: progressing: 0 of 2 tasks run']);
    expect(phases('ready')).toEqual(['app:/web degraded: progressing: 0 of 2 tasks run']);
    expect(appsOf(seen(lookAt(marathon), wanting(WEB)))).toEqual(['app:/web starting: progressing: 0 of 2 tasks run']);
  });

  it('L38 that Marathon refused are tried again when their JSON changes', async () => {
    const { observed } = await worldOf(wanting());
    const failedHash = wanting(WEB).apps[0]?.render(variablesOf({ desired: wanting(), observed, matches: [] })).hash;
    const memory = remembering('app:/web', { phase: 'failed', reason: 'it is not valid', failedHash });
    expect(plan(wanting(WEB), observed, memory).steps).toEqual([]);
    expect(lines(plan(wanting({ ...WEB, cpus: 1 }), observed, memory).steps)).toEqual(['deploy app:/web']);
  });
});

describe('L38 ids that Marathon has already', () => {
  const GROUPED = { id: '/web', apps: [{ id: 'x', cmd: 'sleep 1' }] };
  const BELOW = { ...WEB, id: '/web/x' };

  it.each([
    ['an app goes below its own id', WEB, BELOW],
    ['an app goes above its own id', BELOW, WEB],
    ['an app of a group is to stand alone', GROUPED, BELOW],
    ['an app that stood alone is to be in a group', BELOW, GROUPED],
  ])('L38 are free before they are taken, where %s', async (_, before, after) => {
    const { observed, marathon } = await worldOf(wanting(before));
    const first = plan(wanting(after), observed, NO_MEMORY);
    const undeploy = `undeploy app:${before.id}: not in the minimesosFile`;
    expect(shown(first.steps)).toEqual([undeploy]);
    expect(appsOf(first.components)[0]).toBe(`app:${after.id} absent: waits for app:${before.id}`);
    // Its group may still be there.
    await marathon.undeploy(
      '',
      { type: 'app', path: before.id, apps: ['/web', '/web/x'] },
      new AbortController().signal,
    );
    const running = new Map(first.steps.map((step) => [step.component, step]));
    expect(plan(wanting(after), lookAt(marathon), { ...NO_MEMORY, running }).steps).toEqual([]);
    expect(lines(plan(wanting(after), lookAt(marathon), NO_MEMORY).steps)).toEqual([`deploy app:${after.id}`]);
    expect(lines(forecast(wanting(after), observed).steps)).toEqual([
      `undeploy app:${before.id}`,
      `deploy app:${after.id}`,
    ]);
  });

  it.each([
    ['an app becomes a group', WEB, GROUPED, 'it is an app, and web.json has a group'],
    ['a group becomes an app', GROUPED, WEB, 'it is a group, and web.json has an app'],
  ])('L38 are free before they are taken, where %s', async (_, before, after, cause) => {
    const { observed } = await worldOf(wanting(before));
    expect(shown(plan(wanting(after), observed, NO_MEMORY).steps)).toEqual([`undeploy app:/web: ${cause}`]);
    expect(lines(forecast(wanting(after), observed).steps)).toEqual(['undeploy app:/web', 'deploy app:/web']);
  });

  it('L38 hold up nobody else', async () => {
    const { observed } = await worldOf(wanting(WEB));
    const steps = plan(wanting({ ...WEB, id: '/webs' }), observed, NO_MEMORY).steps;
    expect(lines(steps)).toEqual(['deploy app:/webs', 'undeploy app:/web']);
  });
});

describe('L41 where the cluster goes', () => {
  const gone: Desired = { cluster, components: [], apps: [], unreachable: [], notes: [] };

  it('L41 apps go first, those by hand too, and all that runs waits for them', async () => {
    const { marathon } = await worldOf(wanting(WEB));
    marathon.install({ id: '/hand', cmd: 'sleep 1' });
    // Of a cluster that goes nobody is asked whether it does its work.
    const unasked = containers.components.map((each) => ({ ...each, readiness: { ready: false, reason: '' } }));
    const { steps, components } = plan(gone, { ...lookAt(marathon), components: unasked }, NO_MEMORY);
    expect(shown(steps)).toEqual(['undeploy app:/web: the cluster goes', 'undeploy app:/hand: the cluster goes']);
    expect(components.find(({ id }) => id === 'agent-0')?.waitsFor).toBe('app:/web');
    expect(lines(forecast(gone, lookAt(marathon)).steps).slice(2, 4)).toEqual([
      'remove zookeeper-0',
      'remove master-0',
    ]);
  });

  it('L41 all that runs waits for tasks that end after Marathon has forgotten their app', async () => {
    const { observed } = await worldOf(wanting());
    const step = { verb: 'undeploy', component: 'app:/web', cause: 'the cluster goes' } as const;
    const memory: Memory = { ...NO_MEMORY, running: new Map([[step.component, step]]) };
    expect(plan(gone, observed, memory).steps).toEqual([]);
    expect(lines(plan(gone, observed, NO_MEMORY).steps)).toContain('remove agent-0');
  });

  it.each(['master', 'agent'] as const)('L41 nobody waits for tasks that nobody ends, without a %s', async (kind) => {
    const { observed } = await worldOf(wanting(WEB));
    const components = observed.components.map((each) => {
      if (each.kind !== kind || !each.container) return each;
      return { ...each, container: { ...each.container, state: 'exited' as const } };
    });
    const { steps } = plan(gone, { ...observed, components }, NO_MEMORY);
    expect(lines(steps)).not.toContain('undeploy app:/web');
    expect(lines(steps)).toContain('remove marathon-0');
  });

  it('L41 an app that does not end holds up nobody', async () => {
    const { observed } = await worldOf(wanting(WEB));
    const memory = remembering('app:/web', { phase: 'failed', reason: 'it does not end' });
    expect(lines(plan(gone, observed, memory).steps)).toContain('remove marathon-0');
  });

  it('L41 the apps go before Marathon where only its block goes', async () => {
    const { observed } = await worldOf(wanting(WEB));
    const { steps } = plan(desiredFrom({ ...spec, marathon: undefined }), observed, NO_MEMORY);
    expect(lines(steps)).toEqual(['undeploy app:/web']);
  });
});
