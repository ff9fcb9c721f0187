import { isWorse } from '../../models/alerts/stepAlert.ts';
import type { AlertSeverity } from '../../models/contracts/alert.ts';
import type { AlertChain, ChainTarget } from '../../models/contracts/alertChain.ts';
import type { DeliveryKind } from '../../models/contracts/alertDelivery.ts';
import type { Role } from '../../models/contracts/people.ts';
import type { Contact } from '../notify/channel.ts';
import type { NewDelivery } from '../store/metadata/alertDeliveries.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import { nextLocalTime, quietEndsAt } from './quietHours.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** When people read what was not worth a message of its own. */
const digestClock = '07:00';

/** Whom a firm can tell, and in which order. */
export interface Reach {
  readonly contacts: readonly Contact[];
  readonly chain: AlertChain;
  /** Keyed by user id. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly timeZone: string;
}

export type MessageEvent = Exclude<DeliveryKind, 'digest'>;

export interface Plan {
  readonly messages: readonly NewDelivery[];
  readonly digests: readonly Omit<NewDelivery, 'alertId' | 'kind'>[];
}

/**
 * Who is told of what has happened to an alert, and when: by the chain, by what each contact wants to hear of, and not
 * in quiet hours unless it is a risk that may break through. Information, and what is gathered, waits for the morning.
 *
 * @param sinceMin   for `escalated`: steps of the chain after this many minutes and up to `throughMin` are taken
 * @param isGathered told together with others in the morning instead of by a message of its own
 */
export function planMessages(
  alert: Alert,
  event: Exclude<MessageEvent, 'cleared'>,
  reach: Reach,
  options: {
    readonly now: number;
    readonly sinceMin: number;
    readonly throughMin: number;
    readonly isGathered?: boolean;
  },
): Plan {
  const { now, sinceMin, throughMin, isGathered = false } = options;
  const steps = reach.chain.steps.filter(
    ({ afterMin }) => afterMin <= throughMin && (event !== 'escalated' || afterMin > sinceMin),
  );
  const contacts = reach.contacts.filter(
    contact =>
      wants(contact, alert.kind, alert.severity) &&
      steps.some(({ to }) => isTarget(contact, to, reach.roles)),
  );
  if (isGathered || alert.severity === 'info')
    return { messages: [], digests: contacts.map(contact => digestFor(contact, alert, reach, now)) };
  // A step of the chain is a message of its own; so is each time that it worsens.
  const step = alert.worsened * 10_000 + Math.round(event === 'escalated' ? throughMin : 0);
  const messages = contacts.map(contact => messageTo(contact, alert, { event, step, reach, now }));
  return { messages, digests: [] };
}

/** Who has been told that it began is told that it is over. */
export function planCleared(
  alert: Alert,
  told: ReadonlySet<string>,
  reach: Reach,
  now: number,
): NewDelivery[] {
  return reach.contacts
    .filter(({ contactId, disabledReason }) => told.has(contactId) && disabledReason === null)
    .map(contact => messageTo(contact, alert, { event: 'cleared', step: 0, reach, now }));
}

/** When the next step of the chain is due; null when there is none. Information is not worth a chain. */
export function nextEscalation(
  chain: AlertChain,
  alert: Pick<Alert, 'severity' | 'knownLate' | 'toldAt'>,
  afterMin: number,
): number | null {
  if (alert.severity === 'info' || alert.knownLate) return null;
  const later = chain.steps.map(step => step.afterMin).filter(min => min > afterMin);
  return later.length === 0 ? null : alert.toldAt + Math.min(...later) * minuteMs;
}

/** When a message may be sent to a contact. */
export function allowedAt(
  contact: Contact,
  { severity, knownLate }: Pick<Alert, 'severity' | 'knownLate'>,
  orgZone: string,
  now: number,
): number {
  const breaksThrough = severity === 'risk' && !knownLate && (contact.quiet?.riskBreaksThrough ?? true);
  if (breaksThrough) return now;
  return quietEndsAt(contact.quiet, contact.timeZone ?? orgZone, now) ?? now;
}

function messageTo(
  contact: Contact,
  alert: Alert,
  about: { event: MessageEvent; step: number; reach: Reach; now: number },
): NewDelivery {
  const { event, step, reach, now } = about;
  const severity: AlertSeverity = event === 'cleared' ? 'info' : alert.severity;
  return {
    ...to(contact),
    alertId: alert.alertId,
    kind: event,
    step,
    severity,
    dueAt: allowedAt(contact, { severity, knownLate: alert.knownLate }, reach.timeZone, now),
    createdAt: now,
  };
}

function digestFor(contact: Contact, alert: Alert, reach: Reach, now: number) {
  const dueAt = nextLocalTime(contact.timeZone ?? reach.timeZone, digestClock, now);
  return {
    ...to(contact),
    step: Math.floor(dueAt / dayMs),
    severity: alert.severity,
    dueAt,
    createdAt: now,
  };
}

const to = ({ orgId, contactId, name, channel }: Contact) => ({
  orgId,
  contactId,
  contactName: name,
  channel,
});

function wants(contact: Contact, kind: Alert['kind'], severity: AlertSeverity): boolean {
  if (contact.disabledReason !== null || contact.verifiedAt === null) return false;
  if (contact.kinds !== null && !contact.kinds.includes(kind)) return false;
  return !isWorse(contact.minSeverity, severity);
}

function isTarget(contact: Contact, target: ChainTarget, roles: ReadonlyMap<string, Role>): boolean {
  if ('everybody' in target) return true;
  if ('contactId' in target) return contact.contactId === target.contactId;
  if (contact.userId === null) return false;
  return 'userId' in target ? contact.userId === target.userId : roles.get(contact.userId) === target.role;
}
