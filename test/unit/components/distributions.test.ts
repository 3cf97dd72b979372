import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cgroupsFault,
  distributionOf,
  imageFor,
  reconfigures,
  storeOf,
} from '../../../src/components/distributions.js';
import { DISTRIBUTION_NAMES, DISTRIBUTIONS, type Distribution } from '../../../src/distribution-table.js';
import { KINDS } from '../../../src/model.js';
import type { BlockSpec } from '../../../src/spec.js';
import { clusterSpec } from '../../support/worlds.js';

const simulator = distributionOf('simulator');
const custom = distributionOf('custom');
const named = (block: Partial<BlockSpec>): BlockSpec => ({ env: {}, ...block });

describe('a distribution', () => {
  it('exists for each name that the language knows, with an image for every kind', () => {
    for (const name of DISTRIBUTION_NAMES) {
      const images = KINDS.map((kind) => imageFor(distributionOf(name), kind, named({}), '1.0.0').image);
      expect(images.every(Boolean)).toBe(true);
    }
  });

  it('of another name is refused', () => {
    expect(() => distributionOf('debian')).toThrow('no distribution "debian"');
  });
});

describe('custom', () => {
  const image = (block: Partial<BlockSpec>, version = '1.0.0') =>
    imageFor(custom, 'master', named(block), version).image;

  it('has the images of 0.13, with the tag that belongs to the version of Mesos', () => {
    expect(image({})).toBe('containersol/mesos-master:1.0.0-0.1.0');
    expect(imageFor(custom, 'agent', named({}), '0.28.1').image).toBe('containersol/mesos-agent:0.28.1-0.1.0');
    expect(imageFor(custom, 'zookeeper', named({}), '0.28.1').image).toBe('jplock/zookeeper:3.4.6');
  });

  it('lets the file have its way, and completes what the file leaves out', () => {
    expect(image({ imageName: 'registry:5000/mesos', imageTag: 'mine' })).toBe('registry:5000/mesos:mine');
    expect(image({ imageTag: 'mine' }, '1.11.0')).toBe('containersol/mesos-master:mine');
    expect(image({ imageName: 'apache/mesos' }, '1.11.0')).toBe('apache/mesos:1.11.0-0.1.0');
  });

  it('knows where its own image of ZooKeeper keeps its data, and guesses nothing about another', () => {
    const data = (block: Partial<BlockSpec>) => imageFor(custom, 'zookeeper', named(block), '1.0.0').data;
    expect(data({})).toBe('/tmp/zookeeper');
    expect(data({ imageTag: '3.4.14' })).toBe('/tmp/zookeeper');
    expect(data({ imageName: 'zookeeper' })).toBeUndefined();
  });

  it('has another image for several ZooKeepers, whose data neither reads of the other', () => {
    const image = (block: Partial<BlockSpec>) => imageFor(custom, 'zookeeper', named(block), '1.0.0', { ensemble: 3 });
    expect(image({})).toMatchObject({ image: 'zookeeper:3.9', data: undefined });
    expect(image({ imageTag: '3.8' }).image).toBe('zookeeper:3.8');
    expect(image({ imageName: 'mine', imageTag: '1' }).image).toBe('mine:1');
    const store = (instances: number, block: Partial<BlockSpec> = {}, distribution = 'custom') =>
      storeOf(clusterSpec({ distribution, zookeeper: { env: {}, instances, ...block } }), instances);
    expect(store(3)).not.toBe(store(1));
    expect(store(3)).toBe(store(5));
    expect(store(3, { imageName: 'mine' })).toBe(store(1, { imageName: 'mine' }));
    expect(store(3, {}, 'simulator')).toBe(store(1, {}, 'simulator'));
  });

  it.each([
    ['0.28.1', false],
    ['1.0.0', false],
    ['1.4.99', false],
    ['1.5', true],
    ['1.5.0', true],
    ['1.11.0', true],
    ['2.0', true],
  ])('expects a recovering agent of Mesos %s to accept more than it had: %s', (version, accepts) => {
    expect(reconfigures(custom, version)).toBe(accepts);
  });
});

it('specs/minimesosFile.md lists the images and versions of each', () => {
  const file = readFileSync(resolve(import.meta.dirname, '../../../specs/minimesosFile.md'), 'utf8');
  const spec = file.split(/^## /m).find((part) => part.startsWith('Distributions\n')) ?? '';
  const listed = (what: string) => {
    const row = spec.split('\n').find((line) => line.startsWith(`| \`${what}\` | `)) ?? '';
    return row
      .split(' | ')
      .slice(1)
      .map((cell) => cell.replace('\\<v>', '<mesosVersion>').replace(/ \|$/, ''));
  };
  const rows = DISTRIBUTION_NAMES.map((name): Distribution => DISTRIBUTIONS[name]);
  const versions = rows.map(({ versions: all, defaultVersion }) => `${all?.join(', ') ?? 'any'}; ${defaultVersion}`);
  expect(listed('mesosVersion')).toEqual(versions);
  for (const kind of KINDS)
    expect(listed(kind)).toEqual(
      rows.map(({ images }) => {
        const { name, tag, ensemble } = images[kind];
        const several = ensemble ? `; of several ${ensemble.name}:${ensemble.tag}` : '';
        return tag === '' ? 'made on the spot' : `${name}:${tag}${several}`;
      }),
    );
});

describe('real images', () => {
  it('F50 start as their row says, and those that the file names by themselves', () => {
    const clusterd = distributionOf('clusterd');
    const master = (block: Partial<BlockSpec>) => imageFor(clusterd, 'master', named(block), '1.11.0');
    const own = { image: 'avhost/mesos-mini:v1.11.0-0.8.0', entrypoint: ['mesos-master'] };
    expect(master({})).toMatchObject(own);
    expect(master({ imageTag: 'latest' })).toMatchObject({
      image: 'avhost/mesos-mini:latest',
      entrypoint: ['mesos-master'],
    });
    expect(master({ imageName: 'mine' })).toMatchObject({ image: 'mine:v1.11.0-0.8.0', entrypoint: undefined });
    const dns = (block: Partial<BlockSpec>) => imageFor(clusterd, 'mesos-dns', named(block), '1.11.0').program;
    expect([dns({}).length, dns({ imageName: 'mine' }).length]).toEqual([1, 0]);
  });

  it('F51 are told of the engine’s cgroups whatever the image', () => {
    const env = (block: Partial<BlockSpec>) =>
      imageFor(custom, 'agent', named(block), '1.0.0', { cgroups: 2 }).extraEnv;
    expect(env({ imageName: 'mine' })).toEqual(env({}));
    expect(env({})).toMatchObject({ MESOS_CONTAINERIZERS: 'mesos' });
  });

  it('F51 that the engine’s cgroups do not suit are a note', () => {
    const notes = (cgroups: 1 | 2) => DISTRIBUTION_NAMES.filter((name) => cgroupsFault(name, cgroups) !== undefined);
    expect(notes(1)).toEqual(['clusterd']);
    expect(notes(2)).toEqual(['mesosphere', 'custom']);
    expect(cgroupsFault('clusterd', 1)).toMatch(/^the engine has cgroup v1, and the agents of .* need v2: /);
  });
});

describe('simulator', () => {
  it('plays every kind itself, whatever image the file names', () => {
    const images = KINDS.map((kind) => imageFor(simulator, kind, named({ imageName: 'mine', imageTag: 'x' }), '1.0.0'));
    expect(new Set(images.map(({ image }) => image))).toEqual(new Set(['minimesos/simulator']));
    expect(new Set(images.map(({ program }) => program[0])).size).toBe(KINDS.length);
  });

  it('plays the version of Mesos that the file asks for, by the command line and not by the image', () => {
    expect(imageFor(simulator, 'agent', named({}), '1.11.0').program).toEqual([
      'mesos-agent',
      '--mesos_version=1.11.0',
    ]);
    expect(imageFor(simulator, 'zookeeper', named({}), '1.11.0').program).toEqual(['zookeeper']);
  });
});
