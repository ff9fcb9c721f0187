import { describe, expect, it } from 'vitest';
import type { ForeignReading } from '../../../models/contracts/foreign.ts';
import { toNodeReadings } from '../../../server/ingest/toNodeReadings.ts';

const receivedAt = Date.UTC(2026, 2, 2, 3, 15);

describe('toNodeReadings', () => {
  const found = (metric: ForeignReading['metric'], value: number, more: Partial<ForeignReading> = {}) =>
    ({
      node: '0x1',
      metric,
      value,
      unit: '%',
      measuredAt: receivedAt,
      timeSource: 'gateway',
      quality: 'good',
      ...more,
    }) as ForeignReading;
  const claimed = () => ({ nodeId: 'kulkas-1' });

  it('makes one reading of the values of one sensor at one time', () => {
    const values = [
      found('temperature', 4.5),
      found('humidity', 81),
      found('battery', 77),
      found('rssi', -60),
    ];
    expect(toNodeReadings(values, receivedAt, claimed)).toEqual([
      {
        nodeId: 'kulkas-1',
        probe: 'main',
        measuredAt: receivedAt,
        receivedAt,
        timeSource: 'device',
        temperatureC: 4.5,
        humidityPct: 81,
        batteryPct: 77,
        sequence: null,
        quality: 'good',
      },
    ]);
  });

  it('keeps probes and times apart and makes probe names safe', () => {
    const values = [
      found('temperature', 4.5, { channel: 'DS18B20:00AA' }),
      found('temperature', 5.5, { channel: 'Sensor/Suhu atas' }),
      found('temperature', 3.5, { channel: 'DS18B20:00AA', measuredAt: receivedAt - 1000 }),
    ];
    const readings = toNodeReadings(values, receivedAt, claimed);
    expect(readings.map(r => [r.probe, r.measuredAt, r.temperatureC])).toEqual([
      ['DS18B20:00AA', receivedAt, 4.5],
      ['Sensor-Suhu-atas', receivedAt, 5.5],
      ['DS18B20:00AA', receivedAt - 1000, 3.5],
    ]);
  });

  it('never lets a doubtful value age a batch, nor a doubtful humidity cost a good temperature', () => {
    const doubtful = toNodeReadings([found('temperature', 85, { quality: 'bad' })], receivedAt, claimed);
    expect(doubtful).toMatchObject([{ temperatureC: 85, quality: 'suspect' }]);
    const mixed = [found('temperature', 4.5), found('humidity', 104, { quality: 'suspect' })];
    expect(toNodeReadings(mixed, receivedAt, claimed)).toMatchObject([
      { temperatureC: 4.5, humidityPct: null, quality: 'good' },
    ]);
  });

  it('leaves out what nobody has claimed', () => {
    expect(toNodeReadings([found('temperature', 4.5)], receivedAt, () => undefined)).toEqual([]);
  });
});
