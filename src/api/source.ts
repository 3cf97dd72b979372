/** The minimesosFile, and what it names, as desired state: read anew at each pass, the last good one while it is broken. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cgroupsFault, dependsOnCgroups } from '../components/distributions.js';
import { desiredOf } from '../desired.js';
import type { CgroupVersion } from '../distribution-table.js';
import { type BuiltImage, simulatorImage } from '../docker/image.js';
import { asMinimesosError, type MinimesosError } from '../errors.js';
import { AppFiles } from '../minimesosfile/app-files.js';
import type { ClusterIdentity, Desired } from '../model.js';
import type { ClusterRef } from './identity.js';
import { type FileSpec, type Overrides, readApps, readSpec } from './spec.js';

export interface Target {
  desired: Desired;
  /** Seconds. */
  timeout: number;
  /** Hash of the file, of what is said over it, and of the JSON that it names. */
  generation: string;
  /** The minimesosFile, and the files on this machine that it names. */
  files: string[];
}

export class Source {
  #file: { text: string; read: FileSpec } | undefined;
  /** `said`: all that the target was made from. */
  #last: { said: string; target: Target } | undefined;
  /** What the file names that was read last, be it good or not; undefined where nobody can tell. */
  #named: string[] | undefined;
  #simulator: Promise<BuiltImage> | undefined;
  #problem: MinimesosError | undefined;

  constructor(
    private readonly ref: ClusterRef,
    private readonly overrides: Overrides,
    /** Path of the simulator's program. */
    private readonly program: string,
    /** Asks the engine, where the distribution's agents depend on it. */
    private readonly cgroups: () => Promise<CgroupVersion | undefined> = () => Promise.resolve(undefined),
    private readonly appFiles = new AppFiles(),
  ) {}

  /** Why the file cannot be acted on now; undefined where it can. */
  get problem(): MinimesosError | undefined {
    return this.#problem;
  }

  /** The image that the simulator runs in. */
  get simulator(): Promise<BuiltImage> {
    this.#simulator ??= simulatorImage(this.program);
    return this.#simulator;
  }

  /** Rejects with `FILE_MISSING` or `FILE_INVALID`. */
  async read(): Promise<Target> {
    this.#named = undefined;
    const { text, read } = await this.#readFile();
    const {
      apps,
      unreachable,
      files,
      problem,
      notes: notesOnApps,
    } = await readApps(this.ref.file, read, this.appFiles);
    this.#named = files;
    if (problem) throw problem;
    const said = JSON.stringify([text, this.overrides, ...apps.map((app) => app.text), unreachable]);
    if (this.#last?.said === said) return this.#last.target;
    const { spec } = read;
    const notes = [...read.notes, ...notesOnApps];
    const { distribution, mesosVersion, clusterName } = spec;
    const name = clusterName ?? `minimesos-${this.ref.id}`;
    const cluster: ClusterIdentity = { ...this.ref, name, distribution, mesosVersion };
    const { reference } = await this.simulator;
    const cgroups = dependsOnCgroups(distribution) ? await this.cgroups() : undefined;
    const fault = cgroups && cgroupsFault(distribution, cgroups);
    const target: Target = {
      desired: desiredOf({
        spec,
        cluster,
        simulatorImage: reference,
        apps,
        unreachable,
        cgroups,
        notes: fault ? [...notes, fault] : notes,
      }),
      timeout: spec.timeout,
      generation: createHash('sha256').update(said).digest('hex').slice(0, 12),
      files: [this.ref.file, ...files],
    };
    this.#last = { said, target };
    return target;
  }

  /** As `read`, but for a file that was good once: a broken one changes nothing, and `problem` says what is wrong. */
  async lastGood(): Promise<Target> {
    try {
      const target = await this.read();
      this.#problem = undefined;
      return target;
    } catch (thrown) {
      if (!this.#last) throw thrown;
      this.#problem = asMinimesosError(thrown);
      return this.#following(this.#last.target);
    }
  }

  /** What is broken now may be mended in a file that the last good one does not name. */
  #following(target: Target): Target {
    const named = (this.#named ?? []).filter((file) => !target.files.includes(file));
    return named.length > 0 ? { ...target, files: [...target.files, ...named] } : target;
  }

  async #readFile(): Promise<{ text: string; read: FileSpec }> {
    const text = await readFile(this.ref.file, 'utf8').catch(() => undefined);
    if (this.#file && text === this.#file.text) return this.#file;
    const read = await readSpec(this.ref.file, this.overrides);
    this.#file = { text: text ?? '', read };
    return this.#file;
  }
}
