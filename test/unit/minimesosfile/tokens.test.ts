import { describe, expect, it } from 'vitest';
import { emptiness, replaceTokens, tokenFault, tokensIn } from '../../../src/minimesosfile/tokens.js';
import { specOf } from './parsing.js';

describe('a token', () => {
  it('F28 is found with its place, whatever ends the lines, and other names in ${…} are none', () => {
    const text = '{\r\n "a": "${PORT0} ${MINIMESOS_MASTER}",\r\t"${MINIMESOS_X}${MINIMESOS_AGENT_IP"\n}';
    expect(tokensIn(text).map(({ name, line, column }) => `${line}:${column} ${name}`)).toEqual([
      '2:17 MINIMESOS_MASTER',
      '3:3 MINIMESOS_X',
    ]);
  });

  it('F28 is replaced wherever it stands, once; what has no value is left as it is', () => {
    const values = new Map([
      ['MINIMESOS_MASTER', '${MINIMESOS_AGENT}'],
      ['MINIMESOS_AGENT', 'http://a'],
    ]);
    expect(
      replaceTokens('${MINIMESOS_MASTER},${MINIMESOS_AGENT}${MINIMESOS_AGENT},${MINIMESOS_CONSUL},${PORT}', values),
    ).toBe('${MINIMESOS_AGENT},http://ahttp://a,${MINIMESOS_CONSUL},${PORT}');
  });

  it('F28 that stands for a folder with quotes and backslashes cannot break the JSON', () => {
    const folder = '/tmp/a "b"\\c\n';
    const json = replaceTokens('{"a": "${MINIMESOS_HOST_DIR}"}', new Map([['MINIMESOS_HOST_DIR', folder]]));
    expect(JSON.parse(json)).toEqual({ a: folder });
  });

  it.each(['ZOOKEEPER', 'MASTER', 'AGENT', 'MARATHON', 'CONSUL', 'REGISTRATOR', 'MESOSDNS', 'SCOPE'])(
    'F29 is known for its URL, address and port: %s',
    (role) => {
      const names = ['', '_IP', '_PORT'].map((ending) => `MINIMESOS_${role}${ending}`);
      expect(names.map(tokenFault)).toEqual([undefined, undefined, undefined]);
    },
  );

  it('F29 is known for the gateway and the folder', () => {
    expect(['MINIMESOS_NETWORK_GATEWAY', 'MINIMESOS_HOST_DIR'].map(tokenFault)).toEqual([undefined, undefined]);
  });

  it.each([
    ['MINIMESOS_MASTR', '; did you mean "${MINIMESOS_MASTER}"?'],
    ['MINIMESOS_master_ip', '; did you mean "${MINIMESOS_MASTER_IP}"?'],
    ['MINIMESOS_HOSTDIR', '; did you mean "${MINIMESOS_HOST_DIR}"?'],
    ['MINIMESOS_ZOOKEEPER_PROT', '; did you mean "${MINIMESOS_ZOOKEEPER_PORT}"?'],
    ['MINIMESOS_KAFKA', '; a token is ${MINIMESOS_<ROLE>}, …_IP or …_PORT, and the roles are ZOOKEEPER, MASTER,'],
  ])('F29 that is unknown is reported with what was meant: %s', (name, way) => {
    expect(tokenFault(name)).toContain(`unknown token "\${${name}}"${way}`);
  });
});

describe('what a token stands for', () => {
  const bare = specOf('minimesos { agent { } }');
  const full = specOf(
    'minimesos { agent { }\n marathon { }\n consul { }\n registrator { }\n mesosdns { }\n scope { } }',
  );
  const empty = (spec: typeof bare) =>
    [
      'ZOOKEEPER',
      'MASTER',
      'AGENT_IP',
      'MARATHON',
      'CONSUL_PORT',
      'REGISTRATOR',
      'MESOSDNS',
      'SCOPE',
      'HOST_DIR',
    ].filter((role) => emptiness(`MINIMESOS_${role}`, spec) !== undefined);

  it('F29 is nothing where the minimesosFile has no such block, and of a registrator, which listens nowhere', () => {
    expect(empty(bare)).toEqual(['MARATHON', 'CONSUL_PORT', 'REGISTRATOR', 'MESOSDNS', 'SCOPE']);
    expect(empty(full)).toEqual(['REGISTRATOR']);
    expect(emptiness('MINIMESOS_AGENT', { ...bare, agents: [] })).toBe(
      '${MINIMESOS_AGENT} stands for nothing: the minimesosFile has no agent block',
    );
  });
});
