import { isIPv4 } from 'node:net';
import { isObject, type Json, stringField } from '../../json.js';

/** A machine as operators name it; what is absent counts as empty. */
export interface MachineId {
  hostname?: string;
  ip?: string;
}

/** The same for two names of one machine: the letters of a host name may be large or small. */
export function machineKey({ hostname = '', ip = '' }: MachineId): string {
  return `${hostname.toLowerCase()} ${ip}`;
}

/** The machine that an agent is on: the host name and the IP that it announces. */
export function machineOf(agent: { ip: string; info: { hostname: string } }): MachineId {
  return { hostname: agent.info.hostname, ip: agent.ip };
}

/** Reads a list of machines. What is no machine is one without a name, which no validation lets pass. */
export function readMachines(json: Json | undefined): MachineId[] {
  return Array.isArray(json) ? json.map(readMachine) : [];
}

function readMachine(json: Json): MachineId {
  const [hostname, ip] = isObject(json) ? [stringField(json, 'hostname'), stringField(json, 'ip')] : [];
  return { ...(hostname === undefined ? {} : { hostname }), ...(ip === undefined ? {} : { ip }) };
}

/** What is wrong with a list of machines, each of which may be there once only; null for nothing. */
export function machinesProblem(machines: readonly MachineId[]): string | null {
  const seen = new Set<string>();
  for (const machine of machines) {
    const { hostname = '', ip = '' } = machine;
    if (hostname === '' && ip === '') return "Both 'hostname' and 'ip' for a machine are empty";
    if (ip !== '' && !isIPv4(ip)) return 'Failed to parse the IP';
    if (seen.has(machineKey(machine))) return `Machine '${debugText(machine)}' appears more than once in the schedule`;
    seen.add(machineKey(machine));
  }
  return null;
}

/** A machine as protobuf's debug text, which some of Mesos' messages hold. */
export function debugText({ hostname, ip }: MachineId): string {
  const fields = Object.entries({ hostname, ip }).filter(([, value]) => value !== undefined);
  return fields.map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`).join('');
}

/** A machine as Mesos writes it in a sentence. */
export function machineText({ hostname, ip }: MachineId): string {
  if (hostname === undefined || ip === undefined) return hostname ?? ip ?? '';
  return `${hostname} (${ip})`;
}
