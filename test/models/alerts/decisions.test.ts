import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalFilling } from '../../../models/alerts/journalFilling.ts';
import { noData, noDataPatienceMs } from '../../../models/alerts/noData.ts';
import { batteryLow, calibrationDue, clockWrong } from '../../../models/alerts/nodeCare.ts';
import { reconcileEpisodes, type ToldIncident } from '../../../models/alerts/reconcileEpisodes.ts';
import { resolveRule } from '../../../models/alerts/resolveRule.ts';
import { spoilageCannotBeNearForMs, spoilageNear } from '../../../models/alerts/spoilageNear.ts';
import type { Episode } from '../../../models/alerts/tooWarm.ts';
import { willNotArrive } from '../../../models/alerts/willNotArrive.ts';
import { presetRules } from '../../../models/contracts/alertRule.ts';

const minute = 60_000;
const episode = (fields: Partial<Episode>): Episode => ({
  ...{
    from: 0,
    openedAt: 30,
    severity: 'warning',
    to: null,
    clearedAt: null,
    peakC: 9,
    aboveH: 1,
    lifeLostH: 1,
  },
  ...fields,
});
const live = { isLive: true, isSettled: true, tellFrom: 0 };

describe('reconcileEpisodes', () => {
  const told: ToldIncident = { alertId: 'a', from: 0, to: null, severity: 'warning' };

  it('opens what nobody has been told of, as now or as past', () => {
    const over = episode({ from: 100, to: 200, clearedAt: 210 });
    expect(reconcileEpisodes([], [over], live)).toMatchObject([{ what: 'open', knownLate: true }]);
    expect(reconcileEpisodes([], [episode({})], live)).toMatchObject([{ what: 'open', knownLate: false }]);
  });

  it('waits with an open one while a backlog is still coming, and tells it as past when that is over', () => {
    const backlog = { isLive: false, isSettled: false, tellFrom: 0 };
    expect(reconcileEpisodes([], [episode({})], backlog)).toEqual([]);
    expect(reconcileEpisodes([], [episode({})], { ...backlog, isSettled: true })).toMatchObject([
      { what: 'open', knownLate: true },
    ]);
  });

  it('clears what the readings no longer show', () => {
    expect(reconcileEpisodes([told], [], live)).toEqual([{ what: 'clear', alertId: 'a', episode: null }]);
  });

  it('worsens and clears the incident that an episode belongs to, though its beginning has moved', () => {
    expect(reconcileEpisodes([told], [episode({ from: -50, severity: 'risk' })], live)).toMatchObject([
      { what: 'worsen', alertId: 'a' },
    ]);
    const over = episode({ from: -50, to: 80, clearedAt: 90 });
    expect(reconcileEpisodes([told], [over], live)).toMatchObject([{ what: 'clear', alertId: 'a' }]);
  });

  it('says nothing of what was over before anybody asked', () => {
    const over = episode({ to: 80, clearedAt: 90 });
    expect(reconcileEpisodes([], [over], { ...live, tellFrom: 91 })).toEqual([]);
  });

  it('has nothing more to tell once everything it said is written down', () => {
    const spans = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), { maxLength: 8 })
      .map(list => {
        let at = 0;
        return list.map(([gap, length]) => {
          const from = at + gap;
          at = from + length;
          return episode({ from, openedAt: from, to: at, clearedAt: at });
        });
      });
    fc.assert(
      fc.property(spans, fc.boolean(), (closed, lastIsOpen) => {
        const last = closed.at(-1);
        const episodes =
          last && lastIsOpen ? [...closed.slice(0, -1), { ...last, to: null, clearedAt: null }] : closed;
        const incidents = reconcileEpisodes([], episodes, live).flatMap((d, i) =>
          d.what === 'open'
            ? [{ alertId: String(i), from: d.episode.from, to: d.episode.to, severity: d.episode.severity }]
            : [],
        );
        expect(incidents).toHaveLength(episodes.length);
        const again = reconcileEpisodes(incidents, episodes, live);
        expect(again.filter(d => d.what !== 'keep')).toEqual([]);
      }),
    );
  });
});

describe('noDataPatienceMs', () => {
  const arrivals = (everyMin: number, jitterMin = 0) =>
    Array.from({ length: 60 }, (_, i) => (i * everyMin + (i % 7) * jitterMin) * minute);

  it('is three times the interval that nearly all arrivals keep', () => {
    expect(noDataPatienceMs(arrivals(60), null)).toBe(180 * minute);
    expect(noDataPatienceMs(arrivals(20, 2), null)).toBe(66 * minute);
  });

  it('is never below half an hour or above a day', () => {
    expect(noDataPatienceMs(arrivals(1), 60_000)).toBe(30 * minute);
    expect(noDataPatienceMs(arrivals(1_000), null)).toBe(24 * 60 * minute);
  });

  it('goes by the promise of a node that has hardly spoken', () => {
    expect(noDataPatienceMs([0, minute], 3_600_000)).toBe(180 * minute);
    expect(noDataPatienceMs([], null)).toBe(65 * minute);
  });

  it('counts readings that arrive together as one sign of life', () => {
    const bursts = Array.from({ length: 10 }, (_, i) => [0, 1, 2].map(j => i * 60 * minute + j)).flat();
    expect(noDataPatienceMs(bursts, 600_000)).toBe(180 * minute - 3 * 2);
  });

  it('depends on no order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9)), times => {
        expect(noDataPatienceMs(times.toReversed(), null)).toBe(noDataPatienceMs(times, null));
      }),
    );
  });
});

describe('conditions', () => {
  it('are over beyond a level, clear well before it, and in between neither', () => {
    expect(noData(31 * minute, 30 * minute, 'warning').sign).toBe('over');
    expect(noData(30 * minute, 30 * minute, 'warning').sign).toBe('clear');
    expect([14, 15, 25].map(pct => batteryLow(pct, false, 15, 'info').sign)).toEqual([
      'over',
      'between',
      'clear',
    ]);
    expect(batteryLow(null, false, 15, 'info').sign).toBe('unknown');
    expect(batteryLow(90, true, 15, 'info').sign).toBe('over');
    expect([3, 23, 30, 50, null].map(h => journalFilling(h, 'warning'))).toMatchObject([
      ...[
        { sign: 'over', severity: 'risk' },
        { sign: 'over', severity: 'warning' },
      ],
      ...[{ sign: 'between' }, { sign: 'clear' }, { sign: 'clear' }],
    ]);
    expect([null, 5, 20].map(at => calibrationDue(at, 10, 'info').sign)).toEqual(['clear', 'over', 'clear']);
    expect([null, 5].map(at => clockWrong(at, 'info').sign)).toEqual(['clear', 'over']);
    expect(
      (['enough', 'tight', 'short', 'unsure'] as const).map(v => willNotArrive(v, 'warning')),
    ).toMatchObject([
      ...[{ sign: 'clear' }, { sign: 'over', severity: 'warning' }],
      ...[{ sign: 'over', severity: 'risk' }, { sign: 'unknown' }],
    ]);
  });

  it('take a batch near its line for neither, so that it does not ring at every crossing', () => {
    const near = (status: 'fresh' | 'use-soon' | 'spoilage-risk' | 'unknown', remainingP05H: number) =>
      spoilageNear({ status, remainingP05H, lifeAtMakingH: 40 }, 'warning');
    expect(near('fresh', 10.5).sign).toBe('between');
    expect(near('fresh', 12).sign).toBe('clear');
    expect(near('use-soon', 9)).toEqual({ sign: 'over', severity: 'warning' });
    expect(near('spoilage-risk', 0)).toEqual({ sign: 'over', severity: 'risk' });
    expect(near('unknown', 3).sign).toBe('unknown');
  });

  it('look again at a life before it can have come near its end', () => {
    expect(spoilageCannotBeNearForMs({ remainingP05H: 10, lifeAtMakingH: 40 })).toBe(minute);
    expect(spoilageCannotBeNearForMs({ remainingP05H: 20, lifeAtMakingH: 40 })).toBe(15 * minute);
    expect(spoilageCannotBeNearForMs({ remainingP05H: 200, lifeAtMakingH: 240 })).toBe(30 * minute);
  });
});

describe('resolveRule', () => {
  const written = [
    { scope: 'leg', scopeId: 'SH-1', settings: { levelC: 10 }, inForceSince: 4 },
    { scope: 'organisation', scopeId: '', settings: { levelC: 6, holdMin: 60 }, inForceSince: 1 },
    { scope: 'place', scopeId: 'shop', settings: { levelC: 9 }, inForceSince: 3 },
    { scope: 'product', scopeId: 'takwa', settings: { levelC: 7, severity: 'risk' }, inForceSince: 2 },
  ] as const;
  const preset = presetRules['too-warm-chilled'];

  it('lets the more specific win, field by field', () => {
    const of = (subject: Parameters<typeof resolveRule>[2]) => resolveRule(preset, written, subject);
    expect(of({})).toMatchObject({ rule: { levelC: 6, holdMin: 60, severity: 'warning' }, inForceSince: 1 });
    expect(of({ productId: 'takwa' })).toMatchObject({ rule: { levelC: 7, holdMin: 60, severity: 'risk' } });
    expect(of({ productId: 'takwa', placeId: 'shop' })).toMatchObject({
      rule: { levelC: 9, severity: 'risk' },
    });
    expect(of({ placeId: 'shop', legIds: ['SH-1', 'SH-1/1'] })).toMatchObject({
      rule: { levelC: 10 },
      inForceSince: 4,
    });
  });

  it('is the preset where nothing is written', () => {
    expect(resolveRule(preset, [], { productId: 'takwa' })).toEqual({ rule: preset, inForceSince: 0 });
  });
});
