import { describe, expect, it } from 'vitest';
import { withoutSensorFaults } from '../../../models/cold-chain/sensorFaults.ts';

const every10Min = (...values: number[]) =>
  values.map((temperatureC, i) => ({ at: i * 600_000, temperatureC }));
const faults = (...values: number[]) =>
  withoutSensorFaults(every10Min(...values)).leftOut.map(({ fault }) => fault);

describe('withoutSensorFaults', () => {
  it('leaves out what sensors say without power, and counts it', () => {
    const { used, leftOut } = withoutSensorFaults(every10Min(4, 85.1, 4.2, -127, 4.1));
    expect(used.map(point => point.temperatureC)).toEqual([4, 4.2, 4.1]);
    expect(leftOut.map(({ fault }) => fault)).toEqual(['out-of-range', 'out-of-range']);
  });
  it('keeps 85 C, -40 C and 0 C', () => {
    expect(withoutSensorFaults(every10Min(-40)).used).toHaveLength(1);
    expect(withoutSensorFaults(every10Min(85)).used).toHaveLength(1);
    expect(withoutSensorFaults(every10Min(0)).used).toHaveLength(1);
  });
  it('leaves out a rise of more than 5 C a minute since the last believed reading', () => {
    expect(faults(4, 60, 5)).toEqual(['too-fast']);
    expect(faults(4, 54)).toEqual([]);
    expect(faults(60, 4)).toEqual([]);
  });
  it('takes a value that stands still for more than 6 h as stuck, not one for 6 h', () => {
    expect(faults(...Array.from({ length: 37 }, () => 4.2))).toEqual([]);
    expect(faults(...Array.from({ length: 38 }, () => 4.2))).toHaveLength(37);
  });
  it('names the reading that runs backwards', () => {
    expect(() => withoutSensorFaults(every10Min(4, 5).reverse())).toThrow(
      /readings\[1\].at must be at or after/,
    );
  });
});
