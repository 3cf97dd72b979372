import { describe, expect, it } from 'vitest';
import { patchedText, type SpecPatch } from '../../../src/api/spec-patch.js';
import { parseSpec } from '../../../src/minimesosfile/load.js';
import type { ClusterSpec } from '../../../src/spec.js';

function read(text: string): ClusterSpec {
  const loaded = parseSpec(text, 'minimesosFile');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.spec;
}

const patched = (patch: SpecPatch, text?: string) => read(patchedText(patch, text === undefined ? text : read(text)));

const FILE = `minimesos {
  clusterName = "before"
  timeout = 90
  agent { name = "a"; attributes = "rack:1"; env { A = "1"; B = "2" } }
  agent { name = "b" }
  marathon { env { M = "1" }; app { marathonJson = "/apps/web.json" } }
  consul { imageTag = "1.0" }
}`;

describe('A7 a spec from a program', () => {
  it('stands on the defaults of the language', () => {
    expect(patched({})).toEqual(read('minimesos { }'));
    const text =
      'minimesos { agent { name = "ssd"; env { A = "1" } }; agent { }; marathon { }; scope { port = 4050 } }';
    const patch = { agents: [{ name: 'ssd', env: { A: '1' } }, {}], marathon: {}, scope: { port: 4050 } };
    expect(patched(patch)).toEqual(read(text));
  });

  it('takes resources as lists, by role', () => {
    const [agent] = patched({
      agents: [
        {
          resources: {
            mem: [
              { role: '*', value: 512 },
              { role: 'web', value: 64 },
            ],
          },
        },
      ],
    }).agents;
    expect(agent?.resources).toMatchObject({
      cpus: [{ role: '*', value: 4 }],
      mem: [
        { role: '*', value: 512 },
        { role: 'web', value: 64 },
      ],
    });
  });

  it('leaves alone what it does not mention', () => {
    expect(patched({}, FILE)).toEqual(read(FILE));
    expect(patched({ clusterName: 'after', timeout: undefined }, FILE)).toEqual({
      ...read(FILE),
      clusterName: 'after',
    });
  });

  it('is merged with a block, and with its environment', () => {
    const { marathon } = patched({ marathon: { env: { M: null, N: '2' }, imageTag: 'v1.4.0' } }, FILE);
    expect(marathon).toEqual({ ...read(FILE).marathon, imageTag: 'v1.4.0', env: { N: '2' } });
  });

  it('takes the place of a list, whose agents start from the defaults', () => {
    const { agents } = patched({ agents: [{ name: 'a' }] }, FILE);
    expect(agents).toEqual(read('minimesos { agent { name = "a" } }').agents);
  });

  it('takes a block out, or gives back a default, with null', () => {
    const spec = patched({ consul: null, marathon: null, timeout: null, clusterName: null, agents: null }, FILE);
    expect(spec).toEqual(read('minimesos { }'));
  });

  it('keeps what a minimesosFile has to escape', () => {
    const cmd = 'echo "a" \\ $HOME\n\'b\'';
    expect(patched({ marathon: { cmd } }).marathon?.cmd).toBe(cmd);
  });
});

describe('A8 a spec that no minimesosFile can say', () => {
  it.each([
    [{ agnts: [] }, 'no minimesosFile has a list agnts'],
    [{ mesosversion: '1.0.0' }, 'no minimesosFile has mesosversion'],
    [{ agents: [{ atributes: 'a:b' }] }, 'no minimesosFile has agents.0.atributes'],
    [{ master: { env: { A: { B: '1' } } } }, 'no minimesosFile has an object master.env.A'],
    [{ agents: 3 }, 'agents must be a list'],
    [{ marathon: true }, 'marathon must be an object'],
    [{ agents: [null, 7] }, 'agents[1] must be an object'],
    [{ marathon: { apps: ['web.json'] } }, 'marathon.apps[0] must be an object'],
    [{ agents: [{ resources: { cpus: [4] } }] }, 'agents[0].resources.cpus[0] must be an object'],
    [{ agents: [{ portNumber: 99999 }] }, 'portNumber must be a whole number from 1 to 65535, not 99999 (in agent)'],
    [{ registrator: {} }, 'registrator needs a consul block'],
    [{ distribution: 'simulater' }, 'did you mean "simulator"?'],
    [[], 'it must be an object'],
  ])('%j is refused, with the reason', (patch, reason) => {
    const refused = expect.objectContaining({ code: 'FILE_INVALID', message: expect.stringContaining(reason) });
    expect(() => patchedText(patch as SpecPatch)).toThrow(refused);
  });

  it.each<SpecPatch>([
    { master: { authenticate: true, aclJson: '{ "run_task": [{ "principals": { "values": ["hunter2"] } }] }' } },
    { agents: [{ env: { 'A B': 'hunter2' } }] },
    { agents: [{}, { env: { TOKEN: 'hunter2\0' } }] },
  ])('F58 %j is refused without what may be a password', (patch) => {
    const refused = expect.objectContaining({
      code: 'FILE_INVALID',
      message: expect.stringMatching(/ \(in (master|agent\.env)\)$/),
      details: [expect.not.stringContaining('hunter2')],
    });
    expect(() => patchedText(patch)).toThrow(refused);
  });

  it('is refused with every reason', () => {
    const patch = { timeout: -1, agents: [{ portNumber: 0 }] };
    expect(() => patchedText(patch)).toThrow(
      expect.objectContaining({ details: [expect.stringContaining('timeout'), expect.stringContaining('portNumber')] }),
    );
  });
});
