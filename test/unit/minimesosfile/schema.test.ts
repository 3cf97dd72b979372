import { describe, expect, it } from 'vitest';
import { agentWith, problemsWith, specWith } from './parsing.js';

const JUST_RESOURCES = {
  cpus: [{ role: '*', value: 4 }],
  mem: [{ role: '*', value: 1024 }],
  disk: [{ role: '*', value: 2000 }],
  ports: [{ role: '*', value: '[31000-32000]' }],
};
const JUST_AGENT = { env: {}, portNumber: 5051, attributes: '', privileged: false, resources: JUST_RESOURCES };
const CMD = '--master zk://minimesos-zookeeper:2181/mesos --zk zk://minimesos-zookeeper:2181/marathon';

describe('what is left out', () => {
  it('F5 has the default of 0.13', () => {
    expect(specWith('')).toStrictEqual({
      distribution: 'custom',
      mesosVersion: '1.0.0',
      loggingLevel: 'INFO',
      mapPortsToHost: false,
      bindAddress: '127.0.0.1',
      mapAgentSandboxVolume: false,
      timeout: 60,
      zookeeper: { env: {}, instances: 1 },
      master: { env: {}, instances: 1, authenticate: false, aclJson: null },
      agents: [JUST_AGENT],
    });
  });

  it('F5 has the default of its block', () => {
    const spec = specWith('marathon { }; consul { }; registrator { }; mesosdns { }; scope { }; agent { }');
    expect(spec.marathon).toStrictEqual({ env: {}, cmd: CMD, apps: [] });
    expect(spec.scope).toStrictEqual({ env: {}, port: 4040 });
    expect([spec.consul, spec.registrator, spec.mesosDns]).toStrictEqual([{ env: {} }, { env: {} }, { env: {} }]);
    expect(spec.agents).toStrictEqual([JUST_AGENT]);
  });
});

describe('a value', () => {
  it.each([
    ['clusterName = ""', '15 clusterName must not be empty'],
    ['clusterName = 5', '15 clusterName must be a text in quotes'],
    ['mesosVersion = "latest"', '16 mesosVersion must be a version like "1.0.0" or "0.28", not "latest"'],
    ['mesosVersion = null', '16 mesosVersion must be a text in quotes'],
    ['loggingLevel = "WARN"', '16 loggingLevel must be INFO, WARNING or ERROR, not "WARN"; did you mean "WARNING"?'],
    [
      'loggingLevel = "# INHERIT FROM CLUSTER"',
      '16 loggingLevel must be INFO, WARNING or ERROR, not "# INHERIT FROM CLUSTER"',
    ],
    [
      'distribution = "simulater"',
      '16 distribution must be simulator, mesosphere, clusterd or custom, not "simulater"; did you mean "simulator"?',
    ],
    ['mapPortsToHost = "true"', '18 mapPortsToHost must be true or false, without quotes, not "true"'],
    [
      'bindAddress = "localhost"',
      '15 bindAddress must be an IPv4 address of the host, "127.0.0.1" or "0.0.0.0" for example, not "localhost"',
    ],
    [
      'bindAddress = "10.0.0.256"',
      '15 bindAddress must be an IPv4 address of the host, "127.0.0.1" or "0.0.0.0" for example, not "10.0.0.256"',
    ],
    ['bindAddress = ""', '15 bindAddress must not be empty'],
    ['bindAddress = true', '15 bindAddress must be a text in quotes'],
    ['exposePorts = 1', '15 exposePorts must be true or false, without quotes, not 1'],
    ['timeout = -1', '11 timeout must be a number of seconds, above 0 and at most 86400, not -1'],
    ['timeout = "soon"', '11 timeout must be a number of seconds, above 0 and at most 86400, not "soon"'],
    ['timeout = true', '11 timeout must be a number of seconds, above 0 and at most 86400, not true'],
    ['agent { portNumber = 65536 }', '22 portNumber must be a whole number from 1 to 65535, not 65536'],
    ['agent { portNumber = 0.5 }', '22 portNumber must be a whole number from 1 to 65535, not 0.5'],
    ['agent { instances = 0 }', '21 instances must be a whole number from 1 to 1000, not 0'],
    ['agent { name = "a b" }', '16 name must be made of letters, digits and ._-, at most 63, unlike "a b"'],
    ['agent { privileged = "yes" }', '22 privileged must be true or false, without quotes, not "yes"'],
    ['scope { port = 0 }', '16 port must be a whole number from 1 to 65535, not 0'],
    ['marathon { cmd = "" }', '18 cmd must not be empty'],
    ['marathon { app { marathonJson = 1 } }', '33 marathonJson must be a text in quotes'],
    ['master { authenticate = null }', '25 authenticate must be true or false, without quotes, not null'],
    ['master { aclJson = true }', '20 aclJson must be a text in quotes'],
    ['consul { imageName = "a b" }', '22 imageName must not hold blanks, unlike "a b"'],
    ['consul { imageName = "host:5000/consul:1.0" }', '22 imageName must not hold a tag; put "1.0" into imageTag'],
    ['consul { imageName = "consul@sha256:0" }', '22 imageName must not hold a digest; name a tag in imageTag instead'],
    ['consul { imageTag = "" }', '21 imageTag must not be empty'],
    ['consul { imageTag = "# newest" }', '21 imageTag must be a tag like "1.0.0-0.1.0", not "# newest"'],
    ['consul { env { A = null } }', '20 A must be a text, a number, true or false'],
  ])('F9 that the property cannot have is refused: %s', (members, problem) => {
    expect(problemsWith(members)).toEqual([`2:${problem}`]);
  });

  it.each(['0.25', '0.25.0', '0.26', '0.27', '0.28.0', '0.28.1', '0.28', '1.0.0', '1.11.0'])(
    'F4 of mesosVersion may be %s',
    (version) => {
      expect(specWith(`mesosVersion = "${version}"`).mesosVersion).toBe(version);
    },
  );

  it('F4 of loggingLevel may have any capitals', () => {
    const spec = specWith('loggingLevel = "warning"\nmaster { loggingLevel = "Error" }');
    expect([spec.loggingLevel, spec.master.loggingLevel]).toEqual(['WARNING', 'ERROR']);
  });

  it('F4 of older files that stands for the default counts as left out', () => {
    const members = 'imageTag = "# derive from mesos version"; loggingLevel = "# INHERIT FROM CLUSTER"';
    const spec = specWith(`master { ${members} }\nagent { ${members} }`);
    expect(spec.master).toStrictEqual({ env: {}, instances: 1, authenticate: false, aclJson: null });
    expect(spec.agents).toStrictEqual([JUST_AGENT]);
  });

  it('F40 of bindAddress is any address of IPv4', () => {
    for (const address of ['127.0.0.1', '0.0.0.0', '192.168.1.20'])
      expect(specWith(`bindAddress = "${address}"`).bindAddress).toBe(address);
  });

  it('F4 of exposePorts is that of mapPortsToHost', () => {
    expect(specWith('exposePorts = true').mapPortsToHost).toBe(true);
    expect(specWith('exposePorts = false; mapPortsToHost = true').mapPortsToHost).toBe(true);
  });

  it('F9 of imageName may hold the port of a registry', () => {
    expect(specWith('consul { imageName = "host:5000/a/consul" }').consul?.imageName).toBe('host:5000/a/consul');
  });

  it('F9 of aclJson is the JSON text, or null', () => {
    const acls = '\n  { "run_tasks": [] }\n';
    expect(specWith(`master { aclJson = '''${acls}''' }`).master.aclJson).toBe(acls);
    expect(specWith('master { aclJson = null }').master.aclJson).toBeNull();
  });
});

describe('instances of master and zookeeper', () => {
  it.each([1, 3, '"5"', 7])('F21 may be %s', (size) => {
    const spec = specWith(`master { instances = ${size} }; zookeeper { instances = ${size} }`);
    const number = Number(String(size).replaceAll('"', ''));
    expect([spec.master.instances, spec.zookeeper.instances]).toEqual([number, number]);
  });

  it.each([
    [2, 'bear no more losses than 1; write 1 or 3'],
    [4, 'bear no more losses than 3; write 3 or 5'],
    [6, 'bear no more losses than 5; write 5 or 7'],
  ])('F21 must not be even, and the message says why and what to write: %d', (size, why) => {
    expect(problemsWith(`zookeeper { instances = ${size} }`)).toEqual([
      `2:25 instances must be odd, not ${size}: a majority has to be up, and ${size} ${why}`,
    ]);
    expect(problemsWith(`master { instances = ${size} }`)).toEqual([expect.stringContaining(why)]);
  });

  it.each([0, 8, 9, 1.5, '"many"', true])('F21 must not be %s', (size) => {
    expect(problemsWith(`master { instances = ${size} }`)).toEqual([
      `2:22 instances must be a whole number from 1 to 7, not ${size}`,
    ]);
  });
});

describe('resources', () => {
  const resourcesWith = (members: string) => agentWith(`resources {\n${members}\n}`).resources;

  it('F10 of a kind without a block are the default, whatever blocks of other kinds there are', () => {
    expect(resourcesWith('cpu { role = "cook"; value = 2 }')).toEqual({
      ...JUST_RESOURCES,
      cpus: [{ role: 'cook', value: 2 }],
    });
  });

  it('F10 of a block are for every role, and of the default amount, unless it says otherwise', () => {
    const { cpus, mem } = resourcesWith('cpu { value = "0.5" }\nmem { role = "a/b" }');
    expect(cpus).toEqual([{ role: '*', value: 0.5 }]);
    expect(mem).toEqual([{ role: 'a/b', value: 1024 }]);
  });

  it('F10 of one role are those of its last block', () => {
    const { disk } = resourcesWith('disk { value = 1 }\ndisk { role = "a"; value = 2 }\ndisk { value = 3 }');
    expect(disk).toEqual([
      { role: '*', value: 3 },
      { role: 'a', value: 2 },
    ]);
  });

  it('F10 have port ranges in one spelling', () => {
    expect(resourcesWith('ports { value = " [ 1-2,007 - 65535 , 3-3] " }').ports).toEqual([
      { role: '*', value: '[1-2, 7-65535, 3-3]' },
    ]);
  });

  it.each([
    ['cpu { value = -1 }', '3:15 value must be a number of at least 0, not -1'],
    [
      'mem { value = "1,5" }',
      '3:15 value must be a number of at least 0, not "1,5"; a decimal has a point, not a comma',
    ],
    ['ports { value = "1-2" }', '3:17 value must be port ranges like "[31000-32000, 33000-33010]", not "1-2"'],
    ['ports { value = "[]" }', '3:17 value must be port ranges like "[31000-32000, 33000-33010]", not "[]"'],
    [
      'ports { value = "[1-2, 3]" }',
      '3:17 value must be port ranges like "[31000-32000, 33000-33010]", not "[1-2, 3]"',
    ],
    ['ports { value = "[1-2, 5-4]" }', '3:17 value must hold ranges that go upwards, unlike 5-4'],
    ['ports { value = "[1-65536]" }', '3:17 value must hold ports from 0 to 65535, unlike 65536'],
    ['disk { role = "" }', '3:15 role must not be empty'],
    ['disk { role = "a b" }', '3:15 role must be "*" or made of letters, digits and ._-/, unlike "a b"'],
    ['disk { role = "a):1;b(" }', '3:15 role must be "*" or made of letters, digits and ._-/, unlike "a):1;b("'],
  ])('F11 that Mesos cannot read are refused: %s', (block, problem) => {
    expect(problemsWith(`agent { resources {\n${block}\n} }`)).toEqual([problem]);
  });
});

describe('attributes', () => {
  it.each(['', 'rack:1', 'rack:1;zone:b', 'rack:1;;zone:b;', 'url:http://a/b', 'ports:[1-5,7-9]', 'a : b c'])(
    'F11 are as Mesos reads them: %j',
    (attributes) => {
      expect(agentWith(`attributes = "${attributes}"`).attributes).toBe(attributes);
    },
  );

  it.each([
    ['rack', 'must be name:value pairs with ";" between them, unlike "rack"'],
    ['a:1;:2', 'must be name:value pairs with ";" between them, unlike ":2"'],
    ['a:1;b: ', 'must be name:value pairs with ";" between them, unlike "b: "'],
    ['a:{x,y}', 'must have texts, numbers or ranges like [1-5] as values, unlike "{x,y}"'],
    ['a:[1-', 'must have texts, numbers or ranges like [1-5] as values, unlike "[1-"'],
  ])('F11 that would make an agent abort are refused: %j', (attributes, problem) => {
    expect(problemsWith(`agent { attributes = "${attributes}" }`)).toEqual([`2:22 attributes ${problem}`]);
  });
});

describe('agents', () => {
  it('F12 are as many as there are blocks, in their order', () => {
    const { agents } = specWith('agent { attributes = "n:1" }\nconsul { }\nagent { attributes = "n:2" }');
    expect(agents.map(({ attributes }) => attributes)).toEqual(['n:1', 'n:2']);
  });

  it('F12 are as many as the instances of their block', () => {
    const { agents } = specWith('agent { name = "gpu"; instances = 3; privileged = true }\nagent { }');
    const gpu = { ...JUST_AGENT, name: 'gpu', privileged: true };
    expect(agents).toStrictEqual([gpu, gpu, gpu, JUST_AGENT]);
  });

  it('F12 of two blocks cannot share a name', () => {
    const problem = 'name must differ from that of agent block 1; instances = 2 in one block makes two agents';
    expect(problemsWith('agent { name = "a" }\nagent { name = "b" }\nagent { name = "a" }')).toEqual([
      `4:16 ${problem}`,
    ]);
  });

  it('F12 are at most 1000 in all', () => {
    expect(specWith('agent { instances = 1000 }').agents).toHaveLength(1000);
    const problem = 'agent goes beyond the 1000 agents that a cluster may have';
    expect(problemsWith('agent { instances = 1000 }\nagent { }\nagent { }')).toEqual([`3:1 ${problem}`]);
  });
});

describe('environment variables', () => {
  it('F13 are texts in every component, as they are written', () => {
    const env = 'env { TEXT = "a b"; NUMBER = 1.10; YES = true; EMPTY = "" }';
    const names = ['zookeeper', 'master', 'marathon', 'consul', 'registrator', 'mesosdns', 'scope', 'agent'];
    const spec = specWith(names.map((name) => `${name} { ${env} }`).join('\n'));
    const { zookeeper, master, marathon, consul, registrator, mesosDns, scope, agents } = spec;
    for (const block of [zookeeper, master, marathon, consul, registrator, mesosDns, scope, ...agents])
      expect(block?.env).toEqual({ TEXT: 'a b', NUMBER: '1.10', YES: 'true', EMPTY: '' });
  });

  it('F13 have any name, even one that objects know', () => {
    expect(specWith('zookeeper { env { constructor = 1; toString = 2; hasOwnProperty = 3 } }').zookeeper.env).toEqual({
      constructor: '1',
      toString: '2',
      hasOwnProperty: '3',
    });
  });
});

describe('marathon', () => {
  it('F14 has its apps and groups in the order of the file', () => {
    const blocks = [
      'app { marathonJson = "1.json" }',
      'group { marathonJson = "2.json" }',
      'app { marathonJson = "http://3" }',
    ];
    for (const separator of ['\n', ';'])
      expect(specWith(`marathon {\n${blocks.join(separator)}\n}`).marathon?.apps).toEqual([
        { type: 'app', marathonJson: '1.json' },
        { type: 'group', marathonJson: '2.json' },
        { type: 'app', marathonJson: 'http://3' },
      ]);
  });

  it.each(['', 'marathonJson = ""', 'marathonJson = " "'])('F14 has no app without marathonJson: { %s }', (member) => {
    expect(problemsWith(`marathon {\n app { ${member} }\n group { ${member} }\n}`)).toEqual([
      '3:2 app has no marathonJson',
      '4:2 group has no marathonJson',
    ]);
  });
});

it('F15 a registrator without consul is refused', () => {
  expect(problemsWith('master { }\nregistrator { }')).toEqual(['3:1 registrator needs a consul block']);
});
