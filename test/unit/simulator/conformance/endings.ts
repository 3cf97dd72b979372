import { readText } from './recordings.js';

/** How a real daemon took a command line. */
export interface Ending {
  /** `master` or `agent`, and what was tried. */
  name: string;
  role: 'master' | 'agent';
  env: { [name: string]: string };
  args: string[];
  /** Null: it ran. */
  exit: number | null;
  /** The words that it ended with; null where it ran, or said nothing but a stack. */
  words: string | null;
}

const ABORTED_BY_SIGNAL = '-6';
/** As a shell shows the same. */
const ABORTED = 134;

export function recordedEndings(file: string): Ending[] {
  const sections = readText(file).split(/^### /m).slice(1);
  return sections.map((section) => {
    const [title = '', command = '', outcome = ''] = section.split('\n');
    const [env, program = '', args] = commandOf(command.replace(/^\$ /, ''));
    const role = program.includes('agent') ? 'agent' : 'master';
    const code = /^rc=(\S+)/.exec(outcome)?.[1] ?? '';
    const exit = code === 'RUNNING' ? null : code === ABORTED_BY_SIGNAL ? ABORTED : Number(code);
    return {
      name: `${role}/${title.replaceAll(' ', '_')}`,
      role,
      env,
      args,
      exit,
      words: exit === null ? null : wordsOf(section),
    };
  });
}

function commandOf(command: string): [Ending['env'], string | undefined, string[]] {
  const words = command.trim().split(/\s+/);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const pairs = words.slice(0, first).map((word) => word.split('=', 2) as [string, string]);
  return [Object.fromEntries(pairs), words[first], words.slice(first + 1)];
}

/** Of glog's lines the last error; without one whatever was said before logging began. */
function wordsOf(section: string): string | null {
  const said = section.slice(section.indexOf('stderr tail:\n') + 'stderr tail:\n'.length);
  const logged = [...said.matchAll(/^[EF]\d{8} \S+ +\d+ \S+\] (.*)$/gm)].map(([, text = '']) => text);
  const plain = said.split('\n').filter((line) => line !== '' && !/^([IWEF]\d{8} |\*\*\* |\s+@ )/.test(line));
  return logged.at(-1) ?? plain[0] ?? null;
}
