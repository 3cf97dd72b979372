/** The longest name that a folder can have, which ids become; in bytes. */
const MAX_LENGTH = 255;

/** What is wrong with an id that somebody chose, in Mesos' words; null for nothing. */
export function nameProblem(id: string): string | null {
  if (id === '') return 'ID must not be empty';
  if (Buffer.byteLength(id) > MAX_LENGTH) return `ID must not be greater than ${MAX_LENGTH} characters`;
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /[\u0000-\u001f\u007f/\\]/.test(id) ? `'${id}' contains invalid characters` : null;
}
