/** What is wrong with how a task is to run and to be checked, in the words of Mesos 1.11; null for nothing, or where there is none. */

import { isObject, type Json, type JsonObject, objectField } from '../../json.js';

export function healthCheckProblem(check: JsonObject | undefined): string | null {
  if (check === undefined) return null;
  const command = objectField(check, 'command');
  return problemOf(check, { name: 'HealthCheck', word: 'health check', command, whose: "Health check's" });
}

export function checkProblem(check: JsonObject | undefined): string | null {
  if (check === undefined) return null;
  const command = objectField(objectField(check, 'command') ?? {}, 'command');
  return problemOf(check, { name: 'CheckInfo', word: 'check', command, whose: "Check's" });
}

interface CheckKind {
  name: string;
  word: string;
  command: JsonObject | undefined;
  whose: string;
}

function problemOf(check: JsonObject, { name, word, command, whose }: CheckKind): string | null {
  const { type } = check;
  if (type === undefined) return `${name} must specify 'type'`;
  if (type !== 'COMMAND' && type !== 'HTTP' && type !== 'TCP') return `'${type}' is not a valid ${word} type`;
  const part = type.toLowerCase();
  if (!isObject(check[part])) return `Expecting '${part}' to be set for ${type} ${word}`;
  if (type === 'COMMAND') {
    if (command?.value === undefined) {
      return `Command ${word} must contain ${command?.shell === false ? "'executable path'" : "'shell command'"}`;
    }
    const problem = commandProblem(command);
    if (problem !== null) return `${whose} \`CommandInfo\` is invalid: ${problem}`;
  }
  const { scheme, path } = objectField(check, 'http') ?? {};
  if (type === 'HTTP' && word === 'health check' && scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    return `Unsupported HTTP health check scheme: '${scheme}'`;
  }
  if (type === 'HTTP' && typeof path === 'string' && !path.startsWith('/')) {
    return `The path '${path}' of HTTP ${word} must start with '/'`;
  }
  const seconds = ['delay_seconds', 'grace_period_seconds', 'interval_seconds', 'timeout_seconds'];
  const negative = seconds.find((field) => Number(check[field] ?? 0) < 0);
  return negative === undefined ? null : `Expecting '${negative}' to be non-negative`;
}

/** Of a command Mesos looks at the environment only. */
export function commandProblem(command: JsonObject | undefined): string | null {
  const variables = listOf(objectField(command ?? {}, 'environment')?.variables);
  return variables.map(variableProblem).find((each) => each !== null) ?? null;
}

function variableProblem({ name, type = 'VALUE', value, secret }: JsonObject): string | null {
  if (type === 'UNKNOWN') return "Environment variable of type 'UNKNOWN' is not allowed";
  const [wanted, other] = type === 'SECRET' ? [secret, value] : [value, secret];
  const [wantedName, otherName] = type === 'SECRET' ? ['secret', 'value'] : ['value', 'secret'];
  const about = `Environment variable '${name}' of type '${type}' must`;
  if (wanted === undefined) return `${about} have a ${wantedName} set`;
  return other === undefined ? null : `${about} not have a ${otherName} set`;
}

/** A name of its own, which hides a container from its agent, was let through until MESOS-8497. */
export function containerProblem(container: JsonObject | undefined, modern: boolean): string | null {
  if (container === undefined) return null;
  const volume = listOf(container.volumes).find(
    (each) => ['host_path', 'image', 'source'].filter((field) => each[field] !== undefined).length !== 1,
  );
  if (volume !== undefined) {
    return "Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'";
  }
  if (container.type !== 'DOCKER') return null;
  const docker = objectField(container, 'docker');
  if (docker === undefined) return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo";
  return modern && listOf(docker.parameters).some(({ key }) => key === 'name')
    ? "Parameter in DockerInfo must not be 'name'"
    : null;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
