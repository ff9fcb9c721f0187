import type { Clock } from '../../models/contracts/intake.ts';
import type { Log } from '../log.ts';
import { renderAlert, renderDigest } from '../notify/alertText.ts';
import type { Channels, Contact, DeliveryOutcome, Notification } from '../notify/channel.ts';
import {
  claimDueDeliveries,
  type Delivery,
  listDigestAlerts,
  nextDeliveryAtOfAllOrganisations,
  recordAttempt,
  setDeliveryState,
} from '../store/metadata/alertDeliveries.ts';
import { type Alert, findAlert } from '../store/metadata/alerts.ts';
import { findContact } from '../store/metadata/contacts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { toAlertView } from './alertView.ts';
import { allowedAt } from './planMessages.ts';

/** Sends what has been decided, until it is delivered or too old. */
export interface Outbox {
  /** Sends everything that is due now; resolves when all of it has been tried once. */
  flush(): Promise<void>;
  /** When something is due next, as far as is known; null when nothing waits. */
  nextAt(): Promise<number | null>;
}

const atOnce = 20;
const firstRetryMs = 10_000;
const longestRetryMs = 30 * 60_000;
/** Later than this a message is of no more use. */
const patienceMs = 24 * 3_600_000;

export function createOutbox(parts: {
  readonly db: MetadataDb;
  readonly channels: Channels;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: string;
  readonly publicUrl: string | null;
  readonly isStopped: () => boolean;
  /** A test ends the process here. */
  readonly onStep?: ((step: 'claimed' | 'sent') => void) | undefined;
}): Outbox {
  const { db, channels, clock, log, holder, publicUrl, isStopped, onStep } = parts;

  async function send(delivery: Delivery): Promise<void> {
    const now = clock.now();
    const contact = await findContact(db, delivery.orgId, delivery.contactId);
    // Whoever has left the firm since, or taken the contact away, is told nothing more.
    if (contact === null) return setDeliveryState(db, delivery, 'dropped');
    const timeZone = contact.timeZone ?? (await findOrganisation(db, delivery.orgId))?.timeZone ?? 'UTC';
    const prepared = await prepare(delivery, contact, timeZone, now);
    if (prepared === null) return setDeliveryState(db, delivery, 'dropped');
    if ('waitUntil' in prepared) return setDeliveryState(db, delivery, 'waiting', prepared.waitUntil);
    // Another server may be about to take over: what has not begun is left to it.
    if (isStopped()) return setDeliveryState(db, delivery, 'waiting', now);
    const outcome = await channels.deliver(contact, prepared);
    onStep?.('sent');
    unrecorded.set(delivery.deliveryId, { delivery, outcome });
    await recordKept();
  }

  /** What was sent while nobody could write it down; sent again it would be told twice. */
  const unrecorded = new Map<string, { readonly delivery: Delivery; readonly outcome: DeliveryOutcome }>();

  async function recordKept(): Promise<void> {
    for (const [deliveryId, { delivery, outcome }] of unrecorded) {
      if (!unrecorded.delete(deliveryId)) continue;
      try {
        await record(delivery, outcome);
      } catch (error) {
        unrecorded.set(deliveryId, { delivery, outcome });
        throw error;
      }
    }
  }

  async function record(delivery: Delivery, outcome: DeliveryOutcome): Promise<void> {
    const at = clock.now();
    const reason = outcome.outcome === 'delivered' ? null : outcome.reason;
    const waitMs =
      outcome.outcome === 'retry'
        ? Math.max(
            (outcome.afterS ?? 0) * 1_000,
            Math.min(longestRetryMs, firstRetryMs * 2 ** delivery.attempts),
          )
        : 0;
    const isTooOld = at + waitMs > delivery.dueAt + patienceMs;
    const retryAt = outcome.outcome === 'retry' && !isTooOld ? at + waitMs : null;
    await recordAttempt(db, delivery, { at, outcome: outcome.outcome, reason }, retryAt);
    if (outcome.outcome !== 'delivered')
      log.warn({ deliveryId: delivery.deliveryId, reason, retryAt }, 'an alert was not delivered');
  }

  /** The words as of now; null when nobody needs it any more. */
  async function prepare(
    delivery: Delivery,
    contact: Contact,
    timeZone: string,
    now: number,
  ): Promise<Notification | { readonly waitUntil: number } | null> {
    const { deliveryId, orgId } = delivery;
    const common = { deliveryId, at: now, language: contact.language };
    if (delivery.kind === 'digest') {
      const ids = await listDigestAlerts(db, orgId, deliveryId);
      const alerts = await Promise.all(ids.map(id => findAlert(db, orgId, id)));
      const open = alerts.filter(alert => alert !== null && alert.state === 'open' && !alert.acknowledgedAt);
      if (open.length === 0) return null;
      const items = open.map(alert => ({ kind: alert!.kind, subjectName: alert!.facts.subjectName }));
      const data = { event: 'digest', alertIds: open.map(alert => alert!.alertId) };
      return {
        ...common,
        ...renderDigest(items, contact.language),
        ...{ kind: 'digest', severity: 'info', url: linkTo('/alerts'), data },
      };
    }
    const alert = await findAlert(db, orgId, delivery.alertId);
    if (alert === null || !isStillNews(delivery, alert)) return null;
    // The quiet hours may have been changed, or have begun, since it was decided.
    const waitUntil = allowedAt(
      contact,
      { severity: delivery.severity, knownLate: alert.knownLate },
      timeZone,
      now,
    );
    if (waitUntil > now) return { waitUntil };
    const event = delivery.kind;
    return {
      ...common,
      ...renderAlert({ ...alert, event }, contact.language, timeZone, now),
      kind: alert.kind,
      severity: delivery.severity,
      url: linkTo(`/peringatan/${alert.alertId}`),
      data: { event, ...withoutHistory(alert) },
    };
  }

  const linkTo = (path: string) => publicUrl && `${publicUrl.replace(/\/$/, '')}${path}`;

  return {
    nextAt: () => nextDeliveryAtOfAllOrganisations(db),
    async flush() {
      await recordKept();
      // What this server began before and could neither write down nor put back is begun again.
      for (let own = true; !isStopped(); own = false) {
        const due = await claimDueDeliveries(db, { now: clock.now(), holder, limit: atOnce, own });
        onStep?.('claimed');
        const results = await Promise.allSettled(due.map(send));
        const failure = results.find(result => result.status === 'rejected');
        if (failure !== undefined) {
          // They stay claimed by this holder: put back what was not recorded.
          for (const [i, result] of results.entries())
            if (result.status === 'rejected' && !unrecorded.has(due[i]!.deliveryId))
              await setDeliveryState(db, due[i]!, 'waiting', clock.now() + firstRetryMs);
          throw failure.reason;
        }
        if (due.length < atOnce) return;
      }
    },
  };
}

/** A message that has been tried is tried again whatever has happened since: it may have arrived. */
function isStillNews(delivery: Delivery, alert: Alert): boolean {
  if (delivery.kind === 'cleared' || delivery.attempts > 0 || alert.knownLate) return true;
  return alert.state === 'open' && alert.acknowledgedAt === null;
}

function withoutHistory(alert: Alert) {
  const { history: _, ...view } = toAlertView(alert, []);
  return view;
}
