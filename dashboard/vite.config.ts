import { defineConfig } from 'vite';
import { compressFiles } from './compressFiles.ts';
import { compileCatalogues } from './i18n/compileCatalogues.ts';
import { buildServiceWorker } from './offline/buildServiceWorker.ts';

/** Where `vite dev` finds a running server; the built pages are served by that server itself. */
const apiOrigin = process.env.TAHAN_API_ORIGIN ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compileCatalogues(), buildServiceWorker(), compressFiles()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The server's content security policy allows files of its own only: no inlined data, no inline script.
    assetsInlineLimit: 0,
    // Which file needs which: what the first load weighs is counted from it.
    manifest: 'files.json',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What the first page needs is one file: two dozen small ones compress worse and each costs a way there and back.
        codeSplitting: { groups: [{ name: 'first', test: /dashboard\/App\.tsx$/ }] },
      },
    },
  },
  server: { proxy: { '/api': apiOrigin } },
});
