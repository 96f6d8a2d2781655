import { defineConfig } from 'vitest/config';

/** Tests import packages from their sources, so nothing has to be built for them; tests of real processes use `dist`. */
const fromSources = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

export default defineConfig({
  test: {
    projects: [
      {
        ...fromSources,
        test: {
          name: 'unit',
          include: ['{packages,apps}/*/test/unit/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        ...fromSources,
        test: {
          name: 'system',
          // This package also has a `source` condition, with TypeScript behind it that only Vite can load.
          server: { deps: { inline: [/eventsource-parser/, /@ai-sdk\//, /\/node_modules\/ai\//] } },
          include: ['{packages,apps}/*/test/!(unit)/**/*.test.ts', 'test/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          pool: 'forks',
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
