import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/simulator/json.js';
import { definitionOf, isUpgrade, nextVersion } from '../../../../src/simulator/marathon/app/definition.js';
import {
  absoluteId,
  groupsAbove,
  idAsHostname,
  isWithin,
  resolveId,
} from '../../../../src/simulator/marathon/app/ids.js';
import { normalApp } from '../../../../src/simulator/marathon/app/normal.js';
import { readApp } from '../../../../src/simulator/marathon/app/reading.js';
import { servicePorts, withServicePorts } from '../../../../src/simulator/marathon/app/service-ports.js';
import { validate } from '../../../../src/simulator/marathon/app/validation.js';
import { environmentOf } from '../../../../src/simulator/marathon/launching/environment.js';
import { taskInfo } from '../../../../src/simulator/marathon/launching/task-info.js';

const VERSION = '2020-01-01T00:00:00.000Z';

function read(json: unknown) {
  const reading = readApp(json as Json);
  if ('complaint' in reading) throw new Error(JSON.stringify(reading.complaint));
  return reading.value;
}

const normal = (json: object) => normalApp(read({ id: '/a', ...json }));
const app = (json: object) => nextVersion(undefined, normal(json), VERSION);

function info(json: object, hostPorts: (number | null)[] = [31000, 31001]) {
  return taskInfo({
    app: app(json),
    taskId: 't1',
    agentId: 's1',
    host: 'h1',
    resources: [],
    hostPorts,
    environmentPrefix: '',
  });
}

describe('ids', () => {
  it('S130 must be paths', () => {
    expect([absoluteId('a'), absoluteId('/a//b/'), absoluteId('b', '/a'), absoluteId('')]).toEqual([
      '/a',
      '/a/b',
      '/a/b',
      '/',
    ]);
    expect([resolveId('../db', '/s/web'), resolveId('/x', '/s'), resolveId('x', '/s')]).toEqual([
      '/s/db',
      '/x',
      '/s/x',
    ]);
    expect(groupsAbove('/a/b/c')).toEqual(['/', '/a', '/a/b']);
    expect([isWithin('/a/b', '/a'), isWithin('/ab', '/a'), isWithin('/a', '/'), isWithin('/a', '/a')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(idAsHostname('/a/b')).toBe('b.a');
  });
});

describe('a definition', () => {
  // What users published between 2015 and 2018 has these forms.
  it.each<[string, object, object]>([
    [
      'image and args',
      { container: { docker: { image: 'e:1', network: 'BRIDGE' } }, args: ['--a', 'b'], env: { A: '$B' } },
      { container: { type: 'DOCKER' }, portDefinitions: [] },
    ],
    [
      'MESOS with a docker block',
      { container: { type: 'MESOS', docker: { image: 'k:4', network: 'HOST' } }, args: [] },
      { container: { type: 'MESOS' } },
    ],
    [
      'nulls',
      {
        cmd: null,
        container: {
          type: 'DOCKER',
          volumes: [],
          docker: { image: 'p', network: 'HOST', portMappings: null, parameters: [] },
        },
        portDefinitions: [{ port: 5432, protocol: 'tcp', labels: {} }],
      },
      { cmd: null, portDefinitions: [{ port: 5432 }] },
    ],
    [
      'UNIQUE and volumes',
      {
        constraints: [['hostname', 'UNIQUE']],
        container: {
          docker: { image: 's', privileged: true, parameters: [{ key: 'pid', value: 'host' }] },
          volumes: [{ containerPath: '/c', hostPath: '/h', mode: 'RW' }],
        },
      },
      { constraints: [['hostname', 'UNIQUE']] },
    ],
    ['ports', { cmd: 'x', ports: [80, 0] }, { portDefinitions: [{ port: 80, protocol: 'tcp' }, { port: 0 }] }],
    ['no ports', { cmd: 'x', ports: [] }, { portDefinitions: [] }],
    [
      'uris',
      { cmd: 'x', uris: ['http://h/a.tgz', 'http://h/a.txt'] },
      { fetch: [{ extract: true }, { extract: false, executable: false, cache: false }] },
    ],
    [
      'a health check',
      { cmd: 'x', healthChecks: [{}] },
      {
        healthChecks: [
          { protocol: 'HTTP', path: '/', portIndex: 0, gracePeriodSeconds: 300, maxConsecutiveFailures: 3 },
        ],
      },
    ],
    [
      'a health command',
      { cmd: 'x', healthChecks: [{ command: { value: 'y' } }] },
      { healthChecks: [{ protocol: 'COMMAND' }] },
    ],
    [
      'half a strategy',
      { cmd: 'x', upgradeStrategy: { minimumHealthCapacity: 0.5 } },
      { upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 1 } },
    ],
    [
      'a relative dependency',
      { id: '/s/web', cmd: 'x', dependencies: ['db', '../d'] },
      { dependencies: ['/s/db', '/d'] },
    ],
  ])('S130 with %s must be taken', (_what, json, becomes) => {
    const definition = normal(json);
    expect(validate(definition)).toBeNull();
    expect(definition).toMatchObject(becomes);
  });

  it('S130 of the examples must be taken', () => {
    for (const name of ['weave-scope', 'es']) {
      const text = readFileSync(new URL(`../../../../examples/warsaw/${name}.json`, import.meta.url), 'utf8');
      expect(validate(normalApp(read(JSON.parse(text))))).toBeNull();
    }
  });

  it.each<[string, object, string]>([
    ['cmd and args', { cmd: 'x', args: ['y'] }, '/'],
    ['nothing to run', {}, '/'],
    ['a bad id', { id: '/a_b', cmd: 'x' }, '/id'],
    ['a long constraint', { cmd: 'x', constraints: [['a', 'LIKE', 'b', 'c']] }, '/constraints(0)'],
    [
      'an unknown operator',
      {
        cmd: 'x',
        constraints: [
          ['a', 'UNIQUE'],
          ['a', 'NEAR'],
        ],
      },
      '/constraints(1)',
    ],
    ['LIKE without a value', { cmd: 'x', constraints: [['a', 'LIKE']] }, '/constraints(0)'],
    ['LIKE what is no expression', { cmd: 'x', constraints: [['a', 'LIKE', '(']] }, '/constraints(0)'],
    ['MAX_PER of no number', { cmd: 'x', constraints: [['a', 'MAX_PER', 'b']] }, '/constraints(0)'],
    ['GROUP_BY of no number', { cmd: 'x', constraints: [['a', 'GROUP_BY', 'b']] }, '/constraints(0)'],
    ['a port twice', { cmd: 'x', ports: [80, 80] }, '/portDefinitions'],
    ['a port that is none', { cmd: 'x', ports: [65536] }, '/portDefinitions(0)'],
    ['a port name twice', { cmd: 'x', portDefinitions: [{ name: 'a' }, { name: 'a' }] }, '/portDefinitions'],
    ['a check of no port', { cmd: 'x', ports: [], healthChecks: [{}] }, '/healthChecks(0)/portIndex'],
    ['a command check without one', { cmd: 'x', healthChecks: [{ protocol: 'COMMAND' }] }, '/healthChecks(0)'],
    [
      'a negative grace',
      { cmd: 'x', healthChecks: [{ gracePeriodSeconds: -1 }] },
      '/healthChecks(0)/gracePeriodSeconds',
    ],
    [
      'too much health',
      { cmd: 'x', upgradeStrategy: { minimumHealthCapacity: 2 } },
      '/upgradeStrategy/minimumHealthCapacity',
    ],
    ['no image', { container: { type: 'DOCKER', docker: {} } }, '/container/docker/image'],
    ['no docker', { container: { type: 'DOCKER' } }, '/container/docker'],
    ['a shrinking back-off', { cmd: 'x', backoffFactor: 0.5 }, '/backoffFactor'],
    ['half a GPU', { cmd: 'x', gpus: 0.5 }, '/gpus'],
    ['a negative time to end', { cmd: 'x', taskKillGracePeriodSeconds: -1 }, '/taskKillGracePeriodSeconds'],
    [
      'two checks for its agent',
      { cmd: 'x', healthChecks: [{ protocol: 'MESOS_TCP' }, { protocol: 'COMMAND', command: { value: 'x' } }] },
      '/healthChecks',
    ],
    ['a check of a port that is none', { cmd: 'x', healthChecks: [{ port: 65536 }] }, '/healthChecks(0)/port'],
  ])('S27 with %s must be refused', (_what, json, path) => {
    expect(validate(normal(json))).toMatchObject({ status: 422, message: 'Object is not valid', details: [{ path }] });
  });

  it.each<[string, unknown, string]>([
    ['a list', [], ''],
    ['a number for text', { id: 5 }, '/id'],
    ['half an instance', { instances: 1.5 }, '/instances'],
    ['more instances than an Int holds', { instances: 2 ** 31 }, '/instances'],
    ['a word for constraints', { constraints: 'UNIQUE' }, '/constraints'],
    ['a constraint of numbers', { constraints: [['a', 5]] }, '/constraints(0)(1)'],
    ['a word for a check', { healthChecks: ['TCP'] }, '/healthChecks(0)'],
    ['an unknown protocol', { healthChecks: [{ protocol: 'GOPHER' }] }, '/healthChecks(0)/protocol'],
    ['a number in env', { env: { A: 1 } }, '/env/A'],
    ['a list for labels', { labels: [] }, '/labels'],
    ['ports of words', { ports: ['80'] }, '/ports(0)'],
    [
      'a mapping of words',
      { container: { docker: { portMappings: [{ containerPort: '80' }] } } },
      '/container/docker/portMappings(0)/containerPort',
    ],
    ['a fetch of nothing', { fetch: [{}] }, '/fetch(0)/uri'],
  ])('S27 with %s must be called invalid JSON', (_what, json, path) => {
    expect(readApp(json as Json)).toMatchObject({
      complaint: { status: 400, message: 'Invalid JSON', details: [{ path }] },
    });
  });

  it('S28 an update must change what it names, in either form', () => {
    const before = normal({ cmd: 'x', ports: [80], mem: 5, uris: ['http://h/a'] });
    const after = normalApp(read({ ports: [81], cpus: 2 }), before);
    expect(after).toMatchObject({
      cmd: 'x',
      mem: 5,
      cpus: 2,
      portDefinitions: [{ port: 81 }],
      fetch: [{ uri: 'http://h/a' }],
    });
    expect(validate(normalApp(read({ cmd: null, args: ['y'] }), before))).toBeNull();
    expect(validate(normalApp(read({ args: ['y'] }), before))).not.toBeNull();
  });

  it('S132 its version must be another with each change, and its configuration not by scaling', () => {
    const first = app({ cmd: 'x' });
    const same = nextVersion(first, definitionOf(first), 'later');
    expect(same).toBe(first);
    const scaled = nextVersion(first, { ...definitionOf(first), instances: 5 }, 'later');
    expect(scaled).toMatchObject({
      version: 'later',
      versionInfo: { lastScalingAt: 'later', lastConfigChangeAt: VERSION },
    });
    const changed = nextVersion(first, { ...definitionOf(first), cmd: 'y' }, 'later');
    expect(changed.versionInfo.lastConfigChangeAt).toBe('later');
    expect(isUpgrade(definitionOf(first), { ...definitionOf(first), env: {} })).toBe(false);
  });

  it('S147 must keep its service ports, and get those that nobody has', () => {
    const before = withServicePorts(normal({ cmd: 'x', ports: [0, 0] }), undefined, new Set([10_000]));
    expect(servicePorts(before)).toEqual([10_001, 10_002]);
    const after = withServicePorts(
      normal({ cmd: 'y', ports: [10_002, 0, 0] }),
      before,
      new Set([10_000, 10_001, 10_002]),
    );
    expect(servicePorts(after)).toEqual([10_002, 10_001, 10_003]);
    const bridged = normal({
      container: { docker: { image: 'i', network: 'BRIDGE', portMappings: [{ containerPort: 80 }] } },
    });
    expect(servicePorts(withServicePorts(bridged, undefined, new Set()))).toEqual([10_000]);
  });
});

describe('a task', () => {
  it('S147 must be told its ports by index, number and name, and its author must have the last word', () => {
    const definition = {
      cmd: 'x',
      env: { PORT1: 'mine', SECRET: { secret: 's' } },
      portDefinitions: [{ port: 80, name: 'http-api' }, { port: 0 }],
    };
    const environment = environmentOf({
      app: app(definition),
      taskId: 't',
      host: 'h',
      hostPorts: [31000, 31001],
      prefix: '',
    });
    expect(environment).toMatchObject({
      HOST: 'h',
      PORT: '31000',
      PORTS: '31000,31001',
      PORT0: '31000',
      PORT_80: '31000',
      PORT_HTTP_API: '31000',
      PORT1: 'mine',
      PORT_31001: '31001',
    });
    expect(environment).not.toHaveProperty('SECRET');
    const none = environmentOf({
      app: app({ cmd: 'x', ports: [] }),
      taskId: 't',
      host: 'h',
      hostPorts: [],
      prefix: 'P_',
    });
    expect(none).toMatchObject({ P_HOST: 'h' });
    expect(Object.keys(none).filter((name) => name.includes('PORT'))).toEqual([]);
  });

  it('S147 must be told of its app', () => {
    const definition = {
      container: { docker: { image: 'i:1' } },
      labels: { 'a.b': 'c', long: 'x'.repeat(600) },
      cpus: 2,
      gpus: 1,
    };
    expect(environmentOf({ app: app(definition), taskId: 't', host: 'h', hostPorts: [1], prefix: '' })).toEqual({
      HOST: 'h',
      MARATHON_APP_DOCKER_IMAGE: 'i:1',
      MARATHON_APP_ID: '/a',
      MARATHON_APP_LABELS: 'A_B',
      MARATHON_APP_LABEL_A_B: 'c',
      MARATHON_APP_RESOURCE_CPUS: '2.0',
      MARATHON_APP_RESOURCE_DISK: '0.0',
      MARATHON_APP_RESOURCE_GPUS: '1',
      MARATHON_APP_RESOURCE_MEM: '128.0',
      MARATHON_APP_VERSION: VERSION,
      MESOS_TASK_ID: 't',
      PORT: '1',
      PORT0: '1',
      PORT_1: '1',
      PORTS: '1',
    });
  });

  it.each<[string, object, object]>([
    ['cmd', { cmd: 'x y' }, { name: 'a', command: { shell: true, value: 'x y' } }],
    ['args', { args: ['x', 'y'] }, { command: { shell: false, value: 'x', arguments: ['x', 'y'] } }],
    [
      'args of an image',
      { args: ['x'], container: { docker: { image: 'i' } } },
      {
        command: { shell: false, arguments: ['x'] },
        container: { type: 'DOCKER', docker: { image: 'i', network: 'HOST' } },
      },
    ],
    [
      'a bridge',
      {
        container: {
          docker: {
            image: 'i',
            network: 'BRIDGE',
            portMappings: [{ containerPort: 80 }, { containerPort: 0, protocol: 'udp' }],
          },
        },
      },
      {
        container: {
          docker: {
            network: 'BRIDGE',
            port_mappings: [
              { host_port: 31000, container_port: 80, protocol: 'tcp' },
              { host_port: 31001, container_port: 31001, protocol: 'udp' },
            ],
          },
        },
      },
    ],
    [
      'the newer bridge',
      {
        networks: [{ mode: 'container/bridge' }],
        container: { docker: { image: 'i' }, portMappings: [{ containerPort: 80 }] },
      },
      { container: { docker: { network: 'BRIDGE', port_mappings: [{ host_port: 31000 }] } } },
    ],
    [
      'a network of its own',
      { networks: [{ mode: 'container', name: 'n' }], container: { docker: { image: 'i' } } },
      { container: { docker: { network: 'USER' }, network_infos: [{ name: 'n' }] } },
    ],
    [
      'a Mesos image',
      {
        container: {
          type: 'MESOS',
          docker: { image: 'i', forcePullImage: true },
          volumes: [{ containerPath: '/c', hostPath: '/h', mode: 'RO' }],
        },
      },
      {
        container: {
          type: 'MESOS',
          mesos: { image: { type: 'DOCKER', docker: { name: 'i' }, cached: false } },
          volumes: [{ container_path: '/c', host_path: '/h', mode: 'RO' }],
        },
      },
    ],
    [
      'user, fetch, labels, grace',
      { cmd: 'x', user: 'u', uris: ['http://h/a.zip'], labels: { k: 'v' }, taskKillGracePeriodSeconds: 2 },
      {
        command: { user: 'u', uris: [{ value: 'http://h/a.zip', extract: true }] },
        labels: { labels: [{ key: 'k', value: 'v' }] },
        kill_policy: { grace_period: { nanoseconds: 2e9 } },
      },
    ],
    [
      'a health command',
      { cmd: 'x', healthChecks: [{ command: { value: 'y' } }] },
      { health_check: { type: 'COMMAND', command: { value: 'y' }, consecutive_failures: 3 } },
    ],
    [
      'a Mesos check',
      { cmd: 'x', healthChecks: [{ protocol: 'MESOS_HTTP', path: '/p' }] },
      { health_check: { type: 'HTTP', http: { scheme: 'http', port: 31000, path: '/p' } } },
    ],
    [
      'a Mesos TCP check',
      { cmd: 'x', healthChecks: [{ protocol: 'MESOS_TCP', port: 5 }] },
      { health_check: { type: 'TCP', tcp: { port: 5 } } },
    ],
    [
      'an executor',
      { cmd: 'y', executor: '/opt/e' },
      {
        executor: {
          executor_id: { value: 'marathon-t1' },
          command: { value: "chmod ug+rx '/opt/e' && exec '/opt/e' y" },
        },
      },
    ],
  ])('S130 with %s must be launched so', (_what, json, expected) => {
    expect(info(json)).toMatchObject(expected);
  });

  it("S136 what Marathon looks at itself must not be the agent's to look at", () => {
    expect(info({ cmd: 'x', healthChecks: [{ protocol: 'HTTP' }, { protocol: 'TCP' }] })).not.toHaveProperty(
      'health_check',
    );
  });
});
