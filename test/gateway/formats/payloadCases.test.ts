import { describe, expect, it } from 'vitest';
import { runCase } from '../../../cli/payloads.ts';
import { readPayloadCases } from './readPayloadCases.ts';

describe('the intake', () => {
  const published = readPayloadCases('publishedShapes.json');
  const further = readPayloadCases('furtherShapes.json');

  it('has cases of every family to be judged by', () => {
    const families = new Set([...published, ...further].map(one => one.family));
    expect(published.length).toBe(70);
    expect(further.length).toBeGreaterThan(100);
    expect([...families].sort()).toEqual(
      expect.arrayContaining([
        'cayenne-lpp',
        'chirpstack-v4',
        'esphome',
        'ha-discovery',
        'openmqttgateway',
        'ruuvi-gateway',
        'senml',
        'shelly-gen1',
        'shelly-gen2',
        'sparkplug-b',
        'tasmota',
        'theengs',
        'tts-v3',
        'zigbee2mqtt',
      ]),
    );
  });

  it.each(published.map(one => [one.id, one] as const))('reads the published shape %s', (_id, one) => {
    expect(runCase(one, true)).toEqual([]);
  });

  it.each(further.map(one => [one.id, one] as const))('reads the further shape %s', (_id, one) => {
    expect(runCase(one, true)).toEqual([]);
  });

  it('leaves Object.prototype as it is over all cases', () => {
    const before = Reflect.ownKeys(Object.prototype);
    for (const one of [...published, ...further]) runCase(one);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
