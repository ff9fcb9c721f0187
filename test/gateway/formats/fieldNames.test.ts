import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedField } from '../../../gateway/formats/fieldNames.ts';

describe('namedField', () => {
  it.each([
    ['temperature', 'temperature', undefined],
    ['TempC_SHT', 'temperature', 'SHT'],
    ['TempC_DS', 'temperature', 'DS'],
    ['TempC1', 'temperature', '1'],
    ['temperature_3', 'temperature', '3'],
    ['externalTemperature', 'temperature', 'external'],
    ['temperature_chn2', 'temperature', 'chn2'],
    ['Hum_SHT', 'humidity', 'SHT'],
    ['relative_humidity_4', 'humidity', '4'],
    ['relativeHumidity', 'humidity', undefined],
    ['BatV', 'voltage', undefined],
    ['battery_voltage', 'voltage', undefined],
    ['vdd', 'voltage', undefined],
    ['batteryLevel', 'battery', undefined],
    ['barometric_pressure_0', 'pressure', '0'],
    ['dew_point', 'dewpoint', undefined],
  ])('takes %s for %s of channel %s', (name, metric, channel) => {
    const field = namedField(name);
    expect([field?.metric, field?.channel]).toEqual([metric, channel]);
  });

  it.each([
    ...[
      'temperature_calibration',
      'comfort_temperature_max',
      'temperature_unit',
      'temperatureAlarm',
      'Bat_status',
    ],
    ...['target_temperature', 'temperature_threshold', 'device_temperature', 'soilTemperature', 'Ext_sensor'],
    ...[
      'temp_setpoint',
      'humidity_offset',
      'battery_low',
      'ILL_lux',
      'analog_in_1',
      '',
      '__proto__',
      'constructor',
    ],
  ])('takes %s for no measurement', name => {
    expect(namedField(name)).toBeUndefined();
  });

  it('never throws and never names an inherited property', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)));
    fc.assert(
      fc.property(names, name => {
        expect(['undefined', 'string']).toContain(typeof namedField(name)?.metric);
      }),
    );
  });
});
