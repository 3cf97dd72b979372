import { expect, it } from 'vitest';
import { containerProblem } from '../../../../src/simulator/master/tasks/content-validation.js';

const named = { type: 'DOCKER', docker: { image: 'i', parameters: [{ key: 'name', value: 'weavescope' }] } };

it('S82 a container that names itself must be refused by a later Mesos, and be let through by one of 2016', () => {
  expect(containerProblem(named, true)).toBe("Parameter in DockerInfo must not be 'name'");
  expect(containerProblem(named, false)).toBeNull();
});
