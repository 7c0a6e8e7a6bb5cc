import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // A proxy may serve Liaison under a path, which is not known here.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // The page's policy allows no inline script, and the preloading helper would be one.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8000,
  },
});
