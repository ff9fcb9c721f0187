import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectInflux } from '../../../../server/store/influx/influxServer.ts';
import { type FakeAnswer, startFakeHttpServer } from '../../../support/fakeHttpServer.ts';
import { connectFake, errorOf, influxConfig } from './influxForTest.ts';

const account = { token: 'secret', org: 'o' };
const v2 = (code: string, message: string) => ({ code, message });

describe('what went wrong is told apart', () => {
  const answers: [string, FakeAnswer & object, string][] = [
    [
      'a line that cannot be read',
      { status: 400, body: v2('invalid', "unable to parse 'm f=': missing field value") },
      'refused',
    ],
    [
      'a part that was dropped',
      {
        status: 422,
        body: v2(
          'unprocessable entity',
          'failure writing points to database: partial write: points beyond retention policy dropped=2',
        ),
      },
      'refused',
    ],
    ['a wrong token', { status: 401, body: v2('unauthorized', 'unauthorized access') }, 'not-allowed'],
    [
      'a token that may only read',
      { status: 403, body: v2('forbidden', 'insufficient permissions for write') },
      'not-allowed',
    ],
    [
      'a bucket that is not there',
      { status: 404, body: v2('not found', 'bucket "tahan" not found') },
      'missing',
    ],
    [
      'a body that is too large',
      { status: 413, body: v2('request too large', 'unable to read data: points batch is too large') },
      'too-large',
    ],
    [
      'a limit on requests',
      { status: 429, headers: { 'Retry-After': '17' }, body: v2('too many requests', 'slow down') },
      'busy',
    ],
    [
      'a failure',
      { status: 500, body: v2('internal error', 'unexpected error writing points to database: timeout') },
      'busy',
    ],
    [
      'a cache that is full',
      { status: 500, body: { error: 'engine: cache-max-memory-size exceeded: (1073741824/1073741824)' } },
      'busy',
    ],
    [
      'a full disk',
      { status: 500, body: { error: 'write /var/lib/influxdb/wal/_00001.wal: no space left on device' } },
      'full',
    ],
    [
      'a limit on series',
      {
        status: 400,
        body: {
          error:
            'partial write: max-values-per-tag limit exceeded (100000/100000): measurement="readings" tag="node" value="S-1" dropped=1',
        },
      },
      'full',
    ],
    ['a queue of a cluster', { status: 500, body: { error: 'hinted handoff queue not empty' } }, 'busy'],
    [
      'a server that starts',
      { status: 503, headers: { 'Retry-After': 'Tue, 24 Nov 2026 03:00:00 GMT' }, body: 'starting' },
      'busy',
    ],
    ['a page of a proxy', { status: 502, body: '<html>\n  <h1>Bad gateway</h1></html>' }, 'busy'],
    ['a part that was stored and called success', { status: 201, body: '' }, 'refused'],
    ['success that stored nothing', { status: 200, body: '{}' }, 'refused'],
    [
      'an address that moved',
      { status: 301, headers: { Location: 'http://elsewhere.example/' }, body: '' },
      'refused',
    ],
  ];
  for (const [what, answer, kind] of answers) {
    test(`write tells ${what} (${answer.status}) as ${kind}`, async () => {
      const { fake, influx } = await connectFake('v2.7.12', account, () => answer);
      const error = await errorOf(influx.write('m f=1 1'));
      expect(error).toMatchObject({ kind, status: answer.status, badLines: null });
      expect(error.retryAfterMs).toBe(answer.status === 429 ? 17_000 : null);
      expect(error.message).toMatch(/^InfluxDB at http:\/\/127\.0\.0\.1:\d+ answered \d+/);
      expect(error.message).not.toMatch(/secret|\n/);
      expect(fake.sent).toHaveLength(1);
    });
  }

  test('a failure is thrown and printed nowhere', async () => {
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => printed.mockRestore());
    const { influx } = await connectFake('1.6.7', {}, () => ({ status: 500, body: 'timeout' }));
    expect((await errorOf(influx.write('m f=1 1'))).message).toMatch(/answered 500: timeout$/);
    expect(printed).not.toHaveBeenCalled();
  });

  test('query carries its token nowhere else, whatever the server says', async () => {
    const { fake, influx } = await connectFake('3.5.0', account, ({ line }) =>
      line.startsWith('GET /query')
        ? { status: 302, headers: { Location: '/elsewhere' } }
        : { status: 200, body: { results: [] } },
    );
    expect(await errorOf(influx.query('SELECT f FROM m'))).toMatchObject({ kind: 'refused', status: 302 });
    expect(fake.sent).toHaveLength(1);
  });

  test('an error in a header is told where the body is empty', async () => {
    const headers = { 'X-Influxdb-Error': 'database not found: "tahan"' };
    const { influx } = await connectFake('1.8.10', {}, () => ({ status: 404, headers, body: '' }));
    expect((await errorOf(influx.write('m f=1 1'))).message).toMatch(
      /answered 404: database not found: "tahan"$/,
    );
  });

  test('query tells the error of a statement, in whichever part of the answer it comes', async () => {
    const rows = { results: [{ series: [{ name: 'm', columns: ['time'], values: [[1]], partial: true }] }] };
    for (const [error, kind] of [
      ['database not found: tahan', 'missing'],
      ['engine is closed', 'busy'],
      ['query-timeout limit exceeded', 'busy'],
      ['undefined function: nonsense()', 'refused'],
    ] as const) {
      const body = `${JSON.stringify(rows)}\n${JSON.stringify({ results: [{ statement_id: 0, error }] })}\n`;
      const { influx } = await connectFake('1.6.7', {}, () => ({ status: 200, body }));
      expect(await errorOf(influx.query('SELECT f FROM m'))).toMatchObject({ kind, status: 200 });
    }
  });

  test('query takes no page of a proxy for an answer', async () => {
    const { influx } = await connectFake('1.6.7', {}, () => ({ status: 200, body: '"hello"' }));
    expect((await errorOf(influx.query('SELECT f FROM m'))).kind).toBe('refused');
  });
});

describe('a server that does not answer', () => {
  test('connectInflux, write and query tell that nobody listens', async () => {
    const { fake, influx } = await connectFake('1.6.7', {}, () => ({ status: 204 }));
    await fake.close();
    for (const action of [
      connectInflux(influxConfig({ url: fake.url })),
      influx.write('m f=1 1'),
      influx.query('SELECT f FROM m'),
      influx.prepare({ days: null }),
    ]) {
      const error = await errorOf(action);
      expect(error).toMatchObject({ kind: 'unreachable', status: null });
      expect(error.message).toContain('ECONNREFUSED');
    }
  });

  test('write and query end after the time-out, and their connections with them', async () => {
    const { fake, influx } = await connectFake('1.6.7', {}, () => 'silence', { timeoutMs: 40 });
    for (let i = 0; i < 5; i += 1) {
      for (const action of [influx.write('m f=1 1'), influx.query('SELECT f FROM m')]) {
        const error = await errorOf(action);
        expect(error).toMatchObject({ kind: 'unreachable', status: null });
        expect(error.message).toMatch(/does not answer: it took too long$/);
      }
    }
    expect(fake.sent).toHaveLength(10);
    // fetch keeps one or two for the next question.
    await expect.poll(() => fake.connections()).toBeLessThanOrEqual(2);
  });

  test('write ends after the time-out though the server keeps sending', async () => {
    const { influx } = await connectFake('1.6.7', {}, () => 'drip', { timeoutMs: 80 });
    expect((await errorOf(influx.write('m f=1 1'))).kind).toBe('unreachable');
  });

  test('query tells an answer that is torn', async () => {
    const { influx } = await connectFake('1.6.7', {}, () => 'tear');
    expect((await errorOf(influx.query('SELECT f FROM m'))).kind).toBe('unreachable');
    const half = { status: 200, body: '{"results":[{"series":[{"name":"m"' };
    const { influx: other } = await connectFake('3.5.0', {}, () => half);
    expect((await errorOf(other.query('SELECT f FROM m'))).kind).toBe('unreachable');
  });

  test('write tells a connection that is cut before the answer', async () => {
    const { influx } = await connectFake('1.6.7', {}, () => 'cut');
    expect(await errorOf(influx.write('m f=1 1'))).toMatchObject({ kind: 'unreachable', status: null });
  });
});

describe('a server that is no InfluxDB we know', () => {
  const cases: [string, FakeAnswer, string][] = [
    ['a web server', { status: 404, body: 'nothing here' }, 'missing'],
    ['a web server with a page for everything', { status: 200, body: '<html>' }, 'refused'],
    ['InfluxDB 0.9', { status: 204, headers: { 'X-Influxdb-Version': '0.9.6' } }, 'refused'],
    ['InfluxDB 4', { status: 204, headers: { 'X-Influxdb-Version': 'v4.0.0' } }, 'refused'],
    ['a version that is a word', { status: 204, headers: { 'X-Influxdb-Version': 'unknown' } }, 'refused'],
  ];
  for (const [what, answer, kind] of cases) {
    test(`connectInflux refuses ${what}`, async () => {
      const fake = await startFakeHttpServer(() => answer);
      onTestFinished(() => fake.close());
      expect((await errorOf(connectInflux(influxConfig({ url: fake.url })))).kind).toBe(kind);
    });
  }

  test('connectInflux refuses an address with a login in it, without repeating it', async () => {
    const error = await errorOf(connectInflux(influxConfig({ url: 'http://bob:hunter2@127.0.0.1:1' })));
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('INFLUX_USERNAME') });
    expect(error.message).not.toContain('hunter2');
  });
});
