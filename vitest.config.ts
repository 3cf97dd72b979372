import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { protoForVite } from './proto-module.mjs';

// Unit, golden and property tests are pure and take seconds; contract and e2e need a Docker engine, and fail without
// one unless MINIMESOS_SKIP_DOCKER=1 asks to skip them (test/support/engine.ts).
// All run side by side: those with containers wait a good part of their time, which the pure ones fill.
const WORKERS = availableParallelism() + 1;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [protoForVite],
        test: {
          name: 'unit',
          maxWorkers: WORKERS,
          // Beside tests that keep an engine busy.
          testTimeout: 30_000,
          // Nothing in src keeps state in a module, so the files of a worker may share its modules.
          isolate: false,
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      {
        plugins: [protoForVite],
        test: {
          name: 'contract',
          maxWorkers: WORKERS,
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
          maxWorkers: WORKERS,
        },
      },
    ],
  },
});
