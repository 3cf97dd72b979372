/** Variables as lines that a shell sources and a `.env` file holds. */

/** One `NAME=value` a line, quoted only where it must be: Docker's `--env-file` would take quotes for part of the value. */
export function envFile(variables: Iterable<readonly [name: string, value: string]>): string {
  return [...variables].map(([name, value]) => `${name}=${quoted(value)}`).join('\n');
}

function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  return value.includes("'") ? `"${value.replace(/["$\\`]/g, '\\$&')}"` : `'${value}'`;
}
