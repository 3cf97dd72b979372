import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDiagnostic, loadFile, parseSpec } from '../../../src/minimesosfile/load.js';
import { problemsOf, problemsWith } from './parsing.js';

describe('a broken file', () => {
  it('F6 gives every problem at once, in the order of the file', () => {
    const text = [
      'minimesos {',
      '  registrator { imageTag = "" }',
      '  timeout = 0; loggingLevel "INFO"',
      '  agent { name = "a"; portNumber = 0 }',
      '  agent { name = "a"; instances = 1001 }',
      '  consl { }',
      '  marathon { app { } }',
      '}',
      'x',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      '2:3 registrator needs a consul block',
      '2:28 imageTag must not be empty',
      '3:13 timeout must be a number of seconds, above 0 and at most 86400, not 0',
      '3:29 expected "=" or "{" after "loggingLevel", found "INFO"; minimesos does not evaluate Groovy',
      '4:36 portNumber must be a whole number from 1 to 65535, not 0',
      '5:18 name must differ from that of agent block 1; instances = 2 in one block makes two agents',
      '5:35 instances must be a whole number from 1 to 1000, not 1001',
      '6:3 unknown block "consl"; did you mean "consul"?',
      '7:14 app has no marathonJson',
      '9:2 expected "=" or "{" after "x", found the end of the file',
    ]);
  });

  it('F6 gives its first 100 problems and the number of the others', () => {
    const problems = problemsWith('x = 1\n'.repeat(105));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('102:1 5 more problems from here on');
  });

  it('F6 is shown without what a terminal would act upon, on one line each', () => {
    expect(problemsWith("mesosVersion = '''\u001b[31m\n\t1'''")).toEqual([
      String.raw`2:16 mesosVersion must be a version like "1.0.0" or "0.28", not "U+001B[31m\n\t1"`,
    ]);
    expect(problemsWith(`mesosVersion = "${'1'.repeat(99)}"`)).toEqual([
      `2:16 mesosVersion must be a version like "1.0.0" or "0.28", not "${'1'.repeat(40)}…"`,
    ]);
  });

  it('F6 is printed as file, line, column and what to do', () => {
    const message = 'unknown property "imageNam"; did you mean "imageName"?';
    expect(formatDiagnostic('minimesosFile', { line: 12, column: 9, message })).toBe(`minimesosFile:12:9 ${message}`);
  });
});

describe('a large file', () => {
  // Were one of these read in more than linear time, the runner would give up before it ends.
  it.each(['{', '}', 'a{', '"', '/*', "'''", '\\', '(', 'a = x\n', 'a{}\n', 'é', '\0'])(
    'F18 of nothing but %j is answered',
    (piece) => {
      expect(problemsOf(piece.repeat((64 * 1024) / piece.length)).length).toBeGreaterThan(0);
    },
  );

  it.each(['agent { portNumber = 0 }\n', 'agent { name = "a" }\n', 'timeout = 0\n', 'clustrName = 1\n'])(
    'F18 of one mistake again and again is answered: %j',
    (line) => {
      expect(problemsWith(line.repeat(2048)).length).toBeGreaterThan(0);
    },
  );

  it('F18 may have 1 MiB', () => {
    const comment = `//${' '.repeat(1024 * 1024 - 16)}\n`;
    expect(problemsOf(`${comment}minimesos { }`)).toEqual([]);
    expect(problemsOf(`${comment}minimesos  { }`)).toEqual(['1:1 the file is larger than 1 MiB']);
  });
});

describe('a note', () => {
  it('F5 names the agent that was added', () => {
    const parsed = parseSpec('minimesos { marathon { } }', 'minimesosFile');
    expect(parsed).toMatchObject({ ok: true, notes: ['minimesosFile has no agent block; one default agent is added'] });
  });

  it('F5 is not made where the file has an agent', () => {
    expect(parseSpec('minimesos { agent { } }', 'minimesosFile')).toMatchObject({ ok: true, notes: [] });
  });
});

describe('a path', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minimesosfile-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('F20 is read', async () => {
    await writeFile(at('good'), '\uFEFFminimesos { clusterName = "é" }');
    expect(await loadFile(at('good'))).toMatchObject({
      ok: true,
      spec: { clusterName: 'é' },
      notes: [`${at('good')} has no agent block; one default agent is added`],
    });
  });

  it('F20 that leads nowhere is named', async () => {
    await writeFile(at('file'), '');
    const code = 'FILE_MISSING';
    await expect(loadFile(at('none'))).rejects.toMatchObject({ code, message: `${at('none')} does not exist` });
    await expect(loadFile(at('file/x'))).rejects.toMatchObject({ code, message: `${at('file/x')} does not exist` });
  });

  it('F20 to what is no file is refused', async () => {
    const code = 'FILE_INVALID';
    await expect(loadFile(folder)).rejects.toMatchObject({
      code,
      message: `${folder} is a directory, not a minimesosFile`,
    });
    await expect(loadFile('/dev/null')).rejects.toMatchObject({ code, message: '/dev/null is not a regular file' });
  });

  it('F20 that cannot be read is refused with the reason', async () => {
    const name = 'a'.repeat(300);
    await expect(loadFile(name)).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: `${name} cannot be read: ENAMETOOLONG: name too long`,
    });
  });

  it('F18 to more than 1 MiB is not read', async () => {
    await writeFile(at('large'), Buffer.alloc(1024 * 1024 + 1));
    expect(await loadFile(at('large'))).toEqual({
      ok: false,
      diagnostics: [{ line: 1, column: 1, message: 'the file is larger than 1 MiB' }],
    });
  });

  it('F19 to what is not UTF-8 is refused at the place', async () => {
    await writeFile(at('latin1'), Buffer.from('minimesos {\r\n  clusterName = "é"\r\n}', 'latin1'));
    expect(await loadFile(at('latin1'))).toEqual({
      ok: false,
      diagnostics: [{ line: 2, column: 18, message: 'the file is not UTF-8 text' }],
    });
  });
});
