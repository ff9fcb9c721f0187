import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CalibrationView } from '../../models/contracts/parameterSetEvidence.ts';
import type { LifeEstimate } from '../../models/shelf-life/lifeEstimate.ts';
import {
  type CountSeen,
  countAgreement,
  shareInterval,
  type VerdictSeen,
  verdictAgreement,
} from '../../models/uncertainty/promisesHeld.ts';
import { zonedTime } from '../epcis/zonedTime.ts';
import type { Services } from '../services.ts';
import { tracksOf } from '../shelf-life/tracks.ts';
import { type Batch, findBatches, listDiscardedBetween } from '../store/metadata/batches.ts';
import { everyRow } from '../store/metadata/database.ts';
import { listObservationsBetween } from '../store/metadata/observations.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { lifeBy } from './lifeOfTrack.ts';
import { countSeen, spoiledAt, verdictSeen } from './seenOf.ts';

/** Each reads the history of its batch: some seconds of work at the most, in between other work. */
const mostSeen = 1_000;

interface Seen {
  readonly counts: CountSeen[];
  readonly verdicts: VerdictSeen[];
  readonly discards: VerdictSeen[];
}

interface Group extends Seen {
  readonly productId: string;
  readonly productName: string;
  readonly month: string;
  readonly sets: Map<string, { parameterSetId: string; version: number }>;
}

/**
 * Whether what was promised held: counts of laboratories against the interval of the count, verdicts and what was thrown
 * away against the interval of the end, each as
 * the parameters in use then predicted it without knowing of it.
 */
export async function calibrationOf(
  { db, lives, store }: Pick<Services, 'db' | 'lives' | 'store'>,
  orgId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<CalibrationView> {
  const firm = await findOrganisation(db, orgId);
  const timeZone = firm?.timeZone ?? 'UTC';
  const observations = await listObservationsBetween(db, orgId, { from, to, limit: everyRow });
  const discarded = (await listDiscardedBetween(db, orgId, { from, to, limit: mostSeen })).filter(
    batch => spoiledAt(batch) !== null,
  );
  const newest = observations.slice(-mostSeen);
  const batches = new Map(await findBatches(db, orgId, [...new Set(newest.map(({ batchId }) => batchId))]));
  for (const batch of discarded) batches.set(batch.batchId, batch);
  const groups = new Map<string, Group>();
  const groupOf = ({ productId, productName }: Batch, at: number): Group => {
    const month = zonedTime(at, timeZone).eventTime.slice(0, 7);
    const key = `${month} ${productId}`;
    const nothing = { counts: [], verdicts: [], discards: [], sets: new Map() };
    const group = groups.get(key) ?? { productId, productName, month, ...nothing };
    groups.set(key, group);
    return group;
  };
  const predicted = async (batch: Batch, at: number): Promise<LifeEstimate | null> => {
    await nextTurn();
    // By what was in use when it was seen: a better set of today did not make the promise of then.
    const parameters = lives.parametersOf(batch, at);
    const tracks = await tracksOf(db, batch, parameters);
    // Seen of a parent before this part of it was made: nothing was promised.
    if (tracks.some(track => at < track.producedAt)) return null;
    return lifeBy(store, tracks, parameters, at);
  };
  for (const observation of newest) {
    const batch = batches.get(observation.batchId);
    const life = batch === undefined ? null : await predicted(batch, observation.at);
    if (batch === undefined || life === null) continue;
    const group = note(groupOf(batch, observation.at), life);
    if (observation.kind === 'count') group.counts.push(countSeen(observation, life));
    else group.verdicts.push(verdictSeen(observation.at, observation.verdict !== 'still-good', life));
  }
  for (const batch of discarded) {
    const at = spoiledAt(batch)!;
    const life = await predicted(batch, at);
    if (life !== null) note(groupOf(batch, at), life).discards.push(verdictSeen(at, true, life));
  }
  const inOrder = [...groups.values()].sort((a, b) =>
    a.month === b.month ? a.productName.localeCompare(b.productName) : a.month < b.month ? 1 : -1,
  );
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    timeZone,
    overall: figuresOf({
      counts: inOrder.flatMap(group => group.counts),
      verdicts: inOrder.flatMap(group => group.verdicts),
      discards: inOrder.flatMap(group => group.discards),
    }),
    rows: inOrder.map(group => ({
      ...{ productId: group.productId, productName: group.productName, month: group.month },
      ...figuresOf(group),
      parameterSets: [...group.sets.values()],
    })),
    truncated: observations.length > newest.length || discarded.length >= mostSeen,
  };
}

function note(group: Group, { parameterSetId, parameterSetVersion: version }: LifeEstimate): Group {
  group.sets.set(`${parameterSetId} ${version}`, { parameterSetId, version });
  return group;
}

function figuresOf(seen: Seen): CalibrationView['overall'] {
  const counts = countAgreement(seen.counts);
  const verdicts = verdictAgreement(seen.verdicts);
  const discards = verdictAgreement(seen.discards);
  const all = [counts, verdicts, discards];
  const n = all.reduce((sum, one) => sum + one.n, 0);
  const held = all.reduce((sum, one) => sum + one.n * (one.coverage ?? 0), 0);
  const coverage = n === 0 ? null : held / n;
  return { n, coverage, coverageInterval: shareInterval(coverage, n), counts, verdicts, discards };
}
