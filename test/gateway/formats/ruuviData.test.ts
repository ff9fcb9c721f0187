import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRuuvi, manufacturerData } from '../../../gateway/formats/ruuviData.ts';

/** An advertisement with flags and Ruuvi's manufacturer data around `payload`. */
function advertisement(payload: Buffer): string {
  const header = Buffer.from([0x02, 0x01, 0x06, payload.length + 3, 0xff, 0x99, 0x04]);
  return Buffer.concat([header, payload]).toString('hex');
}

describe('decodeRuuvi', () => {
  it('gives back every value that format 5 can carry', () => {
    const climate = fc.tuple(
      fc.integer({ min: -32767, max: 32767 }),
      fc.nat(65534),
      fc.nat(65534),
      fc.nat(2046),
      fc.nat(65534),
    );
    fc.assert(
      fc.property(climate, ([temperature, humidity, pressure, power, sequence]) => {
        const payload = Buffer.alloc(24);
        payload.writeUInt8(5, 0);
        payload.writeInt16BE(temperature, 1);
        payload.writeUInt16BE(humidity, 3);
        payload.writeUInt16BE(pressure, 5);
        payload.writeUInt16BE(power << 5, 13);
        payload.writeUInt16BE(sequence, 16);
        payload.write('e10203040506', 18, 'hex');
        const data = manufacturerData(advertisement(payload));
        const sample = typeof data === 'string' ? undefined : decodeRuuvi(data);
        if (!sample || typeof sample === 'string') throw new Error(`${String(data)} ${String(sample)}`);
        expect(sample.temperatureC).toBeCloseTo(temperature * 0.005, 9);
        expect(sample.humidityPct).toBeCloseTo(humidity * 0.0025, 9);
        expect(sample.pressurePa).toBe(pressure + 50_000);
        expect(sample.voltageV).toBeCloseTo(1.6 + power / 1000, 9);
        expect(sample).toMatchObject({ sequence, macTail: 'e10203040506' });
      }),
    );
  });

  it('reads "not available" as null in every field of format 5', () => {
    const payload = Buffer.from('058000ffffffff800080008000ffffffffffffffffffffff', 'hex');
    expect(decodeRuuvi(payload)).toEqual({
      temperatureC: null,
      humidityPct: null,
      pressurePa: null,
      voltageV: null,
    });
  });

  it('tells formats it does not know and cut ones apart', () => {
    expect(decodeRuuvi(Buffer.from('08ffff', 'hex'))).toBe('unknown');
    expect(decodeRuuvi(Buffer.alloc(0))).toBe('unknown');
    expect(decodeRuuvi(Buffer.from('0504c4', 'hex'))).toBe('truncated');
  });

  it('answers any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        decodeRuuvi(bytes);
        manufacturerData(Buffer.from(bytes).toString('hex'));
      }),
    );
  });
});

describe('manufacturerData', () => {
  it('tells text that is no hex and advertisements of other makers apart', () => {
    expect(manufacturerData('xyz')).toBe('not-hex');
    expect(manufacturerData('020106')).toBe('foreign');
    expect(manufacturerData('0aff4c0010055b1c0000')).toBe('foreign');
    expect(manufacturerData('0bff9904')).toBe('truncated');
  });
});
