import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { testServer } from '../testServer.ts';

/** Bytes as they are on the wire; resolves with the head of the answer. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  const [chunk] = await once(socket, 'data');
  socket.destroy();
  return String(chunk);
}

describe('the API', () => {
  it('answers what is not JSON, too large, compressed, endless or of another type with its own problem', async () => {
    const { url, token, call } = await testServer();
    const json = { 'content-type': 'application/json' };
    const codeOf = async (body: string, headers: Record<string, string>) => {
      const answer = await call('POST', '/api/v1/batches', { body, headers: { ...json, ...headers } });
      return [answer.status, answer.body.code];
    };
    expect(await codeOf('{"batchId":', {})).toEqual([400, 'request.not_json']);
    expect(await codeOf('"x"', {})).toEqual([422, 'request.invalid']);
    expect(await codeOf(`"${'x'.repeat(70_000)}"`, {})).toEqual([413, 'request.too_large']);
    expect(await codeOf('<batch/>', { 'content-type': 'text/xml' })).toEqual([415, 'request.not_json_type']);
    const gzip = await fetch(`${url}/api/v1/batches`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}`, 'content-encoding': 'gzip' },
      body: gzipSync('{}'),
    });
    expect([gzip.status, await gzip.json()]).toEqual([
      415,
      expect.objectContaining({ code: 'request.encoding_not_allowed' }),
    ]);
    const head = `POST /api/v1/batches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`;
    const endless = await raw(url, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"bat\r\n`);
    expect(endless).toContain('411 Length Required');
  });

  it('cannot be reached through the prototype of an object', async () => {
    const { call } = await testServer();
    const body =
      '{"batchId":"B-01","productId":"takwa","producedAt":1795489200000,"__proto__":{"role":"owner"}}';
    const answer = await call('POST', '/api/v1/batches', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, '__proto__']);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('answers unknown addresses with 404 and other methods with 405, never with a stack', async () => {
    const { call } = await testServer();
    for (const path of [
      '/api/v1/nothing',
      '/nothing',
      '/api/v1/auth/sign-up/email',
      '/api/v1/auth/list-sessions',
    ]) {
      const { status, body } = await call('POST', path, { body: {} });
      expect([path, status, body.code]).toEqual([path, 404, 'route.not_found']);
    }
    const wrong = await call('PUT', '/api/v1/batches/B-01');
    expect([wrong.status, wrong.body.code, wrong.headers.get('allow')]).toEqual([
      405,
      'route.method_not_allowed',
      'GET',
    ]);
    const odd = await call('GET', '/api/v1/batches/%E0%A4%A');
    expect([odd.status, odd.body.code]).toEqual([400, 'request.malformed']);
    expect(JSON.stringify(odd.body)).not.toMatch(/node_modules|\.ts:/);
  });

  it('sends headers that keep pages to themselves', async () => {
    const { call } = await testServer();
    const { headers } = await call('GET', '/healthz');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect((await call('GET', '/api/v1/batches')).headers.get('cache-control')).toBe('no-store');
  });

  it('describes itself in OpenAPI, every route with its answer', async () => {
    const { call } = await testServer();
    const { status, body } = await call('GET', '/api/v1/openapi.json', { token: null });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    expect(Object.keys(body.paths)).toContain('/batches/{batchId}/estimate');
    const { requestBody, responses } = body.paths['/batches'].post;
    expect(requestBody.content['application/json'].schema.required).toEqual([
      'batchId',
      'productId',
      'producedAt',
    ]);
    expect(Object.keys(responses)).toEqual(['201', 'default']);
  });
});

describe('health', () => {
  it('is alive at once and ready when every probe is content', async () => {
    let broker: true | string = 'the broker is starting';
    const { call } = await testServer({ probes: { broker: () => broker } });
    expect((await call('GET', '/healthz', { token: null })).body).toEqual({ status: 'ok' });
    const before = await call('GET', '/readyz', { token: null });
    expect([before.status, before.body]).toEqual([
      503,
      {
        status: 'not-ready',
        checks: { store: 'ok', disk: 'ok', broker: 'the broker is starting' },
        warnings: [],
      },
    ]);
    broker = true;
    const after = await call('GET', '/readyz', { token: null });
    expect([after.status, after.body.status]).toEqual([200, 'ready']);
  });

  it('tells a probe that throws as a reason', async () => {
    const { call } = await testServer({
      probes: {
        intake: () => {
          throw new Error('the journal is gone');
        },
      },
    });
    expect((await call('GET', '/readyz')).body.checks.intake).toBe('the journal is gone');
  });

  it('counts on /metrics', async () => {
    const { call } = await testServer();
    const { body, headers } = await call('GET', '/metrics', { token: null });
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('tahan_readings_total{result="accepted"} 0');
    expect(body).toContain('tahan_live_streams 0');
  });
});

describe('the pages', () => {
  async function withPages() {
    const dashboardDir = tempDir();
    mkdirSync(join(dashboardDir, 'assets'));
    writeFileSync(join(dashboardDir, 'index.html'), '<title>Tahan</title>');
    writeFileSync(join(dashboardDir, 'assets', 'main-1a2b.js'), 'export {};');
    return testServer({ dashboardDir });
  }

  it('come from every address that looks like a page, and are asked for anew', async () => {
    const { call } = await withPages();
    for (const path of ['/', '/batch/B-01', '/masuk']) {
      const { status, body, headers } = await call('GET', path, { token: null });
      expect([path, status, body]).toEqual([path, 200, '<title>Tahan</title>']);
      expect(headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('have files that may be kept for ever, and no page in place of a missing one', async () => {
    const { call } = await withPages();
    const script = await call('GET', '/assets/main-1a2b.js', { token: null });
    expect(script.headers.get('cache-control')).toContain('immutable');
    for (const path of ['/assets/gone.js', '/favicon.ico', '/../package.json', '/.env']) {
      expect([path, (await call('GET', path, { token: null })).status]).toEqual([path, 404]);
    }
  });
});
