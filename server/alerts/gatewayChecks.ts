import { journalFilling } from '../../models/alerts/journalFilling.ts';
import type { AlertKind } from '../../models/contracts/alert.ts';
import { listGatewayStatusOfAllOrganisations } from '../store/metadata/alertSubjects.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { subjectOf } from './alertView.ts';
import type { Decision } from './decide.ts';
import type { RuleBook } from './ruleBook.ts';
import { stepSubject } from './stepSubject.ts';

/** What a gateway said longer ago than this says nothing about now. */
const believedForMs = 10 * 60_000;

/** Gateways whose journals will be full soon, by what they told last. */
export async function checkGateways(
  db: MetadataDb,
  rules: RuleBook,
  openAlert: (orgId: string, kind: AlertKind, subject: string) => Alert | undefined,
  now: number,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const kind = 'journal-filling';
  for (const { orgId, gatewayId, name, status } of await listGatewayStatusOfAllOrganisations(db)) {
    if (status === null || now - status.at > believedForMs) continue;
    const subject = subjectOf('gateway', gatewayId);
    const open = openAlert(orgId, kind, subject);
    const { rule } = await rules.ruleFor(orgId, kind, kind, {});
    const hoursLeft = status.journalHoursLeft;
    const condition = journalFilling(hoursLeft, rule.severity);
    if (open === undefined && condition.sign !== 'over') continue;
    const facts = { subjectName: name, ...(hoursLeft === null ? {} : { journalHoursLeft: hoursLeft }) };
    decisions.push(...stepSubject({ orgId, kind, subject, open, condition, rule, facts }, now).decisions);
  }
  return decisions;
}
