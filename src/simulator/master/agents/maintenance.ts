import { isObject, type Json, type JsonObject, numberField, objectField } from '../../json.js';
import { debugText, type MachineId, machineKey, machinesProblem, readMachines } from './machines.js';

interface Window {
  machine_ids: MachineId[];
  unavailability: { start: Nanoseconds; duration?: Nanoseconds };
}

/** Since the epoch, or a length of time. */
interface Nanoseconds {
  nanoseconds: number;
}

/** A maintenance schedule, with Mesos' keys. */
export interface Schedule {
  windows: Window[];
}

/** What maintenance makes of a machine; one in no schedule is up. */
export type Mode = 'UP' | 'DRAINING' | 'DOWN';

/** Reads a schedule; an error string, in Mesos' words, where something that it needs is missing. `at` is where it stands. */
export function readSchedule(json: JsonObject, at = ''): Schedule | string {
  const missing: string[] = [];
  const windows = Array.isArray(json.windows) ? json.windows : [];
  const read = windows.map((window, index) => readWindow(window, `${at}windows[${index}]`, missing));
  return missing.length > 0 ? `Missing required fields: ${missing.join(', ')}` : { windows: read };
}

function readWindow(json: Json, at: string, missing: string[]): Window {
  const window = isObject(json) ? json : {};
  const machines = readMachines(window.machine_ids);
  const unavailability = objectField(window, 'unavailability');
  if (unavailability === undefined) missing.push(`${at}.unavailability`);
  const { start, duration } = unavailability ?? {};
  if (unavailability !== undefined && start === undefined) missing.push(`${at}.unavailability.start`);
  return {
    machine_ids: machines,
    unavailability: {
      start: readNanoseconds(start, `${at}.unavailability.start`, missing),
      ...(duration === undefined
        ? {}
        : { duration: readNanoseconds(duration, `${at}.unavailability.duration`, missing) }),
    },
  };
}

function readNanoseconds(json: Json | undefined, at: string, missing: string[]): Nanoseconds {
  if (json === undefined) return { nanoseconds: 0 };
  const nanoseconds = numberField(isObject(json) ? json : {}, 'nanoseconds');
  if (nanoseconds === undefined) missing.push(`${at}.nanoseconds`);
  return { nanoseconds: nanoseconds ?? 0 };
}

/** The maintenance of a leading master. Kept in memory: a new master knows of none. */
export class Maintenance {
  #schedule: Schedule = { windows: [] };
  readonly #machines = new Map<string, { id: MachineId; mode: Exclude<Mode, 'UP'> }>();

  /** The schedule's JSON; an empty object where nothing is scheduled. */
  get schedule(): object {
    return this.#schedule.windows.length === 0 ? {} : this.#schedule;
  }

  /** The JSON of all machines by mode; without frameworks nobody answered an inverse offer. */
  get status(): object {
    const draining = this.#inMode('DRAINING').map((id) => ({ id }));
    const down = this.#inMode('DOWN');
    return {
      ...(draining.length === 0 ? {} : { draining_machines: draining }),
      ...(down.length === 0 ? {} : { down_machines: down }),
    };
  }

  modeOf(machine: MachineId): Mode {
    return this.#machines.get(machineKey(machine))?.mode ?? 'UP';
  }

  /** When a machine is to be away; undefined for one in no schedule. */
  unavailabilityOf(machine: MachineId): Window['unavailability'] | undefined {
    const key = machineKey(machine);
    return this.#schedule.windows.find(({ machine_ids }) => machine_ids.some((id) => machineKey(id) === key))
      ?.unavailability;
  }

  /** Replaces the schedule; what is wrong with the new one, and then nothing changed; null for nothing. */
  update(schedule: Schedule): string | null {
    const machines = schedule.windows.flatMap((window) => window.machine_ids);
    const problem = this.#problem(schedule, machines);
    if (problem !== null) return problem;
    const known = new Map(this.#machines);
    this.#machines.clear();
    for (const id of machines) {
      this.#machines.set(machineKey(id), known.get(machineKey(id)) ?? { id, mode: 'DRAINING' });
    }
    this.#schedule = schedule;
    return null;
  }

  /** Takes scheduled machines down. */
  start(machines: readonly MachineId[]): void {
    for (const id of machines) this.#machines.set(machineKey(id), { id, mode: 'DOWN' });
  }

  /** Brings machines up, which takes them out of the schedule. */
  stop(machines: readonly MachineId[]): void {
    const keys = new Set(machines.map(machineKey));
    for (const key of keys) this.#machines.delete(key);
    const windows = this.#schedule.windows.map((window) => ({
      ...window,
      machine_ids: window.machine_ids.filter((id) => !keys.has(machineKey(id))),
    }));
    this.#schedule = { windows: windows.filter((window) => window.machine_ids.length > 0) };
  }

  #problem({ windows }: Schedule, machines: readonly MachineId[]): string | null {
    for (const { machine_ids, unavailability } of windows) {
      if (machine_ids.length === 0) return 'List of machines in the maintenance window is empty';
      if ((unavailability.duration?.nanoseconds ?? 0) < 0) return "Unavailability 'duration' is negative";
    }
    const wrong = machinesProblem(machines);
    if (wrong !== null) return wrong;
    const keys = new Set(machines.map(machineKey));
    const lost = this.#inMode('DOWN').find((id) => !keys.has(machineKey(id)));
    return lost === undefined
      ? null
      : `Machine '${debugText(lost)}' is deactivated and cannot be removed from the schedule`;
  }

  #inMode(wanted: Mode): MachineId[] {
    return [...this.#machines.values()].filter(({ mode }) => mode === wanted).map(({ id }) => id);
  }
}
