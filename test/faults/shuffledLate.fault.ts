import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { estimateOf, watchedBatch } from './watchedBatch.ts';

const stepMs = 120_000;

/** F9: a fifth sent twice, all shuffled, a whole day a day late; every answer is the same as in order, to the bit. */
export async function shuffledLate({
  seeds,
  readings,
}: {
  seeds: number;
  readings: number;
}): Promise<FaultReport> {
  const figures = new Figures('F9 duplicated, shuffled, late');
  const target = await openTarget();
  try {
    let differing = 0;
    let duplicates = 0;
    let sent = 0;
    let ahead = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const outcome = await oneSeed(target, seed, readings);
      differing += outcome.differing;
      duplicates += outcome.duplicates;
      sent += outcome.sent;
      ahead = Math.max(ahead, outcome.ahead);
    }
    figures.note('seeds', seeds);
    figures.note('sent', sent);
    figures.equal('duplicates', duplicates, 0);
    figures.equal('answersThatDiffer', differing, 0);
    figures.below('runningSumsApart', ahead, 1e-6);
    return figures.report();
  } finally {
    await target.close();
  }
}

async function oneSeed(target: FaultTarget, seed: number, count: number) {
  const { api } = target;
  const [orderly, mixed] = (await target.addNodes(`shuffle-${seed}`, 2)).map(
    login => new FaultNode(target.mqttUrl, login),
  ) as [FaultNode, FaultNode];
  try {
    const random = createRandom(seed);
    const endAt = Date.now() - 60_000;
    const startAt = endAt - count * stepMs;
    // An estimate of the past is made from the store; one ahead from the sums that were kept up to date. It counts from
    // the moment it is asked for, so that two are never equal to the last bit.
    const aheadAt = endAt + 7_200_000;
    const readings = Array.from({ length: count }, (_, i) => ({
      measuredAt: startAt + i * stepMs + Math.floor(random.next() * 60_000),
      // A fridge, opened now and then, with a spike of the probe here and there.
      temperatureC: Math.round((4 + 3 * random.next() + (random.next() < 0.02 ? 25 : 0)) * 100) / 100,
    }));
    for (const node of [orderly, mixed]) await watchedBatch(api, node.nodeId, startAt);
    for (let i = 0; i < count; i += 200) await orderly.send(readings.slice(i, i + 200));
    // The newer half comes live; the older half a day late, in the middle of it and behind it.
    const doubled = readings.filter(() => random.next() < 0.2);
    const shuffled = [...readings, ...doubled]
      .map(reading => ({ reading, key: random.next() + (reading.measuredAt < endAt - 86_400_000 ? 0.5 : 0) }))
      .sort((a, b) => a.key - b.key)
      .map(({ reading }) => reading);
    for (let i = 0; i < shuffled.length; ) {
      const size = 1 + Math.floor(random.next() * 30);
      const part = shuffled.slice(i, i + size);
      await mixed.send(part.length === 1 ? part[0] : part);
      i += size;
      // The running sums of the batch are asked for on the way, so that they take every detour.
      if (random.next() < 0.1) await estimateOf(api, `of-${mixed.nodeId}`, aheadAt);
    }
    let differing = 0;
    const same = (a: unknown, b: unknown) => {
      if (!isDeepStrictEqual(a, b)) differing++;
    };
    for (const share of [0.25, 0.5, 0.75, 1])
      same(...(await bothEstimates(api, orderly, mixed, startAt + share * (endAt - startAt))));
    const [orderlyAhead, mixedAhead] = await bothEstimates(api, orderly, mixed, aheadAt);
    const ahead = relativeDifference(orderlyAhead, mixedAhead);
    const [a, b] = await Promise.all([shown(api, orderly), shown(api, mixed)]);
    same(a, b);
    const [historyA, historyB] = await Promise.all([excursions(api, orderly), excursions(api, mixed)]);
    same(historyA, historyB);
    return {
      ahead,
      differing,
      duplicates: b.length - new Set(b.map(([at]) => at)).size,
      sent: shuffled.length,
    };
  } finally {
    orderly.stop();
    mixed.stop();
  }
}

type Api = FaultTarget['api'];

interface Estimated {
  readonly remainingH: { readonly median: number };
  readonly countLog10CfuPerG: { readonly median: number };
}

const relativeDifference = (a: Estimated, b: Estimated): number =>
  Math.max(
    Math.abs(a.remainingH.median / b.remainingH.median - 1),
    Math.abs(a.countLog10CfuPerG.median / b.countLog10CfuPerG.median - 1),
  );

async function bothEstimates(
  api: Api,
  a: FaultNode,
  b: FaultNode,
  at: number,
): Promise<[Estimated, Estimated]> {
  return [await estimateOf(api, `of-${a.nodeId}`, at), await estimateOf(api, `of-${b.nodeId}`, at)];
}

async function shown(api: Api, node: FaultNode): Promise<(readonly [string, number, string])[]> {
  const readings = await api.all<{ measuredAt: string; temperatureC: number; quality: string }>(
    `/nodes/${node.nodeId}/readings`,
    'readings',
  );
  return readings.map(reading => [reading.measuredAt, reading.temperatureC, reading.quality] as const);
}

async function excursions(api: Api, node: FaultNode): Promise<unknown> {
  const { body } = await api.get(`/batches/of-${node.nodeId}/history?points=50`);
  return { excursions: body.excursions, gaps: body.gaps };
}

if (import.meta.main) await runAlone(() => shuffledLate(sizes({ seeds: 5, readings: 1_440 })));
