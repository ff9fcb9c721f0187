import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFitCommand } from '../../../cli/fit.ts';
import { growthCurves } from '../../support/growthCurves.ts';
import { openLive } from '../../support/openLive.ts';
import { tempDir } from '../../support/tempDir.ts';
import { type TestServer, testServer } from '../testServer.ts';

const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, excluded: null };
const constant = (temperatureC: number) => ({ kind: 'constant', temperatureC });

async function anExperiment(tani: TestServer, data: object): Promise<string> {
  const { status, body } = await tani.post('/experiments', { title: 'Takwa', ...data });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.experimentId;
}

/** Orders a fit and waits for its end. */
async function fitted(tani: TestServer, experimentId: string, request: object, kind = 'fits') {
  const live = await openLive(tani);
  const { status, body } = await tani.post(`/experiments/${experimentId}/${kind}`, {
    version: 1,
    ...request,
  });
  expect(status, JSON.stringify(body)).toBe(202);
  await live.until(
    event => event.type === 'fit' && event.data.fitId === body.fitId && isOver(event.data.state),
  );
  live.close();
  return (await tani.get(`/fits/${body.fitId}`)).body;
}

const isOver = (state: string) => ['done', 'failed', 'cancelled'].includes(state);

/** What `tahan fit` prints for the file and command of a fit. */
async function printed(tani: TestServer, fit: { fitId: string; command: string }) {
  const folder = tempDir();
  const words = fit.command.split(' ').slice(1);
  const { body, headers } = await tani.get(`/fits/${fit.fitId}/data`);
  expect(headers.get('content-disposition')).toContain(words[1]);
  const path = join(folder, words[1]!);
  // As it is sent: a client that parses JSON would write it anew.
  writeFileSync(path, typeof body === 'string' ? body : JSON.stringify(body));
  words[1] = path;
  const program = new Command().exitOverride();
  addFitCommand(program);
  const out = join(folder, 'out.json');
  // A refusal is an error of the command; what it wrote is looked at.
  await program.parseAsync([...words, '--out', out], { from: 'user' }).catch(() => {});
  return JSON.parse(readFileSync(out, 'utf8'));
}

interface FitCase {
  readonly id: string;
  readonly model: string;
  readonly inputs: {
    data?: Record<string, number[]>;
    experiments?: never[];
    fixed?: object;
    T_ref_c?: number;
  };
  readonly expected: { parameter_order?: string[]; estimates?: Record<string, number> };
}

const oracles = new URL('../../models/fixtures/oracles/', import.meta.url);

/** Fit cases whose observations are counts at constant temperatures or changing ones, as experiments. */
function countCases() {
  const cases = readdirSync(oracles).flatMap(file => {
    const { kind, cases } = JSON.parse(readFileSync(new URL(file, oracles), 'utf8'));
    return kind === 'fit' || kind === 'fits' ? (cases as FitCase[]) : [];
  });
  return cases.flatMap(one => {
    const asked = asExperiment(one);
    return asked === null ? [] : [{ ...one, ...asked }];
  });
}

function asExperiment({ model, inputs, expected }: FitCase) {
  const { data, experiments } = inputs as Record<string, never>;
  const parameters = expected.parameter_order ?? Object.keys(expected.estimates ?? {});
  const known = { ...inputs.fixed, ...(inputs.T_ref_c === undefined ? {} : { T_ref_c: inputs.T_ref_c }) };
  const request = { model, free: parameters, fixed: known };
  if ('mu_units' in inputs || 'profile' in inputs || 'LOD' in inputs || 'lod_logN' in inputs) return null;
  if (experiments) {
    const list = experiments as { data: Record<string, number[]>; profile: Record<string, number[]> }[];
    return {
      request: { ...request, model: model.replace(/^baryani/, 'baranyi') },
      data: {
        kind: 'growth',
        rows: list.flatMap(({ data }, e) =>
          data.time_h!.map((timeH, i) => ({
            ...{ row: 2 + 1000 * e + i, series: `S${e}`, replicate: null, timeH },
            ...{ ...nothing, log10CfuPerG: data.logN![i]! },
          })),
        ),
        series: list.map(({ profile }, e) => ({
          series: `S${e}`,
          temperature: {
            kind: 'points',
            points: profile.time_h!.map((timeH, i) => ({ timeH, temperatureC: profile.T_c![i]! })),
          },
        })),
      },
    };
  }
  const { time_h, time_min, logN, T_c, flora } = (data ?? {}) as Record<string, number[]>;
  const times = time_h ?? time_min?.map(time => time / 60);
  if (!times || !logN || flora) return null;
  const marks = ((data as unknown as Record<string, unknown>).censored ??
    (data as unknown as Record<string, unknown>).below_lod) as unknown[] | undefined;
  const nameOf = (i: number) => `${T_c?.[i] ?? 20} °C`;
  const isBelow = (i: number) => marks !== undefined && [1, true, 'below'].includes(marks[i] as never);
  return {
    request: { ...request, ...(marks ? { censored: true } : {}) },
    data: {
      kind: time_min ? 'inactivation' : 'growth',
      rows: times.map((timeH, i) => ({
        ...{ row: i + 2, series: nameOf(i), replicate: String(i), timeH, ...nothing },
        ...{ log10CfuPerG: isBelow(i) ? null : logN[i]!, belowLog10: isBelow(i) ? logN[i]! : null },
      })),
      series: [...new Set(times.map((_, i) => i).map(nameOf))].map(series => ({
        series,
        temperature: constant(Number(series.split(' ')[0])),
      })),
    },
  };
}

describe('fits of experiments', () => {
  const cases = countCases();

  it('print the report of `tahan fit` to the last digit, for every fit case that is an experiment', async () => {
    expect(cases.length).toBeGreaterThan(30);
    const tani = await testServer();
    for (const { id, data, request, expected } of cases) {
      const experimentId = await anExperiment(tani, data);
      const fit = await fitted(tani, experimentId, request);
      expect([id, fit.state, fit.failure]).toEqual([id, 'done', null]);
      expect([id, fit.report]).toEqual([id, await printed(tani, fit)]);
      for (const [name, value] of Object.entries(expected.estimates ?? {})) {
        const got = fit.report.estimates[name];
        expect(
          Math.abs(got - value) / (Math.abs(value) + 1e-3),
          `${id} ${name} ${got} ${value}`,
        ).toBeLessThan(0.02);
      }
    }
  }, 240_000);

  it('estimate all that a model has, with h0 shared by the curves, and tell of the rows that take no part', async () => {
    const tani = await testServer();
    const data = growthCurves([5, 10, 15, 25]);
    const rows = data.rows.map((row, i) =>
      i === 3
        ? { ...row, excluded: 'jar opened' }
        : i === 0
          ? { ...row, log10CfuPerG: null, belowLog10: 2 }
          : row,
    );
    const experimentId = await anExperiment(tani, { ...data, rows });
    const fit = await fitted(tani, experimentId, {
      model: 'one_step_baranyi_ratkowsky_sqrt',
      profile: true,
      bootstrap: 20,
    });
    expect(fit.request.free).toEqual(['b', 'tMinC', 'h0', 'logN0', 'logNmax']);
    expect(fit.report.estimates.b).toBeCloseTo(0.0272, 3);
    expect(fit.report.profile95.b).toHaveLength(2);
    expect(fit.report.bootstrap95.resamples).toBe(20);
    expect(fit.leftOut).toEqual([
      { row: 2, reason: 'censored' },
      { row: 5, reason: 'excluded' },
    ]);
    expect(fit.report).toEqual(await printed(tani, fit));
    const listed = (await tani.get(`/experiments/${experimentId}/fits`)).body.fits;
    expect(listed).toEqual([{ ...fit, report: null }]);
    const censored = await fitted(tani, experimentId, {
      model: 'one_step_baranyi_ratkowsky_sqrt',
      censored: true,
    });
    expect(censored.report.n_censored).toBe(1);
    expect(censored.report).toEqual(await printed(tani, censored));
  });

  it('say that data do not determine the parameters, without an estimate', async () => {
    const tani = await testServer();
    const experimentId = await anExperiment(tani, growthCurves([5, 10], 3));
    const fit = await fitted(tani, experimentId, { model: 'one_step_baranyi_ratkowsky_sqrt' });
    expect(fit.state).toBe('done');
    expect(Object.keys(fit.report)).toEqual(['status', 'reasons']);
    expect(fit.report).toEqual(await printed(tani, fit));
  });

  it('fit shelf lives alone, where one that outlived its test counts as at least that long', async () => {
    const tani = await testServer();
    const lives = [
      [4, 600],
      [4, 640],
      [10, 190],
      [10, 205],
      [20, 66],
      [20, 61],
      [28, 33],
      [28, 36],
    ] as const;
    const series = [4, 10, 20, 28].map(t => ({ series: `${t}`, temperature: constant(t) }));
    const rows = lives.map(([t, shelfLifeH], i) => ({
      ...{ row: i + 2, series: `${t}`, replicate: `${i}`, timeH: 0, log10CfuPerG: null },
      ...{ ...nothing, shelfLifeH },
    }));
    const stillGood = { ...rows[0], replicate: 'x', row: 20, shelfLifeH: null, shelfLifeAboveH: 500 };
    const experimentId = await anExperiment(tani, { kind: 'shelf-life', rows: [...rows, stillGood], series });
    const fit = await fitted(tani, experimentId, { model: 'ratkowsky_sqrt' });
    expect(fit.request).toMatchObject({ free: ['b', 'tMinC'] });
    expect(fit.command).toContain('--response ln_k');
    expect(fit.report.estimates.tMinC).toBeLessThan(0);
    expect(fit.leftOut).toEqual([{ row: 20, reason: 'censored' }]);
    expect(fit.report).toEqual(await printed(tani, fit));
    const censored = await fitted(tani, experimentId, { model: 'q10', censored: true });
    expect(censored.report).toMatchObject({ method: 'tobit', n_censored: 1 });
    expect(censored.report).toEqual(await printed(tani, censored));
  });

  it('fit in two steps when asked', async () => {
    const tani = await testServer();
    const experimentId = await anExperiment(tani, growthCurves([5, 10, 15, 20, 25]));
    const fit = await fitted(tani, experimentId, { model: 'two_step_baranyi_ratkowsky_sqrt' });
    expect(fit.report.T_c).toEqual([5, 10, 15, 20, 25]);
    expect(fit.report).toEqual(await printed(tani, fit));
  });

  it('rank models by AICc with weights that add up, the best first', async () => {
    const tani = await testServer();
    const experimentId = await anExperiment(tani, growthCurves([5, 10, 15, 25], 12, 0.1));
    const { state, ranking, kind } = await fitted(tani, experimentId, {}, 'ranking');
    expect([state, kind]).toEqual(['done', 'ranking']);
    expect(ranking.map((row: { model: string }) => row.model)).toContain('one_step_huang_ratkowsky_sqrt');
    expect(ranking[0]).toMatchObject({ model: 'one_step_baranyi_ratkowsky_sqrt', deltaAicc: 0 });
    const weights = ranking.reduce(
      (sum: number, row: { weight: number | null }) => sum + (row.weight ?? 0),
      0,
    );
    expect(weights).toBeCloseTo(1, 10);
  });

  it('refuse a model that the data do not suit, naming one that does, before anything waits', async () => {
    const tani = await testServer();
    const growth = await anExperiment(tani, growthCurves([5, 10]));
    const points = [
      { timeH: 0, temperatureC: 5 },
      { timeH: 200, temperatureC: 15 },
    ];
    const changing = {
      ...growthCurves([5]),
      series: [{ series: '5 °C', temperature: { kind: 'points', points } }],
    };
    const dynamic = await anExperiment(tani, changing);
    const refusal = async (experimentId: string, request: object) => {
      const { status, body } = await tani.post(`/experiments/${experimentId}/fits`, {
        version: 1,
        ...request,
      });
      return [status, body.code, body.detail];
    };
    const refused = (text: RegExp) => [422, 'request.invalid', expect.stringMatching(text)];
    expect(await refusal(growth, { model: 'baranyi' })).toEqual(
      refused(/one_step_… model for 2 temperatures/),
    );
    expect(await refusal(growth, { model: 'log_linear' })).toEqual(refused(/a model of growth/));
    expect(await refusal(growth, { model: 'crystal_ball' })).toEqual(refused(/model must be one of/));
    expect(await refusal(growth, { model: 'baranyi', series: ['40 °C'] })).toEqual(
      refused(/one of 5 °C, 10 °C/),
    );
    expect(await refusal(growth, { model: 'one_step_baranyi_ctmi', free: ['magic'] })).toEqual(
      refused(/magic/),
    );
    expect(await refusal(dynamic, { model: 'one_step_baranyi_ratkowsky_sqrt' })).toEqual(
      refused(/dynamic_baranyi_ratkowsky_sqrt/),
    );
    expect((await refusal(growth, { model: 'baranyi', version: 9 }))[1]).toBe('experiment.not_found');
    expect((await tani.get(`/experiments/${growth}/fits`)).body.fits).toEqual([]);
  });

  it('end at once when they are cancelled, and the next begins', async () => {
    const tani = await testServer();
    const experimentId = await anExperiment(
      tani,
      growthCurves([4, 7, 10, 12, 15, 18, 20, 22, 25, 28, 30, 33]),
    );
    const live = await openLive(tani);
    const long = { version: 1, model: 'one_step_baranyi_ratkowsky_sqrt', bootstrap: 5_000 };
    const order = async (request: object) =>
      (await tani.post(`/experiments/${experimentId}/fits`, request)).body;
    const first = await order(long);
    const second = await order({ version: 1, model: 'one_step_baranyi_ratkowsky_sqrt' });
    const told = await live.until(
      event =>
        event.type === 'fit' &&
        event.data.fitId === first.fitId &&
        event.data.progress?.stage === 'bootstrap',
    );
    expect(told.data.progress).toMatchObject({ of: 5_000, bestRss: expect.any(Number) });
    const progress = (await tani.get(`/fits/${first.fitId}`)).body.progress;
    expect(progress.done).toBeGreaterThanOrEqual(told.data.progress.done);
    expect((await tani.del(`/fits/${first.fitId}`)).body).toMatchObject({ state: 'cancelled', report: null });
    await live.until(
      event => event.type === 'fit' && event.data.fitId === second.fitId && event.data.state === 'done',
    );
    expect((await tani.del(`/fits/${second.fitId}`)).body.state).toBe('done');
    live.close();
  });

  it('begin again after a server that ended in the middle', async () => {
    const dataDir = tempDir();
    const tani = await testServer({ dataDir });
    const experimentId = await anExperiment(tani, growthCurves([5, 10, 15, 25]));
    const live = await openLive(tani);
    const long = { version: 1, model: 'one_step_baranyi_ratkowsky_sqrt', bootstrap: 300 };
    const { fitId } = (await tani.post(`/experiments/${experimentId}/fits`, long)).body;
    await live.until(event => event.type === 'fit' && event.data.progress?.stage === 'bootstrap');
    await tani.stop();
    const again = await testServer({ dataDir });
    const next = await openLive(again);
    if ((await again.get(`/fits/${fitId}`)).body.state !== 'done')
      await next.until(event => event.type === 'fit' && event.data.state === 'done');
    next.close();
    const fit = (await again.get(`/fits/${fitId}`)).body;
    expect(fit.report.bootstrap95.complete).toBe(true);
  });

  it('wait in a queue with an end, and nobody else sees or cancels them', async () => {
    const tani = await testServer();
    const experimentId = await anExperiment(tani, growthCurves([4, 7, 10, 12, 15, 18, 20]));
    const long = { version: 1, model: 'one_step_baranyi_ratkowsky_sqrt', bootstrap: 5_000 };
    const orders = [];
    for (let i = 0; i < 21; i += 1) orders.push(await tani.post(`/experiments/${experimentId}/fits`, long));
    expect(orders.map(answer => answer.status)).toEqual([...Array(20).fill(202), 429]);
    expect(orders[20]!.body.code).toBe('fit.too_many_waiting');
    const other = await tani.otherFirm();
    const { fitId } = orders[0]!.body;
    for (const [method, path] of [
      ['GET', `/fits/${fitId}`],
      ['GET', `/fits/${fitId}/data`],
      ['DELETE', `/fits/${fitId}`],
      ['GET', `/experiments/${experimentId}/fits`],
    ] as const)
      expect((await tani.call(method, `/api/v1${path}`, { token: other })).status, path).toBe(404);
    for (const { body } of orders.slice(0, 20)) await tani.del(`/fits/${body.fitId}`);
    expect((await tani.post(`/experiments/${experimentId}/fits`, long)).status).toBe(202);
    const producer = await tani.tokenFor('producer');
    expect((await tani.post(`/experiments/${experimentId}/fits`, long, { token: producer })).status).toBe(
      403,
    );
  });
});
