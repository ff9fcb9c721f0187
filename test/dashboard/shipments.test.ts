import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparkPath } from '../../dashboard/components/Spark.tsx';
import { createFormat } from '../../dashboard/format.ts';
import { boardQuery, readBoardAddress } from '../../dashboard/shipments/boardAddress.ts';
import {
  boardHorizonH,
  boardRows,
  byTruck,
  countVerdicts,
  delayMs,
  destinations,
  latestTemperatureC,
  moneyAtRisk,
  progressOf,
  worstOf,
} from '../../dashboard/shipments/boardRows.ts';
import { boardSentence, countsOf } from '../../dashboard/shipments/boardSentence.ts';
import {
  batchesAtHome,
  emptyLeg,
  legTimes,
  legTo,
  newShipmentId,
  presetShipment,
  toRequest,
} from '../../dashboard/shipments/newShipmentForm.ts';
import { rupiah } from '../../dashboard/shipments/rupiah.ts';
import { arrivalLines, comparedLives, shownArrival } from '../../dashboard/shipments/shownArrival.ts';
import { currentLeg, legTemperatureText, nextStep } from '../../dashboard/shipments/wayWords.ts';
import { createZone } from '../../dashboard/zone.ts';
import type { ArrivalVerdict, LegView, ShipmentSummary } from '../../models/contracts/shipment.ts';
import type { BoardLine, BoardShipment, ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import { aBatch, anEstimate, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const id = createFormat('id', translateIn('id'), createZone('Asia/Jakarta'));
const inH = (hours: number): string => iso(now + hours * hourMs);
const left = (p05: number, median: number, p95: number) => ({ p05, median, p95 });

interface LineFacts {
  readonly verdict?: ArrivalVerdict;
  readonly onArrival?: { p05: number; median: number; p95: number };
  readonly needH?: number;
  readonly arrivesInH?: number;
  readonly readingAt?: string | null;
  readonly atRiskIdr?: number | null;
  readonly celsius?: number | null;
}

function aLine(crate: string, facts: LineFacts = {}): BoardLine {
  const { onArrival = left(30, 40, 50), needH = 24, arrivesInH = 2, verdict = 'enough' } = facts;
  const { readingAt = iso(now - 60_000), atRiskIdr = null, celsius = 6.2 } = facts;
  const nowH = left(onArrival.p05 + arrivesInH, onArrival.median + arrivesInH, onArrival.p95 + arrivesInH);
  return {
    line: 1,
    fefoRank: 1,
    fefoReason: 'enough',
    crate,
    batch: {
      batchId: `batch-${crate}`,
      name: `Takwa ${crate}`,
      productId: 'takwa',
      productName: 'Takwa',
      producedAt: inH(-10),
      quantity: null,
      endedAt: null,
    },
    quantity: null,
    unitPriceIdr: null,
    valueIdr: null,
    atRiskIdr,
    now: { status: 'fresh', remainingH: nowH, lastReadingAt: readingAt, lastTemperatureC: celsius },
    arrival: {
      arrivesAt: inH(arrivesInH),
      remainingH: onArrival,
      verdict,
      needH,
      marginH: onArrival.p05 - needH,
      keptAtC: 5,
      shareShort: { best: 0, worst: 0 },
      measuredShare: 1,
      lastReadingAt: readingAt,
      assumptions: [],
    },
    promise: null,
    recent: { from: inH(-8), to: iso(now), warmestC: [], limitC: 8 },
  };
}

function aLeg(fields: Partial<LegView> = {}): LegView {
  return {
    leg: 1,
    fromName: 'Kediri',
    toName: 'Surabaya',
    fromPlaceId: null,
    toPlaceId: null,
    vehicle: 'L 9214 UK',
    vehiclePlaceId: null,
    driverPhone: null,
    departsAt: inH(-1),
    arrivesAt: inH(2),
    cooling: null,
    temperatureC: null,
    departedAt: inH(-1),
    arrivedAt: null,
    expectedDepartureAt: inH(-1),
    expectedArrivalAt: inH(2),
    planned: null,
    ...fields,
  };
}

function aShipment(
  shipmentId: string,
  lines: readonly BoardLine[],
  fields: Partial<BoardShipment> = {},
): BoardShipment {
  return {
    shipmentId,
    name: shipmentId,
    state: 'under-way',
    fromName: 'Kediri',
    toName: 'Surabaya',
    departsAt: inH(-1),
    arrivesAt: inH(2),
    departedAt: inH(-1),
    arrivedAt: null,
    expectedArrivalAt: inH(2),
    needH: null,
    keptAtC: null,
    ownerOrgId: 'demo',
    receiverOrgId: null,
    asReceiver: false,
    verdict: 'enough',
    totals: {
      lines: lines.length,
      enough: 0,
      tight: 0,
      short: 0,
      unsure: 0,
      valueIdr: null,
      atRiskIdr: null,
    },
    vehicle: 'L 9214 UK',
    legs: [aLeg()],
    lines: lines.map((line, index) => ({ ...line, line: index + 1 })),
    ...fields,
  };
}

const aBoard = (...shipments: BoardShipment[]): ShipmentBoard => ({ asOf: iso(now), shipments, leftOut: 0 });
const namesOf = (board: ShipmentBoard) => boardRows(board, now).map(row => row.line.crate);

describe('what a line arrives with', () => {
  test('is drawn so that solid covers the bracket exactly when the lower end covers the need', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (p05, needH) => {
          const line = aLine('K-1', { onArrival: left(p05, p05 + 5, p05 + 9), needH });
          const shown = shownArrival(line, now, now)!;
          const covers = shown.life.loH >= shown.inH + shown.needH;
          if (Math.abs(p05 - needH) > 1e-6) expect(covers).toBe(p05 >= needH);
        },
      ),
    );
  });

  test('ends before the arrival on the bar when nothing is left by then', () => {
    const gone = aLine('K-1', { onArrival: left(0, 0, 4), arrivesInH: 6 });
    const line = { ...gone, now: { ...gone.now, remainingH: left(2, 5, 10) } };
    const shown = shownArrival(line, now, now)!;
    expect([shown.life.loH, shown.life.medianH, shown.life.hiH]).toEqual([2, 5, 10]);
  });

  test('is not sure any more once the answer is old, but too short stays too short', () => {
    const enough = aLine('K-1', { onArrival: left(30, 40, 50) });
    const short = aLine('K-2', { onArrival: left(2, 3, 4), verdict: 'short' });
    expect(shownArrival(enough, now - 5 * hourMs, now)?.verdict).toBe('enough');
    const old = shownArrival(enough, now - 6.1 * hourMs, now)!;
    expect([old.verdict, old.status, old.life.say, old.isOld]).toEqual(['unsure', 'none', 'unknown', true]);
    expect(shownArrival(short, now - 7 * hourMs, now)?.verdict).toBe('short');
  });

  test('comes in one unit with what is asked for, and never in words that hide which is less', () => {
    expect(comparedLives(44.9, 48, id)).toEqual(['44 jam', '48 jam']);
    expect(comparedLives(60, 48, id)).toEqual(['2½ hari', '2 hari']);
    expect(comparedLives(50, 55, id)).toEqual(['50 jam', '55 jam']);
  });

  test('is worded: both figures, or what is known of a crate nobody knows', () => {
    const words = (facts: LineFacts) => arrivalLines(shownArrival(aLine('K-1', facts), now, now)!, now, id);
    expect(words({ onArrival: left(44.2, 60, 80), needH: 48, verdict: 'tight' })).toEqual([
      'Tiba: ≥\u00a044 jam',
      'Syarat: 48 jam',
    ]);
    expect(words({ onArrival: left(0, 12, 80), needH: 8, verdict: 'tight' })).toEqual([
      'Bisa sudah lewat',
      'Syarat: 8 jam',
    ]);
    expect(words({ onArrival: left(19.5, 30, 80), verdict: 'unsure', readingAt: inH(-1.8) })).toEqual([
      'Data terakhir 11.52',
      'Terburuk 19 jam',
    ]);
    expect(words({ verdict: 'unsure', readingAt: null })[0]).toBe('Tanpa sensor');
  });
});

describe('the board', () => {
  const late = aShipment('S-1', [
    aLine('K-07', { onArrival: left(44, 60, 80), needH: 48, verdict: 'tight', atRiskIdr: 120_400 }),
    aLine('K-15', { onArrival: left(19, 60, 80), verdict: 'unsure', celsius: 25 }),
  ]);
  const sidoarjo = aShipment(
    'S-2',
    [aLine('K-02', { onArrival: left(4, 5, 7), needH: 8, verdict: 'short', celsius: 28.4 })],
    {
      toName: 'Sidoarjo',
    },
  );

  test('has the first to spoil on arrival first, and one that nobody knows by its worst case', () => {
    expect(namesOf(aBoard(late, sidoarjo))).toEqual(['K-02', 'K-15', 'K-07']);
  });

  test('says first what to unload, then what to hold back, keep cold or check', () => {
    const say = (board: ShipmentBoard) => boardSentence(boardRows(board, now), id);
    expect(say(aBoard(late, sidoarjo))).toEqual([
      { text: 'Turunkan ' },
      { text: 'K-02', mark: 'risk' },
      { text: ' paling dulu di Sidoarjo: tidak cukup umur saat tiba.' },
    ]);
    const text = (board: ShipmentBoard) =>
      say(board)
        .map(part => part.text)
        .join('');
    const planned = { ...sidoarjo, state: 'planned' as const, departedAt: null };
    const another = { ...planned, shipmentId: 'S-8', lines: [{ ...sidoarjo.lines[0]!, crate: 'K-31' }] };
    expect(text(aBoard(planned, another, late))).toMatch(
      /^Tunda atau dinginkan K-02 dan 1 krat lain ke Sidoarjo:/,
    );
    expect(text(aBoard(sidoarjo, another))).toMatch(/^Turunkan K-02 paling dulu/);
    expect(text(aBoard(planned))).toBe('Tunda atau dinginkan K-02 ke Sidoarjo: tidak cukup umur saat tiba.');
    expect(text(aBoard(late))).toBe('Jaga K-07 ke Surabaya tetap dingin: umurnya mepet.');
    expect(text(aBoard(aShipment('S-3', [aLine('K-11')])))).toBe('Krat ini cukup umur saat tiba.');
  });

  test('counts verdicts in words, and the worst decides', () => {
    const rows = boardRows(aBoard(late, sidoarjo), now);
    expect(countsOf(rows, id)).toBe('1 tidak cukup, 1 mepet, 1 belum pasti');
    expect(worstOf(countVerdicts(rows))).toBe('short');
    expect(worstOf(countVerdicts([]))).toBe('enough');
    expect(countsOf([], id)).toBe('Semua cukup');
  });

  test('adds up the money that is known, rounded up to thousands', () => {
    const rows = boardRows(aBoard(late, sidoarjo), now);
    expect(moneyAtRisk(rows)).toBe(120_400);
    expect(rupiah(120_400, id)).toBe('Rp 121.000');
    expect(moneyAtRisk(boardRows(aBoard(sidoarjo), now))).toBeNull();
  });

  test('groups by shipment, knows where things go and how warm it is there', () => {
    const board = aBoard(late, sidoarjo);
    const trucks = byTruck(boardRows(board, now));
    expect(trucks.map(({ shipment }) => shipment.shipmentId)).toEqual(['S-2', 'S-1']);
    expect(destinations(board)).toEqual(['Surabaya', 'Sidoarjo']);
    expect(latestTemperatureC(trucks[0]!.rows)).toBe(28.4);
    // The 25 °C is old news.
    expect(latestTemperatureC(trucks[1]!.rows)).toBe(6.2);
  });

  test('has every arrival and every life that is asked for on one axis', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ inH: fc.nat(90), needH: fc.nat(90) }), { maxLength: 8 }), arrivals => {
        const horizonH = boardHorizonH(arrivals);
        for (const { inH, needH } of arrivals) expect(inH + needH).toBeLessThanOrEqual(horizonH * 0.7);
      }),
    );
  });

  test('shows how far a shipment has come by the time, and its delay only when it matters', () => {
    expect(progressOf(late, now)).toBeCloseTo(1 / 3);
    expect(progressOf({ ...late, state: 'planned' }, now)).toBe(0);
    expect(progressOf(late, now + 9 * hourMs)).toBe(1);
    expect(delayMs({ ...late, expectedArrivalAt: inH(2.1) })).toBe(0);
    expect(delayMs({ ...late, expectedArrivalAt: inH(2.5) })).toBe(0.5 * hourMs);
  });

  test('keeps how it is looked at in its address', () => {
    for (const address of [
      { order: 'fefo', toName: null, look: 'road' },
      { order: 'truck', toName: 'Toko Makmur & Co', look: 'past' },
      { order: 'fefo', toName: null, look: 'stock' },
    ] as const)
      expect(readBoardAddress(boardQuery(address))).toEqual(address);
    expect(boardQuery({ order: 'fefo', toName: null, look: 'road' })).toBe('');
  });
});

describe('Spark', () => {
  test('never bridges a gap, and draws a lone value as a dot', () => {
    const path = sparkPath(
      [1, 2, null, 4, null, null, 7, 8],
      step => step,
      value => value,
    );
    expect(path).toBe('M0.0 1.0L1.0 2.0M3.0 4.0h0M6.0 7.0L7.0 8.0');
  });
});

describe('the way of a shipment', () => {
  const second = aLeg({ leg: 2, fromName: 'Mojokerto', departedAt: null });

  test('goes on with departure, handover and arrival in turn', () => {
    const step = (legs: LegView[], state: BoardShipment['state'] = 'under-way') => nextStep({ legs, state });
    expect(step([aLeg({ departedAt: null })], 'planned')).toBe('depart');
    expect(step([aLeg(), second])).toBe('handover');
    expect(step([aLeg({ arrivedAt: iso(now) }), second])).toBe('depart');
    expect(step([aLeg()])).toBe('arrive');
    expect(step([aLeg()], 'arrived')).toBeNull();
    expect(currentLeg({ legs: [aLeg({ arrivedAt: iso(now) }), second], state: 'under-way' })).toBe(second);
  });

  test('says how warm it is taken to be and why, never narrower than it is', () => {
    const leg = { temperatureC: 26.2, lowC: 24.4, highC: 30.1, sentence: '' };
    expect(legTemperatureText({ ...leg, kind: 'climate' }, id)).toBe('Dianggap 24–31 °C, dari cuaca jam itu');
    expect(legTemperatureText({ ...leg, kind: 'given', temperatureC: 6 }, id)).toBe('Suhu rencana 6 °C');
  });
});

describe('a new shipment', () => {
  const last = {
    ...aShipment('S-9', []),
    toName: 'Malang',
    vehicle: 'AG 9530 VB',
    departsAt: inH(-30),
    arrivesAt: inH(-26.6),
    batchIds: [],
  } as unknown as ShipmentSummary;
  const known = { past: [last], places: [], firm: 'Tahu Bu Sri' };

  test('is filled in as the last one was, and as the last to a place once that is chosen', () => {
    const form = presetShipment(known);
    expect(form).toMatchObject({ fromName: 'Kediri', departsAt: null, batchIds: [] });
    expect(form.legs).toEqual([{ ...emptyLeg, toName: 'Malang', vehicle: 'AG 9530 VB', minutes: 210 }]);
    expect(legTo('Malang', { ...emptyLeg, cooling: 'ice' }, known.past)).toMatchObject({
      minutes: 210,
      cooling: 'ice',
    });
    expect(presetShipment({ ...known, past: [] }).fromName).toBe('Tahu Bu Sri');
  });

  test('is no request while what or where is missing', () => {
    const form = presetShipment(known);
    expect(toRequest(form, now)).toBeNull();
    expect(toRequest({ ...form, batchIds: ['K-1'], legs: [emptyLeg] }, now)).toBeNull();
  });

  test('is asked for leg by leg, each after the one before', () => {
    const legs = [
      { ...emptyLeg, toName: 'Mojokerto', minutes: 90, cooling: 'ice' as const },
      { ...emptyLeg, toName: ' Surabaya ', minutes: 60, temperature: '6,5' },
    ];
    const request = toRequest({ fromName: 'Kediri', legs, departsAt: now, needH: 24, batchIds: ['K-1'] }, 0);
    expect(request).toEqual({
      batches: [{ batchId: 'K-1' }],
      needH: 24,
      legs: [
        { fromName: 'Kediri', toName: 'Mojokerto', departsAt: inH(0), arrivesAt: inH(1.5), cooling: 'ice' },
        {
          fromName: 'Mojokerto',
          toName: 'Surabaya',
          departsAt: inH(2),
          arrivesAt: inH(3),
          temperatureC: 6.5,
        },
      ],
    });
    const times = legTimes({ fromName: '', legs, departsAt: null, needH: null, batchIds: [] }, now);
    expect(times[1]!.departsAt).toBeGreaterThan(times[0]!.arrivesAt);
  });

  test('offers what is here, the first to spoil first, and nothing that is on its way', () => {
    const batch = (batchId: string, lo: number) =>
      aBatch({ batchId, estimate: anEstimate({ lo, median: lo + 2, hi: lo + 4 }) });
    const away = aShipment('S-1', [aLine('x')]);
    const here = batchesAtHome([batch('b', 30), batch('a', 5), batch('batch-x', 9)], aBoard(away), now);
    expect(here.map(({ batchId }) => batchId)).toEqual(['a', 'b']);
  });

  test('has an id that can be told over the telephone', () => {
    expect(newShipmentId(new Uint8Array([0, 31, 62, 255, 7]))).toMatch(/^S-[2-9A-HJKMNP-Z]{5}$/);
  });
});
