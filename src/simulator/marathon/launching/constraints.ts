/** Where an app's tasks may go. */

/** A task's place, or the place that an offer is of: host name and the agent's attributes as text. */
export interface Place {
  hostname: string;
  attributes: { readonly [name: string]: string };
}

type Constraint = readonly string[];

/** Whether a task may be put at a place, beside those of its app that are placed already. */
export function meets(constraint: Constraint, offered: Place, placed: readonly Place[]): boolean {
  const [field = '', operator = '', wanted = ''] = constraint;
  const value = valueAt(offered, field);
  // An agent without the attribute suits nobody but who wants it otherwise.
  if (value === undefined) return operator.toUpperCase() === 'UNLIKE';
  const values = placed.map((place) => valueAt(place, field));
  switch (operator.toUpperCase()) {
    case 'UNIQUE':
      return !values.includes(value);
    case 'CLUSTER':
      return (wanted === '' || wanted === value) && values.every((each) => each === value);
    case 'LIKE':
      return isWhole(wanted, value);
    case 'UNLIKE':
      return !isWhole(wanted, value);
    case 'GROUP_BY':
      return keepsBalance(value, values, Number(wanted) || 0);
    case 'MAX_PER':
      return values.filter((each) => each === value).length < Number(wanted);
    default:
      return false;
  }
}

/** The constraints that a place does not meet. */
export function unmet(constraints: readonly Constraint[], offered: Place, placed: readonly Place[]): Constraint[] {
  return constraints.filter((constraint) => !meets(constraint, offered, placed));
}

function valueAt({ hostname, attributes }: Place, field: string): string | undefined {
  if (field === 'hostname' || field === '@hostname') return hostname;
  return Object.hasOwn(attributes, field) ? attributes[field] : undefined;
}

/** Whether a regular expression matches the whole value. */
function isWhole(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}

/** The group with the fewest tasks is next; until there are as many groups as are expected at least, only a new one is. */
function keepsBalance(value: string, values: readonly (string | undefined)[], expectedGroups: number): boolean {
  const sizes = new Map<string, number>();
  for (const each of values) if (each !== undefined) sizes.set(each, (sizes.get(each) ?? 0) + 1);
  const size = sizes.get(value);
  if (size === undefined) return true;
  const smallest = sizes.size < expectedGroups ? 0 : Math.min(...sizes.values());
  return size <= smallest;
}
