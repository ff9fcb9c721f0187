import { noData } from '../../models/alerts/noData.ts';
import { batteryLow, calibrationDue, clockWrong } from '../../models/alerts/nodeCare.ts';
import type { Condition } from '../../models/alerts/stepAlert.ts';
import type { AlertFacts, AlertKind } from '../../models/contracts/alert.ts';
import { mainProbe } from '../../models/contracts/ids.ts';
import type { Calibration } from '../calibration.ts';
import {
  listDeviceBatteriesOfAllOrganisations,
  listPlaceNamesOfAllOrganisations,
  speaksForLiveBatch,
} from '../store/metadata/alertSubjects.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listNodesOfAllOrganisations, type Node } from '../store/metadata/nodes.ts';
import type { NodeSummary, ReadingStore } from '../store/readingStore.ts';
import { subjectOf } from './alertView.ts';
import type { Decision } from './decide.ts';
import { learntPatienceMs } from './learntPatience.ts';
import type { RuleBook } from './ruleBook.ts';
import type { Silence } from './silence.ts';
import { type Clearing, stepSubject } from './stepSubject.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Nobody needs to be told of a node that has been gone for days before anybody looked. */
const longGoneMs = 3 * dayMs;
/** So many nodes that fall silent together have one cause, and one message. */
const manyAtOnce = 4;

export interface NodeLook {
  readonly now: number;
  readonly monotonic: number;
  readonly silence: Silence;
  openAlert(orgId: string, kind: AlertKind, subject: string): Alert | undefined;
}

export interface NodeChecks {
  /** Looks at every node once. */
  check(look: NodeLook): Promise<{ decisions: Decision[]; clearings: Clearing[] }>;
}

/** Silence, batteries, calibrations and clocks of all nodes: with few questions however many there are. */
export function createNodeChecks(parts: {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly calibration: Calibration;
  readonly rules: RuleBook;
}): NodeChecks {
  const { db, store, calibration, rules } = parts;
  /** Keyed by node: what was learnt from the arrivals up to one of them. */
  const patience = new Map<string, { readonly lastSeenAt: number; readonly ms: number }>();

  async function patienceOf(node: Node, { lastSeenAt, lastReading }: NodeSummary): Promise<number> {
    const known = patience.get(node.nodeId);
    if (known?.lastSeenAt === lastSeenAt) return known.ms;
    const ms = await learntPatienceMs(store, node, { lastReading });
    patience.set(node.nodeId, { lastSeenAt, ms });
    return ms;
  }

  async function silenceOf(
    node: Node,
    summary: NodeSummary,
    patienceMin: number | null,
    look: NodeLook,
  ): Promise<Condition> {
    const { lastSeenAt, lastReading } = summary;
    const last = { lastSeenAt, measuredAt: lastReading.measuredAt };
    const silentMs = look.silence.silentMs(node.nodeId, last, look.now, look.monotonic);
    const least = patienceMin === null ? 30 * minuteMs : patienceMin * minuteMs;
    if (silentMs <= least) return { sign: 'clear', severity: 'info' };
    const allowedMs = patienceMin === null ? await patienceOf(node, summary) : least;
    return noData(silentMs, allowedMs, 'warning');
  }

  return {
    async check(look) {
      const nodes = await listNodesOfAllOrganisations(db);
      const summaries = await store.nodeSummaries(nodes.map(node => node.nodeId));
      const places = await listPlaceNamesOfAllOrganisations(db);
      const batteries = await listDeviceBatteriesOfAllOrganisations(db);
      const decisions: Decision[] = [];
      const clearings: Clearing[] = [];

      async function step(node: Node, kind: NodeKind, condition: Condition, facts: Partial<AlertFacts>) {
        const subject = subjectOf('node', node.nodeId);
        const open = look.openAlert(node.orgId, kind, subject);
        if (open === undefined && condition.sign !== 'over') return;
        const { rule } = await rules.ruleFor(node.orgId, kind, kind, { placeId: node.placeId });
        const place = node.placeId === null ? undefined : places.get(`${node.orgId}/${node.placeId}`);
        const result = stepSubject(
          {
            ...{ orgId: node.orgId, kind, subject, open, rule, beganAt: condition.since },
            condition: { ...condition, severity: await severityOf(node, kind, rule.severity) },
            facts: { subjectName: place ?? node.name, ...facts },
          },
          look.now,
        );
        decisions.push(...result.decisions);
        if (result.clearing !== null) clearings.push(result.clearing);
      }

      /** Goods that nobody watches are worth a message; an idle node is worth a line in the morning. */
      async function severityOf(node: Node, kind: NodeKind, severity: Condition['severity']) {
        if (kind !== 'no-data' || severity === 'info') return severity;
        return (await speaksForLiveBatch(db, node.orgId, node.nodeId, look.now)) ? severity : 'info';
      }

      for (const node of nodes) {
        const summary = summaries.get(node.nodeId);
        if (summary === undefined) continue;
        const { lastSeenAt } = summary;
        const subject = subjectOf('node', node.nodeId);
        const silenceRule = await rules.ruleFor(node.orgId, 'no-data', 'no-data', { placeId: node.placeId });
        const silent = await silenceOf(node, summary, silenceRule.rule.patienceMin, look);
        const told = look.openAlert(node.orgId, 'no-data', subject);
        // Once it speaks again, what has to be told is how long it did not.
        const since = told?.facts.since ?? iso(lastSeenAt);
        if (told !== undefined || look.now - lastSeenAt < longGoneMs)
          await step(node, 'no-data', { ...silent, since: lastSeenAt }, { since });
        const device = batteries.get(node.nodeId);
        const batteryPct = device?.batteryPct ?? summary.batteryPct;
        const batteryRule = await rules.ruleFor(node.orgId, 'battery-low', 'battery-low', {
          placeId: node.placeId,
        });
        const { severity, batteryPct: levelPct } = batteryRule.rule;
        const battery = batteryLow(batteryPct, device?.isLow ?? false, levelPct, severity);
        await step(node, 'battery-low', battery, batteryPct === null ? {} : { batteryPct });
        const probe = summary.lastReading.probe ?? mainProbe;
        const { dueAt } = calibration.inForce(node.nodeId, probe, look.now);
        const due = calibrationDue(dueAt, look.now, 'info');
        await step(node, 'calibration-due', due, dueAt === null ? {} : { dueAt: iso(dueAt) });
        const wrongSince = summary.clockWrongSince ?? null;
        const clock = clockWrong(wrongSince, 'info');
        await step(node, 'clock-wrong', clock, wrongSince === null ? {} : { since: iso(wrongSince) });
      }
      look.silence.looked(look.monotonic);
      return { decisions: gathered(decisions), clearings };
    },
  };
}

type NodeKind = 'no-data' | 'battery-low' | 'calibration-due' | 'clock-wrong';

function gathered(decisions: readonly Decision[]): Decision[] {
  const silent = decisions.filter(d => d.what === 'open' && d.alert.kind === 'no-data');
  const byOrg = Map.groupBy(silent, d => (d.what === 'open' ? d.alert.orgId : ''));
  const many = new Set([...byOrg.values()].filter(list => list.length >= manyAtOnce).flat());
  return decisions.map(d => (d.what === 'open' && many.has(d) ? { ...d, gatherKey: 'no-data' } : d));
}

const iso = (at: number) => new Date(at).toISOString();
