import type { Deployment } from '../deployment/deployments.js';
import { type Step, shownStep } from '../deployment/plan.js';
import { shownGroup } from '../group/shown.js';
import type { Events } from './events.js';

/** A deployment as events tell of it. */
function shownPlan({ id, version, before, after, steps }: Deployment): object {
  return {
    id,
    version,
    original: shownGroup(before),
    target: shownGroup(after),
    steps: steps.map(shownStep),
  };
}

/** Tells how deployments go. */
export function deploymentEvents(events: Events) {
  return {
    begun: (deployment: Deployment) => {
      const [currentStep] = deployment.steps;
      events.publish('group_change_success', { groupId: '/', version: deployment.version });
      const step = currentStep === undefined ? { actions: [] } : shownStep(currentStep);
      events.publish('deployment_info', { plan: shownPlan(deployment), currentStep: step });
    },
    cancelled: (deployment: Deployment) => {
      const reason = 'The deployment was cancelled';
      events.publish('deployment_failed', { id: deployment.id, plan: shownPlan(deployment), reason });
    },
    stepDone: (deployment: Deployment, step: Step | undefined, over: boolean) => {
      const plan = shownPlan(deployment);
      if (step !== undefined) events.publish('deployment_step_success', { plan, currentStep: shownStep(step) });
      if (over) return events.publish('deployment_success', { id: deployment.id, plan });
      const next = deployment.steps[deployment.currentStep];
      return next && events.publish('deployment_info', { plan, currentStep: shownStep(next) });
    },
  };
}
