import { defineConfig } from 'vitest/config';
import { systemFiles } from './scripts/testParts.mjs';

/** Tests import packages from their sources, so nothing has to be built for them; tests of real processes use `dist`. */
const fromSources = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Suites in which a real model works for minutes: they take a core or two and run one after the other. */
const WITH_MODELS = [
  'apps/cli/test/judge/**/*.test.ts',
  'apps/miner/test/e2e/**/*.test.ts',
  'test/e2e/{adapters,pages,pm2,preview,start}.test.ts',
];

/** Kills a validator fifty times, most of which is waiting for it to come back: a lane of its own. */
const KILLS = ['test/chaos/validatorKill.test.ts'];

const system = systemFiles(process.env.SYSTEM_PART);

/** Real processes, sockets and chains. */
const realParts = {
  // This package also has a `source` condition, with TypeScript behind it that only Vite can load.
  server: { deps: { inline: [/eventsource-parser/, /@ai-sdk\//, /\/node_modules\/ai\//] } },
  testTimeout: 600_000,
  hookTimeout: 600_000,
  pool: 'forks' as const,
  fileParallelism: false,
};

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
          ...realParts,
          name: 'system',
          include: system.include,
          exclude: ['**/node_modules/**', ...WITH_MODELS, ...KILLS, ...system.exclude],
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...fromSources,
        test: { ...realParts, name: 'models', include: WITH_MODELS, sequence: { groupOrder: 2 } },
      },
      {
        ...fromSources,
        test: { ...realParts, name: 'kills', include: KILLS, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
