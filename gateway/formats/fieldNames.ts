import type { Metric } from '../../models/contracts/foreign.ts';

/** What a field of a decoded payload measures, told from its name. */
export interface NamedField {
  readonly metric: Metric;
  /** When the name says it. */
  readonly unit?: string;
  /** What of the name tells several sensors apart ("TempC_DS" -> "DS"). */
  readonly channel?: string;
}

const words: Readonly<Record<string, Metric>> = {
  temperature: 'temperature',
  temp: 'temperature',
  tempc: 'temperature',
  tempf: 'temperature',
  suhu: 'temperature',
  humidity: 'humidity',
  hum: 'humidity',
  humi: 'humidity',
  rh: 'humidity',
  kelembapan: 'humidity',
  kelembaban: 'humidity',
  pressure: 'pressure',
  barometer: 'pressure',
  battery: 'battery',
  batt: 'battery',
  bat: 'battery',
  batv: 'voltage',
  battv: 'voltage',
  vbat: 'voltage',
  vdd: 'voltage',
  voltage: 'voltage',
  rssi: 'rssi',
  snr: 'snr',
  dewpoint: 'dewpoint',
};

/** Words that only say more about the same quantity. */
const plain: ReadonlySet<string> = new Set([
  'air',
  'ambient',
  'relative',
  'sensor',
  'sensors',
  'value',
  'current',
  'measured',
  'reading',
  'barometric',
  'atmospheric',
  'level',
  'percent',
  'percentage',
  'pct',
  'soc',
  'remaining',
]);

/** Words of settings, limits, statistics, and of temperatures inside electronics: never a measurement of goods. */
const notMeasured: ReadonlySet<string> = new Set([
  ...[
    'alarm',
    'alert',
    'alarms',
    'min',
    'max',
    'minimum',
    'maximum',
    'high',
    'low',
    'limit',
    'limits',
    'threshold',
  ],
  ...[
    'unit',
    'units',
    'calibration',
    'calibrate',
    'offset',
    'correction',
    'comfort',
    'set',
    'setpoint',
    'setpoints',
  ],
  ...[
    'target',
    'setting',
    'settings',
    'config',
    'configuration',
    'enable',
    'enabled',
    'status',
    'state',
    'error',
  ],
  ...[
    'err',
    'mutation',
    'abnormal',
    'change',
    'delta',
    'diff',
    'average',
    'avg',
    'mean',
    'resolution',
    'interval',
  ],
  ...[
    'report',
    'reporting',
    'sensitivity',
    'precision',
    'mode',
    'type',
    'flag',
    'trend',
    'rate',
    'range',
    'hysteresis',
  ],
  ...['device', 'chip', 'mcu', 'cpu', 'core', 'board', 'internal', 'processor', 'system', 'soil', 'moisture'],
  ...[
    'apparent',
    'feels',
    'wet',
    'bulb',
    'index',
    'specific',
    'absolute',
    'charge',
    'charging',
    'cable',
    'fault',
  ],
]);

const unitWords: Readonly<Record<string, string>> = {
  c: '°C',
  celsius: '°C',
  degc: '°C',
  f: '°F',
  fahrenheit: '°F',
  degf: '°F',
  k: 'K',
  kelvin: 'K',
  hpa: 'hPa',
  pa: 'Pa',
  kpa: 'kPa',
  mbar: 'mbar',
  mv: 'mV',
  v: 'V',
};

/** "temperature1" -> temperature, 1; but "SHT31" and "chn2" are names and stay whole. */
function splitNumbered(word: string): string[] {
  const match = /^([A-Za-z]+)(\d+)$/.exec(word);
  const stem = match?.[1]?.toLowerCase() ?? '';
  const isKnown = Object.hasOwn(words, stem) || Object.hasOwn(unitWords, stem) || stem === 'external';
  return match && isKnown ? [match[1] ?? '', match[2] ?? ''] : [word];
}

/** "TempC_SHT" -> Temp, C, SHT; "externalTemperature2" -> external, Temperature, 2. */
function splitName(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9%]+/)
    .filter(word => word !== '')
    .flatMap(splitNumbered);
}

/**
 * Tells a measurement by the words of its field name. Exactly one of them must name a quantity, none may be of a
 * setting; up to two words left over name the channel. Undefined: not a measurement we keep.
 */
export function namedField(name: string): NamedField | undefined {
  if (name.length > 64) return undefined;
  const parts = splitName(name.replace(/dew[ _]?point/i, 'dewpoint').replace(/set[ _]?point/i, 'setpoint'));
  let metric: Metric | undefined;
  let unit: string | undefined;
  const rest: string[] = [];
  for (const part of parts) {
    const word = part.toLowerCase();
    if (notMeasured.has(word)) return undefined;
    const named = Object.hasOwn(words, word) ? words[word] : undefined;
    if (named !== undefined && metric === undefined) {
      metric = named;
      if (word === 'tempf') unit = '°F';
    } else if (named === 'voltage' && metric === 'battery') metric = 'voltage';
    else if (named === 'battery' && metric === 'voltage') continue;
    else if (named !== undefined) return undefined;
    else if (metric !== undefined && unit === undefined && Object.hasOwn(unitWords, word))
      unit = unitWords[word];
    else if (!plain.has(word)) rest.push(part);
  }
  if (metric === undefined || rest.length > 2) return undefined;
  if (metric === 'battery' && (unit === 'V' || unit === 'mV')) metric = 'voltage';
  if (metric === 'voltage' && unit !== 'V' && unit !== 'mV') unit = undefined;
  return {
    metric,
    ...(unit === undefined ? {} : { unit }),
    ...(rest.length === 0 ? {} : { channel: rest.join('_') }),
  };
}

/** A battery or supply voltage whose unit is not stated: nothing here runs on a thousand volts. */
export function supplyUnit(raw: unknown): 'V' | 'mV' {
  return Math.abs(Number(typeof raw === 'number' || typeof raw === 'string' ? raw : 0)) >= 1000 ? 'mV' : 'V';
}
