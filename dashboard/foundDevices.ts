import { effect, signal } from '@preact/signals';
import type { FoundDeviceView } from '../models/contracts/foundDevice.ts';
import { ApiError, api } from './api.ts';
import type { Format } from './format.ts';
import { me } from './state.ts';

const askEveryMs = 10_000;

/** Devices behind bridges that wait for a name; `null` until known. */
export const foundDevices = signal<readonly FoundDeviceView[] | null>(null);

// Nothing of one account is left for the next.
effect(() => {
  if (me.value === null) foundDevices.value = null;
});

export async function askForFoundDevices(): Promise<void> {
  try {
    foundDevices.value = await api.foundDevices();
  } catch (error) {
    // The list is an offer: what is known stays, and the page says elsewhere that the server is away.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Asks now and then again and again. @returns a function that stops it. */
export function watchFoundDevices(): () => void {
  void askForFoundDevices();
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void askForFoundDevices();
  }, askEveryMs);
  return () => clearInterval(timer);
}

const families: Record<string, string> = {
  'cayenne-lpp': 'Cayenne LPP',
  'chirpstack-v4': 'ChirpStack',
  esphome: 'ESPHome',
  'ha-discovery': 'Home Assistant',
  openmqttgateway: 'OpenMQTTGateway',
  'ruuvi-gateway': 'Ruuvi Gateway',
  senml: 'SenML',
  'shelly-gen1': 'Shelly',
  'shelly-gen2': 'Shelly',
  'sparkplug-b': 'Sparkplug B',
  tasmota: 'Tasmota',
  'tts-v3': 'The Things Stack',
  zigbee2mqtt: 'Zigbee2MQTT',
};

/** A kind of foreign device as its makers write it. */
export const familyName = (family: string): string => families[family] ?? family;

/** One value of a found device: "5,1 °C", "RH 81%", others with their own name and unit. */
export function foundValueText(value: FoundDeviceView['values'][number], format: Format): string {
  const of = value.channel === null ? '' : `${value.channel} `;
  if (value.metric === 'temperature') return `${of}${format.temperature(value.value)}`;
  if (value.metric === 'humidity')
    return `${of}${format.t('sensors.humidity', { percent: format.number(value.value, 0) })}`;
  if (value.metric === 'battery')
    return `${of}${format.t('sensors.battery', { percent: Math.round(value.value) })}`;
  const digits = Number.isInteger(value.value) ? 0 : 2;
  return `${of}${value.metric} ${format.number(value.value, digits)} ${value.unit}`.trim();
}
