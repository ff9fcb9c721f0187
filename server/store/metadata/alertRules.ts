import type { AlertKind } from '../../../models/contracts/alert.ts';
import { type AlertChain, alertChainSchema } from '../../../models/contracts/alertChain.ts';
import {
  type AlertRule,
  type RuleSettings,
  ruleSettingsSchema,
} from '../../../models/contracts/alertRule.ts';
import type { MetadataDb } from './database.ts';

/** A rule as it is kept. */
export interface KeptRule {
  readonly kind: AlertKind;
  readonly scope: AlertRule['scope'];
  /** Empty for the organisation. */
  readonly scopeId: string;
  readonly settings: RuleSettings;
  readonly inForceSince: number;
}

export async function listAlertRules(db: MetadataDb, orgId: string): Promise<KeptRule[]> {
  const rows = await db
    .selectFrom('alert_rules')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('kind')
    .orderBy('scope')
    .orderBy('scope_id')
    .execute();
  return rows.map(row => ({
    kind: row.kind,
    scope: row.scope,
    scopeId: row.scope_id,
    // What an earlier release understood otherwise says nothing.
    settings: ruleSettingsSchema.safeParse(JSON.parse(row.settings)).data ?? {},
    inForceSince: row.in_force_since,
  }));
}

/** Puts these rules in the place of all that are there; one that says the same as before stays in force since then. */
export async function replaceAlertRules(
  db: MetadataDb,
  orgId: string,
  rules: readonly AlertRule[],
  now: number,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    const before = await listAlertRules(transaction, orgId);
    await transaction.deleteFrom('alert_rules').where('org_id', '=', orgId).execute();
    for (const { kind, scope, scopeId = '', settings } of rules) {
      const text = JSON.stringify(settings);
      const same = before.find(
        rule =>
          rule.kind === kind &&
          rule.scope === scope &&
          rule.scopeId === scopeId &&
          JSON.stringify(rule.settings) === text,
      );
      await transaction
        .insertInto('alert_rules')
        .values({
          org_id: orgId,
          kind,
          scope,
          scope_id: scopeId,
          settings: text,
          in_force_since: same?.inForceSince ?? now,
        })
        .execute();
    }
  });
}

/** Null when the firm has none of its own. */
export async function findAlertChain(db: MetadataDb, orgId: string): Promise<AlertChain | null> {
  const row = await db
    .selectFrom('alert_chains')
    .select('chain')
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row === undefined ? null : (alertChainSchema.safeParse(JSON.parse(row.chain)).data ?? null);
}

export async function setAlertChain(db: MetadataDb, orgId: string, chain: AlertChain): Promise<void> {
  await db
    .insertInto('alert_chains')
    .values({ org_id: orgId, chain: JSON.stringify(chain) })
    .onConflict(conflict => conflict.column('org_id').doUpdateSet({ chain: JSON.stringify(chain) }))
    .execute();
}
