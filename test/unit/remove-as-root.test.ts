import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { CreateContainer } from '../../src/docker/docker.js';
import { removeAsRoot } from '../../src/remove-as-root.js';
import { removeFolder } from '../../src/sandbox-folder.js';
import { FakeDocker } from '../support/fake-docker.js';
import { fakeWorld } from '../support/fake-world.js';
import { clusterSpec, desiredFrom } from '../support/worlds.js';

const [OURS, OTHER] = ['agent:1', 'other:1'];
const labels = { 'org.minimesos.cluster': 'c0ffee0000' };

let sandboxes: string;
let folder: string;

beforeEach(() => {
  sandboxes = mkdtempSync(join(tmpdir(), 'minimesos-root-'));
  onTestFinished(() => rmSync(sandboxes, { recursive: true, force: true }));
  folder = join(sandboxes, 'agent-0');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), '');
});

/** An engine that runs `rm`, unless the image has none. */
function world(images: string[], without: string[] = []) {
  const asked: CreateContainer[] = [];
  const onStart = ({ spec }: { spec: CreateContainer }, docker: FakeDocker): void => {
    asked.push(spec);
    const [mount] = without.includes(spec.image) ? [] : spec.mounts;
    const path = spec.command?.at(-1)?.replace(mount?.target ?? '', mount?.source ?? '') ?? '';
    if (mount) rmSync(path, { recursive: true });
    docker.crash(spec.name, mount ? 0 : 127);
  };
  const docker = new FakeDocker({ images, onStart });
  return { asked, docker, world: fakeWorld(desiredFrom(clusterSpec()), docker) };
}

describe('L53 a folder that the user may not remove', () => {
  it('is removed by a container that bears the component’s name and labels, and leaves nothing', async () => {
    const { asked, docker, world: engine } = world([OURS]);
    await removeAsRoot(folder, { name: 'minimesos-x-agent-0', labels, images: [OURS] }, engine);
    expect(asked).toMatchObject([
      {
        name: 'minimesos-x-agent-0',
        labels,
        image: OURS,
        entrypoint: ['rm'],
        mounts: [{ type: 'bind', source: sandboxes }],
        privileged: false,
      },
    ]);
    expect(await readdir(sandboxes)).toEqual([]);
    expect(await docker.listContainers({})).toEqual([]);
  });

  it('is removed by the first image that is fit for it, and no other is tried', async () => {
    const { asked, docker, world: engine } = world([OURS, OTHER, 'third:1'], [OURS]);
    await removeAsRoot(folder, { name: 'n', labels, images: ['gone:1', OURS, OTHER, 'third:1'] }, engine);
    expect(asked.map(({ image }) => image)).toEqual([OURS, OTHER]);
    expect(await docker.listContainers({})).toEqual([]);
  });

  it('stays where no image is fit for it', async () => {
    const { docker, world: engine } = world([OURS], [OURS]);
    await removeAsRoot(folder, { name: 'n', labels, images: [OURS] }, engine);
    expect(await readdir(folder)).toEqual(['file']);
    expect(await docker.listContainers({})).toEqual([]);
  });
});

describe('N4 a folder that the user may remove', () => {
  it('goes without anybody’s help, and so do the empty ones around it', async () => {
    const minimesos = join(sandboxes, '.minimesos');
    const mine = join(minimesos, 'sandbox-x', 'agent-0');
    mkdirSync(mine, { recursive: true });
    await removeFolder(mine, () => Promise.reject(new Error('nobody was to be asked')));
    expect(await readdir(sandboxes)).toEqual(['agent-0']);
  });
});
