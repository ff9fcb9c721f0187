import type { AlertSeverity } from '../contracts/alert.ts';
import { isWorse } from './stepAlert.ts';
import type { Episode } from './tooWarm.ts';

/** An incident that people have been told of, by the times of the readings. */
export interface ToldIncident {
  readonly alertId: string;
  readonly from: number;
  /** Null while it is open. */
  readonly to: number | null;
  readonly severity: AlertSeverity;
}

export interface SeriesEnd {
  /** Whether the last reading is recent: only then does an open episode mean now. */
  readonly isLive: boolean;
  /** Whether no more of a backlog is to be expected: an open episode is then told as past. */
  readonly isSettled: boolean;
  /** Episodes that were over before are nobody's business any more: an old history, a rule that was not there. */
  readonly tellFrom: number;
}

export type EpisodeDecision =
  | { readonly what: 'open'; readonly episode: Episode; readonly knownLate: boolean }
  | { readonly what: 'worsen'; readonly alertId: string; readonly episode: Episode }
  | { readonly what: 'clear'; readonly alertId: string; readonly episode: Episode | null }
  | { readonly what: 'keep'; readonly alertId: string; readonly episode: Episode };

/**
 * What has to be told so that people know of every episode of a series exactly once. An episode that is over when it
 * is first seen opens as known late; an open incident that the readings no longer show is cleared.
 *
 * @param told      of the same series and kind, any order
 * @param episodes  ascending
 */
export function reconcileEpisodes(
  told: readonly ToldIncident[],
  episodes: readonly Episode[],
  { isLive, isSettled, tellFrom }: SeriesEnd,
): EpisodeDecision[] {
  const decisions: EpisodeDecision[] = [];
  const open = told.find(incident => incident.to === null);
  const ofOpen = open === undefined ? [] : episodes.filter(episode => overlaps(open, episode));
  if (open !== undefined) decisions.push(nextOf(open, ofOpen.at(-1) ?? null));
  for (const episode of episodes) {
    if (ofOpen.includes(episode)) continue;
    if (episode.clearedAt !== null) {
      const isTold = told.some(incident => overlaps(incident, episode));
      if (!isTold && episode.clearedAt >= tellFrom)
        decisions.push({ what: 'open', episode, knownLate: true });
    } else if (isLive) decisions.push({ what: 'open', episode, knownLate: false });
    else if (isSettled && !told.some(incident => overlaps(incident, episode)) && episode.openedAt >= tellFrom)
      decisions.push({ what: 'open', episode, knownLate: true });
  }
  return decisions;
}

function nextOf({ alertId, severity }: ToldIncident, episode: Episode | null): EpisodeDecision {
  if (episode === null || episode.clearedAt !== null) return { what: 'clear', alertId, episode };
  return { what: isWorse(episode.severity, severity) ? 'worsen' : 'keep', alertId, episode };
}

function overlaps(
  a: { readonly from: number; readonly to: number | null },
  b: { readonly from: number; readonly to: number | null },
): boolean {
  return a.from <= (b.to ?? Number.POSITIVE_INFINITY) && b.from <= (a.to ?? Number.POSITIVE_INFINITY);
}
