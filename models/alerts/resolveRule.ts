import type { FullRule, RuleScope, RuleSettings } from '../contracts/alertRule.ts';

/** What a subject is part of. */
export interface RuleSubject {
  readonly productId?: string | null | undefined;
  readonly placeId?: string | null | undefined;
  /** The shipment under way and its leg: `<shipment>` and `<shipment>/<n>`. */
  readonly legIds?: readonly string[] | undefined;
}

export interface ScopedRule {
  readonly scope: RuleScope;
  readonly scopeId: string;
  readonly settings: RuleSettings;
  readonly inForceSince: number;
}

export interface ResolvedRule {
  readonly rule: FullRule;
  /** When the latest of what it is made of was written; 0 when nothing was. */
  readonly inForceSince: number;
}

const order: readonly RuleScope[] = ['organisation', 'product', 'place', 'leg'];

/** The preset, with what is written for the firm, the product, the place and the leg on top, in this order. */
export function resolveRule(
  preset: FullRule,
  written: readonly ScopedRule[],
  { productId, placeId, legIds = [] }: RuleSubject,
): ResolvedRule {
  const applies = ({ scope, scopeId }: ScopedRule): boolean => {
    if (scope === 'organisation') return true;
    if (scope === 'product') return scopeId === productId;
    return scope === 'place' ? scopeId === placeId : legIds.includes(scopeId);
  };
  const mine = written
    .filter(applies)
    .sort(
      (a, b) =>
        order.indexOf(a.scope) - order.indexOf(b.scope) ||
        legIds.indexOf(a.scopeId) - legIds.indexOf(b.scopeId),
    );
  return {
    rule: Object.assign({}, preset, ...mine.map(({ settings }) => settings)),
    inForceSince: Math.max(0, ...mine.map(rule => rule.inForceSince)),
  };
}
