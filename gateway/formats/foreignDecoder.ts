import { crc32 } from 'node:zlib';
import type { ForeignReading } from '../../models/contracts/foreign.ts';
import { maxPublishBytes } from '../../models/contracts/reading.ts';
import { cayenneLpp } from './cayenneLpp.ts';
import { chirpstack } from './chirpstack.ts';
import type {
  DeviceFormat,
  ForeignContext,
  ForeignDecoded,
  ForeignMessage,
  ForeignOutcome,
} from './deviceFormat.ts';
import { esphome } from './esphome.ts';
import { Findings } from './findings.ts';
import { createHomeAssistant } from './homeAssistant.ts';
import { isDeeperThan, maxJsonDepth } from './jsonDepth.ts';
import { OpenedMessage } from './openedMessage.ts';
import { Repetitions } from './repetitions.ts';
import { ruuvi } from './ruuvi.ts';
import { senml } from './senml.ts';
import { createShellyGen1, shellyGen2 } from './shelly.ts';
import { createSparkplug } from './sparkplug.ts';
import { tasmota } from './tasmota.ts';
import { theengs } from './theengs.ts';
import { theThingsStack } from './theThingsStack.ts';
import { ValueHistory } from './valueHistory.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

export interface ForeignDecoderOptions {
  /** Home Assistant's discovery prefix. */
  readonly discoveryPrefix?: string;
}

export interface ForeignDecoder {
  /** Reads one publish of a foreign device. Never throws, whatever the bytes; its memory is bounded. */
  decode(message: ForeignMessage, context?: ForeignContext): ForeignDecoded;
  /**
   * To be called when what was decoded could not be kept (the journal refused it): the sender will send it again, and
   * it must not be taken for a repetition then.
   */
  takeBack(decoded: ForeignDecoded): void;
}

/** Longest topic looked at, in UTF-16 units; a part of it is a name and bounded further. */
const maxTopicLength = 1024;

/**
 * The one reader of everything that is not a native reading. Formats are asked in turn, those with the narrowest topics
 * first; the first that claims a message reads it. Keeps what the families need from earlier messages (births,
 * discovery, counters) and the last good temperature of every sensor, all bounded.
 */
export function createForeignDecoder(options: ForeignDecoderOptions = {}): ForeignDecoder {
  const formats: readonly DeviceFormat[] = [
    createSparkplug(),
    chirpstack,
    theThingsStack,
    zigbee2mqtt,
    tasmota,
    createShellyGen1(),
    ruuvi,
    cayenneLpp,
    createHomeAssistant(options.discoveryPrefix),
    shellyGen2,
    theengs,
    esphome,
    senml,
  ];
  const history = new ValueHistory();
  const repetitions = new Repetitions();
  return {
    decode(message, context = {}) {
      const findings = new Findings(message.receivedAt, context.nodeTimeZone, repetitions);
      const family = readSafely(formats, message, context, findings);
      findings.markSiblingsOfFaults();
      const opened = isOld(message, context);
      dropRepeated(findings, message, repetitions);
      const lastKnown = opened ? takeUndated(findings) : [];
      for (const entry of findings.found) {
        const mark = history.check(entry);
        if (mark) findings.note(mark);
      }
      return conclude(family, findings, lastKnown);
    },
    takeBack(decoded) {
      for (const key of decoded.remembered) repetitions.forget(key);
    },
  };
}

const isOld = (message: ForeignMessage, context: ForeignContext) =>
  message.retain && context.deliveredOnSubscribe !== false;

function readSafely(
  formats: readonly DeviceFormat[],
  message: ForeignMessage,
  context: ForeignContext,
  findings: Findings,
): string | null {
  if (message.payload.length > maxPublishBytes) {
    findings.reject('too-large');
    if (isDeeperThan(maxJsonDepth, message.payload.subarray(0, maxPublishBytes))) findings.note('too-deep');
    return null;
  }
  if (message.topic.length > maxTopicLength || message.topic.includes('\0')) {
    findings.reject('bad-topic');
    return null;
  }
  const opened = new OpenedMessage(message, context);
  try {
    for (const format of formats) if (format.read(opened, findings)) return format.family;
  } catch {
    // No format throws for any bytes we know of; if one does, one message is lost to quarantine and not the gateway.
    findings.found.length = 0;
    findings.setAside('reader-failed');
    return null;
  }
  findings.note(message.payload.length === 0 ? 'empty' : 'unknown-format');
  return null;
}

/** Values of unknown age: an old message without a time of its own. Taken out of the readings, to be shown only. */
function takeUndated(findings: Findings): readonly ForeignReading[] {
  const undated = findings.found.filter(({ reading }) => reading.timeSource === 'arrival');
  if (undated.length === 0) return [];
  findings.note('retained-no-timestamp');
  const dated = findings.found.filter(({ reading }) => reading.timeSource !== 'arrival');
  findings.found.splice(0, findings.found.length, ...dated);
  return undated.map(({ reading }) => reading);
}

/** How long after a publish its second copy may come. */
const copyWithinMs = 3_600_000;

/** Drops what was already taken: same sensor, quantity, time and value, or the very same publish sent again. */
function dropRepeated(findings: Findings, message: ForeignMessage, repetitions: Repetitions): void {
  if (findings.found.length === 0) return;
  // DUP says that this may be a second copy; the bytes say whether it is. Only then: a fridge that stays at 4.0 sends
  // the same bytes again and again.
  const copy = `publish\n${message.topic}\n${message.payload.length} ${crc32(message.payload)}`;
  const isCopy = message.dup && repetitions.isKnown(copy, message.receivedAt, copyWithinMs);
  if (isCopy) findings.note('duplicate-dropped');
  else findings.remember(copy);
  const kept = findings.found.filter(({ reading }) => {
    const { node, channel, metric, measuredAt, value } = reading;
    return !isCopy && findings.isFirst(`${node}\n${channel ?? ''}\n${metric}\n${measuredAt}\n${value}`);
  });
  findings.found.splice(0, findings.found.length, ...kept);
}

/** Events that only explain why a value is missing. */
const explanations: ReadonlySet<string> = new Set([
  'sensor-fault',
  'clock-skew',
  'needs-codec',
  'needs-mapping',
  'rebirth-needed',
  'test-message',
]);

function conclude(
  family: string | null,
  findings: Findings,
  lastKnown: readonly ForeignReading[],
): ForeignDecoded {
  const readings = findings.found.map(({ reading }) => reading);
  const outcome = outcomeOf(findings, readings, lastKnown.length > 0);
  if (outcome === 'ignore' && findings.reasons.size === 0) findings.note('no-measurement');
  if (outcome === 'ignore' && findings.events.some(e => e.kind === 'sensor-fault' && e.value === 'null'))
    findings.note('no-measurement');
  const { events, reasons, remembered } = findings;
  return { family, outcome, readings, lastKnown, events, reasons: [...reasons], remembered };
}

function outcomeOf(
  findings: Findings,
  readings: readonly ForeignReading[],
  hasLastKnown: boolean,
): ForeignOutcome {
  if (readings.length > 0)
    return findings.isPartial || readings.some(({ quality }) => quality !== 'good')
      ? 'accept-partial'
      : 'accept';
  if (hasLastKnown) return 'accept-as-last-known';
  if (findings.isSetAside) return 'quarantine';
  if (findings.isRejected) return 'reject';
  if (findings.isTaken || findings.events.some(({ kind }) => !explanations.has(kind))) return 'accept';
  return 'ignore';
}
