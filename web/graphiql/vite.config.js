import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const web = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root: web,
  // A proxy may serve Liaison under a path, which is not known here.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  // Its libraries have directives that no bundler keeps.
  logLevel: 'error',
  build: {
    target: 'es2022',
    // Beside the console, with which it shares nothing.
    emptyOutDir: false,
    rollupOptions: { input: `${web}/graphiql.html` },
    // The page's policy allows no inline script, and the preloading helper would be one.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8000,
  },
});
