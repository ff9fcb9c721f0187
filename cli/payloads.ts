import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageIntake, type MessageIntake, type Taken } from '../gateway/foreignIntake.ts';
import type { ForeignContext, ForeignMessage, ForeignOutcome } from '../gateway/formats/deviceFormat.ts';
import type { ForeignEvent } from '../models/contracts/foreign.ts';
import { type Got, type GotReading, payloadDifferences } from './comparePayload.ts';
import { contextOf, messagesOf, type PayloadCase, payloadCaseSchema } from './payloadCase.ts';

export interface PayloadSummary {
  readonly passed: number;
  readonly failed: number;
}

/** No message, however hostile, may hold the gateway longer than this. */
const maxHandlingMs = 100;
const maxHeapGrowthBytes = 64 * 1024 * 1024;
const knownFamilies =
  /^(native|tahan|zigbee|z2m|tasmota|esphome|ha-|home-?assistant|shelly|chirpstack|tts|ttn|the-?things|sparkplug|senml|cayenne|lpp|ruuvi|openmqttgateway|omg|theengs|any|generic|unknown|mqtt)/i;

/**
 * Runs every case of every JSON file of a folder through the intake; a line for each that fails.
 *
 * @param print  takes one line
 * @param isStrict  compares time sources, event values and reasons too
 * @throws when the folder cannot be read
 */
export function runPayloads(folder: string, print: (line: string) => void, isStrict = false): PayloadSummary {
  let passed = 0;
  let failed = 0;
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort();
  for (const name of names) {
    for (const { id, differences } of resultsOf(join(folder, name), isStrict)) {
      if (differences.length === 0) passed++;
      else {
        failed++;
        print(`FAIL ${name} ${id}: ${differences.join('; ')}`);
      }
    }
  }
  return { passed, failed };
}

interface CaseResult {
  readonly id: string;
  readonly differences: readonly string[];
}

/** A file holds one case, or `cases` beside an `about`. */
function resultsOf(path: string, isStrict: boolean): CaseResult[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return [{ id: '-', differences: [`not JSON: ${(error as Error).message}`] }];
  }
  const listed = (json as { cases?: unknown } | null)?.cases ?? json;
  const cases: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  if (cases.length === 0) return [{ id: '-', differences: ['the file holds no case'] }];
  return cases.map(one => resultOf(one, isStrict));
}

function resultOf(json: unknown, isStrict: boolean): CaseResult {
  const parsed = payloadCaseSchema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 3);
    return {
      id: '-',
      differences: issues.map(({ path, message }) => `${path.join('.') || 'case'} ${message}`),
    };
  }
  const { id } = parsed.data;
  try {
    return { id, differences: runCase(parsed.data, isStrict) };
  } catch (error) {
    return { id, differences: [`the intake or the case threw: ${(error as Error).message}`] };
  }
}

/**
 * Runs one case through an intake of its own.
 *
 * @returns what differs from its expectation
 */
export function runCase(one: PayloadCase, isStrict = false): string[] {
  const context = contextOf(one);
  const messages = messagesOf(one);
  const prototypeBefore = Object.getOwnPropertyNames(Object.prototype).join();
  const heapBefore = process.memoryUsage().heapUsed;
  let run = takeAll(messages, context);
  // What is slow because this machine is busy is fast the next time.
  for (let again = 0; again < 3 && run.slowestMs > maxHandlingMs; again++) run = takeAll(messages, context);
  const { intake, taken, slowestMs } = run;
  const lines: string[] = [];
  if (slowestMs > maxHandlingMs) lines.push(`a message took ${Math.round(slowestMs)} ms`);
  const got = gotOf(taken);
  lines.push(...payloadDifferences(one.expect, got, isStrict));
  if (one.kind === 'hostile') lines.push(...damage(intake, prototypeBefore, heapBefore));
  // A family nobody here knows proves nothing by yielding nothing.
  if (!knownFamilies.test(one.family) && one.expect.readings.length === 0)
    lines.push(`family ${one.family} is not known`);
  return lines;
}

interface Run {
  readonly intake: MessageIntake;
  readonly taken: readonly { readonly message: ForeignMessage; readonly taken: Taken }[];
  readonly slowestMs: number;
}

function takeAll(messages: readonly ForeignMessage[], context: ForeignContext): Run {
  const intake = createMessageIntake();
  let slowestMs = 0;
  const taken = messages.map(message => {
    const startedAt = performance.now();
    const one = intake.take(message, context);
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    return { message, taken: one };
  });
  return { intake, taken, slowestMs };
}

/** What must still hold after a hostile message. */
function damage(intake: MessageIntake, prototypeBefore: string, heapBefore: number): string[] {
  const lines: string[] = [];
  if (Object.getOwnPropertyNames(Object.prototype).join() !== prototypeBefore)
    lines.push('Object.prototype was changed');
  if (process.memoryUsage().heapUsed - heapBefore > maxHeapGrowthBytes)
    lines.push('memory grew by over 64 MiB');
  const payload = Buffer.from('{"temperature":4.25,"humidity":81}');
  const receivedAt = Date.UTC(2026, 5, 1);
  const next = intake.take({
    topic: 'zigbee2mqtt/after-hostile',
    payload,
    qos: 1,
    retain: false,
    dup: false,
    receivedAt,
  });
  if (next.kind !== 'foreign' || next.decoded.outcome !== 'accept' || next.decoded.readings.length !== 2)
    lines.push('the next good message was not taken');
  return lines;
}

function gotOf(taken: readonly { message: ForeignMessage; taken: Taken }[]): Got {
  const outcomes: ForeignOutcome[] = [];
  const readings: GotReading[] = [];
  const events: ForeignEvent[] = [];
  const reasons = new Set<string>();
  for (const { message, taken: one } of taken) {
    const part = one.kind === 'foreign' ? one.decoded : nativeAsForeign(one);
    outcomes.push(part.outcome);
    for (const reading of part.readings) readings.push({ ...reading, receivedAt: message.receivedAt });
    events.push(...part.events);
    for (const reason of part.reasons) reasons.add(reason);
  }
  return { outcome: jointOutcome(outcomes), readings, events, reasons: [...reasons] };
}

/** One word for several messages: what the sender of all of them would be told. */
function jointOutcome(outcomes: readonly ForeignOutcome[]): ForeignOutcome {
  const kinds = new Set(outcomes.filter(outcome => outcome !== 'ignore'));
  const [only] = kinds;
  if (only === undefined) return 'ignore';
  if (kinds.size === 1) return only;
  if (kinds.has('accept') || kinds.has('accept-partial')) {
    const isWhole = [...kinds].every(kind => kind === 'accept' || kind === 'accept-as-last-known');
    return isWhole ? 'accept' : 'accept-partial';
  }
  return kinds.has('accept-as-last-known') ? 'accept-as-last-known' : 'quarantine';
}

interface Part extends Pick<Got, 'outcome' | 'events' | 'reasons'> {
  readonly readings: readonly Omit<GotReading, 'receivedAt'>[];
}

/** What the native reader found, in the words of the cases. */
function nativeAsForeign(taken: Exclude<Taken, { kind: 'foreign' }>): Part {
  if (taken.kind === 'native-status') {
    const isState = typeof taken.status === 'string';
    return {
      outcome: isState ? 'accept' : 'reject',
      readings: [],
      events: isState ? [{ kind: 'availability', node: taken.nodeId, value: String(taken.status) }] : [],
      reasons: [],
    };
  }
  const { readings, refused } = taken.decoded;
  const isFaultOnly = refused.every(
    ({ code }) => code === 'reading.sensor_fault' || code === 'publish.empty',
  );
  const isWhole = refused.length === 0 && readings.every(reading => reading.quality === 'good');
  const isRejected = refused.every(({ code }) => code.startsWith('publish.'));
  const refusal = isFaultOnly ? 'ignore' : isRejected ? 'reject' : 'quarantine';
  return {
    outcome: readings.length === 0 ? refusal : isWhole ? 'accept' : 'accept-partial',
    readings: readings.flatMap(reading => {
      const { nodeId, probe, measuredAt, timeSource, quality } = reading;
      const shared = { node: nodeId, channel: probe, measuredAt, timeSource, quality };
      return [
        { ...shared, metric: 'temperature', value: reading.temperatureC, unit: '°C' as const },
        { ...shared, metric: 'humidity', value: reading.humidityPct, unit: '%' as const },
        { ...shared, metric: 'battery', value: reading.batteryPct, unit: '%' as const },
      ].flatMap(entry => (entry.value === null ? [] : [{ ...entry, value: entry.value }]));
    }),
    events: refused
      .filter(({ code }) => code === 'reading.sensor_fault')
      .map(({ value }) => ({ kind: 'sensor-fault', node: taken.nodeId, value: value ?? '' })),
    reasons: refused.map(({ code }) => code),
  };
}

function main(): void {
  const folders = process.argv.slice(2).filter(argument => argument !== '--strict');
  const [folder] = folders;
  if (folder === undefined || folders.length > 1 || folder.startsWith('-')) {
    console.error(
      'Usage: npm run payloads -- DIR [--strict]  (runs every JSON case of DIR; --strict compares time sources, event values and reasons too)',
    );
    process.exitCode = folder === '--help' || folder === '-h' ? 0 : 2;
    return;
  }
  try {
    const { passed, failed } = runPayloads(folder, console.log, process.argv.includes('--strict'));
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0 || passed === 0) process.exitCode = 1;
  } catch (error) {
    console.error(`payloads: ${(error as Error).message}`);
    process.exitCode = 2;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
