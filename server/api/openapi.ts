import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
  type ZodContentObject,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { access } from './access.ts';
import type { PublicRoute, Route } from './route.ts';

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(
    z.object({ field: z.string(), value: z.string(), allowed: z.string(), message: z.string() }),
  ),
});

/** The API as OpenAPI 3.1, from the schemas that validate it. */
export function openApiDocument(
  routes: readonly Route[],
  publicRoutes: readonly PublicRoute[],
  version: string,
): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  const problem = { 'application/problem+json': { schema: problemSchema } };
  for (const route of routes) {
    const description = `Roles: ${access[`${route.method} ${route.path}`]?.join(', ')}`;
    registry.registerPath({ ...toPath(route, problem), description });
  }
  for (const route of publicRoutes)
    registry.registerPath({ ...toPath(route, problem), description: 'Without sign-in', security: [] });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tahan',
      version,
      description:
        'How much longer will this tahu keep? Times are ISO-8601 UTC; units are in the field names.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
  });
}

const binary = { type: 'string', format: 'binary' } as const;

function toPath(route: PublicRoute, problem: ZodContentObject): RouteConfig {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(match => match[1]!);
  const { status, schema, contentType = 'application/json' } = route.success;
  return {
    method: route.method,
    path: route.path.replace(/:(\w+)/g, '{$1}'),
    summary: route.summary,
    request: {
      ...(names.length > 0 && { params: z.object(Object.fromEntries(names.map(n => [n, z.string()]))) }),
      ...(route.query && { query: route.query }),
      ...(route.body && {
        body: { required: true, content: { 'application/json': { schema: route.body } } },
      }),
      ...(route.binaryBody && {
        body: { required: true, content: { [route.binaryBody]: { schema: binary } } },
      }),
    },
    responses: {
      [status]: { description: 'Success', ...(schema && { content: { [contentType]: { schema } } }) },
      default: { description: 'What went wrong, with a stable code', content: problem },
    },
  };
}
