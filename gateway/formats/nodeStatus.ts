import { z } from 'zod';
import type { Rejection } from '../../models/contracts/rejection.ts';

const statusSchema = z.object({ state: z.enum(['online', 'offline']) });

/** Largest status looked at; a real one has 20 bytes. */
const maxStatusBytes = 1024;

export type NodeStatus = z.infer<typeof statusSchema>['state'];

/** Reads what a node says on its status topic: `{"state":"online"}` or `{"state":"offline"}`. Never throws. */
export function decodeNodeStatus(payload: Uint8Array): NodeStatus | Rejection {
  const allowed = '{"state":"online"} or {"state":"offline"}';
  if (payload.length === 0) return { code: 'publish.empty', message: 'the payload is empty', allowed };
  if (payload.length > maxStatusBytes)
    return { code: 'publish.too_large', message: `a status of ${payload.length} bytes`, allowed };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return { code: 'publish.not_json', message: 'the status is not JSON', allowed };
  }
  const status = statusSchema.safeParse(json);
  if (status.success) return status.data.state;
  return { code: 'reading.field_invalid', message: `state must be ${allowed}`, field: 'state', allowed };
}
