import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/commands.js';
import { MinimesosError } from '../../../src/errors.js';

/** `message | hint` of a command line that opens nothing. */
async function said(line: string): Promise<string> {
  const open = () => {
    throw new Error('it was understood');
  };
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const thrown = await runCommandLine(line.split(' ').filter(Boolean), open, streams).catch((error: unknown) => error);
  if (!(thrown instanceof MinimesosError) || thrown.code !== 'USAGE') throw thrown;
  return `${thrown.message} | ${thrown.hint}`;
}

describe('C8 of a command line that is not understood', () => {
  it.each([
    ['destory', 'unknown argument "destory"; did you mean "destroy"? | minimesos --help'],
    ['help aply', 'unknown argument "aply"; did you mean "apply"? | minimesos help help'],
    ['one two', 'unknown argument "one" | minimesos --help'],
    ['apply --agnets 3', 'unknown argument "agnets"; did you mean "agents"? | minimesos help apply'],
    ['apply --agnets=3', 'unknown argument "agnets"; did you mean "agents"? | minimesos help apply'],
    ['--dubug', 'unknown argument "dubug"; did you mean "debug"? | minimesos --help'],
    ['open --no-brwser', 'unknown argument "brwser"; did you mean "browser"? | minimesos help open'],
    ['up -x', 'unknown argument "x" | minimesos help up'],
  ])('%j names what was probably meant', async (line, expected) => {
    expect(await said(line)).toBe(expected);
  });

  it.each([
    ['ps foo', 'unknown argument "foo" | minimesos help ps'],
    ['ps --foo', 'unknown argument "foo" | minimesos help ps'],
    ['apply --statsu', 'unknown argument "statsu" | minimesos help apply'],
  ])('%j names nothing that the command does not take', async (line, expected) => {
    expect(await said(line)).toBe(expected);
  });

  it.each([
    ['apply --agents', '--agents takes a value | minimesos help apply'],
    ['status -f', '-f takes a value | minimesos help status'],
    ['exec', 'exec takes a component | minimesos help exec'],
    ['completion', 'completion takes a shell: bash, zsh or fish | minimesos help completion'],
    ['completion tcsh', 'completion takes bash, zsh or fish, not "tcsh" | minimesos help completion'],
    ['info -o xml', '--output takes text, json or env, not "xml" | minimesos help info'],
    ['wait --for soon', '--for takes ready or absent, not "soon" | minimesos help wait'],
  ])('%j says what is to be given', async (line, expected) => {
    expect(await said(line)).toBe(expected);
  });

  it('a command has hints of its own', async () => {
    expect(await said('run ls')).toBe('unknown argument "ls" | a command stands after --: minimesos run -- COMMAND');
  });
});
