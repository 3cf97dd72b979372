import { describe, expect, it } from 'vitest';
import { portsAsText } from '../../../src/cli/ports.js';

describe('the ports of a task', () => {
  it.each([
    [[], '-'],
    [[31000], '31000'],
    [[31000, 31001], '31000,31001'],
    [[31000, 31001, 31002, 31009], '31000-31002,31009'],
    [[31009, 31000], '31009,31000'],
  ])('%j are one word: %s', (ports, text) => {
    expect(portsAsText(ports)).toBe(text);
  });
});
