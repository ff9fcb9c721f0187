import { describe, expect, test } from 'vitest';
import { connectInflux } from '../../../../server/store/influx/influxServer.ts';
import { startFakeHttpServer } from '../../../support/fakeHttpServer.ts';
import { askHeaders, connectFake, errorOf, influxConfig, writeHeaders } from './influxForTest.ts';

/** Answers as InfluxDB 3 Core gives them: error bodies are JSON without a content type. */
const account = { token: 'apiv3_secret' };
const authorization = 'Bearer apiv3_secret';
const text = (body: object) => JSON.stringify(body);

describe('the wire of 3 Core', () => {
  test('connectInflux sends its token with the question for the version, and reads it from the body too', async () => {
    const fake = await startFakeHttpServer(({ headers }) =>
      headers.authorization === undefined
        ? { status: 401 }
        : { status: 200, body: { version: '3.5.0', revision: 'abc', process_id: 'x' } },
    );
    try {
      const influx = await connectInflux(influxConfig({ url: fake.url, ...account }));
      expect(influx).toMatchObject({ kind: '3-core', version: '3.5.0' });
      expect(fake.sent).toEqual([
        { line: 'GET /ping', headers: askHeaders({ authorization: 'Token apiv3_secret' }), body: '' },
      ]);
      expect(await errorOf(connectInflux(influxConfig({ url: fake.url })))).toMatchObject({
        kind: 'not-allowed',
        status: 401,
      });
    } finally {
      await fake.close();
    }
  });

  test('write sends this and nothing else', async () => {
    const { fake, influx } = await connectFake('3.5.0', account, () => ({ status: 204 }));
    await influx.write('m f=1 1\nm f=2 2');
    expect(fake.sent).toEqual([
      {
        line: 'POST /api/v3/write_lp?db=tahan&precision=millisecond',
        headers: writeHeaders({ authorization, 'content-length': '15' }),
        body: 'm f=1 1\nm f=2 2',
      },
    ]);
  });

  test('write tells the lines that 3 Core names; it stored the others', async () => {
    const body = text({
      error: 'partial write of line protocol occurred',
      data: [
        { original_line: 'm f=x 2', line_number: 2, error_message: 'invalid field value' },
        { original_line: 'm f=y 4', line_number: 4, error_message: 'no fields' },
      ],
    });
    const { influx } = await connectFake('3.5.0', account, () => ({ status: 400, body }));
    expect(await errorOf(influx.write('m f=1 1\nm f=x 2\nm f=3 3\nm f=y 4'))).toMatchObject({
      kind: 'refused',
      status: 400,
      badLines: [
        { lineNumber: 2, reason: 'invalid field value' },
        { lineNumber: 4, reason: 'no fields' },
      ],
      message: expect.stringContaining(
        'partial write of line protocol occurred: line 2: invalid field value',
      ),
    });
  });

  test('write names no lines where it cannot have read all of their names', async () => {
    const long = 'x'.repeat(300);
    const data = Array.from({ length: 50 }, (_, i) => ({
      original_line: long,
      line_number: i + 1,
      error_message: 'bad',
    }));
    for (const body of [
      text({ error: 'partial write of line protocol occurred', data }),
      text({
        error: 'partial write of line protocol occurred',
        data: [{ line_number: 1, error_message: 'bad' }, {}],
      }),
      text({ error: 'parsing failed for write_lp endpoint', data: { line_number: 1, error_message: 'bad' } }),
    ]) {
      const { influx } = await connectFake('3.5.0', account, () => ({ status: 400, body }));
      expect(await errorOf(influx.write('m f=x 1'))).toMatchObject({ kind: 'refused', badLines: null });
    }
  });

  test('write waits for a person where a table would have too many columns', async () => {
    const body = text({
      error: 'partial write of line protocol occurred',
      data: [
        {
          original_line: 'm f=1',
          line_number: 1,
          error_message: 'Update to schema would exceed number of columns',
        },
      ],
    });
    const { influx } = await connectFake('3.5.0', account, () => ({ status: 422, body }));
    expect(await errorOf(influx.write('m f=1 1'))).toMatchObject({ kind: 'full', status: 422 });
  });

  test('write tells that a body is too large, which 3 Core calls its own fault', async () => {
    const answer = { status: 500, body: 'max request size (10485760 bytes) exceeded' };
    const { influx } = await connectFake('3.5.0', account, () => answer);
    expect(await errorOf(influx.write('m f=1 1'))).toMatchObject({ kind: 'too-large', status: 500 });
  });

  test('query sends this and nothing else', async () => {
    const series = {
      name: 'readings',
      tags: { node: 'a', probe: null },
      columns: ['time', 'f'],
      values: [[1, 2]],
    };
    const body = `${text({ results: [{ statement_id: 0, series: [series] }] })}\r\n`;
    const { fake, influx } = await connectFake('3.5.0', account, () => ({ status: 200, body }));
    expect(await influx.query('SELECT f FROM m GROUP BY *')).toEqual([
      { ...series, tags: { node: 'a', probe: '' } },
    ]);
    expect(fake.sent).toEqual([
      {
        line: 'GET /query?db=tahan&epoch=ms&q=SELECT+f+FROM+m+GROUP+BY+*',
        headers: askHeaders({ authorization }),
        body: '',
      },
    ]);
  });

  test('query sends what is too long for an address in a body', async () => {
    const body = { results: [{ statement_id: 0 }] };
    const { fake, influx } = await connectFake('3.5.0', account, () => ({ status: 200, body }));
    const long = `SELECT f FROM m WHERE n = '${'x'.repeat(4000)}'`;
    await influx.query(long);
    expect(fake.sent.map(({ line }) => line)).toEqual(['POST /query']);
    expect(Object.fromEntries(new URLSearchParams(fake.sent[0]?.body))).toEqual({
      db: 'tahan',
      epoch: 'ms',
      q: long,
    });
  });

  test('prepare makes the database with its retention, and takes one that is there', async () => {
    for (const [days, answer, body] of [
      [90, { status: 200 }, '{"db":"tahan","retention_period":"90d"}'],
      [null, { status: 200 }, '{"db":"tahan"}'],
      [
        90,
        { status: 409, body: 'attempted to create a resource that already exists' },
        '{"db":"tahan","retention_period":"90d"}',
      ],
      [null, { status: 400, body: 'database tahan already exists' }, '{"db":"tahan"}'],
    ] as const) {
      const { fake, influx } = await connectFake('3.5.0', account, () => answer);
      await influx.prepare({ days });
      expect(fake.sent).toEqual([
        {
          line: 'POST /api/v3/configure/database',
          headers: askHeaders({
            authorization,
            'content-type': 'application/json',
            'content-length': String(body.length),
          }),
          body,
        },
      ]);
    }
  });

  test('prepare tells what to run where the token may not', async () => {
    const { influx } = await connectFake('3.5.0', account, () => ({ status: 403 }));
    const error = await errorOf(influx.prepare({ days: 90 }));
    expect(error.kind).toBe('not-allowed');
    expect(error.message).toContain('influxdb3 create database --retention-period 90d tahan');
  });
});
