import { defineConfig } from 'vitest/config';
import { protoForVite } from './proto-module.mjs';
import { LongestFirst } from './test/support/longest-first.js';

// Unit, golden and property tests are pure and take seconds; contract and e2e need a Docker engine, and fail without
// one unless MINIMESOS_SKIP_DOCKER=1 asks to skip them (test/support/engine.ts).
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [protoForVite],
        test: {
          name: 'unit',
          // One less than there are by default, which is one on a machine with two.
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          // Nothing in src keeps state in a module, so the files of a worker may share its modules.
          isolate: false,
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      {
        plugins: [protoForVite],
        test: {
          name: 'contract',
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [protoForVite],
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // They wait for containers most of the time, and each has a cluster of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
