import { describe, expect, it } from 'vitest';
import { roleSchema } from '../../../models/contracts/people.ts';
import { access } from '../../../server/api/access.ts';
import { allRoutes } from '../../../server/api/app.ts';
import type { Services } from '../../../server/services.ts';
import { testServer } from '../testServer.ts';

const routes = allRoutes({} as Services);
const keyOf = (route: { method: string; path: string }) => `${route.method} ${route.path}`;

describe('access to the API', () => {
  it('has a line for every route, and no line without one', () => {
    expect(routes.map(keyOf).sort()).toEqual(Object.keys(access).sort());
  });

  it('asks for a sign-in on every route', async () => {
    const { call } = await testServer();
    for (const { method, path } of routes) {
      const answer = await call(method.toUpperCase(), `/api/v1${path}`, { token: null });
      expect([keyOf({ method, path }), answer.status, answer.body.code]).toEqual([
        keyOf({ method, path }),
        401,
        'auth.required',
      ]);
      const wrong = await call(method.toUpperCase(), `/api/v1${path}`, { token: 'tahan_wrong' });
      expect(wrong.body.code).toBe('auth.token_unknown');
    }
  });

  it('lets each role do what the table says and nothing else', async () => {
    const { call, tokenFor } = await testServer();
    for (const role of roleSchema.options) {
      const token = await tokenFor(role);
      for (const route of routes) {
        // A stream that is allowed never ends; the live tests look at it.
        if (route.path === '/live') continue;
        const answer = await call(route.method.toUpperCase(), `/api/v1${route.path}`, { token });
        const allowed = access[keyOf(route)]!.includes(role);
        expect(
          [role, keyOf(route), answer.body?.code === 'auth.role_not_allowed'],
          `${answer.status}`,
        ).toEqual([role, keyOf(route), !allowed]);
      }
    }
  });
});
