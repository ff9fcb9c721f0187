import type { ResolvedRule } from '../../models/alerts/resolveRule.ts';
import type { TooWarmRule } from '../../models/alerts/tooWarm.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { futureTemperature } from '../shelf-life/futureTemperature.ts';
import { maxGapMs, silentAfterMs } from '../shelf-life/placedWindows.ts';
import { listPlaceNamesOf } from '../store/metadata/alertSubjects.ts';
import { type Alert, listAlertsOfSubject } from '../store/metadata/alerts.ts';
import { type Batch, endedAt, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { listPlacements, type Placement } from '../store/metadata/placements.ts';
import { subjectOf } from './alertView.ts';
import { lossRatesOf } from './lossRates.ts';
import type { RuleBook } from './ruleBook.ts';
import { type LegUnderWay, standing } from './shipmentChecks.ts';
import { WarmTrack } from './warmTrack.ts';

/** Everything that alerts need to know of a batch, kept while it lives. */
export interface BatchWatch {
  readonly batch: Batch;
  readonly leg: LegUnderWay;
  readonly isOver: boolean;
  readonly tracks: readonly WatchedTrack[];
  readonly spoilageRule: ResolvedRule;
  /** Incidents of it being too warm, open and over. Changed as they are decided. */
  told: Alert[];
  /** Of all its tracks, by the last look. */
  lastReadingAt: number;
  /** More of a backlog may be on its way: what is not there yet is no gap. */
  isFillingUp: boolean;
  /** Before this its spoilage cannot be near. */
  nextSpoilageAt: number;
}

export interface WatchedTrack {
  readonly track: WarmTrack;
  readonly rule: TooWarmRule;
  readonly isEnabled: boolean;
  readonly inForceSince: number;
  /** A last reading older than this says nothing about now. */
  readonly silentAfterMs: number;
  readonly nodeIds: ReadonlySet<string>;
  /** Where it is, in people's words. */
  readonly placeName: string;
}

const hourMs = 3_600_000;
/** What goods kept at room temperature may be above what is assumed, where no level is given. */
const aboveAssumedC = 2;
const clearBelowLevelC = 1;

/** @returns null when there is no such batch */
export async function watchBatch(
  { db, lives }: { readonly db: MetadataDb; readonly lives: Pick<BatchLives, 'parametersOf'> },
  rules: RuleBook,
  orgId: string,
  batchId: string,
  leg: LegUnderWay = standing,
): Promise<BatchWatch | null> {
  const batch = await findBatch(db, orgId, batchId);
  if (batch === null) return null;
  const placements = await listPlacements(db, orgId, batchId);
  const told = await listAlertsOfSubject(db, orgId, 'too-warm', subjectOf('batch', batchId));
  const places = await listPlaceNamesOf(db, orgId);
  const parameters = lives.parametersOf(batch);
  const tracks: WatchedTrack[] = [];
  for (const ofPosition of Map.groupBy(placements, p => p.position).values())
    tracks.push(await watchTrack(db, rules, { batch, parameters, placements: ofPosition, places, leg }));
  const subject = { productId: batch.productId, legIds: leg.ids };
  const spoilageRule = await rules.ruleFor(orgId, 'spoilage-near', 'spoilage-near', subject);
  return {
    ...{ batch, leg, isOver: endedAt(batch) !== null, tracks, spoilageRule, told },
    ...{ lastReadingAt: Number.NEGATIVE_INFINITY, isFillingUp: false, nextSpoilageAt: 0 },
  };
}

async function watchTrack(
  db: MetadataDb,
  rules: RuleBook,
  about: {
    readonly batch: Batch;
    readonly parameters: TahuParameters;
    /** Of one position, at least one. */
    readonly placements: readonly Placement[];
    readonly places: ReadonlyMap<string, string>;
    readonly leg: LegUnderWay;
  },
): Promise<WatchedTrack> {
  const { batch, parameters, placements, places, leg } = about;
  const ascending = placements.toSorted((a, b) => a.from - b.from);
  const latest = ascending.at(-1)!;
  const placeId = (await findNode(db, batch.orgId, latest.nodeId))?.placeId ?? null;
  const preset = (batch.storage ?? batch.productStorage) === 'fridge' ? 'too-warm-chilled' : 'too-warm-room';
  const subject = { productId: batch.productId, placeId, legIds: leg.ids };
  const resolved = await rules.ruleFor(batch.orgId, 'too-warm', preset, subject);
  const assumedC = futureTemperature(batch, null).temperatureC;
  const { lossRate, lifeAtMakingH } = lossRatesOf(parameters, assumedC);
  const rule = tooWarmRule(resolved, assumedC, lifeAtMakingH);
  const windows = ascending
    .map(({ nodeId, probe, from, to }) => ({
      ...{ nodeId, probe, from: Math.max(from, batch.producedAt, leg.since) },
      to: to ?? Number.POSITIVE_INFINITY,
    }))
    .filter(window => window.from < window.to);
  const gapMs = Math.max(...placements.map(p => maxGapMs(p.reportEveryS)));
  return {
    track: new WarmTrack(windows, rule, { maxGapMs: gapMs, lossRate }),
    rule,
    isEnabled: resolved.rule.enabled,
    inForceSince: resolved.inForceSince,
    silentAfterMs: Math.max(gapMs, silentAfterMs(latest.reportEveryS)),
    nodeIds: new Set(placements.map(p => p.nodeId)),
    placeName: (placeId === null ? undefined : places.get(placeId)) ?? latest.nodeName,
  };
}

function tooWarmRule({ rule }: ResolvedRule, assumedC: number, lifeAtMakingH: number): TooWarmRule {
  const levelC = rule.levelC ?? assumedC + aboveAssumedC;
  const doses = [
    rule.doseLifeLostH,
    rule.doseLifeLostShare === null ? null : rule.doseLifeLostShare * lifeAtMakingH,
  ].filter(dose => dose !== null);
  return {
    levelC,
    clearLevelC: Math.min(levelC, rule.clearLevelC ?? levelC - clearBelowLevelC),
    holdMs: rule.holdMin === null ? null : (rule.holdMin * hourMs) / 60,
    clearHoldMs: (rule.clearHoldMin * hourMs) / 60,
    doseLimitH: doses.length === 0 ? null : Math.min(...doses),
    mildBelowH: rule.mildBelowLifeLostH,
    severity: rule.severity,
  };
}
