import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Static files for the gateway. Nothing is inlined, so that a content security policy of 'self' holds. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
