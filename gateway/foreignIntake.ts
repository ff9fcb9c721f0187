import type { Rejection } from '../models/contracts/rejection.ts';
import { parseNodeTopic } from '../models/contracts/topics.ts';
import type { ForeignContext, ForeignDecoded, ForeignMessage } from './formats/deviceFormat.ts';
import { createForeignDecoder, type ForeignDecoderOptions } from './formats/foreignDecoder.ts';
import { type Decoded, decodeNative } from './formats/native.ts';
import { decodeNodeStatus, type NodeStatus } from './formats/nodeStatus.ts';

/** What one publish turned out to be. */
export type Taken =
  | { readonly kind: 'native'; readonly nodeId: string; readonly decoded: Decoded }
  | { readonly kind: 'native-status'; readonly nodeId: string; readonly status: NodeStatus | Rejection }
  | { readonly kind: 'foreign'; readonly decoded: ForeignDecoded };

export interface MessageIntake {
  /** Reads one publish by its topic and shape. Never throws. Whether its sender may say it is the caller's to know. */
  take(message: ForeignMessage, context?: ForeignContext): Taken;
  /** To be called when what was taken could not be committed: its sender will send it again. */
  takeBack(taken: Taken): void;
}

/** The one door for publishes of every kind: native topics to the native reader, all others to the device formats. */
export function createMessageIntake(options: ForeignDecoderOptions = {}): MessageIntake {
  const foreign = createForeignDecoder(options);
  return {
    take(message, context = {}) {
      const own = parseNodeTopic(message.topic);
      if (own?.kind === 'readings') {
        const { payload, receivedAt } = message;
        return {
          kind: 'native',
          nodeId: own.nodeId,
          decoded: decodeNative({ nodeId: own.nodeId, payload, receivedAt }),
        };
      }
      if (own?.kind === 'status')
        return { kind: 'native-status', nodeId: own.nodeId, status: decodeNodeStatus(message.payload) };
      return { kind: 'foreign', decoded: foreign.decode(message, context) };
    },
    takeBack(taken) {
      if (taken.kind === 'foreign') foreign.takeBack(taken.decoded);
    },
  };
}
