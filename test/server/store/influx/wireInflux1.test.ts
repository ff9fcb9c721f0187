import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteName, quoteText } from '../../../../server/store/influx/influxQuery.ts';
import { connectInflux } from '../../../../server/store/influx/influxServer.ts';
import { toLine } from '../../../../server/store/influx/lineProtocol.ts';
import { aReading } from '../../../support/aReading.ts';
import { type Influxd, startInfluxd } from '../../../support/influxd.ts';
import { askHeaders, connectFake, errorOf, influxConfig, writeHeaders } from './influxForTest.ts';

const login = { username: 'ad:min "1"', password: "pass'word: ü" };
let open: Influxd;
let locked: Influxd;

beforeAll(async () => {
  [open, locked] = await Promise.all([
    startInfluxd({ settings: { http: ['max-body-size = 900', 'max-row-limit = 10'] } }),
    startInfluxd({ auth: { username: 'admin', password: "pass'word: ü" } }),
  ]);
});
afterAll(() => Promise.all([open?.close(), locked?.close()]));

const connectOpen = (bucket: string) => connectInflux(influxConfig({ url: open.url, bucket }));
const connectLocked = (fields: object) => connectInflux(influxConfig({ url: locked.url, ...fields }));

describe('InfluxDB 1.6.7 without a login', () => {
  test('connectInflux tells that it is 1.x', async () => {
    expect(await connectOpen('tahan')).toMatchObject({
      kind: '1.x',
      version: expect.stringMatching(/^1\.6\.7/),
    });
  });

  test('write to a database that is not there is missing, and prepare makes it', async () => {
    const influx = await connectOpen('made later');
    expect(await errorOf(influx.write(toLine(aReading())))).toMatchObject({ kind: 'missing', status: 404 });
    expect(await errorOf(influx.query('SELECT * FROM readings'))).toMatchObject({
      kind: 'missing',
      status: 200,
    });
    await influx.prepare({ days: null });
    await influx.write(toLine(aReading()));
    expect(await influx.query('SELECT temperature_c FROM readings')).toEqual([
      {
        name: 'readings',
        tags: {},
        columns: ['time', 'temperature_c'],
        values: [[aReading().measuredAt, 4.25]],
      },
    ]);
  });

  test('prepare sets the retention of a database, also of one that is there, and for ever', async () => {
    const name = `it's a "kitchen" 1`;
    const influx = await connectOpen(name);
    const retention = async () =>
      (await influx.query(`SHOW RETENTION POLICIES ON ${quoteName(name)}`))[0]?.values.map(row => row[1]);
    for (const [days, duration] of [
      [90, '2160h0m0s'],
      [90, '2160h0m0s'],
      [60, '1440h0m0s'],
      [null, '0s'],
      [null, '0s'],
      [365, '8760h0m0s'],
    ] as const) {
      await influx.prepare({ days });
      expect(await retention()).toEqual([duration]);
    }
  });

  test('write stores what it can of a batch with a bad line, and refuses', async () => {
    const influx = await connectOpen('partial');
    await influx.prepare({ days: null });
    const lines = ['m f=1 1', 'm f=nonsense 2', 'm f=3 3'].join('\n');
    expect(await errorOf(influx.write(lines))).toMatchObject({
      kind: 'refused',
      status: 400,
      badLines: null,
      message: expect.stringContaining("unable to parse 'm f=nonsense 2'"),
    });
    expect((await influx.query('SELECT f FROM m'))[0]?.values).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(await errorOf(influx.write('m f="text" 4'))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('field type conflict'),
    });
  });

  test('write refuses points that are older than the retention', async () => {
    const influx = await connectOpen('short');
    await influx.prepare({ days: 60 });
    expect(await errorOf(influx.write('m f=1 1'))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('points beyond retention policy'),
    });
  });

  test('write tells that a body is too large', async () => {
    const influx = await connectOpen('large');
    await influx.prepare({ days: null });
    // Short enough to be sent as it is: 1.6 does not count what is compressed.
    const noise = Array.from({ length: 80 }, (_, i) => `m f=100 ${100 + i}`).join('\n');
    expect(await errorOf(influx.write(noise))).toMatchObject({ kind: 'too-large', status: 413 });
  });

  test('query answers with every row, though max-row-limit is lower', async () => {
    const influx = await connectOpen('many');
    await influx.prepare({ days: null });
    for (let from = 0; from < 12_000; from += 500) {
      const lines = Array.from({ length: 500 }, (_, i) => `m,n=${from < 11_000 ? 'a' : 'b'} f=1 ${from + i}`);
      await influx.write(lines.join('\n'));
    }
    const series = await influx.query('SELECT f FROM m GROUP BY n');
    expect(series.map(({ tags, values }) => [tags.n, values.length])).toEqual([
      ['a', 11_000],
      ['b', 1000],
    ]);
  });

  test('query tells that a statement cannot be read', async () => {
    const influx = await connectOpen('tahan');
    expect(await errorOf(influx.query('SELEKT'))).toMatchObject({ kind: 'refused', status: 400 });
  });

  test('a reading comes back bit for bit, whatever its numbers and names', async () => {
    const influx = await connectOpen('bits');
    await influx.prepare({ days: null });
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const name = fc.string({ minLength: 1, unit: fc.constantFrom(...'aZ09._:~- ,="\'é$*/') });
    let measuredAt = 0;
    await fc.assert(
      fc.asyncProperty(
        number,
        number,
        fc.maxSafeNat(),
        name,
        async (temperatureC, humidityPct, sequence, nodeId) => {
          measuredAt += 1;
          const reading = aReading({
            nodeId,
            measuredAt,
            temperatureC,
            humidityPct,
            sequence,
            receivedAt: sequence,
          });
          await influx.write(toLine(reading));
          const where = `time = ${measuredAt}ms AND node = ${quoteText(nodeId)}`;
          const columns = 'temperature_c, humidity_pct, sequence, received_at, node';
          const [series] = await influx.query(`SELECT ${columns} FROM readings WHERE ${where}`);
          expect(series?.values).toEqual([
            [measuredAt, temperatureC, humidityPct, sequence, sequence, nodeId],
          ]);
        },
      ),
      {
        numRuns: 60,
        examples: [
          [-0, 0, Number.MAX_SAFE_INTEGER, "o'brien"],
          [Number.MAX_VALUE, 5e-324, 1_795_489_200_500, 'a'],
          [0.1 + 0.2, 1e21, 2 ** 53 - 1, 'a,b c=d'],
        ],
      },
    );
  });
});

describe('InfluxDB 1.6.7 with a login', () => {
  test('a wrong password, an unknown user and no login are not allowed', async () => {
    for (const fields of [
      { username: 'admin', password: 'wrong' },
      { username: 'nobody', password: login.password },
      {},
    ]) {
      const influx = await connectLocked(fields);
      expect(await errorOf(influx.write(toLine(aReading())))).toMatchObject({
        kind: 'not-allowed',
        status: 401,
      });
      expect(await errorOf(influx.query('SHOW DATABASES'))).toMatchObject({
        kind: 'not-allowed',
        status: 401,
      });
      expect(await errorOf(influx.prepare({ days: null }))).toMatchObject({
        kind: 'not-allowed',
        status: 401,
      });
    }
  });

  test('prepare tells a user who may not what an administrator has to run', async () => {
    const admin = await connectLocked({ username: 'admin', password: login.password, bucket: 'shared' });
    await admin.query("CREATE USER bob WITH PASSWORD 'b'");
    const bob = await connectLocked({ username: 'bob', password: 'b', bucket: 'shared' });
    const refused = await errorOf(bob.prepare({ days: 90 }));
    expect(refused.kind).toBe('not-allowed');
    expect(refused.message).toContain(`run: influx -execute 'CREATE DATABASE "shared" WITH DURATION 90d'`);
    await admin.prepare({ days: 90 });
    await admin.query('GRANT ALL ON shared TO bob');
    await bob.prepare({ days: 90 });
    await bob.write(toLine(aReading({ measuredAt: Date.now() })));
    expect((await errorOf(bob.prepare({ days: null }))).message).toContain(
      `'ALTER RETENTION POLICY "autogen" ON "shared" DURATION INF'`,
    );
  });
});

describe('the wire of 1.x', () => {
  test('write sends this and nothing else', async () => {
    const fields = { bucket: 'my db&x', ...login };
    const { fake, influx } = await connectFake('1.8.10', fields, () => ({ status: 204 }));
    await influx.write('m f=1 1\nm f=2 2');
    expect(fake.sent).toEqual([
      {
        line: 'POST /write?db=my%20db%26x&precision=ms',
        headers: writeHeaders({
          authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`,
          'content-length': '15',
        }),
        body: 'm f=1 1\nm f=2 2',
      },
    ]);
  });

  test('query sends this and nothing else', async () => {
    const answer = { results: [{ statement_id: 0 }] };
    const { fake, influx } = await connectFake('1.6.7', {}, () => ({ status: 200, body: answer }));
    expect(await influx.query(`SELECT "f" FROM m WHERE n = 'a+b'`)).toEqual([]);
    expect(fake.sent).toEqual([
      {
        line: 'POST /query',
        headers: askHeaders({
          'content-length': '78',
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        }),
        body: 'db=tahan&epoch=ms&chunked=true&q=SELECT+%22f%22+FROM+m+WHERE+n+%3D+%27a%2Bb%27',
      },
    ]);
  });
});
