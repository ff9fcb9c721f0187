import { describe, expect, it } from 'vitest';
import { createReadingSource } from '../../firmware-sim/readingSource.ts';
import { defineScenario, type Scenario } from '../../firmware-sim/scenario.ts';
import { scenarioCatalogue } from '../../firmware-sim/scenarios/catalogue.ts';
import { measuredFridge, readSeries } from '../../firmware-sim/scenarios/measuredFridge.ts';
import { readingWireSchema } from '../../models/contracts/reading.ts';

const startAt = Date.parse('2026-11-23T17:00:00Z'); // midnight in Kediri
const hourMs = 3_600_000;
const place = { nodeId: 'n-1', name: 'Node', placeId: 'here', startAt };

function readings(scenario: Scenario, from: number, to: number, seed = 1): string[] {
  const source = createReadingSource(scenario, seed);
  const texts: string[] = [];
  for (let at = source.firstAt(from); at < to; at = source.firstAt(at + 1)) {
    const sample = source.sampleAt(at);
    if (sample !== null) texts.push(sample.text);
  }
  return texts;
}

const temperatures = (texts: readonly string[]): (number | null)[] =>
  texts.map(text => (JSON.parse(text) as { temperatureC: number | null }).temperatureC);

describe('createReadingSource', () => {
  it.each(Object.keys(scenarioCatalogue))(
    'gives the same bytes for the same seed, and valid readings: %s',
    name => {
      const scenario = scenarioCatalogue[name]!(place);
      const first = readings(scenario, startAt, startAt + 24 * hourMs, 7);
      expect(readings(scenario, startAt, startAt + 24 * hourMs, 7)).toEqual(first);
      expect(first.length).toBe(scenario.source.kind === 'replay' ? 144 : 1440);
      for (const text of first) readingWireSchema.parse(JSON.parse(text));
    },
  );

  it('gives other readings for another seed and for another node', () => {
    const scenario = scenarioCatalogue['shop-fridge']!(place);
    const first = readings(scenario, startAt, startAt + hourMs, 1);
    expect(readings(scenario, startAt, startAt + hourMs, 2)).not.toEqual(first);
    expect(readings({ ...scenario, nodeId: 'n-2' }, startAt, startAt + hourMs, 1)).not.toEqual(first);
  });

  it('goes on after a restart in the middle with the bytes it would have given anyway', () => {
    for (const make of Object.values(scenarioCatalogue)) {
      const scenario = make(place);
      const whole = readings(scenario, startAt, startAt + 6 * hourMs);
      const before = readings(scenario, startAt, startAt + 2.5 * hourMs);
      expect([...before, ...readings(scenario, startAt + 2.5 * hourMs, startAt + 6 * hourMs)]).toEqual(whole);
    }
  });

  it('measures the same world however often it samples', () => {
    const often = { ...scenarioCatalogue['shop-fridge']!(place), sampleEveryS: 7.5 };
    const rarely = { ...often, sampleEveryS: 600 };
    const oftenAt = new Map(
      readings(often, startAt, startAt + 3 * hourMs).map(t => [JSON.parse(t).measuredAt, t]),
    );
    for (const text of readings(rarely, startAt, startAt + 3 * hourMs)) {
      const { measuredAt, temperatureC } = JSON.parse(text);
      const same = JSON.parse(oftenAt.get(measuredAt)!);
      expect(same.temperatureC).toBeCloseTo(temperatureC, 6);
    }
  });

  it('gives each sampling time once, also when the interval is no whole number of milliseconds', () => {
    const scenario = { ...scenarioCatalogue['shop-fridge']!(place), sampleEveryS: 1 / 3 };
    const times = readings(scenario, startAt, startAt + 60_000).map(t => JSON.parse(t).measuredAt);
    expect(new Set(times).size).toBe(180);
  });

  it('takes no samples without power', () => {
    const powerOff = [{ from: startAt + hourMs, to: startAt + 2 * hourMs }];
    const scenario = { ...scenarioCatalogue['shop-fridge']!(place), powerOff };
    expect(readings(scenario, startAt, startAt + 3 * hourMs)).toHaveLength(120);
  });

  it('moves visibly from minute to minute', () => {
    const seen = temperatures(readings(scenarioCatalogue['shop-fridge']!(place), startAt, startAt + hourMs));
    const changes = seen.filter((t, i) => i > 0 && t !== seen[i - 1]);
    expect(changes.length).toBeGreaterThan(50);
  });

  it('says what a broken probe says: -127 when disconnected, 85 after power-on, one value when stuck, none for nan', () => {
    const fault = (kind: 'disconnected' | 'power-on' | 'nan', hour: number) =>
      ({ kind, from: startAt + hour * hourMs, to: startAt + (hour + 1) * hourMs }) as const;
    const scenario = {
      ...scenarioCatalogue.kiosk!(place),
      probeFaults: [
        fault('disconnected', 0),
        fault('power-on', 1),
        fault('nan', 2),
        { kind: 'stuck', atC: 25.5, from: startAt + 3 * hourMs, to: startAt + 4 * hourMs } as const,
      ],
    };
    const seen = temperatures(readings(scenario, startAt, startAt + 4 * hourMs));
    expect(seen).toEqual([-127, 85, null, 25.5].flatMap(value => Array.from({ length: 60 }, () => value)));
  });

  it('dates by a clock that is wrong, frozen or missing', () => {
    const scenario = {
      ...scenarioCatalogue.kiosk!(place),
      clockFaults: [
        { kind: 'offset', offsetMs: 3 * 24 * hourMs, from: startAt, to: startAt + 60_000 } as const,
        { kind: 'frozen', showsAt: 0, from: startAt + 60_000, to: startAt + 120_000 } as const,
        { kind: 'none', from: startAt + 120_000, to: startAt + 180_000 } as const,
      ],
    };
    const dated = readings(scenario, startAt, startAt + 240_000).map(t => JSON.parse(t).measuredAt);
    expect(dated).toEqual([
      '2026-11-26T17:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      undefined,
      '2026-11-23T17:03:00.000Z',
    ]);
  });

  it('drifts by what the probe drifts in a day', () => {
    const kiosk = scenarioCatalogue.kiosk!(place);
    if (kiosk.source.kind !== 'simulated') throw new Error('a kiosk is simulated');
    const probe = { noiseSdC: 0, resolutionC: 0, offsetC: 0, driftCPerDay: 0, calibratedAt: startAt };
    const withDrift = (driftCPerDay: number) =>
      ({ ...kiosk, source: { ...kiosk.source, probe: { ...probe, driftCPerDay } } }) as Scenario;
    const at = startAt + 48 * hourMs;
    const [still, drifting] = [0, 0.5].map(d => temperatures(readings(withDrift(d), at, at + 1))[0]!);
    expect(drifting! - still!).toBeCloseTo(1, 9);
  });
});

describe('measuredFridge', () => {
  it.each(['A1', 'A2'] as const)(
    'gives exactly the values measured in %s, at their ten-minute marks, every day',
    id => {
      const series = readSeries(id);
      expect(series).toHaveLength(145);
      const scenario = measuredFridge({ ...place, startAt: startAt + 5 * hourMs + 1234 }, id);
      const source = createReadingSource(scenario, 1);
      let at = source.firstAt(startAt);
      expect(at).toBe(startAt + 5 * hourMs + 600_000);
      for (let i = 31; i < 31 + 3 * 144; i++) {
        const point = series[i % 144]!;
        expect(at).toBe(startAt + i * 600_000);
        const reading = JSON.parse(source.sampleAt(at)!.text) as { measuredAt: string; temperatureC: number };
        expect(reading.temperatureC).toBe(point.temperatureC);
        expect(Date.parse(reading.measuredAt)).toBe(at);
        at = source.firstAt(at + 1);
      }
    },
  );

  it('knows the first, a middle and the last value of both series', () => {
    const [a1, a2] = [readSeries('A1'), readSeries('A2')];
    expect([a1[0], a1[72], a1[144]].map(p => p?.temperatureC)).toEqual([5.5, 7.5, 7]);
    expect([a2[0], a2[72], a2[144]].map(p => p?.temperatureC)).toEqual([7, 7.1, 6.8]);
    expect(a1[144]?.offsetMs).toBe(24 * hourMs);
  });
});

describe('defineScenario', () => {
  it('refuses what cannot be simulated, naming field, value and what is allowed', () => {
    const source = scenarioCatalogue.kiosk!(place).source;
    const define = (change: Partial<Scenario>) => () => defineScenario({ ...place, source, ...change });
    expect(define({ nodeId: 'a/b' })).toThrow('nodeId must be a node id, got a/b');
    expect(define({ sampleEveryS: 0 })).toThrow('sampleEveryS must be 0.001 to 86400, got 0');
    expect(define({ powerOff: [{ from: 5, to: 5 }] })).toThrow(
      'powerOff must be a window that ends after it begins, got 5 to 5',
    );
    expect(define({ startAt: Number.NaN })).toThrow('startAt must be epoch milliseconds, got NaN');
  });
});
