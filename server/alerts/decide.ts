import { isWorse } from '../../models/alerts/stepAlert.ts';
import type { AlertFacts, AlertSeverity } from '../../models/contracts/alert.ts';
import { everybodyAtOnce } from '../../models/contracts/alertChain.ts';
import {
  addDeliveryWithin,
  addToDigestWithin,
  contactsTold,
  dropWaitingDeliveries,
} from '../store/metadata/alertDeliveries.ts';
import { holdsAlertLease } from '../store/metadata/alertLease.ts';
import { findAlertChain } from '../store/metadata/alertRules.ts';
import {
  type Alert,
  addAlertEvent,
  changeAlert,
  findAlert,
  listAlertsOfSubject,
  type NewAlert,
  openAlertWithin,
} from '../store/metadata/alerts.ts';
import { listContacts } from '../store/metadata/contacts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listMembers } from '../store/metadata/memberships.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { nextEscalation, type Plan, planCleared, planMessages, type Reach } from './planMessages.ts';

/** Something that has been found out and is to be written down, with all that follows from it, exactly once. */
export type Decision =
  | {
      readonly what: 'open';
      readonly alert: Omit<NewAlert, 'openedAt'>;
      /** Of several with one key that open together, the worst gets a message and the others wait for the morning. */
      readonly gatherKey?: string;
    }
  | {
      readonly what: 'worsen';
      readonly orgId: string;
      readonly alertId: string;
      readonly severity: AlertSeverity;
      readonly facts: AlertFacts;
    }
  | {
      readonly what: 'clear';
      readonly orgId: string;
      readonly alertId: string;
      readonly endedAt: number;
      readonly facts: AlertFacts;
      /** Nobody needs to hear of it: the batch is gone. */
      readonly silently?: boolean;
    }
  | { readonly what: 'escalate'; readonly orgId: string; readonly alertId: string };

/** An incident that returns this soon is no news: it is told with others in the morning. */
const repeatWithinMs = 3_600_000;
const minuteMs = 60_000;

/** The lease went to another server: what this one has found out is that one's to decide. */
export class LeaseLost extends Error {
  constructor() {
    super('another server decides about alerts now');
    this.name = 'LeaseLost';
  }
}

export interface DecideParts {
  readonly db: MetadataDb;
  readonly holder: string;
  /** A test ends the process here: something is written, and what follows from it is not. */
  readonly onStep?: ((step: 'within decision') => void) | undefined;
}

/**
 * Writes incidents, their history and the messages that follow from them in one transaction.
 *
 * @returns the alerts as they are now, of the decisions that changed something
 * @throws {LeaseLost} when another server decides by now; nothing is written then
 */
export async function decide(
  { db, holder, onStep }: DecideParts,
  decisions: readonly Decision[],
  now: number,
): Promise<Alert[]> {
  if (decisions.length === 0) return [];
  return db.transaction().execute(async transaction => {
    if (!(await holdsAlertLease(transaction, holder))) throw new LeaseLost();
    const reaches = new Map<string, Reach>();
    const gathered = new Set<string>();
    const changed: Alert[] = [];
    for (const decision of worstFirst(decisions)) {
      const orgId = decision.what === 'open' ? decision.alert.orgId : decision.orgId;
      const reach = reaches.get(orgId) ?? (await reachOf(transaction, orgId));
      reaches.set(orgId, reach);
      const alert =
        decision.what === 'open'
          ? await open(transaction, decision, { reach, now, onStep, gathered })
          : await carryOn(transaction, decision, { reach, now, onStep });
      if (alert !== null) changed.push(alert);
    }
    return changed;
  });
}

interface Context {
  readonly reach: Reach;
  readonly now: number;
  readonly onStep: DecideParts['onStep'];
}

function worstFirst(decisions: readonly Decision[]): Decision[] {
  const left = (decision: Decision) =>
    decision.what === 'open' ? (decision.alert.facts.remainingP05H ?? Number.POSITIVE_INFINITY) : 0;
  return decisions.toSorted((a, b) => {
    if (a.what !== 'open' || b.what !== 'open') return 0;
    if (isWorse(a.alert.severity, b.alert.severity)) return -1;
    if (isWorse(b.alert.severity, a.alert.severity)) return 1;
    return left(a) === left(b) ? 0 : left(a) - left(b);
  });
}

async function reachOf(transaction: MetadataDb, orgId: string): Promise<Reach> {
  const members = await listMembers(transaction, orgId);
  return {
    contacts: await listContacts(transaction, orgId),
    chain: (await findAlertChain(transaction, orgId)) ?? everybodyAtOnce,
    roles: new Map(members.map(({ userId, role }) => [userId, role])),
    timeZone: (await findOrganisation(transaction, orgId))?.timeZone ?? 'UTC',
  };
}

async function open(
  transaction: MetadataDb,
  { alert: found, gatherKey }: Decision & { readonly what: 'open' },
  context: Context & { readonly gathered: Set<string> },
): Promise<Alert | null> {
  const { reach, now, onStep, gathered } = context;
  const { orgId, kind, subject } = found;
  const before = (await listAlertsOfSubject(transaction, orgId, kind, subject)).at(-1);
  const opened = await openAlertWithin(transaction, { ...found, openedAt: now });
  if (opened === null) return null;
  onStep?.('within decision');
  await addAlertEvent(transaction, opened, { at: now, what: 'opened', by: null, note: null });
  if (opened.state === 'cleared')
    await addAlertEvent(transaction, opened, { at: now, what: 'cleared', by: null, note: null });
  const key = gatherKey && `${orgId}/${gatherKey}`;
  const isRepeat =
    before?.clearedAt != null &&
    now - before.clearedAt < repeatWithinMs &&
    !isWorse(opened.severity, before.severity);
  const isGathered = isRepeat || (key !== undefined && gathered.has(key));
  if (key !== undefined) gathered.add(key);
  const plan = planMessages(opened, 'opened', reach, { now, sinceMin: -1, throughMin: 0, isGathered });
  await writePlan(transaction, opened, plan);
  const escalateAt = opened.state === 'open' ? nextEscalation(reach.chain, opened, 0) : null;
  if (escalateAt !== null) await changeAlert(transaction, orgId, opened.alertId, { escalateAt });
  return { ...opened, escalateAt };
}

async function carryOn(
  transaction: MetadataDb,
  decision: Exclude<Decision, { readonly what: 'open' }>,
  context: Context,
): Promise<Alert | null> {
  const alert = await findAlert(transaction, decision.orgId, decision.alertId);
  if (alert === null || alert.state !== 'open') return null;
  if (decision.what === 'worsen') return worsen(transaction, alert, decision, context);
  if (decision.what === 'clear') return clear(transaction, alert, decision, context);
  return escalate(transaction, alert, context);
}

/** Worse by one status is news to everybody, whoever has acknowledged what was before. */
async function worsen(
  transaction: MetadataDb,
  alert: Alert,
  { severity, facts }: Decision & { readonly what: 'worsen' },
  { reach, now, onStep }: Context,
): Promise<Alert | null> {
  if (!isWorse(severity, alert.severity)) return null;
  const told = { severity, facts, toldAt: now, worsened: alert.worsened + 1, escalatedMin: 0 };
  const unseen = { acknowledgedAt: null, acknowledgedBy: null };
  const escalateAt = nextEscalation(reach.chain, { ...alert, ...told }, 0);
  const change = { ...told, ...unseen, escalateAt, clearingSince: null };
  await changeAlert(transaction, alert.orgId, alert.alertId, change);
  onStep?.('within decision');
  await addAlertEvent(transaction, alert, { at: now, what: 'worsened', by: null, note: null });
  // What has not been sent yet would say less than what is known now.
  await dropWaitingDeliveries(transaction, alert.orgId, alert.alertId, ['opened', 'worsened', 'escalated']);
  const worse: Alert = { ...alert, ...change };
  const throughMin = alert.escalatedMin;
  await writePlan(
    transaction,
    worse,
    planMessages(worse, 'worsened', reach, { now, sinceMin: -1, throughMin }),
  );
  return worse;
}

async function clear(
  transaction: MetadataDb,
  alert: Alert,
  { endedAt, facts, silently = false }: Decision & { readonly what: 'clear' },
  { reach, now, onStep }: Context,
): Promise<Alert> {
  const change = { state: 'cleared', clearedAt: now, endedAt, facts, escalateAt: null } as const;
  await changeAlert(transaction, alert.orgId, alert.alertId, change);
  onStep?.('within decision');
  await addAlertEvent(transaction, alert, { at: now, what: 'cleared', by: null, note: null });
  const cleared: Alert = { ...alert, ...change };
  const sent = await contactsTold(transaction, alert.orgId, alert.alertId);
  await dropWaitingDeliveries(transaction, alert.orgId, alert.alertId, ['opened', 'worsened', 'escalated']);
  if (silently || alert.knownLate) return cleared;
  const told = new Set(
    sent
      .filter(d => d.attempts > 0 || d.state === 'sending' || d.state === 'delivered')
      .map(d => d.contactId),
  );
  for (const message of planCleared(cleared, told, reach, now)) await addDeliveryWithin(transaction, message);
  return cleared;
}

async function escalate(
  transaction: MetadataDb,
  alert: Alert,
  { reach, now, onStep }: Context,
): Promise<Alert | null> {
  if (alert.acknowledgedAt !== null) return null;
  const throughMin = Math.max(alert.escalatedMin, (now - alert.toldAt) / minuteMs);
  const due = reach.chain.steps.map(step => step.afterMin).filter(min => min <= throughMin);
  const escalatedMin = Math.max(0, ...due);
  const escalateAt = nextEscalation(reach.chain, alert, escalatedMin);
  await changeAlert(transaction, alert.orgId, alert.alertId, { escalatedMin, escalateAt });
  onStep?.('within decision');
  const changed = { ...alert, escalatedMin, escalateAt };
  if (escalatedMin <= alert.escalatedMin) return null;
  await addAlertEvent(transaction, alert, { at: now, what: 'escalated', by: null, note: null });
  const plan = planMessages(changed, 'escalated', reach, {
    now,
    sinceMin: alert.escalatedMin,
    throughMin: escalatedMin,
  });
  await writePlan(transaction, changed, plan);
  return changed;
}

async function writePlan(transaction: MetadataDb, { alertId }: Alert, plan: Plan): Promise<void> {
  for (const message of plan.messages) await addDeliveryWithin(transaction, message);
  for (const digest of plan.digests) await addToDigestWithin(transaction, digest, alertId);
}
