/** The minimesosFile as desired state: read anew at each pass, the last good one while it is broken. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { desiredOf } from '../desired.js';
import { type BuiltImage, simulatorImage } from '../docker/image.js';
import { asMinimesosError, type MinimesosError } from '../errors.js';
import type { ClusterIdentity, Desired } from '../model.js';
import type { ClusterRef } from './identity.js';
import { type Overrides, readSpec } from './spec.js';

export interface Target {
  desired: Desired;
  /** Seconds. */
  timeout: number;
  /** Hash of the file and of what is said over it. */
  generation: string;
  /** The minimesosFile, and the files on this machine that it names. */
  files: string[];
}

export class Source {
  #last: { text: string; target: Target } | undefined;
  #simulator: Promise<BuiltImage> | undefined;
  #problem: MinimesosError | undefined;

  constructor(
    private readonly ref: ClusterRef,
    private readonly overrides: Overrides,
    /** Path of the simulator's program. */
    private readonly program: string,
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
    const text = await readFile(this.ref.file, 'utf8').catch(() => undefined);
    if (this.#last && text === this.#last.text) return this.#last.target;
    const { spec, notes } = await readSpec(this.ref.file, this.overrides);
    const { distribution, mesosVersion, clusterName } = spec;
    const name = clusterName ?? `minimesos-${this.ref.id}`;
    const cluster: ClusterIdentity = { ...this.ref, name, distribution, mesosVersion };
    const { reference } = await this.simulator;
    const target: Target = {
      desired: desiredOf({ spec, cluster, simulatorImage: reference, notes }),
      timeout: spec.timeout,
      generation: createHash('sha256')
        .update(JSON.stringify([text, this.overrides]))
        .digest('hex')
        .slice(0, 12),
      files: [
        this.ref.file,
        ...(spec.marathon?.apps ?? []).flatMap(({ marathonJson }) => this.#localFile(marathonJson)),
      ],
    };
    this.#last = { text: text ?? '', target };
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
      return this.#last.target;
    }
  }

  #localFile(path: string): string[] {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? [] : [resolve(dirname(this.ref.file), path)];
  }
}
