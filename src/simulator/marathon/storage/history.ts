import { isObject, type Json, stringField } from '../../json.js';
import type { App } from '../app/definition.js';
import { idAsWord } from '../app/ids.js';
import { emptyRoot, type Group, type RootGroup } from '../group/root.js';
import type { Znodes } from './znodes.js';

/** As many versions are kept as Marathon keeps. */
const KEPT_VERSIONS = 50;

/** Of the root before the first one: there is nothing in it, and so nothing to keep. */
const NO_VERSION = new Date(0).toISOString();

/** A root as it is kept: its apps by reference, so that one that does not change is kept once. */
interface StoredRoot {
  version: string;
  groups: Group[];
  /** Their versions, by id. */
  apps: { [id: string]: string };
}

/** All that was wanted, version by version, in ZooKeeper: `roots/<version>` and `apps/<id>/<version>`. */
export class History {
  readonly #znodes: Znodes;
  readonly #roots = new Map<string, StoredRoot>();

  constructor(znodes: Znodes) {
    this.#znodes = znodes;
  }

  /** Reads anew which versions there are; gives the last one. */
  async load(): Promise<RootGroup> {
    this.#roots.clear();
    for (const version of (await this.#znodes.list('roots')).sort()) {
      const stored = storedRoot(await this.#znodes.read(`roots/${version}`));
      if (stored !== null) this.#roots.set(version, stored);
    }
    const last = [...this.#roots.keys()].at(-1);
    return (last === undefined ? null : await this.rootAt(last)) ?? emptyRoot(NO_VERSION);
  }

  /** The newest first. */
  versions(): string[] {
    return [...this.#roots.keys()].sort().reverse();
  }

  /** Versions of an app, the newest first. */
  appVersions(id: string): string[] {
    const versions = [...this.#roots.values()].flatMap(({ apps }) => (Object.hasOwn(apps, id) ? [apps[id] ?? ''] : []));
    return [...new Set(versions)].sort().reverse();
  }

  async appAt(id: string, version: string): Promise<App | null> {
    if (!this.appVersions(id).includes(version)) return null;
    const json = await this.#znodes.read(`apps/${idAsWord(id)}/${version}`);
    return isObject(json) ? (json as unknown as App) : null;
  }

  async rootAt(version: string): Promise<RootGroup | null> {
    const stored = this.#roots.get(version);
    if (stored === undefined) return version === NO_VERSION ? emptyRoot(version) : null;
    const apps = await Promise.all(Object.entries(stored.apps).map(([id, at]) => this.appAt(id, at)));
    return {
      version,
      groups: new Map(stored.groups.map((group) => [group.id, group])),
      apps: new Map(apps.filter((app) => app !== null).map((app) => [app.id, app])),
    };
  }

  /** Keeps a root; its apps first, so that none is ever missing. `pinned` versions are not forgotten. */
  async add(root: RootGroup, pinned: ReadonlySet<string>): Promise<void> {
    const known = new Set(
      [...this.#roots.values()].flatMap(({ apps }) => Object.entries(apps).map(([id, at]) => `${id} ${at}`)),
    );
    const fresh = [...root.apps.values()].filter((app) => !known.has(`${app.id} ${app.version}`));
    await Promise.all(fresh.map((app) => this.#znodes.write(`apps/${idAsWord(app.id)}/${app.version}`, app)));
    const apps = Object.fromEntries([...root.apps].map(([id, app]) => [id, app.version]));
    const stored: StoredRoot = { version: root.version, groups: [...root.groups.values()], apps };
    await this.#znodes.write(`roots/${root.version}`, stored);
    this.#roots.set(root.version, stored);
    // What stays for now is found again by the next Marathon.
    await this.#forget(pinned).catch(() => {});
  }

  async #forget(pinned: ReadonlySet<string>): Promise<void> {
    const old = this.versions().slice(KEPT_VERSIONS);
    for (const version of old.filter((each) => !pinned.has(each))) {
      const apps = Object.entries(this.#roots.get(version)?.apps ?? {});
      this.#roots.delete(version);
      await this.#znodes.remove(`roots/${version}`);
      for (const [id, at] of apps) {
        const kept = this.appVersions(id);
        if (!kept.includes(at)) await this.#znodes.remove(`apps/${idAsWord(id)}/${at}`);
        if (kept.length === 0) await this.#znodes.remove(`apps/${idAsWord(id)}`);
      }
    }
  }
}

function storedRoot(json: Json | undefined): StoredRoot | null {
  if (!isObject(json) || stringField(json, 'version') === undefined) return null;
  return Array.isArray(json.groups) && isObject(json.apps) ? (json as unknown as StoredRoot) : null;
}
