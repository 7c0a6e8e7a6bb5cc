import { cpSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const LIAISON = process.env.LIAISON_URL ?? 'http://127.0.0.1:4000';

// Lists are the heaviest part, and a record's page has none.
const TABLE = /src\/(kit\/(table|row|virtual|scale|selection)|store\/anchor)/;

// What begins the first requests: they go out before the rest is there.
const BEGIN =
  /src\/(api|app\/place|pages\/contacts\/address|store\/(boot|sizes)|strings\/index)|generated\/|vite\/preload-helper/;

const CORE =
  /src\/(kit\/(?!table|row|virtual|scale|selection)|app|store\/(?!socket|anchor)|strings\/format)|node_modules\/@?preact/;

const PARTS = /src\/parts\/(batch|chips|draft|form|marked|pickers?|subject|submit|value)\./;

export default defineConfig({
  // A proxy may serve Liaison under a path, which is not known here.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    {
      // The documents that the binary trusts: the console sends their keys only.
      name: 'documents',
      writeBundle: () => cpSync('generated/persisted-documents.json', 'dist/documents.json'),
    },
    {
      // The page names the main script and what that needs, which are loaded while the first one runs.
      name: 'main-preload',
      transformIndexHtml: (html, { bundle = {} }) =>
        Object.values(bundle)
          .flatMap((chunk) =>
            chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith('/src/main.tsx')
              ? [...chunk.imports, chunk.fileName]
              : [],
          )
          .filter((file) => !html.includes(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head' as const,
          })),
    },
  ],
  // GraphiQL's page is not the console's.
  optimizeDeps: { entries: ['index.html'] },
  build: {
    target: 'es2022',
    // The page's policy allows no inline script, and the preloading helper would be one.
    modulePreload: { polyfill: false },
    // Nor does it allow data: addresses.
    assetsInlineLimit: 0,
    // What the first page needs in one file: many small ones are more to load.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'begin', test: BEGIN, priority: 2 },
            { name: 'core', test: CORE, priority: 1 },
            { name: 'table', test: TABLE },
            { name: 'parts', test: PARTS },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/sign-in', '/sign-out', '/account', '/import', '/export', '/audit'].map((path) => [
        path,
        { target: LIAISON, ws: true, changeOrigin: false },
      ]),
    ),
  },
  test: { include: ['src/**/*.test.ts'] },
});
