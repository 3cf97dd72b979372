import { parseDuration } from '../../duration.js';
import { type HttpAnswer, text } from '../../http.js';
import { isObject, type Json, type JsonObject, numberField, objectField, stringField } from '../../json.js';
import { missing, notConverted } from '../../mesos/calls.js';
import { isAtLeast } from '../../mesos/version.js';
import { machineOf, machineText } from '../agents/machines.js';
import { type CallHandler, DONE, type MasterContext } from './context.js';

/** What operators do to an agent through the operator API. */
export const agentCalls: { readonly [type: string]: CallHandler } = {
  MARK_AGENT_GONE: onAgent('mark_agent_gone', ({ agents }, id) =>
    agents.markGone(id) ? DONE : text(404, `Agent '${id}' not found`),
  ),
  DEACTIVATE_AGENT: onAgent('deactivate_agent', ({ agents }, id) => {
    return agents.deactivate(id, true) ? DONE : UNKNOWN;
  }),
  REACTIVATE_AGENT: onAgent('reactivate_agent', reactivate),
  DRAIN_AGENT: onAgent('drain_agent', drain),
};

const UNKNOWN = text(400, 'Unknown agent');

function onAgent(
  field: string,
  act: (context: MasterContext, id: string, asked: JsonObject) => HttpAnswer,
): CallHandler {
  return (context, body) => {
    const asked = objectField(body, field);
    if (asked === undefined) return missing('master', field);
    const agentId = objectField(asked, 'agent_id');
    if (agentId === undefined) return notConverted(`Missing required fields: ${field}.agent_id`);
    const id = stringField(agentId, 'value');
    if (id === undefined) return notConverted(`Missing required fields: ${field}.agent_id.value`);
    return act(context, id, asked);
  };
}

function reactivate({ agents }: MasterContext, id: string): HttpAnswer {
  const standing = agents.standing(id);
  if (standing?.deactivated !== true) return text(400, 'Agent is not deactivated');
  if (standing.drain?.state === 'DRAINING') return text(400, 'Agent is still in the DRAINING state');
  agents.deactivate(id, false);
  // As in Mesos, which has done it nevertheless.
  return agents.find(id) === undefined ? text(409, 'Agent removed while processing the call') : DONE;
}

function drain({ agents, maintenance }: MasterContext, id: string, asked: JsonObject): HttpAnswer {
  const agent = agents.find(id);
  if (agent !== undefined && maintenance.modeOf(machineOf(agent)) !== 'UP') {
    const machine = machineText(machineOf(agent));
    return text(400, `Agent ${id} is part of a maintenance schedule under Machine ${machine}`);
  }
  if (agent !== undefined && !isAtLeast(agent.version, '1.9.0')) {
    return text(400, `Agent ${id} is not capable of draining`);
  }
  const grace = readGrace(asked.max_grace_period);
  if (typeof grace === 'string') return notConverted(grace);
  const config = { markGone: asked.mark_gone === true };
  const drained = agents.drain(id, grace === undefined ? config : { ...config, maxGraceNanoseconds: grace });
  return drained ? DONE : UNKNOWN;
}

/**
 * The grace in nanoseconds; an error string for text that is no duration. It is a `google.protobuf.Duration`, so that
 * `nanoseconds`, which Mesos has everywhere else, says nothing here and leaves 0, as recorded.
 */
function readGrace(json: Json | undefined): number | string | undefined {
  if (typeof json === 'string') {
    const ms = parseDuration(json.replace(/(\d)s$/, '$1secs'));
    return ms === undefined ? `Invalid duration '${json}'` : Math.round(ms * 1e6);
  }
  if (!isObject(json)) return undefined;
  return (numberField(json, 'seconds') ?? 0) * 1e9 + (numberField(json, 'nanos') ?? 0);
}
