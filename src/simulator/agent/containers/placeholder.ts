import type { CommandInfo } from '../../mesos/shapes.js';

/** A command that says what it stands for, and waits until it is killed. */
export function placeholderCommand(
  image: string,
  why: string,
  { value, arguments: words = [] }: CommandInfo,
): CommandInfo {
  const asked = [...(value === undefined ? [] : [value]), ...words].join(' ');
  const lines = [
    `The minimesos simulator runs this placeholder for a container of the image ${image}: ${why}.`,
    asked === '' ? 'It would run what the image starts with.' : `It would run: ${asked}`,
  ];
  return { value: `${lines.map((line) => `echo ${quoted(line)}`).join('; ')}; while :; do sleep 3600; done` };
}

/** As a shell takes it literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
