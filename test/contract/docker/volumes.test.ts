import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CreateContainer } from '../../../src/docker/docker.js';
import { uniqueName } from '../../support/engine.js';
import { describeEngines, PATIENCE } from './engines.js';

describeEngines('volumes', ({ docker, real, image: provideImage }, sandbox) => {
  let image: string;

  beforeAll(async () => {
    image = await provideImage();
  });

  /** Runs a container on the host's network to its end and gives its last line. */
  const run = async (command: string[], mounts: CreateContainer['mounts']): Promise<string | undefined> => {
    const id = await docker.createContainer(sandbox().spec(image, 'host', { command, mounts }));
    await docker.startContainer(id);
    await expect.poll(async () => (await docker.inspectContainer(id)).state, PATIENCE).toBe('exited');
    const [line] = await docker.tailLogs(id, 1);
    await docker.removeContainer(id);
    return line;
  };

  test('a volume is given back and listed with its labels, the place of its files and its birth', async () => {
    const labels = { ...sandbox().labels, 'org.minimesos.resources': 'cpus(*):1;mem(*):256' };
    const name = uniqueName();
    const volume = await docker.createVolume(name, labels);
    expect(volume).toEqual({
      name,
      labels,
      mountpoint: expect.stringContaining(`/volumes/${name}/`),
      createdAt: expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await docker.listVolumes(sandbox().labels)).toEqual([volume]);
    expect(await docker.listVolumes({ ...sandbox().labels, 'org.minimesos.resources': 'cpus(*):2' })).toEqual([]);
  });

  test('a volume that exists is given back as it is', async () => {
    const name = uniqueName();
    const first = await docker.createVolume(name, { ...sandbox().labels, born: 'first' });
    expect(await docker.createVolume(name, { ...sandbox().labels, born: 'second' })).toEqual(first);
  });

  test('a volume stays while a container has it; one that is gone is no error', async () => {
    const name = uniqueName();
    await docker.createVolume(name, sandbox().labels);
    const mounts = [{ type: 'volume' as const, source: name, target: '/data' }];
    const id = await docker.createContainer(sandbox().spec(image, 'host', { mounts }));
    await expect(docker.removeVolume(name)).rejects.toMatchObject({ code: 'DOCKER_CONFLICT' });
    await docker.removeContainer(id);
    expect(await docker.listVolumes(sandbox().labels)).toHaveLength(1);
    await docker.removeVolume(name);
    await docker.removeVolume(name);
    expect(await docker.listVolumes(sandbox().labels)).toEqual([]);
  });

  // Of a fake engine the rest would test nothing but the fake.
  if (!real) return;

  test('what a container wrote into a volume outlives it, wherever it is mounted', async () => {
    const { name, mountpoint } = await docker.createVolume(uniqueName(), sandbox().labels);
    await run(['write', '/data/note', 'kept'], [{ type: 'volume', source: name, target: '/data' }]);
    const elsewhere = [{ type: 'volume' as const, source: name, target: mountpoint }];
    expect(await run(['read', join(mountpoint, 'note')], elsewhere)).toBe('kept');
  });

  test('a volume may have a folder of the engine’s host as its content', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-'));
    try {
      const { name } = await docker.createVolume(uniqueName(), sandbox().labels, folder);
      await run(['write', '/data/note', 'seen'], [{ type: 'volume', source: name, target: '/data' }]);
      expect(await readFile(join(folder, 'note'), 'utf8')).toBe('seen');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a folder of the engine’s host can be mounted, read-only too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimesos-'));
    try {
      await run(['write', '/data/note', 'bound'], [{ type: 'bind', source: folder, target: '/data' }]);
      const readOnly = [{ type: 'bind' as const, source: folder, target: '/data', readOnly: true }];
      await run(['write', '/data/note', 'changed'], readOnly);
      expect(await run(['read', '/data/note'], readOnly)).toBe('bound');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
