/** Desired and observed states for pure tests: a spec in a line, and the world that a convergence of it leaves. */

import { desiredOf } from '../../src/desired.js';
import type { Desired, Observed, ObservedComponent } from '../../src/model.js';
import { forecast } from '../../src/plan/forecast.js';
import type { AgentSpec, ClusterSpec, Resources } from '../../src/spec.js';

export function agentSpec(over: Partial<AgentSpec> = {}): AgentSpec {
  return { portNumber: 5051, attributes: '', privileged: false, resources: resources(), env: {}, ...over };
}

export function resources(over: Partial<Resources> = {}): Resources {
  return {
    cpus: [{ role: '*', value: 4 }],
    mem: [{ role: '*', value: 1024 }],
    disk: [{ role: '*', value: 2000 }],
    ports: [{ role: '*', value: '[31000-32000]' }],
    ...over,
  };
}

export function clusterSpec(over: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    distribution: 'simulator',
    mesosVersion: '1.0.0',
    loggingLevel: 'INFO',
    mapPortsToHost: false,
    bindAddress: '127.0.0.1',
    mapAgentSandboxVolume: false,
    timeout: 60,
    zookeeper: { env: {}, instances: 1 },
    master: { env: {}, instances: 1, authenticate: false, aclJson: null },
    agents: [agentSpec()],
    ...over,
  };
}

export function desiredFrom(spec: ClusterSpec): Desired {
  const { distribution, mesosVersion } = spec;
  const cluster = { id: 'c0ffee0000', file: '/project/minimesosFile', name: 'test', distribution, mesosVersion };
  return desiredOf({ spec, cluster, simulatorImage: 'minimesos/simulator:0123456789ab' });
}

export const NOTHING: Observed = { components: [], images: new Set() };

/** What is there when this has converged, with the images at hand. */
export function converged(desired: Desired, from: Observed = NOTHING): Observed {
  return forecast(bounded(desired), from).observed;
}

/** Fails, instead of going on for ever, where passes come to no end. */
export function bounded(desired: Desired): Desired {
  let looks = 0;
  return {
    ...desired,
    get components() {
      looks++;
      if (looks > 5_000) throw new Error('these passes come to no end');
      return desired.components;
    },
  };
}

/** The same world but for one component. */
export function hurt(
  world: Observed,
  id: string,
  change: (component: ObservedComponent) => ObservedComponent,
): Observed {
  return { ...world, components: world.components.map((each) => (each.id === id ? change(each) : each)) };
}

/** Stopped with this exit code. */
export function exited(exitCode: number) {
  return (component: ObservedComponent): ObservedComponent => ({
    ...component,
    container: component.container && { ...component.container, state: 'exited', exitCode },
    readiness: { ready: false, reason: 'not running' },
  });
}

export const lines = (steps: { verb: string; component: string }[]): string[] =>
  steps.map(({ verb, component }) => `${verb} ${component}`);
