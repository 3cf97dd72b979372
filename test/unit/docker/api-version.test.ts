import { expect, test } from 'vitest';
import { chooseApiVersion, NEWEST_KNOWN } from '../../../src/docker/api-version.js';

test('an older engine is spoken to in its own version', () => {
  expect(chooseApiVersion('1.41')).toBe('1.41');
  expect(chooseApiVersion('1.9')).toBe('1.9');
  expect(chooseApiVersion(NEWEST_KNOWN)).toBe(NEWEST_KNOWN);
});

test('a newer engine is spoken to in the newest version that is known', () => {
  expect(chooseApiVersion('1.52', '1.51')).toBe('1.51');
  expect(chooseApiVersion('2.0', '1.51')).toBe('1.51');
});

test('an engine that does not tell its version picks one itself', () => {
  expect(chooseApiVersion(undefined)).toBeUndefined();
  expect(chooseApiVersion('latest')).toBeUndefined();
});
