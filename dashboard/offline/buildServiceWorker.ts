import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';

/** Pictures and addresses that an installed page takes from the server when it wants them; and the gallery. */
const notKept = /^(robots\.txt|files\.json|icon-.*\.png|assets\/openGallery-.*|.*\.gz)$/;

/**
 * Builds `service-worker.js` after the pages, with the list of their files in it: what is there is what is kept, so a
 * page can never ask for a chunk that its version does not have.
 */
export function buildServiceWorker(): Plugin {
  let outDir = '';
  return {
    name: 'tahan-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(outDir.length + 1))
        .filter(file => !notKept.test(file) && !file.startsWith('service-worker'))
        .sort()
        .map(file => ({
          url: `/${file}`,
          // Files below assets carry the hash of their content in their name.
          revision: file.startsWith('assets/') ? null : hashOf(join(outDir, file)),
        }));
      await build({
        configFile: false,
        logLevel: 'warn',
        define: { __PAGE_FILES__: JSON.stringify(files), 'process.env.NODE_ENV': '"production"' },
        publicDir: false,
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2022',
          lib: {
            entry: join(import.meta.dirname, 'serviceWorker.ts'),
            formats: ['iife'],
            name: 'serviceWorker',
            fileName: () => 'service-worker.js',
          },
        },
      });
    },
  };
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}
