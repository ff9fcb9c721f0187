import { describe, expect, test } from 'vitest';
import { connectInflux } from '../../../../server/store/influx/influxServer.ts';
import type { FakeAnswer } from '../../../support/fakeHttpServer.ts';
import { askHeaders, connectFake, errorOf, influxConfig, writeHeaders } from './influxForTest.ts';

/** Answers as InfluxDB OSS 2 documents them. */
const orgId = '0a1b2c3d4e5f6071';
const bucketId = 'b1b2b3b4b5b6b7b8';
const bucket = (everySeconds: number) => ({
  id: bucketId,
  orgID: orgId,
  type: 'user',
  name: 'tahan',
  retentionRules:
    everySeconds === 0 ? [] : [{ type: 'expire', everySeconds, shardGroupDurationSeconds: 86_400 }],
});
const mapping = (fields: object) => ({
  content: [
    {
      id: bucketId,
      database: 'tahan',
      retention_policy: 'autogen',
      default: true,
      organization_id: orgId,
      bucketID: bucketId,
      ...fields,
    },
  ],
});
const notFound = {
  status: 404,
  body: { code: 'not found', message: 'bucket "tahan" not found' },
};
const unauthorised = { status: 401, body: { code: 'unauthorized', message: 'unauthorized access' } };
const account = { token: 'secret==', org: 'Tahu Sejahtera' };
const authorization = 'Token secret==';

const linesOf = (sent: readonly { line: string; body: string }[]) =>
  sent.map(({ line, body }) => (body === '' ? line : `${line} ${body}`));

/** Answers by first line; anything else fails the test. */
const answers = (table: Record<string, FakeAnswer>) => (request: { line: string }) =>
  table[request.line] ?? { status: 501, body: { code: 'x', message: `unexpected ${request.line}` } };

const findBucket = 'GET /api/v2/buckets?org=Tahu+Sejahtera&name=tahan';
const findMapping = `GET /api/v2/dbrps?orgID=${orgId}&bucketID=${bucketId}`;

describe('the wire of 2.x', () => {
  test('connectInflux needs a token and an organisation', async () => {
    for (const fields of [{ org: 'a' }, { token: 'a' }]) {
      const error = await errorOf(connectFake('v2.7.12', fields, () => 'silence'));
      expect(error.kind).toBe('not-allowed');
      expect(error.message).toContain(fields.org === undefined ? 'INFLUX_ORG' : 'INFLUX_TOKEN');
    }
  });

  test('connectInflux tells the version without its v', async () => {
    const { influx } = await connectFake('v2.7.12', account, () => 'silence');
    expect(influx).toMatchObject({ kind: '2.x', version: '2.7.12' });
  });

  test('write sends this and nothing else', async () => {
    const { fake, influx } = await connectFake('v2.7.12', account, () => ({ status: 204 }));
    await influx.write('m f=1 1\nm f=2 2');
    expect(fake.sent).toEqual([
      {
        line: 'POST /api/v2/write?org=Tahu+Sejahtera&bucket=tahan&precision=ms',
        headers: writeHeaders({ authorization, 'content-length': '15' }),
        body: 'm f=1 1\nm f=2 2',
      },
    ]);
  });

  test('write compresses what is larger than a kilobyte', async () => {
    const { fake, influx } = await connectFake('v2.7.12', account, () => ({ status: 204 }));
    const lines = Array.from({ length: 5000 }, (_, i) => `m,node=é f=${i} ${i}`).join('\n');
    await influx.write(lines);
    expect(fake.sent).toEqual([
      {
        line: 'POST /api/v2/write?org=Tahu+Sejahtera&bucket=tahan&precision=ms',
        headers: writeHeaders({ authorization, 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }),
        body: lines,
      },
    ]);
  });

  test('query sends this and nothing else', async () => {
    const series = [{ name: 'readings', columns: ['time', 'f'], values: [[1, 0.1]] }];
    const body = { results: [{ statement_id: 0, series }] };
    const { fake, influx } = await connectFake('v2.7.12', account, () => ({ status: 200, body }));
    expect(await influx.query('SELECT f FROM m')).toEqual([{ ...series[0], tags: {} }]);
    expect(fake.sent).toEqual([
      {
        line: 'POST /query',
        headers: askHeaders({
          authorization,
          'content-length': '35',
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        }),
        body: 'db=tahan&epoch=ms&q=SELECT+f+FROM+m',
      },
    ]);
  });

  test('prepare leaves a bucket alone that keeps readings as long as it should', async () => {
    const { fake, influx } = await connectFake(
      'v2.7.12',
      account,
      answers({
        [findBucket]: { status: 200, body: { links: {}, buckets: [bucket(90 * 86_400)] } },
        [findMapping]: { status: 200, body: mapping({ virtual: true }) },
      }),
    );
    await influx.prepare({ days: 90 });
    expect(fake.sent).toEqual(
      [findBucket, findMapping].map(line => ({ line, headers: askHeaders({ authorization }), body: '' })),
    );
  });

  test('prepare changes how long a bucket keeps readings', async () => {
    for (const [days, everySeconds] of [
      [60, 5_184_000],
      [null, 0],
    ] as const) {
      const patch = `PATCH /api/v2/buckets/${bucketId}`;
      const { fake, influx } = await connectFake(
        'v2.7.12',
        account,
        answers({
          [findBucket]: { status: 200, body: { buckets: [bucket(3 * 86_400)] } },
          [patch]: { status: 200, body: bucket(everySeconds) },
          [findMapping]: { status: 200, body: mapping({ virtual: true }) },
        }),
      );
      await influx.prepare({ days });
      expect(linesOf(fake.sent)).toEqual([
        findBucket,
        `${patch} {"retentionRules":[{"type":"expire","everySeconds":${everySeconds}}]}`,
        findMapping,
      ]);
      expect(fake.sent[1]?.headers).toMatchObject({ 'content-type': 'application/json', authorization });
    }
  });

  test('prepare makes a bucket that is not there, in the organisation of that name', async () => {
    for (const [days, rules] of [
      [60, '[{"type":"expire","everySeconds":5184000}]'],
      [null, '[]'],
    ] as const) {
      const orgs = { orgs: [{ id: orgId, name: 'Tahu Sejahtera', status: 'active' }] };
      const { fake, influx } = await connectFake(
        'v2.7.12',
        account,
        answers({
          // Seen from versions of OSS and Cloud.
          [findBucket]: days === null ? { status: 200, body: { buckets: [] } } : notFound,
          'GET /api/v2/orgs?org=Tahu+Sejahtera': { status: 200, body: orgs },
          'POST /api/v2/buckets': { status: 201, body: bucket(0) },
          [findMapping]: { status: 200, body: mapping({ virtual: true }) },
        }),
      );
      await influx.prepare({ days });
      expect(linesOf(fake.sent)).toEqual([
        findBucket,
        'GET /api/v2/orgs?org=Tahu+Sejahtera',
        `POST /api/v2/buckets {"orgID":"${orgId}","name":"tahan","retentionRules":${rules}}`,
        findMapping,
      ]);
    }
  });

  test('an organisation may be given by its id', async () => {
    const { fake, influx } = await connectFake('v2.7.12', { ...account, org: orgId }, request =>
      request.line.startsWith('GET /api/v2/buckets')
        ? { status: 200, body: { buckets: [bucket(0)] } }
        : { status: 200, body: mapping({}) },
    );
    await influx.prepare({ days: null });
    expect(fake.sent[0]?.line).toBe(`GET /api/v2/buckets?orgID=${orgId}&name=tahan`);
  });

  test('prepare makes the mapping that InfluxQL needs where a version makes none itself', async () => {
    const { fake, influx } = await connectFake(
      'v2.0.9',
      account,
      answers({
        [findBucket]: { status: 200, body: { buckets: [bucket(0)] } },
        [findMapping]: { status: 200, body: { content: null } },
        'POST /api/v2/dbrps': { status: 201, body: mapping({}).content[0] ?? {} },
      }),
    );
    await influx.prepare({ days: null });
    expect(linesOf(fake.sent).at(-1)).toBe(
      `POST /api/v2/dbrps {"bucketID":"${bucketId}","database":"tahan","retention_policy":"autogen",` +
        `"orgID":"${orgId}","default":true}`,
    );
  });

  test('query asks through the mapping that somebody made for the bucket', async () => {
    const { content } = mapping({ virtual: true });
    const made = { ...content[0], database: 'old db', retention_policy: 'one_year' };
    const { fake, influx } = await connectFake(
      'v2.7.12',
      account,
      answers({
        [findBucket]: { status: 200, body: { buckets: [bucket(0)] } },
        [findMapping]: { status: 200, body: { content: [...content, { ...made, virtual: false }] } },
        'POST /query': { status: 200, body: { results: [{ statement_id: 0 }] } },
      }),
    );
    await influx.prepare({ days: null });
    await influx.query('SHOW MEASUREMENTS');
    expect(fake.sent.at(-1)?.body).toBe('db=old+db&rp=one_year&epoch=ms&q=SHOW+MEASUREMENTS');
  });

  test('prepare tells what to run where the token may not', async () => {
    const orgs = { status: 200, body: { orgs: [{ id: orgId, name: 'Tahu Sejahtera' }] } };
    const cases: [Record<string, FakeAnswer>, string][] = [
      [
        {
          [findBucket]: notFound,
          'GET /api/v2/orgs?org=Tahu+Sejahtera': orgs,
          'POST /api/v2/buckets': unauthorised,
        },
        "influx bucket create --org 'Tahu Sejahtera' --name 'tahan' --retention 2160h",
      ],
      [
        {
          [findBucket]: { status: 200, body: { buckets: [bucket(60)] } },
          [`PATCH /api/v2/buckets/${bucketId}`]: unauthorised,
        },
        `influx bucket update --id ${bucketId} --retention 2160h`,
      ],
      [
        {
          [findBucket]: { status: 200, body: { buckets: [bucket(90 * 86_400)] } },
          [findMapping]: { status: 200, body: { content: [] } },
          'POST /api/v2/dbrps': unauthorised,
        },
        `influx v1 dbrp create --db 'tahan' --rp autogen --default --bucket-id ${bucketId}`,
      ],
    ];
    for (const [table, command] of cases) {
      const { influx } = await connectFake('v2.7.12', account, answers(table));
      const error = await errorOf(influx.prepare({ days: 90 }));
      expect(error).toMatchObject({ kind: 'not-allowed', status: 401 });
      expect(error.message).toContain(command);
    }
  });

  test('prepare tells that the organisation is not there', async () => {
    const organisation = { code: 'not found', message: 'organization name "Tahu Sejahtera" not found' };
    const { influx } = await connectFake(
      'v2.7.12',
      account,
      answers({ [findBucket]: { status: 404, body: organisation } }),
    );
    expect(await errorOf(influx.prepare({ days: 90 }))).toMatchObject({
      kind: 'missing',
      message: expect.stringContaining(organisation.message),
    });
  });

  test('no answer of 2.x is ever a reason to write to /write', async () => {
    const { fake, influx } = await connectFake('v2.7.12', account, () => notFound);
    await errorOf(influx.write('m f=1 1'));
    await errorOf(influx.query('SELECT f FROM m'));
    await errorOf(influx.prepare({ days: null }));
    expect(fake.sent.filter(({ line }) => line.startsWith('POST /write'))).toEqual([]);
  });

  test('the version is asked of /health where a proxy drops the header', async () => {
    const fake = await connectFake('v2.7.12', account, () => ({
      status: 200,
      body: { name: 'influxdb', message: 'ready for queries and writes', status: 'pass', version: 'v2.7.1' },
    }));
    const hidden = await connectInflux(influxConfig({ ...account, url: fake.fake.url }), {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        return String(url).endsWith('/ping') ? new Response(null, { status: 204 }) : response;
      },
    });
    expect(hidden).toMatchObject({ kind: '2.x', version: '2.7.1' });
    expect(fake.fake.sent.map(({ line }) => line)).toEqual(['GET /ping', 'GET /health']);
  });
});
