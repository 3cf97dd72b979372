import { describe, expect, it } from 'vitest';
import { nextWords } from '../../../../src/cli/completion/next-words.js';
import { vocabularyOf } from '../../../../src/cli/completion/vocabulary.js';
import type { Row } from '../../../../src/cli/row.js';

const run = async () => 0;
const vocabulary = vocabularyOf([
  {
    command: 'apply',
    summary: '',
    options: (command) =>
      command
        .option('watch', { type: 'boolean', default: false })
        .option('agents', { type: 'number' })
        .option('mapPortsToHost', { alias: 'map-ports-to-host', type: 'boolean' }),
    run,
  },
  { command: 'list', aliases: ['ls'], summary: '', run },
  {
    command: 'wait [component]',
    summary: '',
    options: (command) =>
      command.positional('component', { type: 'string' }).option('for', { choices: ['ready', 'absent'] }),
    run,
  },
  {
    command: 'open [component]',
    summary: '',
    options: (command) => command.positional('component', {}).option('browser', { type: 'boolean', default: true }),
    run,
  },
  { command: 'state', summary: '', options: (command) => command.option('agent', { type: 'string' }), run },
  { command: 'info', summary: '', options: (command) => command.choices('output', ['env']), run },
  {
    command: 'completion <shell>',
    summary: '',
    options: (command) => command.positional('shell', { choices: ['bash'] }),
    run,
  },
] satisfies Row[]);

const COMMANDS = ['apply', 'list', 'ls', 'wait', 'open', 'state', 'info', 'completion'];
const next = (line: string) => nextWords(line.split(' '), vocabulary);
const words = (line: string) => next(line).words;

describe('C41 what may come next', () => {
  it.each(['', 'a', '--file x ', '-f x ', '--debug ', '--file=x '])('after "%s" is a command', (line) => {
    expect(words(line)).toEqual([...COMMANDS, 'help']);
  });

  it('after a dash is an option of the command, by every long name, that was not given yet', () => {
    const options = words('apply --debug --');
    expect(options).toEqual(
      expect.arrayContaining(['--watch', '--agents', '--mapPortsToHost', '--map-ports-to-host', '--file', '--output']),
    );
    expect(options).not.toContain('--debug');
    expect(options).not.toContain('--for');
    expect(words('apply --map-ports-to-host --')).not.toContain('--mapPortsToHost');
  });

  it('is the denial of what is so by itself', () => {
    expect(words('open --')).toContain('--no-browser');
    expect(words('open --')).not.toContain('--browser');
  });

  it.each([
    ['wait --for ', ['ready', 'absent']],
    ['apply --output ', ['text', 'json']],
    ['info -o ', ['text', 'json', 'env']],
    ['completion ', ['bash']],
    ['help ', COMMANDS],
  ])('of few values is each of them: "%s"', (line, values) => {
    expect(words(line)).toEqual(values);
  });

  it.each([
    ['wait ', 'components'],
    ['open m', 'components'],
    ['wait --for ready ', 'components'],
    ['state --agent ', 'agents'],
    ['--cluster ', 'clusters'],
    ['apply --cluster c', 'clusters'],
  ])('only the engine knows: "%s"', (line, ask) => {
    expect(next(line)).toMatchObject({ words: [], ask });
  });

  it('is of the cluster that the line names so far', () => {
    expect(next('--file a/minimesosFile --cluster=abc wait ')).toMatchObject({
      file: 'a/minimesosFile',
      cluster: 'abc',
    });
    expect(next('-f x wait ')).toMatchObject({ file: 'x', cluster: undefined });
  });

  it.each(['list ', 'wait agent-0 ', 'nonsense ', 'apply --agents ', '--file ', 'apply -- '])(
    'is nothing that minimesos knows: "%s"',
    (line) => {
      expect(next(line)).toMatchObject({ words: [] });
      expect(next(line).ask).toBeUndefined();
    },
  );
});
