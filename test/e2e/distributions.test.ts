/** Each distribution of real images comes up as `init` writes it. The images are played, on an engine of their own. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DistributionName } from '../../src/distribution-table.js';
import { buildImages } from '../support/distribution-images.js';
import { dockerSkipped } from '../support/engine.js';
import { Project } from '../support/project.js';
import { SecondEngine } from '../support/second-engine.js';

const NEEDS = { mesosphere: 1, clusterd: 2, custom: 1 } as const satisfies Partial<Record<DistributionName, 1 | 2>>;

describe.skipIf(dockerSkipped)('a distribution of real images', () => {
  it('F50 F51 F52 must come up from the file that init writes for it, and stay as it is', async () => {
    const engine = await SecondEngine.start();
    onTestFinished(() => engine[Symbol.asyncDispose]());
    const { cgroupVersion } = await engine.docker.info();

    for (const [name, needed] of Object.entries(NEEDS)) {
      const images = await buildImages(engine.docker, name as DistributionName);
      await using project = await Project.create(undefined, engine.place);
      expect(await project.run(['init', '--distribution', name])).toMatchObject({ exit: 0 });
      const written = await readFile(join(project.folder, 'minimesosFile'), 'utf8');
      // Scope asks for privileges, which an engine in a container cannot give.
      await project.write(written.replace(/^ {4}scope \{[^}]*\}\n/m, ''));
      const up = await project.run(['up']);
      expect(up).toMatchObject({ exit: 0, stdout: expect.stringContaining(`Distribution: ${name}\n`) });
      expect(up.stderr.includes(`agents of distribution ${name} need v${needed}`)).toBe(cgroupVersion !== needed);

      const { cluster, components } = await project.status();
      expect(cluster).toMatchObject({ phase: 'ready', distribution: name });
      const made = components.map(({ kind, container }) => [kind, container?.image]);
      expect({ ...Object.fromEntries(made), scope: images.scope }).toEqual(images);
      expect(JSON.parse((await project.run(['state'])).stdout)).toMatchObject({ version: cluster.mesosVersion });
      expect(await project.json(['plan'])).toMatchObject({ steps: [] });

      expect(await project.run(['destroy'])).toMatchObject({ exit: 0 });
      expect(await project.leftovers()).toEqual([]);
    }
  });
});
