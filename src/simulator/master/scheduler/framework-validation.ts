import type { Flags } from '../../flags.js';
import type { FrameworkInfo } from '../../mesos/shapes.js';
import { hasCapability, rolesOf } from '../frameworks/framework.js';
import { nameProblem } from '../tasks/names.js';

/** Seconds that Mesos' 64 bits of nanoseconds hold. */
const MAX_FAILOVER_TIMEOUT = 9_223_372_036;

/** What is wrong with a framework that wants to subscribe, in Mesos' words; null for nothing. */
export function frameworkProblem(info: FrameworkInfo, suppressed: readonly string[], flags: Flags): string | null {
  const roles = rolesOf(info);
  return (
    rolesProblem(info) ??
    roleNamesProblem(info, roles) ??
    idProblem(info) ??
    whitelistProblem(roles, flags) ??
    userProblem(info, flags) ??
    timeoutProblem(info) ??
    suppressedProblem(roles, suppressed)
  );
}

/** What a framework that comes back, or that is updated, cannot change; null where it did not try. */
export function principalProblem(before: FrameworkInfo, after: FrameworkInfo): string | null {
  return before.principal === after.principal ? null : "Changing framework's principal is not allowed.";
}

/** What an update cannot change besides; a framework that comes back with another is taken, and keeps the old. */
export function immutableProblem(before: FrameworkInfo, after: FrameworkInfo): string | null {
  if (before.user !== after.user) return unsupported('user', before.user, after.user);
  const [was, is] = [before.checkpoint ?? false, after.checkpoint ?? false];
  return was === is ? null : unsupported('checkpoint', String(was), String(is));
}

function unsupported(field: string, was: string, is: string): string {
  return `Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${was}' to '${is}'`;
}

/** The framework as it is from now on, with what cannot change as it was. */
export function updatedInfo(
  before: FrameworkInfo,
  { checkpoint: _checkpoint, ...after }: FrameworkInfo,
): FrameworkInfo {
  const { id, user, checkpoint } = before;
  return { ...after, ...(id === undefined ? {} : { id }), user, ...(checkpoint === undefined ? {} : { checkpoint }) };
}

function idProblem({ id }: FrameworkInfo): string | null {
  return id === undefined || id.value === '' ? null : nameProblem(id.value);
}

function roleNamesProblem(info: FrameworkInfo, roles: readonly string[]): string | null {
  const problem = roles.map(roleProblem).find((each) => each !== null) ?? null;
  if (problem === null) return null;
  const field = hasCapability(info, 'MULTI_ROLE')
    ? "'FrameworkInfo.roles' contains invalid role"
    : "'FrameworkInfo.role' is not a valid role";
  return `${field}: ${problem}`;
}

function rolesProblem(info: FrameworkInfo): string | null {
  const { roles = [], role } = info;
  if (!hasCapability(info, 'MULTI_ROLE')) {
    return roles.length === 0
      ? null
      : "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
  }
  if (role !== undefined) return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  const twice = roles.filter((each, at) => roles.indexOf(each) !== at);
  return twice.length === 0
    ? null
    : `'FrameworkInfo.roles' contains duplicate items: { ${[...new Set(twice)].join(', ')} }`;
}

/** Roles are paths; null for one that will do. */
function roleProblem(role: string): string | null {
  if (role === '*') return null;
  if (role === '') return 'Empty role name is invalid';
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  const parts = role.split('/');
  if (parts.includes('')) return `Role '${role}' cannot contain two adjacent slashes`;
  if (parts.includes('.') || parts.includes('..')) return `Role '${role}' contains an invalid component`;
  if (parts.some((part) => part.startsWith('-'))) return `Role '${role}' cannot start with a dash`;
  if (parts.length > 1 && parts.includes('*')) return `Role '${role}' cannot contain '*'`;
  return /[\s\\]/.test(role) ? `Role '${role}' contains invalid characters` : null;
}

function whitelistProblem(roles: readonly string[], flags: Flags): string | null {
  const allowed = flags.get('roles')?.split(',');
  const other = roles.find((role) => role !== '*' && allowed !== undefined && !allowed.includes(role));
  return other === undefined ? null : `Role '${other}' is not present in the master's --roles`;
}

function userProblem({ user }: FrameworkInfo, flags: Flags): string | null {
  if (flags.get('root_submissions') !== 'false' || user !== 'root') return null;
  return "User 'root' is not allowed to run frameworks without --root_submissions set";
}

function timeoutProblem({ failover_timeout = 0 }: FrameworkInfo): string | null {
  if (Math.abs(failover_timeout) <= MAX_FAILOVER_TIMEOUT) return null;
  return `The framework failover_timeout (${failover_timeout}) is invalid`;
}

function suppressedProblem(roles: readonly string[], suppressed: readonly string[]): string | null {
  const others = suppressed.filter((role) => !roles.includes(role));
  return others.length === 0 ? null : `Suppressed roles { ${others.join(', ')} } are not contained in the set of roles`;
}
