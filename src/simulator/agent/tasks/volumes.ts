import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type JsonObject, objectField, stringField } from '../../json.js';
import type { AllocatedResource } from '../../mesos/shapes.js';
import type { TaskEntry } from './book.js';

/** A persistent volume outlives its tasks: each finds it by a link in its sandbox. */
export function linkVolumes({ info, directory }: TaskEntry, workDirectory: string): void {
  for (const resource of info.resources ?? []) {
    const id = stringField(objectField(resource.disk ?? {}, 'persistence') ?? {}, 'id');
    const path = stringField(volumeOf(resource), 'container_path');
    if (id === undefined || path === undefined || isAbsolute(path) || path.split('/').includes('..')) continue;
    if (id.includes('/') || id === '..') throw new Error(`'${id}' is no id of a persistent volume`);
    const link = join(directory, path);
    const volume = join(workDirectory, 'volumes', 'roles', roleOf(resource), id);
    mkdirSync(volume, { recursive: true });
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(volume, link);
  }
}

function volumeOf({ disk = {} }: AllocatedResource): JsonObject {
  return objectField(disk, 'volume') ?? {};
}

function roleOf({ reservations = [], role }: AllocatedResource): string {
  return reservations.at(-1)?.role ?? role ?? '*';
}
