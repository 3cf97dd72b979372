import { expect, test } from 'vitest';
import { familiar, parseReference } from '../../../src/docker/reference.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test.each([
  ['zookeeper', 'zookeeper', 'latest'],
  ['zookeeper:3.9', 'zookeeper', '3.9'],
  ['registry:5000/team/mesos', 'registry:5000/team/mesos', 'latest'],
  ['registry:5000/team/mesos:1.11', 'registry:5000/team/mesos', '1.11'],
  [`mesos@${DIGEST}`, 'mesos', DIGEST],
  [`mesos:1@${DIGEST}`, 'mesos', DIGEST],
])('%s is %s with the tag %s', (reference, repository, tag) => {
  expect(parseReference(reference)).toEqual({ repository, tag });
});

test.each([
  ['busybox', 'busybox:latest'],
  ['library/busybox:1', 'busybox:1'],
  ['docker.io/busybox', 'busybox:latest'],
  ['docker.io/library/busybox', 'busybox:latest'],
  ['index.docker.io/library/busybox', 'busybox:latest'],
  ['docker.io/mesosphere/marathon:v1.5', 'mesosphere/marathon:v1.5'],
  ['quay.io/library/busybox', 'quay.io/library/busybox:latest'],
  [`docker.io/library/busybox:1@${DIGEST}`, `busybox@${DIGEST}`],
])('%s is listed as %s', (reference, listed) => {
  expect(familiar(reference)).toBe(listed);
  expect(familiar(listed)).toBe(listed);
});
