import { z } from 'zod';
import {
  discardSchema,
  type Quarantined,
  quarantineCountSchema,
  quarantinedSchema,
  resolvedSchema,
} from '../../models/contracts/quarantine.ts';
import { ApiError, StoreUnavailable } from '../errors.ts';
import { reasonOf } from '../quarantineReasons.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  countQuarantine,
  findQuarantined,
  listQuarantine,
  payloadHeadOf,
  type QuarantineItem,
  type QuarantinePlace,
  resolveQuarantined,
} from '../store/metadata/quarantine.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

const cursorSchema = z.strictObject({
  receivedAt: z.number().int(),
  journal: z.string(),
  position: z.number().int(),
  item: z.number().int(),
});

export function quarantineRoutes(services: Services) {
  const { db } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/quarantine',
      summary: 'What was sent and could not be used, and why; the newest first',
      query: z.strictObject({
        ...pageQuery,
        nodeId: z.string().max(128).optional().describe('Only what this node (or bridge) sent'),
        code: z.string().max(64).optional().describe('Only what was refused with this code'),
      }),
      success: {
        status: 200,
        schema: page('quarantine', quarantinedSchema).extend({ counts: z.array(quarantineCountSchema) }),
      },
      async handle({ principal, query }) {
        const { orgId } = principal;
        const { nodeId, code, limit } = query;
        const after = readCursor(query.cursor, cursorSchema);
        const found = await listQuarantine(db, orgId, { nodeId, code, after, limit: limit + 1 });
        const { items, nextCursor } = toPage(found, limit, ({ receivedAt, journal, position, item }) => ({
          ...{ receivedAt, journal, position, item },
        }));
        const counts = await countQuarantine(db, orgId, nodeId);
        return {
          quarantine: items.map(toView),
          counts: counts.map(({ code: of, count }) => ({ code: of, reason: reasonOf(of).reason, count })),
          nextCursor,
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/quarantine/:quarantineId/release',
      summary: 'Offers it to the intake once more, as if it came now with the time it came',
      success: { status: 200, schema: resolvedSchema },
      handle: ({ principal, param }) => release(services, principal, param('quarantineId')),
    }),
    defineRoute({
      method: 'post',
      path: '/quarantine/:quarantineId/discard',
      summary: 'Takes it off the list, with a reason',
      body: discardSchema,
      success: { status: 200, schema: resolvedSchema },
      async handle({ principal, param, body }) {
        const item = await requireQuarantined(services, principal, param('quarantineId'));
        await resolve(services, principal, item, 'discarded', body.reason);
        return { quarantineId: param('quarantineId'), resolution: 'discarded' };
      },
    }),
  ];
}

async function release(services: Services, principal: Principal, quarantineId: string) {
  const item = await requireQuarantined(services, principal, quarantineId);
  const { rejection, nodeId: sender, topic, receivedAt } = item;
  const { reason, mayBeTakenLater } = reasonOf(rejection.code);
  if (!mayBeTakenLater) throw cannotRelease(`${reason} Nothing that changes here makes it usable.`);
  const head = item.payloadHead || (await payloadHeadOf(services.db, principal.orgId, item)) || '';
  if (head.length === 0 || head.length < item.payloadBytes)
    throw cannotRelease(`Only the first ${head.length} of its ${item.payloadBytes} bytes were kept.`);
  const gateway = services.gateway();
  if (gateway === undefined) throw cannotRelease('This server has no gateway beside it to offer it to.');
  const outcome = await gateway
    .offerAgain({
      ...{ sender, topic, receivedAt },
      payload: Buffer.from(head, 'latin1'),
      ...(rejection.index === undefined ? {} : { index: rejection.index }),
    })
    .catch(cause => {
      throw new StoreUnavailable('the gateway could not write it down', { cause });
    });
  if (!outcome.taken) throw cannotRelease(`It is still refused: ${outcome.rejection.message}`);
  await resolve(services, principal, item, 'released', '');
  return { quarantineId, resolution: 'released' as const };
}

function cannotRelease(detail: string): ApiError {
  return new ApiError('quarantine.cannot_release', detail);
}

async function requireQuarantined(
  { db }: Services,
  { orgId }: Principal,
  quarantineId: string,
): Promise<QuarantineItem> {
  const place = readId(quarantineId);
  const item = place && (await findQuarantined(db, orgId, place));
  if (item == null)
    throw new ApiError('quarantine.not_found', `nothing waits in quarantine as ${quarantineId}`);
  return item;
}

async function resolve(
  { db, clock }: Services,
  { orgId, actor }: Principal,
  item: QuarantineItem,
  resolution: 'released' | 'discarded',
  reason: string,
): Promise<void> {
  const at = clock.now();
  // Somebody else was faster: it is off the list either way, and in the audit trail once.
  if (!(await resolveQuarantined(db, orgId, item, { at, resolution }))) return;
  await addAudit(db, {
    ...{ at, orgId, actor },
    action: `quarantine.${resolution}`,
    subject: idOf(item),
    detail: `${item.rejection.code} of ${item.nodeId}${reason && `: ${reason}`}`,
  });
}

/** Of a journal without an id only the numbers. */
const idOf = ({ journal, position, item }: QuarantinePlace): string =>
  [...(journal === '' ? [] : [journal]), position, item].join('-');

function readId(id: string): QuarantinePlace | undefined {
  const [, journal = '', position, item] = /^(?:([0-9a-f]{12})-)?(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
  return position === undefined || item === undefined
    ? undefined
    : { journal, position: Number(position), item: Number(item) };
}

function toView({ rejection, journal, position, item, ...publish }: QuarantineItem): Quarantined {
  const { reason, mayBeTakenLater } = reasonOf(rejection.code);
  return {
    quarantineId: idOf({ journal, position, item }),
    nodeId: publish.nodeId,
    topic: publish.topic,
    receivedAt: new Date(publish.receivedAt).toISOString(),
    code: rejection.code,
    reason,
    message: rejection.message,
    index: rejection.index ?? null,
    field: rejection.field ?? null,
    value: rejection.value ?? null,
    allowed: rejection.allowed ?? null,
    payloadHead: publish.payloadHead,
    payloadBytes: publish.payloadBytes,
    releasable: mayBeTakenLater && publish.payloadBytes <= keptHeadBytes,
  };
}

/** Of longer payloads only the head is kept, and half a message is another message. */
const keptHeadBytes = 2 * 1024;
