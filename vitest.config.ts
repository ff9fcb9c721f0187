import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What can only be shown on PostgreSQL. */
const onPostgresOnly = ['test/**/*.postgres.test.ts'];
/** What must hold wherever metadata lies. */
const onBoth = [
  'test/server/store/metadata*.test.ts',
  ...[
    'alerts',
    'audit',
    'batches',
    'batchesInLife',
    'bridges',
    'claim',
    'edgeGateways',
    'experimentArchives',
    'experiments',
    'fits',
    'foundDevices',
    'labels',
    'grants',
    'nodes',
    'observations',
    'offsets',
    'parameterSets',
    'people',
    'productsAndPlaces',
    'quarantine',
    'shipments',
    'signIn',
  ].map(name => `test/server/api/${name}.test.ts`),
];

/** One more than there are cores: some file always waits for a process that starts, or for a deadline. */
const maxWorkers = availableParallelism() + 1;

/** Ends a test that hangs, and judges nobody: a machine that does much else takes ten times as long. */
const patienceMs = 120_000;
/** Of `expect.poll`, which would else look for a second and give up. */
const expectation = { poll: { timeout: 60_000, interval: 20 } };

/**
 * Three projects: everything that runs without a browser, what concerns metadata once more on a real PostgreSQL (one for
 * the run), and the pages in a real Chromium. The first two share their workers; the pages come after them, with as many
 * browsers as there are cores, each on a server of its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/browser/**', ...onPostgresOnly],
          environment: 'node',
          expect: expectation,
          maxWorkers,
          testTimeout: patienceMs,
          hookTimeout: patienceMs,
          // Left as it is: the colours are read from it.
          css: { include: [/tokens\.css/] },
        },
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      },
      {
        test: {
          name: 'postgres',
          include: [...onBoth, ...onPostgresOnly],
          globalSetup: ['test/support/postgresForRun.ts'],
          environment: 'node',
          expect: expectation,
          maxWorkers,
          testTimeout: patienceMs,
          hookTimeout: patienceMs,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          expect: expectation,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
          testTimeout: 2 * patienceMs,
          hookTimeout: 2 * patienceMs,
        },
      },
    ],
  },
});
