import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/**
 * The pages. Files below /assets carry a hash of their content in their name and may be kept for ever; the page that
 * names them is asked for anew each time. Every path without a file ending is a page of the app.
 */
export function dashboardFiles(dashboardDir: string): Router {
  const router = Router();
  const assets = join(dashboardDir, 'assets');
  router.use(
    '/assets',
    smallerWhereThereIs(assets),
    express.static(assets, {
      ...{ immutable: true, maxAge: '365d', index: false, redirect: false },
      setHeaders(response, path) {
        if (path.endsWith('.gz')) response.setHeader('content-encoding', 'gzip');
      },
    }),
  );
  router.use(express.static(dashboardDir, { maxAge: 0, index: false, redirect: false }));
  const page: RequestHandler = (request, response, next) => {
    const isPage = /^\/(?!api\/|assets\/)[^.]*$/.test(request.path);
    if (!isPage || (request.method !== 'GET' && request.method !== 'HEAD')) next();
    else response.set('cache-control', 'no-cache').sendFile('index.html', { root: dashboardDir });
  };
  router.use(page);
  return router;
}

/** The build has compressed what gains by it, once and well: whoever takes gzip gets that. */
function smallerWhereThereIs(assets: string): RequestHandler {
  const smaller = new Set(existsSync(assets) ? readdirSync(assets).filter(name => name.endsWith('.gz')) : []);
  return (request, response, next) => {
    const { path } = request;
    if (smaller.has(`${path.slice(1)}.gz`)) {
      response.vary('accept-encoding');
      if (request.acceptsEncodings('gzip') === 'gzip') {
        response.type(path.slice(path.lastIndexOf('.')));
        request.url = `${path}.gz`;
      }
    }
    next();
  };
}
