import type { BridgeAccess } from '../models/contracts/bridge.ts';
import type { ForeignReport } from '../models/contracts/foreign.ts';
import type { Rejection } from '../models/contracts/rejection.ts';
import { createMessageIntake, type MessageIntake } from './foreignIntake.ts';
import { BoundedMap } from './formats/boundedMap.ts';
import type { ForeignDecoded } from './formats/deviceFormat.ts';

/** Decoders kept at once; a bridge whose decoder had to go starts with an empty memory. */
const maxDecoders = 500;

export interface BridgePublish {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly receivedAt: number;
}

export interface ReadFromBridge {
  /** Null when the publish said nothing that is worth keeping. */
  readonly report: ForeignReport | null;
  /** Why (part of) it could not be used. */
  readonly rejection: Rejection | null;
  /** To be called when it could not be kept: the bridge will send it again. */
  takeBack(): void;
}

/**
 * Reads what bridges publish. Every bridge has a decoder of its own: what a decoder remembers of a sensor (its last
 * value, what was said before) must not be mixed up with a sensor of the same name in another house.
 */
export class BridgeIntake {
  readonly #decoders = new BoundedMap<string, MessageIntake>(maxDecoders);

  read(bridge: BridgeAccess, publish: BridgePublish): ReadFromBridge {
    const decoder = this.#decoderOf(bridge.bridgeId);
    const taken = decoder.take(publish, {
      nodeTimeZone: bridge.timeZone,
      topicPrefixes: bridge.topicPrefixes,
      // A bridge publishes what it is told at that moment; that it asks a broker to keep it makes it no older.
      deliveredOnSubscribe: false,
    });
    const takeBack = () => decoder.takeBack(taken);
    if (taken.kind !== 'foreign') return { report: null, rejection: null, takeBack };
    const { decoded } = taken;
    return { report: toReport(bridge, publish, decoded), rejection: toRejection(decoded), takeBack };
  }

  #decoderOf(bridgeId: string): MessageIntake {
    const known = this.#decoders.get(bridgeId);
    // Setting it again makes it the youngest: the decoder that was used longest ago makes room.
    const decoder = known ?? createMessageIntake();
    this.#decoders.set(bridgeId, decoder);
    return decoder;
  }
}

function toReport(
  { bridgeId }: BridgeAccess,
  { topic, receivedAt }: BridgePublish,
  { family, readings, events }: ForeignDecoded,
): ForeignReport | null {
  if (family === null || readings.length + events.length === 0) return null;
  return { bridgeId, family, topic, receivedAt, readings, events };
}

/** Words for what a person has to mend; a reason that is not here explains nothing that was lost. */
const losses: Readonly<Record<string, string>> = {
  'as-another-node': 'it speaks for another device than its topic names',
  'bad-encoding': 'its text is not valid UTF-8',
  'bad-name': 'a name in it is empty or holds control characters',
  'bad-topic': 'its topic is too long or holds control characters',
  'discovery-topic-refused': 'its discovery message points outside the topics of this bridge',
  'name-too-long': 'a name in it is longer than 128 characters',
  'not-a-number': 'a value in it is not a number',
  'not-finite': 'a value in it is too large to be a number',
  'not-protobuf': 'it is not a Sparkplug message',
  'out-of-range': 'a value in it is outside everything a sensor can measure',
  'reader-failed': 'it could not be read',
  'too-deep': 'it is nested too deeply',
  'too-large': 'it is larger than 64 KiB',
  'too-many-readings': 'it holds too many readings',
  truncated: 'it ends too early',
  undecoded: 'its bytes came without a decoder: set up a payload decoder where the device is registered',
  'unit-unknown': 'it names a unit that is not known',
  'unknown-alias': 'it refers to a name that was not told yet',
  'unknown-mandatory-field': 'it holds a field that must not be ignored',
  'unknown-state': 'it tells a state that is not known',
  'unknown-version': 'it is of a version that is not known',
  unmapped: 'it does not say what it measures: switch on discovery at the device',
  'wrong-root-type': 'it is not the kind of JSON its topic promises',
  'wrong-type': 'a value in it is of the wrong kind',
};

function toRejection({ outcome, reasons, family }: ForeignDecoded): Rejection | null {
  const lost = reasons.filter(reason => Object.hasOwn(losses, reason));
  const refused = outcome === 'reject' || outcome === 'quarantine';
  // Readings marked doubtful are kept and shown; only what was left out is told here.
  if (!refused && !(outcome === 'accept-partial' && lost.length > 0)) return null;
  const told = lost.length > 0 ? lost : reasons;
  const words = told.map(reason => losses[reason] ?? reason).join('; ');
  return {
    code: refused ? 'publish.not_understood' : 'publish.partly_understood',
    message: `${family ?? 'the message'}: ${words || 'nothing in it could be used'}`.slice(0, 500),
    value: told.join(', ').slice(0, 200),
  };
}
