import { type AppDefinition, type Complaint, type Detail, type HealthCheck, invalid } from './definition.js';
import { dockerOf, networkMode, portMappingsOf, portNeeds } from './network.js';

const ID = /^(\/([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(\.([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*)+$/;
const ID_ERROR =
  "must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$'";
/** What the API calls parts of an app by. */
const RESERVED = /\/(restart|tasks|versions)$/;
const RESERVED_ERROR = 'must not end with any of the following reserved keywords: restart, tasks, versions, ., ..';
const RUNS_NOTHING = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";
const OPERATORS = ['UNIQUE', 'CLUSTER', 'LIKE', 'UNLIKE', 'GROUP_BY', 'MAX_PER'];
const LARGEST_PORT = 65_535;

/** What is wrong with a whole definition; null for a good one. */
export function validate(app: AppDefinition): Complaint | null {
  const details = [
    ...idErrors(app.id),
    ...(RESERVED.test(app.id) ? [wrong('/id', RESERVED_ERROR)] : []),
    ...quantities(app),
    ...whatRuns(app),
    ...app.constraints.flatMap(constraintErrors),
    ...portErrors(app),
    ...app.healthChecks.flatMap((check, at) => healthCheckErrors(check, at, app)),
    ...twoOfMesos(app),
    ...strategyErrors(app),
    ...containerErrors(app),
  ];
  return details.length === 0 ? null : invalid(details);
}

/** What is wrong with an id of an app or a group. */
export function idErrors(id: string): Detail[] {
  return ID.test(id) ? [] : [wrong('/id', ID_ERROR)];
}

function wrong(path: string, error: string): Detail {
  return { path, errors: [error] };
}

function quantities(app: AppDefinition): Detail[] {
  const names = ['instances', 'cpus', 'mem', 'disk', 'gpus', 'backoffSeconds', 'maxLaunchDelaySeconds'] as const;
  const negative = [...names, 'taskKillGracePeriodSeconds' as const]
    .filter((name) => (app[name] ?? 0) < 0)
    .map((name) => wrong(`/${name}`, `got ${app[name]}, expected 0 or more`));
  const factor =
    app.backoffFactor < 1 ? [wrong('/backoffFactor', `got ${app.backoffFactor}, expected 1.0 or more`)] : [];
  const whole = Number.isInteger(app.gpus) ? [] : [wrong('/gpus', `got ${app.gpus}, expected a whole number`)];
  return [...negative, ...factor, ...whole];
}

function whatRuns({ cmd, args, container }: AppDefinition): Detail[] {
  const [hasCmd, hasArgs] = [cmd !== null && cmd !== '', args !== null && args.length > 0];
  const one = hasCmd !== hasArgs;
  return one || (!hasCmd && !hasArgs && container !== null) ? [] : [wrong('/', RUNS_NOTHING)];
}

function constraintErrors(constraint: readonly string[], at: number): Detail[] {
  const [field, operator = '', value] = constraint;
  const complain = (error: string): Detail[] => [wrong(`/constraints(${at})`, error)];
  if (field === undefined || constraint.length < 2 || constraint.length > 3) {
    return complain('Each constraint must have either 2 or 3 fields');
  }
  if (!OPERATORS.includes(operator.toUpperCase())) {
    return complain(`operator must be one of the following ${OPERATORS.join(', ')}`);
  }
  switch (operator.toUpperCase()) {
    case 'UNIQUE':
      return value === undefined ? [] : complain('Value specified but not used');
    case 'LIKE':
    case 'UNLIKE':
      if (value === undefined) return complain('A regular expression value must be provided');
      return isRegularExpression(value) ? [] : complain(`'${value}' is not a valid regular expression`);
    case 'GROUP_BY':
      return value === undefined || /^\d+$/.test(value) ? [] : complain(`Value was specified but is not a number`);
    case 'MAX_PER':
      return value !== undefined && /^\d+$/.test(value) ? [] : complain('A number value must be provided');
    default:
      return [];
  }
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function portErrors(app: AppDefinition): Detail[] {
  const isHost = networkMode(app) === 'host';
  const path = isHost ? '/portDefinitions' : '/container/portMappings';
  const numbers = isHost
    ? app.portDefinitions.map(({ port }) => [port])
    : (portMappingsOf(app.container) ?? []).map((each) => [each.containerPort, each.hostPort ?? 0, each.servicePort]);
  const outside = numbers.flatMap((ports, at) =>
    ports.some((port) => port < 0 || port > LARGEST_PORT)
      ? [wrong(`${path}(${at})`, `must be within the range [0, ${LARGEST_PORT}]`)]
      : [],
  );
  const taken = isHost ? app.portDefinitions.map(({ port }) => port).filter((port) => port !== 0) : [];
  const twice = new Set(taken).size === taken.length ? [] : [wrong('/portDefinitions', 'Ports must be unique.')];
  const names = portNeeds(app).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const named = new Set(names).size === names.length ? [] : [wrong(path, 'Port names must be unique.')];
  return [...outside, ...twice, ...named];
}

function healthCheckErrors(check: HealthCheck, at: number, app: AppDefinition): Detail[] {
  const path = `/healthChecks(${at})`;
  const negative = (['gracePeriodSeconds', 'intervalSeconds', 'timeoutSeconds', 'maxConsecutiveFailures'] as const)
    .filter((name) => check[name] < 0)
    .map((name) => wrong(`${path}/${name}`, `got ${check[name]}, expected 0 or more`));
  if (check.protocol === 'COMMAND') {
    return check.command === undefined ? [...negative, wrong(path, 'A command must be given for COMMAND')] : negative;
  }
  if (check.port !== undefined && (check.port < 0 || check.port > LARGEST_PORT)) {
    return [...negative, wrong(`${path}/port`, `must be within the range [0, ${LARGEST_PORT}]`)];
  }
  const index = check.portIndex;
  const unknown = check.port === undefined && index !== undefined && (index < 0 || index >= portNeeds(app).length);
  if (!unknown) return negative;
  return [
    ...negative,
    wrong(
      `${path}/portIndex`,
      'Health check port indices must address an element of the ports array or container port mappings.',
    ),
  ];
}

/** An agent looks after one check of a task. */
function twoOfMesos({ healthChecks }: AppDefinition): Detail[] {
  const ofMesos = healthChecks.filter(({ protocol }) => protocol === 'COMMAND' || protocol.startsWith('MESOS_'));
  const error = 'AppDefinition can contain at most one Mesos health check';
  return ofMesos.length > 1 ? [wrong('/healthChecks', error)] : [];
}

function strategyErrors({ upgradeStrategy }: AppDefinition): Detail[] {
  return (['minimumHealthCapacity', 'maximumOverCapacity'] as const)
    .filter((name) => upgradeStrategy[name] < 0 || upgradeStrategy[name] > 1)
    .map((name) => wrong(`/upgradeStrategy/${name}`, `got ${upgradeStrategy[name]}, expected between 0.0 and 1.0`));
}

function containerErrors({ container }: AppDefinition): Detail[] {
  if (container === null || container.type !== 'DOCKER') return [];
  const image = dockerOf(container)?.image;
  if (dockerOf(container) === null) return [wrong('/container/docker', 'not defined')];
  return typeof image === 'string' && image !== '' ? [] : [wrong('/container/docker/image', 'must not be empty')];
}
