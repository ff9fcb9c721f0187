import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alertSections,
  alertStatus,
  byUrgency,
  missingFrom,
  needsHandling,
  withAlert,
  withWaitingAlerts,
} from '../../dashboard/alertList.ts';
import { generalRule, ruleSentences, typedNumber } from '../../dashboard/alertRuleWords.ts';
import {
  alertDetail,
  alertHeadline,
  alertSteps,
  alertTitle,
  pairText,
  sellUntil,
  stepGroup,
} from '../../dashboard/alertWords.ts';
import {
  alertChartModel,
  alertSources,
  alertSpan,
  longestAbove,
} from '../../dashboard/charts/alertChartModel.ts';
import { createFormat } from '../../dashboard/format.ts';
import type { KeptAction } from '../../dashboard/offline/actionStore.ts';
import { createZone } from '../../dashboard/zone.ts';
import type { AlertView } from '../../models/contracts/alert.ts';
import { presetRules } from '../../models/contracts/alertRule.ts';
import { aBatch, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const zone = createZone('Asia/Jakarta');
const id = createFormat('id', translateIn('id'), zone);
const ja = createFormat('ja', translateIn('ja'), zone);

/** A crate that was too warm from 07.40 to 11.40 and is cold again at 13.40. */
function anAlert(with_: Partial<AlertView> = {}, facts: Partial<AlertView['facts']> = {}): AlertView {
  return {
    alertId: 'a-1',
    kind: 'too-warm',
    severity: 'warning',
    state: 'open',
    batchId: 'takwa-1',
    nodeId: null,
    shipmentId: null,
    gatewayId: null,
    beganAt: iso(now - 6 * hourMs),
    openedAt: iso(now - 5.5 * hourMs),
    clearedAt: null,
    knownLate: false,
    facts: {
      ...{ subjectName: 'K-07', placeName: 'Kulkas depan', levelC: 8, peakC: 22.3, aboveH: 3.7 },
      ...{ lifeLostH: 10.2, keepsUntilP05: iso(now + 46 * hourMs), ...facts },
    },
    acknowledgedAt: null,
    acknowledgedBy: null,
    assignedTo: null,
    history: [{ at: iso(now - 5.5 * hourMs), what: 'opened', by: null, note: null }],
    ...with_,
  };
}

const cleared = (hoursAgo: number, with_: Partial<AlertView> = {}): AlertView =>
  anAlert({ state: 'cleared', clearedAt: iso(now - hoursAgo * hourMs), ...with_ });

describe('an alert that needs somebody', () => {
  test('is one that holds, or one whose goods lost life within a day, until somebody takes it on', () => {
    expect(needsHandling(anAlert(), now)).toBe(true);
    expect(needsHandling(cleared(2), now)).toBe(true);
    expect(needsHandling(cleared(25), now)).toBe(false);
    expect(needsHandling(cleared(2, { kind: 'no-data', nodeId: 'n', batchId: null }), now)).toBe(false);
    expect(needsHandling(cleared(2, { severity: 'info' }), now)).toBe(false);
    expect(needsHandling(anAlert({ acknowledgedAt: iso(now), acknowledgedBy: 'Ratna' }), now)).toBe(false);
  });

  test('stands in exactly one section, and the worst comes first', () => {
    const some = fc.record({
      alertId: fc.uuid(),
      severity: fc.constantFrom('info' as const, 'warning' as const, 'risk' as const),
      state: fc.constantFrom('open' as const, 'cleared' as const),
      acknowledged: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(some, { selector: one => one.alertId }), list => {
        const alerts = list.map(({ acknowledged, ...one }) =>
          anAlert({
            ...one,
            clearedAt: one.state === 'cleared' ? iso(now - hourMs) : null,
            acknowledgedAt: acknowledged ? iso(now) : null,
          }),
        );
        const { unhandled, handling, over } = alertSections(alerts, now);
        expect([...unhandled, ...handling, ...over].sort()).toEqual(alerts.map(a => a.alertId).sort());
        const ranks = byUrgency(alerts).map(a => ['risk', 'warning', 'info'].indexOf(a.severity));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });

  test('is counted as news where it is not shown yet, and not when it only moves', () => {
    const a = anAlert();
    const shown = alertSections([a], now);
    const b = anAlert({ alertId: 'a-2' });
    const handled = { ...a, acknowledgedAt: iso(now), acknowledgedBy: 'Ratna' };
    expect(missingFrom(shown, alertSections([handled], now))).toBe(0);
    expect(missingFrom(shown, alertSections([handled, b], now))).toBe(1);
  });

  test('shows missing data otherwise than warm goods, and a risk as a risk', () => {
    expect(alertStatus(anAlert())).toBe('soon');
    expect(alertStatus(anAlert({ severity: 'risk' }))).toBe('risk');
    expect(alertStatus(anAlert({ kind: 'no-data' }))).toBe('none');
  });
});

describe('what was done on this phone', () => {
  const action = (kind: KeptAction['kind'], with_: Partial<KeptAction> = {}): KeptAction => ({
    ...{ account: 'u o', kind, subject: 'a-1', name: 'K-07', madeAt: now, method: 'POST', path: '/' },
    ...with_,
  });
  const known = { 'a-1': anAlert() };

  test('is shown at once: taken on, taken back, noted, passed on', () => {
    const shownAfter = (...actions: KeptAction[]) => withWaitingAlerts(known, actions, 'Bu Sri')['a-1'];
    expect(shownAfter(action('acknowledge'))).toMatchObject({
      acknowledgedBy: 'Bu Sri',
      acknowledgedAt: iso(now),
    });
    expect(shownAfter(action('acknowledge'), action('unacknowledge'))).toMatchObject({
      acknowledgedBy: null,
    });
    expect(shownAfter(action('note', { body: { note: 'es' } }))?.history.at(-1)).toMatchObject({
      note: 'es',
    });
    expect(shownAfter(action('assign', { name: 'Pak Yanto' }))).toMatchObject({ assignedTo: 'Pak Yanto' });
  });

  test('never covers the word of another who was sooner', () => {
    const theirs = { 'a-1': anAlert({ acknowledgedAt: iso(now - hourMs), acknowledgedBy: 'Ratna' }) };
    const waiting = [action('acknowledge'), action('unacknowledge')];
    expect(withWaitingAlerts(theirs, waiting, 'Bu Sri')).toEqual(theirs);
  });

  test('is not undone by news that is older', () => {
    const newer = anAlert({ history: [...anAlert().history, ...anAlert().history] });
    expect(withAlert({ 'a-1': newer }, anAlert())['a-1']).toBe(newer);
    expect(withAlert(known, newer)['a-1']).toBe(newer);
  });
});

describe('the words of an alert', () => {
  test('say what and how long; times above a limit and losses are rounded up', () => {
    expect(alertHeadline(anAlert(), id, now)).toBe('K-07 sampai 22,3 °C, 4 jam di atas batas');
    expect(alertTitle(anAlert(), id, now)).toBe('K-07 sudah 22,3 °C');
    expect(alertTitle(cleared(2), id, now)).toBe('K-07 sempat 22,3 °C');
    expect(alertDetail(anAlert(), id, now)).toBe('4 jam di atas 8 °C. Umur berkurang 11 jam.');
    expect(alertHeadline(anAlert(), ja, now)).toBe('K-07が22.3 °Cまで上昇、上限超え4時間');
  });

  test('count the life down since the alert was heard of, and promise nothing that is past', () => {
    const near = (h: number) => anAlert({ kind: 'spoilage-near' }, { keepsUntilP05: iso(now + h * hourMs) });
    expect(alertTitle(near(5.9), id, now)).toBe('K-07 tahan paling sedikit 5 jam lagi');
    expect(alertTitle(near(-0.1), id, now)).toBe('K-07: bisa sudah lewat batas');
    expect(sellUntil(near(5), id, now)).toBe('hari ini 18.00');
    expect(sellUntil(near(0.1), id, now)).toBeNull();
    expect(alertDetail(near(-1), id, now)).toBe('Cium dan cek dulu.');
  });

  test('name silence, batteries, calibrations, clocks and memories', () => {
    const of = (kind: AlertView['kind'], facts: Partial<AlertView['facts']>) => {
      const alert = anAlert({ kind }, { subjectName: 'S-15', ...facts });
      return `${alertTitle(alert, id, now)}. ${alertDetail(alert, id, now)}`;
    };
    expect(of('no-data', { since: iso(now - 108 * 60_000) })).toBe('Sensor S-15 diam. Data terakhir 11.52.');
    expect(of('battery-low', { batteryPct: 18.9 })).toBe('Baterai sensor S-15 hampir habis. Tinggal 18%.');
    expect(of('calibration-due', { dueAt: iso(now) })).toContain('Jatuh tempo Sel 24 Nov.');
    expect(of('clock-wrong', { since: iso(now) })).toContain('Sejak 13.40.');
    expect(of('journal-filling', { journalHoursLeft: 5.5 })).toContain('Cukup untuk 5 jam lagi.');
    expect(of('will-not-arrive', { arrivesWithP05H: 44.9, needH: 48 })).toContain(
      'Tiba dengan ≥ 44 jam, toko minta 48 jam.',
    );
  });

  test('compare two lives in one unit, and never round the smaller up', () => {
    expect(pairText(56.9, 46.2, id)).toEqual(['56 jam', '46 jam']);
    expect(pairText(80, 60, id)).toEqual(['3 hari', '2½ hari']);
    expect(pairText(-3, 10, id)[0]).toBe('0 jam');
  });

  test('give three steps for every kind and state, without a hole in a sentence', () => {
    const kinds = Object.keys(presetRules).map(name => name.replace(/-(chilled|room)$/, ''));
    for (const kind of new Set(kinds) as Set<AlertView['kind']>)
      for (const where of ['road', 'planned', 'place'] as const)
        for (const alert of [anAlert({ kind }), cleared(2, { kind }), anAlert({ kind }, { levelC: 30 })])
          for (const until of ['hari ini 18.00', null]) {
            const steps = alertSteps(stepGroup(alert, where, now), until, id);
            expect(steps).toHaveLength(3);
            for (const step of steps) expect(step).toMatch(/^[A-Z].*\.$/);
            for (const step of steps) expect(step).not.toMatch(/undefined|\{|sebelum \./);
          }
  });
});

describe('the chart of an alert', () => {
  test('begins two hours before, and ends now or two hours after what ended long ago', () => {
    expect(alertSpan(anAlert(), now)).toEqual({ from: now - 8 * hourMs, to: now });
    expect(alertSpan(cleared(2), now).to).toBe(now);
    expect(alertSpan(cleared(48, { beganAt: iso(now - 50 * hourMs) }), now).to).toBe(now - 46 * hourMs);
  });

  test('takes an end that was known late from the readings, not from when it was told', () => {
    const late = cleared(0, { knownLate: true, beganAt: iso(now - 40 * hourMs) });
    expect(alertSpan(late, now).to).toBe(now - 40 * hourMs + 3.7 * hourMs + 2 * hourMs);
  });

  test('draws of several positions the warmest, and only what the batch was placed at', () => {
    const placement = (position: string, nodeId: string) => ({
      ...{ placementId: position, nodeId, nodeName: nodeId, probe: 'main', position },
      ...{ from: iso(now - hourMs), to: null },
    });
    const batch = aBatch({ placements: [placement('atas', 'n1'), placement('pintu', 'n2')] });
    const span = { from: now - 8 * hourMs, to: now };
    const sources = alertSources(batch, undefined, span);
    expect(sources.map(source => source.from)).toEqual([now - hourMs, now - hourMs]);
    const bucket = (c: number) => ({
      ...{ from: iso(now - hourMs), to: iso(now), minC: c, meanC: c, maxC: c, count: 1 },
    });
    const model = alertChartModel(
      sources.map((source, i) => ({ source, buckets: [bucket(i === 0 ? 5 : 15)] })),
      span,
      null,
    );
    expect(model.rows.map(row => row.meanC)).toEqual([15]);
    expect(model.gaps).toEqual([{ from: span.from, to: now - hourMs }]);
  });

  test('names the longest stretch above the limit', () => {
    const row = (h: number, c: number) => ({
      ...{ from: now + h * hourMs, to: now + h * hourMs, at: now + h * hourMs, count: 1 },
      ...{ minC: c, meanC: c, maxC: c },
    });
    const rows = [row(0, 5), row(1, 9), row(2, 5), row(3, 9), row(4, 12), row(5, 9)];
    const model = { from: now, to: now + 5 * hourMs, rows, gaps: [] };
    expect(longestAbove(model, 8)).toEqual({ from: now + 3 * hourMs, to: now + 5 * hourMs });
    expect(longestAbove(model, 20)).toBeNull();
  });
});

describe('rules in words', () => {
  const say = (kind: AlertView['kind'], with_: object = {}, kept: 'chilled' | 'room' = 'chilled') =>
    ruleSentences(kind, { ...generalRule(presetRules, [], kind, kept), ...with_ }, id);

  test('say when, with figures as they are written', () => {
    expect(say('too-warm')).toBe(
      'Beri tahu kalau lebih dari 8 °C selama 30 menit. Atau begitu umur berkurang 3 jam. ' +
        'Kalau umur berkurang kurang dari 30 menit, hanya dicatat. Selesai kalau di bawah 7 °C selama 10 menit.',
    );
    expect(say('too-warm', {}, 'room')).toBe('Beri tahu begitu umur berkurang 10% dari umur saat dibuat.');
    expect(say('no-data')).toContain('mempelajarinya sendiri');
    expect(say('no-data', { patienceMin: 180 })).toBe('Beri tahu kalau sensor diam lebih dari 3 jam.');
    expect(say('battery-low')).toBe('Beri tahu kalau baterai di bawah 15%.');
    expect(say('battery-low', { enabled: false })).toBe('Tidak diberi tahu.');
  });

  test('take what the firm has written before what comes with Tahan', () => {
    const rule = { kind: 'too-warm', scope: 'organisation', settings: { levelC: 6, holdMin: null } } as const;
    expect(generalRule(presetRules, [rule], 'too-warm')).toMatchObject({
      levelC: 6,
      holdMin: null,
      clearLevelC: 7,
    });
  });

  test('take numbers as people type them', () => {
    expect(['6,5', ' 6.5 ', '−2', '-2'].map(typedNumber)).toEqual([6.5, 6.5, -2, -2]);
    expect(['', 'delapan', '8 C'].map(typedNumber)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
