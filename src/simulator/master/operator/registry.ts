import { masterInfoJson } from '../../mesos/master-info.js';
import { withRole } from '../../mesos/shown-resources.js';
import type { MasterView } from '../view.js';
import { agentInfoV1 } from './reads.js';

/** `/registrar(1)/registry`: what a leading master would find again; a follower has read nothing yet. */
export function registryJson({ self, electedTime, agents }: MasterView): object {
  if (electedTime === null) return {};
  return {
    master: { info: masterInfoJson(self) },
    slaves: {
      slaves: agents.map((agent) => {
        const info = { ...agentInfoV1(agent), resources: agent.info.resources.map(withRole) };
        return { deactivated: agent.deactivated, info };
      }),
    },
  };
}
