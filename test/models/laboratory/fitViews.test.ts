import { describe, expect, it } from 'vitest';
import { fitRun } from '../../../models/calculations/fitRun.ts';
import type { ExperimentRow, ExperimentSeries } from '../../../models/contracts/experiment.ts';
import { experimentVersionSchema } from '../../../models/contracts/experiment.ts';
import { type NewFit, newFitSchema } from '../../../models/contracts/fit.ts';
import { estimateRows } from '../../../models/laboratory/estimateRows.ts';
import { fitInputOf, fitOrderOf } from '../../../models/laboratory/fitInput.ts';
import { modelUseOf, usualFree, usualModels } from '../../../models/laboratory/fitModelsOf.ts';
import { fittedModelOf } from '../../../models/laboratory/fittedModel.ts';
import { fitVerdict } from '../../../models/laboratory/fitVerdict.ts';
import { growthPanels } from '../../../models/laboratory/growthPanels.ts';
import { rankModels } from '../../../models/laboratory/rankModels.ts';
import { rateAgainstTemperature } from '../../../models/laboratory/rateAgainstTemperature.ts';
import { residualPatterns, residualsOf } from '../../../models/laboratory/residualPatterns.ts';
import { growthCurves } from '../../support/growthCurves.ts';

/** Curves as a version of an experiment holds them. */
function version(raw: object) {
  return experimentVersionSchema.pick({ kind: true, rows: true, series: true, version: true }).parse({
    version: 1,
    ...raw,
  });
}
type Version = ReturnType<typeof version>;

const oneStep = 'one_step_baranyi_ratkowsky_sqrt';

function fit(data: Version, request: Partial<NewFit> = {}) {
  const model = request.model ?? oneStep;
  const asked = newFitSchema.parse({ version: 1, model, free: usualFree(modelUseOf(model)), ...request });
  const input = fitInputOf(data, asked);
  const report = fitRun(fitOrderOf(input, asked));
  return { asked, input, report, fitted: fittedModelOf(data, asked, report) };
}

const change = (data: Version, of: (row: ExperimentRow, i: number) => Partial<ExperimentRow>): Version => ({
  ...data,
  rows: data.rows.map((row, i) => ({ ...row, ...of(row, i) })),
});

const heat = (temperature: ExperimentSeries['temperature']) => [
  { ...version(growthCurves([5])).series[0]!, temperature },
];

describe('panels of growth', () => {
  const data = version(growthCurves([25, 5, 10, 15], 12, 0.2));
  const { asked, report, fitted } = fit(data);
  const panels = growthPanels(data, asked, report, fitted, 7);

  it('stand one for each temperature, the coldest first, with the fitted curve through their points', () => {
    expect(panels.map(panel => panel.temperatureC)).toEqual([5, 10, 15, 25]);
    for (const { curve, points } of panels) {
      expect(points).toHaveLength(12);
      for (const { value, mean, prediction } of curve) {
        expect(mean!.lo).toBeLessThan(value);
        expect(prediction!.lo).toBeLessThan(mean!.lo);
        expect(prediction!.hi).toBeGreaterThan(mean!.hi);
      }
    }
  });
  it('hold about nine of ten observations in the band of the predictions', () => {
    const noisy = version(growthCurves([4, 8, 12, 16, 20, 24, 28], 40, 0.6));
    const own = fit(noisy);
    const inside = growthPanels(noisy, own.asked, own.report, own.fitted, 7).flatMap(({ curve, points }) =>
      points.map(({ timeH, value }) => {
        const next = curve.findIndex(at => at.timeH >= timeH);
        const at = curve[next]!.prediction!;
        return value >= at.lo && value <= at.hi;
      }),
    );
    // The noise is uniform: a little more of it lies within than of a normal one.
    expect(inside.filter(Boolean).length / inside.length).toBeGreaterThan(0.85);
  });
  it('say when the limit is met, and between when and when, as the rate of that temperature says', () => {
    for (const { temperatureC, limit, muLnPerH } of panels) {
      expect(muLnPerH).toBeCloseTo((0.0272 * (temperatureC! + 2.4)) ** 2, 1);
      const truth = (2.1 + 4.5 * Math.LN10 - 0.13) / (0.0272 * (temperatureC! + 2.4)) ** 2;
      expect(Math.abs(limit!.atH / truth - 1)).toBeLessThan(0.05);
      expect(limit!.lo!).toBeLessThan(limit!.atH);
      expect(limit!.hi!).toBeGreaterThan(limit!.atH);
    }
  });
  it('hold the points alone before there is a fit', () => {
    const bare = growthPanels(data, null, null, null, 7);
    expect(bare.map(panel => [panel.points.length, panel.curve.length, panel.limit])).toEqual(
      Array(4).fill([12, 0, null]),
    );
  });
  it('draw each temperature by its own curve where the fit took two steps', () => {
    const two = fit(data, { model: 'two_step_baranyi_ratkowsky_sqrt' });
    expect(two.fitted).toBeNull();
    const [first] = growthPanels(data, two.asked, two.report, two.fitted, 7);
    expect(first!.curve[0]!.value).toBeCloseTo(2.5, 0);
    expect(first!.muLnPerH).toBeCloseTo(0.0405, 2);
  });
  it('follow a temperature that changes, through its own history', () => {
    const points = [0, 100, 100.001, 300].map((timeH, i) => ({ timeH, temperatureC: i < 2 ? 5 : 15 }));
    const changing = { ...version(growthCurves([5], 20, 0.1)), series: heat({ kind: 'points', points }) };
    const own = fit(changing, {
      model: 'dynamic_baranyi_ratkowsky_sqrt',
      fixed: { tMinC: -2.4 },
      free: ['b', 'logN0', 'h0', 'logNmax'],
    });
    const [panel] = growthPanels(changing, own.asked, own.report, own.fitted, 7);
    expect(panel).toMatchObject({ temperatureC: null, muLnPerH: null });
    expect(panel!.temperatures).toHaveLength(5);
    expect(panel!.curve.at(-1)!.value).toBeGreaterThan(7);
  });
});

describe('patterns in residuals', () => {
  const data = version(growthCurves([5, 10, 15, 25], 24, 0.4));
  const patternsOf = (of: Version) => residualPatterns(residualsOf(fit(of).fitted!), 7);

  it('are none where only chance is at work', () => {
    expect(patternsOf(data)).toEqual([]);
  });
  it('name the temperature whose counts lie low late in growth', () => {
    const low = change(data, row =>
      row.series === '25 °C' && row.log10CfuPerG! > 7 ? { log10CfuPerG: row.log10CfuPerG! - 0.5 } : {},
    );
    const found = patternsOf(low).find(pattern => pattern.kind === 'late');
    expect(found).toMatchObject({ temperatureC: 25, above: 7 });
    expect(found!.kind === 'late' && found!.mean).toBeLessThan(-0.2);
  });
  it('name a temperature that the model of the rate misses', () => {
    const other = change(data, row =>
      row.series === '15 °C' ? { log10CfuPerG: row.log10CfuPerG! + 0.6 } : {},
    );
    expect(patternsOf(other)).toContainEqual(
      expect.objectContaining({ kind: 'temperature', temperatureC: 15 }),
    );
  });
  it('name a trend that is left, a funnel, and an observation that stands out by its row', () => {
    const straight = change(data, row => ({ log10CfuPerG: 2.5 + 6.4 * Math.sin(row.timeH / 90) ** 2 }));
    expect(patternsOf(straight).map(pattern => pattern.kind)).toContain('runs');
    let i = 0;
    const funnel = change(data, row => {
      i += 1;
      return {
        log10CfuPerG: row.log10CfuPerG! + (i % 2 ? 1 : -1) * 0.25 * Math.max(0, row.log10CfuPerG! - 5),
      };
    });
    expect(patternsOf(funnel).map(pattern => pattern.kind)).toContain('funnel');
    const slip = change(data, (row, k) => (k === 30 ? { log10CfuPerG: row.log10CfuPerG! + 3 } : {}));
    expect(patternsOf(slip)).toContainEqual(
      expect.objectContaining({ kind: 'outlier', row: data.rows[30]!.row }),
    );
  });
});

describe('rates against temperature', () => {
  it('are the square roots of each curve alone, on the line of all, with what was tested', () => {
    const { asked, input, report, fitted } = fit(version(growthCurves([5, 10, 15, 25], 14, 0.2)));
    const chart = rateAgainstTemperature(input, asked, fitted, report)!;
    expect(chart).toMatchObject({ scale: 'sqrt-mu', tested: { from: 5, to: 25 } });
    expect(chart.points).toHaveLength(4);
    for (const { temperatureC, value, ends } of chart.points) {
      expect(Math.abs(value / (0.0272 * (temperatureC + 2.4)) - 1)).toBeLessThan(0.1);
      expect(ends!.lo).toBeLessThan(value);
    }
    expect(chart.line[0]!.value).toBeCloseTo(0, 6);
    expect(chart.line.at(-1)!.temperatureC).toBe(32);
    expect(chart.line.at(-1)!.ends!.hi).toBeGreaterThan(chart.line.at(-1)!.value);
  });
  it('are logarithms of D for heat, and shelf lives in hours where only these are known', () => {
    const row = version(growthCurves([5])).rows[0]!;
    const at = (timeH: number, series: string, value: number, i: number): ExperimentRow => ({
      ...row,
      row: i + 2,
      series,
      timeH,
      log10CfuPerG: value,
    });
    const series = [60, 65, 70].map(t => ({
      ...heat({ kind: 'constant', temperatureC: t })[0]!,
      series: `${t}`,
    }));
    const rows = [60, 65, 70].flatMap((t, c) =>
      [0, 1, 2, 3, 4, 5].map(k =>
        at((k * 10 ** ((65 - t) / 7)) / 60, `${t}`, 7 - k + 0.05 * ((k * 7) % 3), 10 * c + k),
      ),
    );
    const kill = fit({ kind: 'inactivation', version: 1, rows, series }, { model: 'one_step_bigelow' });
    const heatChart = rateAgainstTemperature(kill.input, kill.asked, kill.fitted, kill.report)!;
    expect(heatChart.scale).toBe('log10-d');
    expect(heatChart.points.map(point => Math.round(point.value * 10) / 10)).toEqual([0.7, 0, -0.7]);
    const lives = [600, 180, 50].flatMap((life, c) =>
      [0.95, 1, 1.06].map((f, k) => ({
        ...row,
        row: 10 * c + k + 2,
        series: `${series[c]!.series}`,
        timeH: 0,
        log10CfuPerG: null,
        shelfLifeH: life * f,
      })),
    );
    const cold = series.map((one, c) => ({
      ...one,
      temperature: { kind: 'constant' as const, temperatureC: [4, 10, 20][c]! },
    }));
    const kept = fit({ kind: 'shelf-life', version: 1, rows: lives, series: cold }, { model: 'q10' });
    const lifeChart = rateAgainstTemperature(kept.input, kept.asked, kept.fitted, kept.report)!;
    expect(lifeChart.scale).toBe('life-h');
    const near10 = lifeChart.line.reduce((a, b) =>
      Math.abs(b.temperatureC - 10) < Math.abs(a.temperatureC - 10) ? b : a,
    );
    expect(near10.value).toBeGreaterThan(150);
    expect(near10.value).toBeLessThan(260);
    expect(near10.ends!.lo).toBeLessThan(near10.value);
  });
});

describe('the verdict on a fit', () => {
  it('is good where all is determined, and says what to know where it is not', () => {
    const good = fitVerdict({
      status: 'ok',
      reasons: [],
      parameter_order: ['a', 'b'],
      correlation: [
        [1, 0.2],
        [0.2, 1],
      ],
    });
    expect(good).toEqual({ kind: 'good', reasons: [] });
    const { report } = fit(version(growthCurves([15, 20, 25], 12, 0.2)));
    const verdict = fitVerdict(report);
    expect(verdict.kind).toBe('caution');
    expect(verdict.reasons).toContainEqual({ code: 'cold', coldestC: 15 });
    const correlation = [
      [1, 0.97],
      [0.97, 1],
    ];
    expect(fitVerdict({ status: 'ok', parameter_order: ['b', 'tMinC'], correlation }).reasons).toEqual([
      { code: 'correlated', first: 'b', second: 'tMinC', r: 0.97 },
    ]);
  });
  it('refuses with numbers instead of sentences, whatever gate was closed', () => {
    const sentences = [
      '5 observations for 5 parameters: at least 8 are needed',
      'condition number 3.1e+9: the parameters cannot be told apart',
      'h0, logNmax without effect on these data',
      'tMinC -40.0 with standard error 90.1: wider than all the data',
      'h0 0.100 with standard error 4.00: nothing is known of it',
      'h0 0.100 with standard error 0.200: the error is larger than the estimate',
      'no temperature above the optimum: the warmest is 25',
      'something new',
    ];
    const { kind, reasons } = fitVerdict({ status: 'not_identifiable', reasons: sentences });
    expect(kind).toBe('refused');
    expect(reasons.map(reason => reason.code)).toEqual([
      'few',
      'condition',
      'no-effect',
      'wide',
      'unknown',
      'uncertain',
      'warm',
      'other',
    ]);
    expect(reasons[3]).toEqual({ code: 'wide', name: 'tMinC', estimate: -40, error: 90.1 });
  });
  it('understands what the gates really say', () => {
    const few = fit(version(growthCurves([5, 10], 3)), { free: ['b', 'tMinC', 'h0', 'logN0', 'logNmax'] });
    const { reasons } = fitVerdict(few.report);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.map(reason => reason.code)).not.toContain('other');
  });
});

describe('estimates', () => {
  it('carry an interval of 90 % that is narrower than that of 95 %', () => {
    const { report } = fit(version(growthCurves([5, 10, 15, 25])));
    const wald95 = report.wald95 as Record<string, [number, number]>;
    for (const { name, wald90 } of estimateRows(report)) {
      expect(wald90![0]!).toBeGreaterThan(wald95[name]![0]);
      expect(wald90![1]!).toBeLessThan(wald95[name]![1]);
    }
  });
});

describe('the ranking of models', () => {
  it('gives a model twice the AICc points behind the weight of exp(-1)', () => {
    const report = (AICc: number | null) => ({
      status: 'ok',
      n: 20,
      rss: 1,
      criteria: { AICc, RMSE_df: 0.2 },
    });
    const rows = rankModels([
      { model: 'b', parameters: 4, report: report(12) },
      { model: 'a', parameters: 4, report: report(10) },
      { model: 'c', parameters: 4, failure: 'no' },
      { model: 'd', parameters: 9, report: { status: 'not_identifiable', reasons: ['few'] } },
    ]);
    expect(rows.map(row => [row.model, row.deltaAicc])).toEqual([
      ['a', 0],
      ['b', 2],
      ['c', null],
      ['d', null],
    ]);
    expect(rows[1]!.weight! / rows[0]!.weight!).toBeCloseTo(Math.exp(-1), 12);
  });
  it('offers models that suit the data', () => {
    for (const kind of ['growth', 'inactivation', 'shelf-life'] as const)
      for (const temperatures of [1, 4])
        for (const isChanging of [false, true])
          for (const model of usualModels(kind, { temperatures, isChanging }))
            expect(modelUseOf(model).kind, model).toBe(kind);
  });
});
