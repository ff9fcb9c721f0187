import { alertChainSchema, everybodyAtOnce } from '../../models/contracts/alertChain.ts';
import {
  type AlertRule,
  alertRulesViewSchema,
  type LearntPatience,
  learntPatienceSchema,
  newAlertRulesSchema,
  presetRules,
} from '../../models/contracts/alertRule.ts';
import { learntPatienceMs } from '../alerts/learntPatience.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import {
  findAlertChain,
  type KeptRule,
  listAlertRules,
  replaceAlertRules,
  setAlertChain,
} from '../store/metadata/alertRules.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { listNodes } from '../store/metadata/nodes.ts';
import { defineRoute } from './route.ts';

/** More sensors than this are not listed by name with what was learnt of each. */
const mostNodes = 200;

export function alertRuleRoutes({ db, store, clock, alerts, fleet }: Services) {
  const rulesView = async (orgId: string) => ({
    rules: (await listAlertRules(db, orgId)).map(toRule),
    presets: presetRules,
  });
  return [
    defineRoute({
      method: 'get',
      path: '/alert-rules',
      summary: 'When people are told, and what holds where nothing is written',
      success: { status: 200, schema: alertRulesViewSchema },
      handle: ({ principal }) => rulesView(principal.orgId),
    }),
    defineRoute({
      method: 'put',
      path: '/alert-rules',
      summary: 'Puts these rules in the place of all that are written',
      body: newAlertRulesSchema,
      success: { status: 200, schema: alertRulesViewSchema },
      async handle({ principal: { orgId, actor }, body: { rules } }) {
        refuseTwice(rules);
        const before = (await listAlertRules(db, orgId)).map(toRule);
        await replaceAlertRules(db, orgId, rules, clock.now());
        const after = (await listAlertRules(db, orgId)).map(toRule);
        for (const [rule, what] of differences(before, after))
          await addAudit(db, {
            ...{ at: clock.now(), orgId, actor, action: `alert_rule.${what}` },
            subject: keyOf(rule),
            detail: '',
            before: before.find(was => keyOf(was) === keyOf(rule))?.settings,
            after: what === 'removed' ? undefined : rule.settings,
          });
        await alerts.rulesChanged(orgId);
        fleet.publish('rules', { orgId });
        return rulesView(orgId);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/alert-rules/patience',
      summary: 'How long each sensor may be silent where no rule says, learnt from its own cadence',
      success: { status: 200, schema: learntPatienceSchema },
      fromStore: true,
      async handle({ principal: { orgId } }) {
        const nodes = await listNodes(db, orgId, { limit: mostNodes });
        const summaries = await store.nodeSummaries(nodes.map(node => node.nodeId));
        const sensors: LearntPatience[number][] = [];
        for (const node of nodes) {
          const summary = summaries.get(node.nodeId);
          const ms = summary === undefined ? null : await learntPatienceMs(store, node, summary);
          const patienceMin = ms === null ? null : Math.ceil(ms / 60_000);
          sensors.push({ nodeId: node.nodeId, name: node.name, patienceMin });
        }
        return { sensors };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/alert-chain',
      summary: 'Who is told first, and who next if nobody acknowledges',
      success: { status: 200, schema: alertChainSchema },
      handle: async ({ principal }) => (await findAlertChain(db, principal.orgId)) ?? everybodyAtOnce,
    }),
    defineRoute({
      method: 'put',
      path: '/alert-chain',
      summary: 'Sets who is told first, and who next',
      body: alertChainSchema,
      success: { status: 200, schema: alertChainSchema },
      async handle({ principal: { orgId, actor }, body }) {
        const before = (await findAlertChain(db, orgId)) ?? everybodyAtOnce;
        await setAlertChain(db, orgId, body);
        await addAudit(db, {
          ...{ at: clock.now(), orgId, actor, action: 'alert_chain.changed', subject: orgId },
          ...{ detail: '', before, after: body },
        });
        return body;
      },
    }),
  ];
}

function toRule({ kind, scope, scopeId, settings }: KeptRule): AlertRule {
  return { kind, scope, ...(scopeId === '' ? {} : { scopeId }), settings };
}

const keyOf = ({ kind, scope, scopeId }: AlertRule) => [kind, scope, scopeId].filter(Boolean).join('/');

function refuseTwice(rules: readonly AlertRule[]): void {
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    const key = keyOf(rule);
    if (seen.has(key)) {
      const fault = { field: `rules.${index}`, value: key, allowed: 'must be there once' };
      throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}: ${key}`, [fault]);
    }
    seen.add(key);
  });
}

function* differences(
  before: readonly AlertRule[],
  after: readonly AlertRule[],
): Generator<[AlertRule, 'set' | 'removed']> {
  const text = (rule: AlertRule) => JSON.stringify(rule);
  const had = new Set(before.map(text));
  const keys = new Set(after.map(keyOf));
  for (const rule of after) if (!had.has(text(rule))) yield [rule, 'set'];
  for (const rule of before) if (!keys.has(keyOf(rule))) yield [rule, 'removed'];
}
