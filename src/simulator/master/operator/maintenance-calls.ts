import { type HttpAnswer, type HttpRequest, json, text, wrongMethod } from '../../http.js';
import { isObject, type Json, objectField, parseJson } from '../../json.js';
import { missing, notConverted } from '../../mesos/calls.js';
import { type MachineId, machinesProblem, readMachines } from '../agents/machines.js';
import { readSchedule, type Schedule } from '../agents/maintenance.js';
import { type CallHandler, DONE, type MasterContext } from './context.js';

type RequestHandler = (context: MasterContext, request: HttpRequest) => HttpAnswer;

/** The maintenance endpoints, which every version has. */
export const maintenanceRequests: { readonly [path: string]: RequestHandler } = {
  '/maintenance/schedule': (context, { method, body }) => {
    if (method === 'GET') return json(context.maintenance.schedule);
    return method === 'POST' ? postSchedule(context, body) : wrongMethod(['GET', 'POST'], method);
  },
  '/maintenance/status': ({ maintenance }, { method }) =>
    method === 'GET' ? json(maintenance.status) : wrongMethod(['GET'], method),
  '/machine/down': (context, request) => postMachines(context, request, startMaintenance),
  '/machine/up': (context, request) => postMachines(context, request, stopMaintenance),
};

/** The same as calls of the operator API. */
export const maintenanceCalls: { readonly [type: string]: CallHandler } = {
  UPDATE_MAINTENANCE_SCHEDULE: (context, body) => {
    const field = 'update_maintenance_schedule';
    const asked = objectField(body, field);
    if (asked === undefined) return missing('master', field);
    const posted = objectField(asked, 'schedule');
    if (posted === undefined) return notConverted(`Missing required fields: ${field}.schedule`);
    const schedule = readSchedule(posted, `${field}.schedule.`);
    return typeof schedule === 'string' ? notConverted(schedule) : updateSchedule(context, schedule);
  },
  START_MAINTENANCE: onMachines('start_maintenance', startMaintenance),
  STOP_MAINTENANCE: onMachines('stop_maintenance', stopMaintenance),
};

function onMachines(field: string, act: (context: MasterContext, machines: MachineId[]) => HttpAnswer): CallHandler {
  return (context, body) => {
    const asked = objectField(body, field);
    return asked === undefined ? missing('master', field) : act(context, readMachines(asked.machines));
  };
}

function postSchedule(context: MasterContext, body: string): HttpAnswer {
  const posted = readBody(body, isObject);
  if (typeof posted === 'string') return text(400, posted);
  const schedule = readSchedule(posted);
  return typeof schedule === 'string' ? text(400, schedule) : updateSchedule(context, schedule);
}

function postMachines(
  context: MasterContext,
  { method, body }: HttpRequest,
  act: (context: MasterContext, machines: MachineId[]) => HttpAnswer,
): HttpAnswer {
  if (method !== 'POST') return wrongMethod(['POST'], method);
  const posted = readBody(body, (value) => Array.isArray(value));
  return typeof posted === 'string' ? text(400, posted) : act(context, readMachines(posted));
}

/** The JSON in a body that has the wanted type; an error string in Mesos' words for any other. */
function readBody<T extends Exclude<Json, string>>(body: string, wanted: (value: Json) => value is T): T | string {
  const value = parseJson(body);
  if (value === undefined) return `syntax error at line 1 near: ${body.slice(1)}`;
  return wanted(value) ? value : 'Unexpected JSON type parsed';
}

function updateSchedule({ maintenance }: MasterContext, schedule: Schedule): HttpAnswer {
  const problem = maintenance.update(schedule);
  return problem === null ? DONE : text(400, problem);
}

/** Whoever runs on a machine that goes down is told to end, and is forgotten at once. */
function startMaintenance(context: MasterContext, machines: MachineId[]): HttpAnswer {
  const problem = transitionProblem(context, machines, 'DRAINING', 'down');
  if (problem !== null) return text(400, problem);
  const { agents, maintenance } = context;
  for (const machine of machines) {
    for (const agent of agents.on(machine)) agents.shutDown(agent, "Operator initiated 'Machine DOWN'");
  }
  maintenance.start(machines);
  return DONE;
}

function stopMaintenance(context: MasterContext, machines: MachineId[]): HttpAnswer {
  const problem = transitionProblem(context, machines, 'DOWN', 'up');
  if (problem !== null) return text(400, problem);
  context.maintenance.stop(machines);
  return DONE;
}

function transitionProblem(
  { agents, maintenance }: MasterContext,
  machines: MachineId[],
  from: 'DRAINING' | 'DOWN',
  to: 'down' | 'up',
): string | null {
  if (machines.length === 0) return 'List of machines is empty';
  const wrong = machinesProblem(machines);
  if (wrong !== null) return wrong;
  const other = machines.find((machine) => maintenance.modeOf(machine) !== from);
  if (other === undefined) return null;
  const isKnown = maintenance.modeOf(other) !== 'UP' || agents.on(other).length > 0;
  const named = `Machine '${JSON.stringify(other)}'`;
  return isKnown
    ? `${named} is not in ${from} mode and cannot be brought ${to}`
    : `${named} is not part of a maintenance schedule`;
}
