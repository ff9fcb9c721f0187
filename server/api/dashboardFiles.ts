import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/**
 * The pages. Files below /assets carry a hash of their content in their name and may be kept for ever; the page that
 * names them is asked for anew each time. Every path without a file ending is a page of the app.
 */
export function dashboardFiles(dashboardDir: string): Router {
  const router = Router();
  router.use(
    '/assets',
    express.static(join(dashboardDir, 'assets'), {
      immutable: true,
      maxAge: '365d',
      index: false,
      redirect: false,
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
