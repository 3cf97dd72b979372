import { expect, it } from 'vitest';
import { nameProblem } from '../../../../src/simulator/master/tasks/names.js';

it('S82: an id must fit into a folder’s name, whatever its characters take', () => {
  expect(nameProblem('x'.repeat(255))).toBeNull();
  expect(nameProblem('ü'.repeat(127))).toBeNull();
  expect(nameProblem('ü'.repeat(128))).toBe('ID must not be greater than 255 characters');
});
