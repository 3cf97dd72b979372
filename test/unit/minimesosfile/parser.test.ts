import { describe, expect, it } from 'vitest';
import { problemsOf, problemsWith, specOf, specWith } from './parsing.js';

describe('a text', () => {
  it.each([
    ['"double"', 'double'],
    ["'single'", 'single'],
    ['"""triple\n  double"""', 'triple\n  double'],
    ["'''\ntriple single'''", '\ntriple single'],
    ['"it\'s"', "it's"],
    [`'say "hi"'`, 'say "hi"'],
    ['"""say "hi", twice ""."""', 'say "hi", twice "".'],
    [String.raw`"\n\t\r\b\f\"\'\\"`, '\n\t\r\b\f"\'\\'],
    [String.raw`"\u00e9\u20AC"`, 'é€'],
    [String.raw`"costs \$5, or \$price"`, 'costs $5, or $price'],
    ['"one \\\nline"', 'one line'],
    ["'$name'", '$name'],
    ['"5$ or 5 $"', '5$ or 5 $'],
    ['"// no comment"', '// no comment'],
    ['"ü 😀 日本"', 'ü 😀 日本'],
  ])('F2 is read: %j', (written, value) => {
    expect(specWith(`clusterName = ${written}`).clusterName).toBe(value);
  });

  it.each([
    ['"abc', '2:15 the text that begins here is never closed'],
    ["'''abc", '2:15 the text that begins here is never closed'],
    [String.raw`"a\d"`, String.raw`2:17 unknown escape "\d"; a backslash itself is written \\`],
    [String.raw`"\u12"`, String.raw`2:16 unknown escape "\u"; a backslash itself is written \\`],
    ['"a\0"', '2:17 a text cannot hold a NUL character'],
    [String.raw`"\u0000"`, '2:16 a text cannot hold a NUL character'],
  ])('F2 is refused: %j', (written, problem) => {
    expect(problemsWith(`clusterName = ${written}`)).toEqual([problem]);
  });

  it.each([
    [`"x\${1 + 1}"`, '2:17'],
    ['"$name"', '2:16'],
    [`"""\n\${\n}"""`, '3:1'],
  ])('F1 is not evaluated: %j', (written, place) => {
    const advice = 'minimesos does not evaluate Groovy; write \\$ for a dollar sign, or single quotes around the text';
    expect(problemsWith(`clusterName = ${written}`)).toEqual([`${place} ${advice}`]);
  });
});

describe('a number', () => {
  it.each([
    ['7', 7],
    ['0.5', 0.5],
    ['2e3', 2000],
    ['1.5E-2', 0.015],
    ['"7"', 7],
    ["' 0.5 '", 0.5],
  ])('F2 is read: %s', (written, value) => {
    expect(specWith(`timeout = ${written}`).timeout).toBe(value);
  });

  it.each(['007', '0x1F', '1_000', '5s', '1..5', '1e999'])('F2 is refused: %s', (written) => {
    expect(problemsWith(`timeout = ${written}`)).toEqual([
      `2:11 "${written}" is not a number; write it like 4, 0.5 or -1`,
    ]);
  });

  it('F2 with a comma is refused, with advice', () => {
    expect(problemsWith('timeout = 1,5')).toEqual([
      '2:12 expected a new line or ";", found ","; a new line or ";" ends a property, and a decimal has a point',
    ]);
    expect(problemsWith('timeout = "1,5"')).toEqual([
      '2:11 timeout must be a number of seconds, above 0 and at most 86400, not "1,5"; a decimal has a point, not a comma',
    ]);
  });
});

describe('the form of a file', () => {
  it('F2 takes comments, a first line for the shell, package and import lines', () => {
    const text = [
      '#!/usr/bin/env minimesos',
      'package com.example; import a.b.*',
      'import static a.B.c as d',
      '/* several',
      '   lines */ minimesos { // here',
      '  timeout /* and */ = 7 // there',
      '}',
    ].join('\n');
    expect(specOf(text).timeout).toBe(7);
  });

  it('F3 ends a property or a block with a new line, ";" or "}"', () => {
    expect(specOf('minimesos { timeout = 7; master { }; agent { portNumber = 1 } }').timeout).toBe(7);
    expect(specOf('minimesos\n{\n\n;;timeout =\n7;\n}\n;').timeout).toBe(7);
  });

  it('F3 refuses two members on one line, and reads both', () => {
    expect(problemsWith('timeout = 0 loggingLevel = "x"')).toEqual([
      '2:11 timeout must be a number of seconds, above 0 and at most 86400, not 0',
      '2:13 expected a new line or ";" before "loggingLevel"',
      '2:28 loggingLevel must be INFO, WARNING or ERROR, not "x"',
    ]);
    expect(problemsWith('master { } consul { }')).toEqual(['2:12 expected a new line or ";" before "consul"']);
    expect(problemsWith('timeout = 7 8')).toEqual([
      '2:13 expected a new line or ";", found 8; minimesos does not evaluate Groovy',
    ]);
  });

  it.each([
    ['def x = 1', '2:5 expected "=" or "{" after "def", found "x"; minimesos does not evaluate Groovy'],
    ['println "hi"', '2:9 expected "=" or "{" after "println", found "hi"; minimesos does not evaluate Groovy'],
    ['agent(3) {\n  x y\n}', '2:6 expected "=" or "{" after "agent", found "("; minimesos does not evaluate Groovy'],
    [
      'agent { a, b -> c }',
      '2:10 expected "=" or "{" after "a", found ","; a new line or ";" ends a property, and a decimal has a point',
    ],
    ['agent { it -> c }', '2:12 expected "=" or "{" after "it", found "->"; minimesos does not evaluate Groovy'],
    [
      'master.authenticate = true',
      '2:7 expected "=" or "{" after "master", found "."; minimesos does not evaluate Groovy',
    ],
    ['timeout = [1,\n 2]', '2:11 expected a value after "timeout =", found "["; minimesos does not evaluate Groovy'],
    ['timeout = { 60 }', '2:11 expected a value after "timeout =", found "{"; minimesos does not evaluate Groovy'],
    [
      'timeout = System.env.T',
      '2:11 expected a value after "timeout =", found "System"; minimesos does not evaluate Groovy',
    ],
    ['timeout = 30 * 2', '2:14 expected a new line or ";", found "*"; minimesos does not evaluate Groovy'],
    ['3.times { }', '2:1 "3.times" is not a number; write it like 4, 0.5 or -1'],
    ['"master" { }', '2:1 expected a property or a block, found "master"; minimesos does not evaluate Groovy'],
  ])('F1 is not that of Groovy: %j', (statement, problem) => {
    expect(problemsWith(statement)).toEqual([problem]);
  });

  it.each([
    ['timeout =', '2:10 expected a value after "timeout =", found the end of the line'],
    ['timeout', '2:8 expected "=" or "{" after "timeout", found the end of the line'],
    ['timeout: 60', '2:8 expected "=" or "{" after "timeout", found ":"; a property is written name = value'],
    [
      'clusterName = mine',
      '2:15 expected a value after "clusterName =", found "mine"; a text stands in quotes: "mine"',
    ],
    ['clusterName = “mine”', '2:15 expected a value after "clusterName =", found "“"; use straight quotes'],
    ['# timeout', '2:1 expected a property or a block, found "#"; a comment begins with //'],
    ['true = 1', '2:1 expected a property or a block, found true; minimesos does not evaluate Groovy'],
    ['timeout\u00a0= 60', '2:8 expected "=" or "{" after "timeout", found "U+00A0"'],
    ['\0', '2:1 expected a property or a block, found "U+0000"'],
    ['} agent {', '2:3 unknown block "agent"; it belongs to minimesos'],
  ])('F6 is mended with advice: %j', (statement, problem) => {
    expect(problemsWith(statement)).toContain(problem);
  });

  it.each([
    ['minimesos {\n  agent {\n', ['2:3 the block "agent" is never closed']],
    ['minimesos {\n  clusterName = """x\n', ['2:17 the text that begins here is never closed']],
    ['minimesos { /* x }', ['1:13 the comment that begins here is never closed']],
    ['minimesos { /*/ }', ['1:13 the comment that begins here is never closed']],
    ['minimesos { }\n}', ['2:1 "}" closes no block']],
  ])('F6 is reported once where something is not closed: %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('F18 has a limit of nesting', () => {
    const tooDeep = `minimesos {${'agent {'.repeat(10_000)}`;
    expect(problemsOf(tooDeep)).toContain('1:229 blocks are nested deeper than 32 levels');
    expect(problemsOf(`${tooDeep}${'}'.repeat(10_001)}`)).toContain('1:229 blocks are nested deeper than 32 levels');
  });

  it.each(['\n', '\r\n', '\r'])('F19 counts lines that end in %j', (lineEnd) => {
    expect(problemsOf(['minimesos {', "\tclusterName = '''a", "b'''", '\ttimeout = 0', '}'].join(lineEnd))).toEqual([
      '4:12 timeout must be a number of seconds, above 0 and at most 86400, not 0',
    ]);
  });

  it('F19 has the same text whatever the line ends, and no byte order mark', () => {
    expect(specOf("\uFEFFminimesos {\r\n  clusterName = '''a\r\nb'''\r\n}").clusterName).toBe('a\nb');
  });
});
