import { type ResolvedRule, type RuleSubject, resolveRule } from '../../models/alerts/resolveRule.ts';
import type { AlertKind } from '../../models/contracts/alert.ts';
import { type PresetName, presetRules } from '../../models/contracts/alertRule.ts';
import { type KeptRule, listAlertRules } from '../store/metadata/alertRules.ts';
import type { MetadataDb } from '../store/metadata/database.ts';

/** The rules of all firms, in memory: every reading asks for one. */
export interface RuleBook {
  /** @param preset  what holds where nothing is written */
  ruleFor(orgId: string, kind: AlertKind, preset: PresetName, subject: RuleSubject): Promise<ResolvedRule>;
  /** Whether any rule of a firm is for a shipment or one of its legs: only then it matters where a batch is. */
  hasLegRules(orgId: string): Promise<boolean>;
  /** Reads the rules of a firm anew when next asked. */
  forget(orgId: string): void;
  forgetAll(): void;
}

export function createRuleBook(db: MetadataDb): RuleBook {
  /** Keyed by organisation. */
  const rules = new Map<string, Promise<KeptRule[]>>();

  function rulesOf(orgId: string): Promise<KeptRule[]> {
    const known = rules.get(orgId);
    if (known !== undefined) return known;
    const loading = listAlertRules(db, orgId);
    rules.set(orgId, loading);
    // A store that was away is asked again.
    loading.catch(() => rules.delete(orgId));
    return loading;
  }

  return {
    async ruleFor(orgId, kind, preset, subject) {
      const written = (await rulesOf(orgId)).filter(rule => rule.kind === kind);
      return resolveRule(presetRules[preset], written, subject);
    },
    hasLegRules: async orgId => (await rulesOf(orgId)).some(rule => rule.scope === 'leg'),
    forget: orgId => {
      rules.delete(orgId);
    },
    forgetAll: () => rules.clear(),
  };
}
