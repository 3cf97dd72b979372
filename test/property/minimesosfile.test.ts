import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISTRIBUTION_NAMES } from '../../src/distribution-table.js';
import { ACL_OBJECTS } from '../../src/minimesosfile/acl-names.js';
import { defaultFile } from '../../src/minimesosfile/default-file.js';
import { parseSpec } from '../../src/minimesosfile/load.js';
import { versionIn } from '../../src/minimesosfile/mesos-version.js';
import { print } from '../../src/minimesosfile/print.js';
import type { AgentSpec, ClusterSpec } from '../../src/spec.js';

const PLAIN = { noNullPrototype: true };

const anyText = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
const text = anyText.filter((value) => value !== '');
const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/);
const level = fc.constantFrom('INFO' as const, 'WARNING' as const, 'ERROR' as const);
const port = fc.integer({ min: 1, max: 65_535 });

const common = {
  imageName: fc.stringMatching(/^([a-z]{1,5}:[1-9]\/)?[a-z]{1,5}\/[a-z]{1,5}$/),
  imageTag: fc.stringMatching(/^\w[\w.-]{0,9}$/),
  env: fc.dictionary(word, anyText, PLAIN),
};
const instances = fc.constantFrom(1, 3, 5, 7);
const component = fc.record(common, { ...PLAIN, requiredKeys: ['env'] });

const role = fc.oneof(fc.constant('*'), fc.stringMatching(/^\w[\w.-]{0,5}(\/\w)?$/));
const perRole = <Value>(value: fc.Arbitrary<Value>) =>
  fc.uniqueArray(fc.record({ role, value }, PLAIN), { minLength: 1, maxLength: 3, selector: (block) => block.role });
const amounts = perRole(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
const range = fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
const ranges = fc.array(range, { minLength: 1, maxLength: 3 }).map((list) => `[${list.join(', ')}]`);

const agent = fc.record(
  {
    ...common,
    loggingLevel: level,
    portNumber: port,
    attributes: fc.array(fc.tuple(word, word)).map((pairs) => pairs.map((pair) => pair.join(':')).join(';')),
    privileged: fc.boolean(),
    resources: fc.record({ cpus: amounts, mem: amounts, disk: amounts, ports: perRole(ranges) }, PLAIN),
  },
  { ...PLAIN, requiredKeys: ['env', 'portNumber', 'attributes', 'privileged', 'resources'] },
);

/** Named or not, and several of a kind; the position makes the name differ from that of every other block. */
const agents = fc
  .array(fc.record({ agent, isNamed: fc.boolean(), count: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((blocks) =>
    blocks.flatMap(({ agent, isNamed, count }, index): AgentSpec[] =>
      Array(count).fill(isNamed ? { ...agent, name: `agent-${index}` } : agent),
    ),
  );

const entity = fc.oneof(
  fc.record({ type: fc.constantFrom('ANY', 'NONE') }, PLAIN),
  fc.record({ values: fc.array(anyText) }, PLAIN),
);
const rules = fc
  .tuple(fc.constantFrom(...ACL_OBJECTS), fc.array(fc.tuple(entity, entity)))
  .map(([[action, object], pairs]) => [action, pairs.map(([who, what]) => ({ principals: who, [object]: what }))]);
const aclJson = fc
  .tuple(fc.boolean(), fc.array(rules))
  .map(([permissive, actions]) => JSON.stringify({ permissive, ...Object.fromEntries(actions) }, null, 1));

const zookeeper = fc.record({ ...common, instances }, { ...PLAIN, requiredKeys: ['env', 'instances'] });
const master = fc.record(
  { ...common, instances, loggingLevel: level, authenticate: fc.boolean(), aclJson: fc.option(aclJson) },
  { ...PLAIN, requiredKeys: ['env', 'instances', 'authenticate', 'aclJson'] },
);
const app = fc.record(
  {
    type: fc.constantFrom('app' as const, 'group' as const),
    marathonJson: text.filter((value) => value.trim() !== ''),
  },
  PLAIN,
);
const marathon = fc.record(
  { ...common, cmd: text, apps: fc.array(app) },
  { ...PLAIN, requiredKeys: ['env', 'cmd', 'apps'] },
);

/** Every spec that a minimesosFile can say. */
const spec: fc.Arbitrary<ClusterSpec> = fc
  .record(
    {
      clusterName: text,
      distribution: fc.constantFrom(...DISTRIBUTION_NAMES),
      mesosVersion: fc.stringMatching(/^[0-9]{1,2}\.[0-9]{1,2}(\.[0-9])?$/),
      loggingLevel: level,
      mapPortsToHost: fc.boolean(),
      bindAddress: fc.ipV4(),
      mapAgentSandboxVolume: fc.boolean(),
      timeout: fc.double({ min: 0, minExcluded: true, max: 86_400, noNaN: true }),
      zookeeper,
      master,
      agents,
      marathon,
      consul: component,
      mesosDns: component,
      scope: fc.record({ ...common, port }, { ...PLAIN, requiredKeys: ['env', 'port'] }),
    },
    {
      ...PLAIN,
      requiredKeys: [
        'distribution',
        'mesosVersion',
        'loggingLevel',
        'mapPortsToHost',
        'bindAddress',
        'mapAgentSandboxVolume',
        'timeout',
        'zookeeper',
        'master',
        'agents',
      ],
    },
  )
  .map((cluster) => ({ ...cluster, mesosVersion: versionIn(cluster.distribution, cluster.mesosVersion) }))
  .chain((cluster) =>
    cluster.consul
      ? fc.option(component).map((it) => (it ? { ...cluster, registrator: it } : cluster))
      : fc.constant(cluster),
  );

const valid = fc.oneof(fc.constant(defaultFile()), spec.map(print));

/** A valid file after someone's cat walked over the keyboard. */
const mutilated = fc
  .tuple(
    valid,
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        removed: fc.nat(20),
        added: fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('{', '}', '"', "'''", '/*', '\n', '=', '$', '\\'),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([file, edits]) =>
    edits.reduce((edited, { at, removed, added }) => {
      const start = Math.floor(at * edited.length);
      return edited.slice(0, start) + added + edited.slice(start + removed);
    }, file),
  );

describe('a spec', () => {
  it('F16 printed and parsed again is the same spec', () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const parsed = parseSpec(print(cluster), 'minimesosFile');
        expect(parsed).toMatchObject({ ok: true, notes: [] });
        expect(parsed.ok && parsed.spec).toStrictEqual(cluster);
      }),
    );
  });
});

describe('any text', () => {
  it.each([
    ['at random', fc.string({ unit: 'binary', maxLength: 200 })],
    ['of marks', fc.string({ unit: fc.constantFrom(...'{}=;"\'\\/*$#\n a0.-'), maxLength: 200 })],
    ['near to a valid file', mutilated],
  ])('F18 %s is a spec, or has problems that stand in it, in order, on a line each', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (file) => {
        const parsed = parseSpec(file, 'minimesosFile');
        if (parsed.ok) return;
        const lines = file.split(/\r\n|\r|\n/);
        expect(parsed.diagnostics).not.toEqual([]);
        for (const { line, column, message } of parsed.diagnostics) {
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
          expect(message).not.toMatch(/\p{Cc}/u);
        }
        const places = parsed.diagnostics.map(({ line, column }) => line * 1e6 + column);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });
});
