// The tests' own modules for scripts: they are TypeScript, which Vite loads.
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

/** @returns {Promise<{ load(path: string): Promise<any>, close(): Promise<void> }>} `path` from the repository's root: `/test/…` */
export async function openTypescriptModules() {
  const vite = await createViteServer({
    root: fileURLToPath(new URL('..', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  return { load: (path) => vite.ssrLoadModule(path), close: () => vite.close() };
}
