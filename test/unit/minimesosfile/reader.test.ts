import { describe, expect, it } from 'vitest';
import { problemsOf, problemsWith, specWith } from './parsing.js';

describe('a name', () => {
  it.each([
    ['clusterNam = "x"', '2:1 unknown property "clusterNam"; did you mean "clusterName"?'],
    ['clustername = "x"', '2:1 unknown property "clustername"; did you mean "clusterName"?'],
    ['  agnet { }', '2:3 unknown block "agnet"; did you mean "agent"?'],
    ['agents { }', '2:1 unknown block "agents"; did you mean "agent"?'],
    ['agent { port = 1 }', '2:9 unknown property "port"; did you mean "portNumber"?'],
    ['agent { resources { memory { } } }', '2:21 unknown block "memory"; did you mean "mem"?'],
  ])('F7 that is unknown is reported with what it looks like: %s', (members, problem) => {
    expect(problemsWith(members)).toEqual([problem]);
  });

  it.each([
    ['portNumber = 1', '2:1 unknown property "portNumber"; it belongs to agent'],
    ['agent { cpu { } }', '2:9 unknown block "cpu"; it belongs to resources'],
    [
      'consul { loggingLevel = "INFO" }',
      '2:10 unknown property "loggingLevel"; it belongs to minimesos, master or agent',
    ],
    ['minimesos { }', '2:1 unknown block "minimesos"; it belongs to the top of the file'],
  ])('F7 of another block is reported with that block: %s', (members, problem) => {
    expect(problemsWith(members)).toEqual([problem]);
  });

  it.each([
    ['wibble = 1', '2:1 unknown property "wibble"'],
    ['wibble { clusterName = 1 }', '2:1 unknown block "wibble"'],
    ['agent { toString = 1 }', '2:9 unknown property "toString"'],
    ['agent { env { __proto__ = 1 } }', '2:15 unknown property "__proto__"'],
  ])('F7 that resembles nothing is reported as it is: %s', (members, problem) => {
    expect(problemsWith(members)).toEqual([problem]);
  });

  it.each([
    ['master = 1', '2:1 "master" is a block; write master { … }'],
    ['timeout { }', '2:1 "timeout" is a property; write timeout = …'],
    ['master { env { NAME { } } }', '2:16 "NAME" is a property; write NAME = …'],
  ])('F7 of the other kind is reported with how to write it: %s', (members, problem) => {
    expect(problemsWith(members)).toEqual([problem]);
  });

  it('F7 at the top of the file is none but minimesos', () => {
    expect(problemsOf('minimesso { }')).toEqual(['1:1 unknown block "minimesso"; did you mean "minimesos"?']);
    expect(problemsOf('timeout = 1\nminimesos { }')).toEqual([
      '1:1 unknown property "timeout"; it belongs to minimesos',
    ]);
    expect(problemsOf('')).toEqual(['1:1 minimesos block is missing']);
  });
});

describe('something given twice', () => {
  it.each(['zookeeper', 'master', 'marathon', 'consul', 'mesosdns', 'scope'])(
    'F8 is refused as a block: %s',
    (name) => {
      expect(problemsWith(`${name} { }\n\n  ${name} { }`)).toEqual([
        `4:3 second "${name}" block; the first is on line 2`,
      ]);
    },
  );

  it('F8 is refused as a block inside another block, too', () => {
    const twice = (name: string) => problemsWith(`agent {\n${name} { }\n${name} { }\n}`);
    expect(twice('resources')).toEqual(['4:1 second "resources" block; the first is on line 3']);
    expect(twice('env')).toEqual(['4:1 second "env" block; the first is on line 3']);
    expect(problemsOf('minimesos { }\nminimesos { }')).toEqual([
      '2:1 second "minimesos" block; the first is on line 1',
    ]);
  });

  it('F8 has its later value as a property', () => {
    expect(specWith('timeout = "never"; timeout = 5').timeout).toBe(5);
    expect(problemsWith('timeout = 5\ntimeout = 0')).toHaveLength(1);
  });
});

describe('something missing', () => {
  it('F14 is reported as missing, not as empty, where it stands', () => {
    expect(problemsWith('marathon {\n  app { }\n}')).toEqual(['3:3 app has no marathonJson']);
  });

  it.each(['marathonJsn = "a"', 'marathonJson { }', 'marathonJson "a"', 'marathonJson = a'])(
    'F6 is not reported where it may be what could not be read: %s',
    (member) => {
      expect(problemsWith(`marathon { app { ${member} } }`)).toEqual([expect.not.stringContaining('app has no')]);
    },
  );

  it('F6 is not reported of a file whose block could not be read', () => {
    expect(problemsOf('minimesos = {\n}')).toHaveLength(1);
  });
});
