import { reconcileEpisodes } from '../../models/alerts/reconcileEpisodes.ts';
import { spoilageCannotBeNearForMs, spoilageNear } from '../../models/alerts/spoilageNear.ts';
import { type Episode, mergeEpisodes } from '../../models/alerts/tooWarm.ts';
import type { AlertFacts, AlertKind } from '../../models/contracts/alert.ts';
import type { Estimate } from '../../models/contracts/estimate.ts';
import { ApiError } from '../errors.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { type BatchKey, splitBatchKey } from '../shelf-life/placementIndex.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { subjectOf } from './alertView.ts';
import { type BatchWatch, type WatchedTrack, watchBatch } from './batchWatch.ts';
import type { Decision } from './decide.ts';
import type { RuleBook } from './ruleBook.ts';
import { type ShipmentWatch, standing } from './shipmentChecks.ts';
import { stepSubject } from './stepSubject.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** What was over longer ago is history. */
const tellForMs = 7 * dayMs;
/** How long after its last reading a backlog is taken to be all there. */
const backlogPauseMs = 2 * minuteMs;
/** A life that ended longer ago is known to whoever has the goods. */
const pastForMs = dayMs;
const refreshEveryMs = 5 * minuteMs;

export interface BatchLook {
  readonly now: number;
  /** By how much the clock was set lately; below 0: back. Nobody knows yet which time is wrong. */
  readonly clockSetByMs: number;
  /** The earliest new reading of a node since the last look; undefined for a node without any. */
  newFrom(nodeId: string): number | undefined;
  /** When readings of the batch last came; it may be in the middle of a backlog. */
  readonly touchedAt: number;
  openAlert(orgId: string, kind: AlertKind, subject: string): Alert | undefined;
}

export interface BatchFindings {
  readonly decisions: readonly Decision[];
  /** New figures of incidents that go on. */
  readonly refreshed: readonly {
    readonly alert: Alert;
    readonly facts: AlertFacts;
    readonly beganAt: number;
  }[];
  /** When it has to be looked at again though nothing comes in; null when never. */
  readonly lookAgainAt: number | null;
}

export interface BatchChecks {
  /** Looks at a batch in the light of what has come since the last look. */
  check(key: BatchKey, look: BatchLook): Promise<BatchFindings>;
  /** What was decided about a batch. */
  noted(alert: Alert): void;
  /** The batch, its placements or its rules have changed, or its readings say something else. */
  forget(key: BatchKey): void;
  forgetOrganisation(orgId: string): void;
  forgetAll(): void;
}

export function createBatchChecks(parts: {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly rules: RuleBook;
  /** The leg that a batch is on, if it is under way. */
  readonly legsOf?: ShipmentWatch['legsOf'];
}): BatchChecks {
  const { db, store, lives, rules, legsOf } = parts;
  const watches = new Map<BatchKey, BatchWatch>();
  const refreshedAt = new Map<string, number>();

  async function watchOf(key: BatchKey, now: number): Promise<BatchWatch | null> {
    const { orgId, batchId } = splitBatchKey(key);
    const known = watches.get(key);
    const hasLegs = legsOf !== undefined && (await rules.hasLegRules(orgId));
    const found = hasLegs ? await legsOf(orgId, batchId) : standing;
    const isSame = known?.leg.ids.join() === found.ids.join();
    if (known !== undefined && isSame) return known;
    // Back from the road, what was on the road is not judged by the rules of the shop.
    const leg = known === undefined || found.ids.length > 0 ? found : { ...found, since: now };
    const watch = await watchBatch({ db, lives }, rules, orgId, batchId, leg);
    if (watch !== null && !watch.isOver) watches.set(key, watch);
    return watch;
  }

  /** @param at  left out: now */
  async function estimateOf({ batch }: BatchWatch, at?: number): Promise<Estimate | null> {
    try {
      return await lives.estimate(batch.orgId, batch.batchId, at === undefined ? {} : { at });
    } catch (error) {
      // Removed, or not made yet: there is nothing to say of it. Everything else is worth trying again.
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  async function tooWarm(watch: BatchWatch, look: BatchLook): Promise<BatchFindings> {
    const { now } = look;
    const seen = await Promise.all(
      watch.tracks.map(async watched => {
        for (const nodeId of watched.nodeIds) {
          const newFrom = look.newFrom(nodeId);
          if (newFrom === undefined) continue;
          // A past that turns out otherwise may have cost more than time passing can.
          if (watched.track.take(newFrom) || newFrom < now - watched.silentAfterMs) watch.nextSpoilageAt = 0;
        }
        return { watched, ...(await watched.track.look(store, knownUntil(look))) };
      }),
    );
    watch.lastReadingAt = Math.max(...seen.map(({ last }) => last?.at ?? Number.NEGATIVE_INFINITY));
    const sensorsNow = agedUntil(watch, look) ?? now;
    const isLiveIn = (tracks: readonly Seen[]) =>
      tracks.some(({ watched, last }) => last !== null && sensorsNow - last.at <= watched.silentAfterMs);
    const isSettled = now - look.touchedAt >= backlogPauseMs;
    watch.isFillingUp = !isSettled && !isLiveIn(seen);
    const enabled = seen.filter(({ watched }) => watched.isEnabled);
    const episodes = mergeEpisodes(enabled.map(({ episodes: list }) => list));
    if (episodes.length === 0 && watch.told.length === 0) return nothing;
    const isLive = isLiveIn(enabled);
    const inForceSince = Math.max(0, ...enabled.map(({ watched }) => watched.inForceSince));
    const end = { isLive, isSettled, tellFrom: Math.max(inForceSince, now - tellForMs) };
    const told = watch.told.map(({ alertId, beganAt, state, endedAt, severity }) => ({
      ...{ alertId, from: beganAt, severity },
      to: state === 'open' ? null : (endedAt ?? beganAt),
    }));
    const found = reconcileEpisodes(told, episodes, end);
    const decisions: Decision[] = [];
    const refreshed: { alert: Alert; facts: AlertFacts; beganAt: number }[] = [];
    for (const decision of found) {
      const { episode } = decision;
      const worst = worstOf(enabled, episode);
      const alert =
        decision.what === 'open' ? undefined : watch.told.find(a => a.alertId === decision.alertId);
      if (decision.what === 'keep' && !isTimeToRefresh(alert!, episode!, now)) continue;
      const facts =
        worst === undefined ? alert!.facts : await tooWarmFacts(watch, worst, episode, alert?.facts);
      const { orgId, batchId } = watch.batch;
      if (decision.what === 'open') {
        const { from, severity, to, clearedAt } = decision.episode;
        decisions.push({
          what: 'open',
          alert: {
            ...{ orgId, kind: 'too-warm', subject: subjectOf('batch', batchId), severity, facts },
            ...{ beganAt: from, endedAt: to, clearedAt: clearedAt === null ? null : now },
            knownLate: decision.knownLate,
          },
          gatherKey: `too-warm/${worst!.watched.placeName}`,
        });
      } else if (decision.what === 'worsen')
        decisions.push({
          what: 'worsen',
          orgId,
          alertId: decision.alertId,
          severity: episode!.severity,
          facts,
        });
      else if (decision.what === 'clear')
        decisions.push({
          what: 'clear',
          orgId,
          alertId: decision.alertId,
          endedAt: episode?.to ?? now,
          facts,
        });
      else {
        refreshedAt.set(alert!.alertId, now);
        refreshed.push({ alert: alert!, facts, beganAt: episode!.from });
      }
    }
    const isDeferred = !isLive && !isSettled && episodes.at(-1)?.clearedAt === null;
    return { decisions, refreshed, lookAgainAt: isDeferred ? look.touchedAt + backlogPauseMs : null };
  }

  function isTimeToRefresh({ alertId, facts, beganAt }: Alert, episode: Episode, now: number): boolean {
    if (now - (refreshedAt.get(alertId) ?? 0) < refreshEveryMs) return false;
    return facts.peakC !== episode.peakC || facts.aboveH !== episode.aboveH || beganAt !== episode.from;
  }

  async function tooWarmFacts(
    watch: BatchWatch,
    { watched, last }: Seen,
    episode: Episode | null,
    before: AlertFacts | undefined,
  ): Promise<AlertFacts> {
    const estimate = await estimateOf(watch);
    return {
      ...before,
      subjectName: watch.batch.name,
      placeName: watched.placeName,
      levelC: watched.rule.levelC,
      ...(last === null ? {} : { temperatureC: last.temperatureC }),
      ...(episode === null
        ? {}
        : { peakC: episode.peakC, aboveH: episode.aboveH, lifeLostH: episode.lifeLostH }),
      ...(estimate === null ? {} : lifeFacts(estimate)),
    };
  }

  async function spoilage(watch: BatchWatch, look: BatchLook): Promise<BatchFindings> {
    const { now } = look;
    if (now < watch.nextSpoilageAt) return { ...nothing, lookAgainAt: watch.nextSpoilageAt };
    const { orgId, batchId, name } = watch.batch;
    const kind = 'spoilage-near';
    const subject = subjectOf('batch', batchId);
    const open = look.openAlert(orgId, kind, subject);
    // In the middle of a backlog the rest of it is still a gap, taken at its worst.
    if (watch.isFillingUp && open === undefined)
      return { ...nothing, lookAgainAt: look.touchedAt + backlogPauseMs };
    const estimate = await estimateOf(watch, agedUntil(watch, look));
    if (estimate === null) return nothing;
    const { rule } = watch.spoilageRule;
    const life = {
      status: estimate.status,
      remainingP05H: estimate.remainingH.p05,
      lifeAtMakingH: estimate.lifeAtMakingH,
    };
    // How fast it can come near is bounded by its own readings; those come with a touch, time passes slowly.
    watch.nextSpoilageAt = now + (life.status === 'fresh' ? spoilageCannotBeNearForMs(life) : minuteMs);
    const lookAgainAt = watch.nextSpoilageAt;
    const condition = spoilageNear(life, rule.severity);
    const isLongPast = now - Date.parse(estimate.keepsUntil.p05) > pastForMs;
    if (open === undefined && (condition.sign !== 'over' || isLongPast)) return { ...nothing, lookAgainAt };
    const facts = { subjectName: name, ...lifeFacts(estimate) };
    const { decisions } = stepSubject({ orgId, kind, subject, open, condition, rule, facts }, now);
    return { decisions, refreshed: [], lookAgainAt };
  }

  /** A batch that is gone is nobody's alarm any more, and nobody needs a message that it is over. */
  function endAll({ batch, told }: BatchWatch, look: BatchLook): BatchFindings {
    const { orgId, batchId } = batch;
    const near = look.openAlert(orgId, 'spoilage-near', subjectOf('batch', batchId));
    const open = [...told.filter(alert => alert.state === 'open'), ...(near === undefined ? [] : [near])];
    const decisions = open.map(
      ({ alertId, facts }): Decision => ({
        ...{ what: 'clear', orgId, alertId, endedAt: look.now, facts, silently: true },
      }),
    );
    return { decisions, refreshed: [], lookAgainAt: null };
  }

  return {
    async check(key, look) {
      const watch = await watchOf(key, look.now);
      if (watch === null) return nothing;
      if (watch.isOver) return endAll(watch, look);
      const warm = await tooWarm(watch, look);
      const near = await spoilage(watch, look);
      return {
        decisions: [...warm.decisions, ...near.decisions],
        refreshed: warm.refreshed,
        lookAgainAt: earliest(warm.lookAgainAt, near.lookAgainAt),
      };
    },
    noted(alert) {
      if (alert.kind !== 'too-warm' || !alert.subject.startsWith('batch/')) return;
      const watch = watches.get(`${alert.orgId}/${alert.subject.slice('batch/'.length)}`);
      if (watch === undefined) return;
      watch.told = [...watch.told.filter(a => a.alertId !== alert.alertId), alert];
      if (alert.state === 'cleared') refreshedAt.delete(alert.alertId);
    },
    forget: key => {
      watches.delete(key);
    },
    forgetOrganisation(orgId) {
      for (const key of watches.keys()) if (key.startsWith(`${orgId}/`)) watches.delete(key);
    },
    forgetAll() {
      watches.clear();
      refreshedAt.clear();
    },
  };
}

/** Readings keep the time that nodes with a right clock gave them: it may be ahead of a clock that was set back. */
function knownUntil({ now, clockSetByMs }: BatchLook): number {
  return now + Math.max(0, -clockSetByMs);
}

/**
 * Where the clock was set ahead, a batch would be older by what nobody lived through: its sensors say whether it is.
 * Those that go on as before are believed.
 *
 * @returns undefined for now
 */
function agedUntil({ lastReadingAt }: BatchWatch, { now, clockSetByMs }: BatchLook): number | undefined {
  const before = now - clockSetByMs;
  return before < now && lastReadingAt < (before + now) / 2 ? before : undefined;
}

interface Seen {
  readonly watched: WatchedTrack;
  readonly last: { readonly at: number; readonly temperatureC: number } | null;
  readonly episodes: readonly Episode[];
}

const nothing: BatchFindings = { decisions: [], refreshed: [], lookAgainAt: null };

/** Of several sensors, the one that saw the warmest of an episode. */
function worstOf(seen: readonly Seen[], episode: Episode | null): Seen | undefined {
  if (episode === null) return seen[0];
  const peaks = seen.map(each => ({
    each,
    peakC: Math.max(
      ...each.episodes
        .filter(e => e.from >= episode.from && e.from <= (episode.to ?? Infinity))
        .map(e => e.peakC),
    ),
  }));
  return peaks.sort((a, b) => b.peakC - a.peakC)[0]?.each;
}

function lifeFacts({ remainingH, keepsUntil }: Estimate) {
  return { remainingP05H: remainingH.p05, keepsUntilP05: keepsUntil.p05 };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
