import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openLive } from '../../support/openLive.ts';
import { tempDir } from '../../support/tempDir.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, excluded: null };
const decoder = new TextDecoder();
type Files = Readonly<Record<string, Uint8Array>>;
const textOf = (files: Files, name: string) => decoder.decode(files[name]);

/** Growth at 4, 10, 20 and 30 C with a wobble, an exclusion, two replicates and a count under the limit. */
function fourCurves() {
  const rows = [4, 10, 20, 30].flatMap((temperatureC, t) =>
    Array.from({ length: 10 }, (_, i) => {
      const mu = (0.025 * (temperatureC + 3)) ** 2;
      const timeH = Math.round((i * 20) / mu / 9);
      const count = Math.min(8.6, 3 + (mu * timeH) / Math.LN10) + 0.2 * Math.sin(7 * i + temperatureC);
      return {
        ...{ row: 2 + 10 * t + i, series: `${temperatureC} °C`, replicate: i % 2 ? 'b' : 'a', timeH },
        ...{ ...nothing, log10CfuPerG: Number(count.toFixed(2)) },
      };
    }),
  );
  rows[7] = { ...rows[7]!, excluded: 'cawan kering <3 mL>' as never };
  rows[10] = { ...rows[10]!, log10CfuPerG: null as never, belowLog10: 3 as never };
  return {
    title: 'Takwa “besek” 4–30 °C',
    note: 'percobaan & catatan',
    kind: 'growth',
    rows,
    series: [4, 10, 20, 30].map(temperatureC => ({
      series: `${temperatureC} °C`,
      temperature: { kind: 'constant', temperatureC },
      pH: 5.9,
      levers: { vacuum: 1 },
      medium: 'PCA, 30 °C',
    })),
    source: { fileName: 'takwa.csv', mapping: { logcfu: 'count log10 CFU/g' } },
  };
}

async function kept(tani: TestServer, data: object = fourCurves()): Promise<string> {
  const { status, body } = await tani.post('/experiments', data);
  expect(status, JSON.stringify(body)).toBe(201);
  return body.experimentId;
}

async function fitted(tani: TestServer, experimentId: string, request: object): Promise<string> {
  const live = await openLive(tani);
  const { status, body } = await tani.post(`/experiments/${experimentId}/fits`, { version: 1, ...request });
  expect(status, JSON.stringify(body)).toBe(202);
  await live.until(({ type, data }) => type === 'fit' && data.fitId === body.fitId && data.state === 'done');
  live.close();
  return body.fitId;
}

async function bytesOf({ url, token }: TestServer, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status, path).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/zip');
  return new Uint8Array(await response.arrayBuffer());
}

async function imported({ url, token }: TestServer, zip: Uint8Array, type = 'application/zip') {
  const response = await fetch(`${url}/api/v1/experiments/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: Buffer.from(zip),
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer
  return { status: response.status, body: (await response.json()) as any };
}

const request = {
  model: 'one_step_baranyi_ratkowsky_sqrt',
  free: ['b', 'Tmin', 'h0', 'logN0', 'logNmax'],
};

describe('the archive of an experiment', () => {
  it('holds the command that repeats its fit, to the last byte of the result', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const fitId = await fitted(tani, experimentId, { ...request, profile: true, bootstrap: 40, seed: 7 });
    const files = unzipSync(await bytesOf(tani, `/experiments/${experimentId}/archive?fit=${fitId}`));
    const folder = tempDir();
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const [, command] = /^ {2}npx (tahan fit .*)$/m.exec(textOf(files, 'README.txt'))!;
    const tahan = resolve(import.meta.dirname, '../../../cli/tahan.mjs');
    await promisify(execFile)(process.execPath, [tahan, ...command!.split(' ').slice(1)], { cwd: folder });
    expect(readFileSync(join(folder, 'again.json'), 'utf8')).toBe(textOf(files, 'fit.json'));
    const { report } = (await tani.get(`/fits/${fitId}`)).body;
    expect(JSON.parse(textOf(files, 'fit.json'))).toEqual(report);
    expect(report.estimates.b).toBeCloseTo(0.025, 2);
  });

  it('does so where temperatures change and where counts are only limits', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const fitId = await fitted(tani, experimentId, { ...request, censored: true });
    const files = unzipSync(await bytesOf(tani, `/experiments/${experimentId}/archive?fit=${fitId}`));
    expect(textOf(files, 'README.txt')).toContain('--censored censored');
    expect(textOf(files, 'data.csv')).toContain('below');
    const points = [
      { timeH: 0, temperatureC: 8 },
      { timeH: 48, temperatureC: 25 },
    ];
    const { rows } = fourCurves();
    const counts = rows.slice(20, 30).map((row, i) => ({ ...row, series: 'truk', timeH: 4 * i }));
    const changing = { ...fourCurves(), rows: counts };
    const id = await kept(tani, {
      ...changing,
      series: [{ series: 'truk', temperature: { kind: 'points', points } }],
    });
    const fixed = { h0: 0.5, logNmax: 8.6, Tmin: -3 };
    const dynamic = { model: 'dynamic_baranyi_ratkowsky_sqrt', free: ['b', 'logN0'], fixed };
    const second = await fitted(tani, id, dynamic);
    const other = unzipSync(await bytesOf(tani, `/experiments/${id}/archive?fit=${second}`));
    expect(textOf(other, 'README.txt')).toMatch(/tahan fit data\.json --model dynamic_/);
    expect(JSON.parse(textOf(other, 'data.json')).experiments).toHaveLength(1);
    expect(textOf(other, 'report.html').match(/<svg /g)!.length).toBeGreaterThan(1);
  });

  it('is the same to the last byte whenever it is asked for, and its checksums hold', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const path = `/experiments/${experimentId}/archive?set=tahu-fresh:1`;
    const first = await bytesOf(tani, path);
    tani.clock.advance(40 * 24 * hourMs);
    expect(await bytesOf(tani, path)).toEqual(first);
    const files = unzipSync(first);
    for (const line of textOf(files, 'checksums.txt').trim().split('\n')) {
      const [sum, name] = line.split('  ');
      expect([name, createHash('sha256').update(files[name!]!).digest('hex')]).toEqual([name, sum]);
    }
    expect(Object.keys(files).sort()).toEqual([
      ...['CITATION.cff', 'CITATION.txt', 'README.txt', 'checksums.txt', 'data.csv', 'data.parquet'],
      ...['experiment.json', 'origin.json', 'parameters.json', 'report.html', 'rows.csv'],
    ]);
    expect(JSON.parse(textOf(files, 'parameters.json'))).toMatchObject({
      ...{ parameterSetId: 'tahu-fresh', version: 1, testedRangeC: { min: 0, max: 37 } },
    });
  });

  it('gives every row to Parquet as to CSV, with what is left out and why', async () => {
    const tani = await testServer();
    const files = unzipSync(await bytesOf(tani, `/experiments/${await kept(tani)}/archive`));
    const bytes = files['data.parquet']!;
    const rows = await parquetReadObjects({ file: bytes.slice().buffer as ArrayBuffer });
    expect(rows).toHaveLength(40);
    expect(rows[7]).toMatchObject({ row: 9, excluded: 'cawan kering <3 mL>', T_c: 4, lever_vacuum: 1 });
    expect(rows[10]).toMatchObject({ logN: null, below_logN: 3, T_c: 10, pH: 5.9 });
    const lines = textOf(files, 'rows.csv').trim().split('\n');
    expect(lines).toHaveLength(41);
    expect(lines[8]).toContain('cawan kering <3 mL>');
  });

  it.each(['en', 'id', 'ja'] as const)('has a report in %s with every figure and no script', async lang => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const fitId = await fitted(tani, experimentId, request);
    const path = `/experiments/${experimentId}/archive?fit=${fitId}&set=tahu-fresh:1&lang=${lang}`;
    const files = unzipSync(await bytesOf(tani, path));
    const report = textOf(files, 'report.html');
    // Four temperatures, the residuals and the rates.
    expect(report.match(/<svg /g)).toHaveLength(6);
    expect(report).toContain(`<html lang="${lang}">`);
    expect(report).not.toMatch(/<script|javascript:|https?:\/\/(?!www\.w3\.org)/);
    expect(report).toContain('cawan kering &lt;3 mL&gt;');
    const words = { en: 'Residuals', id: 'Residu', ja: '残差' } as const;
    expect(report).toContain(words[lang]);
    expect(textOf(files, 'CITATION.txt')).toMatch(/Takwa “besek” 4–30 °C, version 1[\s\S]*第1版/);
    const citation = parse(textOf(files, 'CITATION.cff'));
    expect(citation).toMatchObject({
      'cff-version': '1.2.0',
      title: 'Takwa “besek” 4–30 °C',
      'date-released': expect.stringMatching(/2026-11-24/),
      authors: [{ affiliation: 'Tahu Tani' }],
    });
  });
});

describe('importing an archive', () => {
  it('gives the same rows, exclusions and series, bit for bit, also in another firm', async () => {
    const tani = await testServer();
    const zip = await bytesOf(tani, `/experiments/${await kept(tani)}/archive`);
    const other = { ...tani, token: await tani.otherFirm() };
    const { status, body } = await imported(other, zip);
    expect([status, body.title, body.latest]).toEqual([201, 'Takwa “besek” 4–30 °C', 1]);
    const again = unzipSync(await bytesOf(other, `/experiments/${body.experimentId}/archive`));
    const first = unzipSync(zip);
    for (const name of ['experiment.json', 'data.csv', 'rows.csv', 'data.parquet'])
      expect(textOf(again, name), name).toBe(textOf(first, name));
  });

  it('keeps what a live sensor measured where nobody has that sensor', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    await tani.consume(everyTenMinutes(startAt - 6 * hourMs, startAt, at => 10 + (at % 7)));
    const { rows } = fourCurves();
    const temperature = { kind: 'node', nodeId: 'S-01', from: startAt - 4 * hourMs, to: startAt };
    const experimentId = await kept(tani, {
      ...fourCurves(),
      rows: rows.slice(20, 23).map((row, i) => ({ ...row, series: 'a', timeH: i })),
      series: [{ series: 'a', temperature }],
    });
    const zip = await bytesOf(tani, `/experiments/${experimentId}/archive`);
    const token = await tani.otherFirm();
    const { status, body } = await imported({ ...tani, token }, zip);
    expect(status).toBe(201);
    const path = (id: string) => `/experiments/${id}/versions/1`;
    const original = (await tani.get(path(experimentId))).body;
    const copy = (await tani.get(path(body.experimentId), { token })).body;
    expect(copy.series).toEqual(original.series);
    expect(copy.rows).toEqual(original.rows);
    expect(copy.series[0].temperature.points.length).toBeGreaterThan(20);
  });

  it('refuses what is no archive, damaged, changed or made to do harm, and keeps nothing of it', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const zip = await bytesOf(tani, `/experiments/${experimentId}/archive`);
    const files = unzipSync(zip);
    const experiment = textOf(files, 'experiment.json');
    const changed = (text: string, sums = true) => {
      const bytes = strToU8(text);
      const sum = createHash('sha256').update(bytes).digest('hex');
      return zipSync({
        'experiment.json': bytes,
        'checksums.txt': sums ? strToU8(`${sum}  experiment.json\n`) : files['checksums.txt']!,
      });
    };
    const flipped = zip.slice();
    const at = Buffer.from(flipped).indexOf('experiment.json') + 300;
    flipped[at]! ^= 0xff;
    const bomb = Buffer.from(changed(`${' '.repeat(30_000_000)}{}`));
    // As if it were small: the header lies, what comes out does not.
    const lying = Buffer.from(bomb);
    const central = lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    lying.writeUInt32LE(1_000, central + 24);
    const small = strToU8('x');
    const wrong: [string, Uint8Array, string][] = [
      ['nothing', new Uint8Array(0), 'no ZIP'],
      ['text', strToU8('time_h,logN\n0,3\n'), 'no ZIP'],
      ['a cut one', zip.slice(0, zip.length - 30), 'no ZIP'],
      ['a flipped bit', flipped, 'experiment.json'],
      ['changed data', changed(experiment.replace('cawan kering', 'cawan basah'), false), 'was changed'],
      ['no experiment', zipSync({ 'checksums.txt': small }), 'no experiment.json'],
      ['no JSON', changed('{"format":'), 'not JSON'],
      ['a way out', zipSync({ '../../etc/passwd': small }), 'not that of a plain file'],
      ['an absolute path', zipSync({ '/etc/passwd': small }), 'not that of a plain file'],
      ['a folder', zipSync({ 'a/experiment.json': small }), 'not that of a plain file'],
      ['a way out of Windows', zipSync({ 'a\\..\\b': small }), 'not that of a plain file'],
      ['a bomb', bomb, 'at most 25165824'],
      ['a bomb that lies', lying, 'cannot be unpacked'],
      [
        'many files',
        zipSync(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`f${i}`, small]))),
        '65 files',
      ],
    ];
    for (const [name, bytes, said] of wrong) {
      const { status, body } = await imported(tani, bytes);
      expect([name, status, body.code], body.detail).toEqual([name, 422, 'archive.damaged']);
      expect(body.detail, name).toContain(said);
    }
    const invalid: [string, string, string][] = [
      ['format', experiment.replace('tahan-experiment', 'other'), 'format'],
      [
        'count',
        experiment.replace(/"log10CfuPerG": [\d.]+/, '"log10CfuPerG": 31'),
        'version.rows.0.log10CfuPerG',
      ],
      ['lever', experiment.replaceAll('"vacuum": 1', '"formalin": 1'), 'version.series.0.levers.formalin'],
      ['unknown field', experiment.replace('"note"', '"orgId": "tani", "note"'), 'orgId'],
    ];
    for (const [name, text, field] of invalid) {
      const { status, body } = await imported(tani, changed(text));
      expect([name, status, body.code]).toEqual([name, 422, 'request.invalid']);
      expect(body.errors[0].field, name).toBe(field);
    }
    expect((await imported(tani, new Uint8Array(9_000_000))).status).toBe(413);
    expect((await imported(tani, zip, 'text/plain')).body.code).toBe('request.wrong_type');
    expect((await tani.get('/experiments')).body.experiments).toHaveLength(1);
  });

  it('and exporting are for their roles, and stand in the audit trail', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const zip = await bytesOf(tani, `/experiments/${experimentId}/archive`);
    for (const role of ['producer', 'viewer'] as const) {
      const token = await tani.tokenFor(role);
      expect((await imported({ ...tani, token }, zip)).status).toBe(403);
    }
    const viewer = await tani.tokenFor('viewer');
    expect((await tani.get(`/experiments/${experimentId}/archive`, { token: viewer })).status).toBe(403);
    const token = await tani.otherFirm();
    expect((await tani.get(`/experiments/${experimentId}/archive`, { token })).status).toBe(404);
    await imported(tani, zip);
    const { lines } = (await tani.get('/audit?action=experiment')).body;
    expect(lines.map((line: { action: string }) => line.action)).toEqual([
      ...['experiment.imported', 'experiment.exported', 'experiment.added'],
    ]);
    expect(lines[0].detail).toBe(`sha256 ${createHash('sha256').update(zip).digest('hex')}`);
  });

  it('takes a fit that is done, of this experiment, and names the others', async () => {
    const tani = await testServer();
    const experimentId = await kept(tani);
    const other = await kept(tani);
    const fitId = await fitted(tani, other, request);
    const path = (query: string) => `/experiments/${experimentId}/archive?${query}`;
    expect((await tani.get(path(`fit=${fitId}`))).body.code).toBe('fit.not_found');
    expect((await tani.get(path('set=nothing:1'))).body.code).toBe('parameter_set.not_found');
    expect((await tani.get(path('set=nothing'))).body.code).toBe('request.invalid');
    expect((await tani.get(path('version=2'))).body.code).toBe('experiment.not_found');
    const ordered = (
      await tani.post(`/experiments/${experimentId}/fits`, { version: 1, ...request, bootstrap: 5_000 })
    ).body;
    expect((await tani.get(path(`fit=${ordered.fitId}`))).body.code).toBe('archive.fit_not_done');
    await tani.del(`/fits/${ordered.fitId}`);
  });
});
