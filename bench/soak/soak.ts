import { setTimeout as sleep } from 'node:timers/promises';
import { dataLayout } from '../../server/config.ts';
import { type OwnTarget, startTarget } from '../../test/faults/faultTarget.ts';
import { type FaultReport, Figures, percentile } from '../../test/faults/figures.ts';
import { watchedBatch } from '../../test/faults/watchedBatch.ts';
import { diskBytesOf } from '../store/processFigures.ts';
import {
  type ProcessLife,
  type ProcessSample,
  sampleOf,
  settledPart,
  slopePerHour,
} from './processSamples.ts';
import { SoakLoad } from './soakLoad.ts';
import { SoakStreams } from './soakStreams.ts';

export interface SoakSizes extends Record<string, number> {
  readonly minutes: number;
  readonly nodes: number;
  /** Seconds between two readings of a node. */
  readonly everyS: number;
  readonly batches: number;
  readonly dashboards: number;
  /** MiB an hour that memory may grow in a start of the server that has warmed up. */
  readonly rssLimit: number;
}

export interface Soaked {
  readonly report: FaultReport;
  readonly lives: readonly ProcessLife[];
}

/**
 * When the server ends in a round of at most an hour, and how: several times early, then a long quiet life, then again.
 */
const endings: readonly { readonly part: number; readonly signal: 'SIGKILL' | 'SIGTERM' }[] = [
  { part: 0.05, signal: 'SIGKILL' },
  { part: 0.1, signal: 'SIGTERM' },
  { part: 0.15, signal: 'SIGKILL' },
  { part: 0.2, signal: 'SIGTERM' },
  { part: 0.9, signal: 'SIGKILL' },
  { part: 0.95, signal: 'SIGTERM' },
];

/** Runs the real server for hours as it is used, with what goes wrong in hours. */
export async function soak(sizes: SoakSizes): Promise<Soaked> {
  const { nodes, everyS, batches, dashboards } = sizes;
  const figures = new Figures(`soak of ${sizes.minutes} min, ${nodes / everyS} readings a second`);
  const target = await startTarget();
  try {
    const logins = await target.addNodes('soak', nodes);
    for (const { username } of logins.slice(0, batches))
      await watchedBatch(target.api, username, Date.now() - 600_000);
    const tokens: string[] = [];
    for (let n = 0; n < Math.ceil(dashboards / 10); n++) {
      const { status, body } = await target.api.post('/tokens', { name: `soak ${n}`, role: 'viewer' });
      if (status !== 201) throw new Error(`POST /tokens answered ${status}: ${JSON.stringify(body)}`);
      tokens.push(body.token);
    }
    const load = new SoakLoad(target.mqttUrl, logins, everyS * 1_000, nodes / 10);
    await load.up();
    const streams = new SoakStreams(target.httpUrl, tokens, dashboards, dashboards / 5);
    const polls = new Polls(target, logins[0]!.username);
    const lives = await live(target, sizes, polls);
    streams.stop();
    polls.stop();
    await load.finish(60_000);
    await judge(figures, { target, sizes, load, streams, polls, lives });
    return { report: figures.report(), lives };
  } finally {
    await target.close();
  }
}

/** Lets the server live through its endings, looking at it all the time. */
async function live(target: OwnTarget, { minutes }: SoakSizes, polls: Polls): Promise<ProcessLife[]> {
  const beganAt = performance.now();
  const nowS = () => (performance.now() - beganAt) / 1_000;
  const totalS = minutes * 60;
  const roundS = totalS / Math.ceil(minutes / 60);
  const sampleEveryS = Math.min(10, totalS / 60);
  const lives: ProcessLife[] = [];
  let startedS = 0;
  let readyMs = Number.NaN;
  let samples: ProcessSample[] = [];
  const endLife = (endedBy: string | null) => lives.push({ startedS, readyMs, endedBy, samples });
  const moments = Array.from({ length: Math.ceil(totalS / roundS) }, (_, round) =>
    endings.map(({ part, signal }) => ({ atS: (round + part) * roundS, signal })),
  ).flat();
  const look = async (untilS: number) => {
    while (nowS() < untilS) {
      await sleep(Math.min(sampleEveryS, Math.max(0.05, untilS - nowS())) * 1_000);
      const sample = await sampleOf(target.httpUrl, target.pid(), target.rssMiB(), nowS()).catch(() => null);
      if (sample !== null) samples.push(sample);
      const last = samples.at(-1);
      if (samples.length % 30 === 1)
        console.error(
          `  … ${Math.round(nowS())} s, RSS ${last?.rssMiB.toFixed(0)} MiB, ${last?.ownFds} files, loop p99 ${last?.loopP99Ms.toFixed(0)} ms`,
        );
    }
  };
  for (const { atS, signal } of moments) {
    await look(atS);
    polls.pause();
    await target.end(signal);
    endLife(signal);
    startedS = nowS();
    readyMs = await target.startAgain();
    polls.goOn();
    samples = [];
    console.error(`  … ${Math.round(nowS())} s: ${signal}, ready again after ${Math.round(readyMs)} ms`);
  }
  await look(totalS);
  endLife(null);
  return lives;
}

/** What open pages ask for: lists, a history, an estimate. */
class Polls {
  readonly #target: OwnTarget;
  readonly #nodeId: string;
  readonly #timer: NodeJS.Timeout;
  #paused = false;
  /** One question at a time: its connection is the only one that is not a stream's. */
  #asking = false;
  #n = 0;
  readonly tookMs: number[] = [];
  failed = 0;

  constructor(target: OwnTarget, nodeId: string) {
    this.#target = target;
    this.#nodeId = nodeId;
    this.#timer = setInterval(() => void this.#poll(), 1_000);
  }

  pause(): void {
    this.#paused = true;
  }

  goOn(): void {
    this.#paused = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #poll(): Promise<void> {
    if (this.#paused || this.#asking) return;
    this.#asking = true;
    const paths = [
      '/batches',
      '/nodes?limit=100',
      `/nodes/${this.#nodeId}/readings?limit=100`,
      `/batches/of-${this.#nodeId}/estimate`,
      '/alerts',
    ];
    const began = performance.now();
    try {
      const { status } = await this.#target.api.get(paths[this.#n++ % paths.length]!);
      if (status === 200) this.tookMs.push(performance.now() - began);
      else if (!this.#paused) this.failed += 1;
    } catch {
      if (!this.#paused) this.failed += 1;
    } finally {
      this.#asking = false;
    }
  }
}

interface Ran {
  readonly target: OwnTarget;
  readonly sizes: SoakSizes;
  readonly load: SoakLoad;
  readonly streams: SoakStreams;
  readonly polls: Polls;
  readonly lives: readonly ProcessLife[];
}

async function judge(figures: Figures, { target, sizes, load, streams, polls, lives }: Ran): Promise<void> {
  const settled = await load.settle(target.api);
  figures.note('starts', lives.length);
  figures.within('readyMsMax', Math.max(...lives.slice(1).map(life => life.readyMs)), 5_000);
  figures.atLeast('sent', settled.sent, 0.9 * sizes.minutes * 60 * (sizes.nodes / sizes.everyS));
  figures.equal('neverAcknowledged', settled.neverAcknowledged, 0);
  figures.equal('lost', settled.lost, 0);
  figures.equal('twice', settled.twice, 0);
  figures.equal('wrong', settled.wrong, 0);
  figures.note('connectionsDropped', load.drops);
  figures.note('connectionsMade', load.connections);
  figures.note('ackMsP50', percentile(load.ackMs, 0.5));
  figures.note('ackMsP99', percentile(load.ackMs, 0.99));
  judgeMemory(figures, lives, sizes);
  figures.equal('streamGaps', streams.gaps, 0);
  figures.note('streamEvents', streams.events);
  figures.note('streamResumed', streams.resumed);
  figures.note('streamResetsAfterStart', streams.resetsAfterStart);
  figures.note('streamResetsOtherwise', streams.resetsOtherwise);
  figures.within('streamDelayMsP50', percentile(streams.delayMs, 0.5), 300);
  figures.note('streamDelayMsP99', percentile(streams.delayMs, 0.99));
  figures.equal('pollsFailed', polls.failed, 0);
  figures.note('pollMsP99', percentile(polls.tookMs, 0.99));
  await target.end('SIGTERM');
  const { readings, journal } = dataLayout(target.dataDir);
  const bytes = diskBytesOf(target.dataDir) - diskBytesOf(journal);
  figures.note('diskBytesPerReading', bytes / settled.sent);
  figures.note('store', readings);
  figures.note('journalMiB', diskBytesOf(journal) / 2 ** 20);
}

function judgeMemory(figures: Figures, lives: readonly ProcessLife[], sizes: SoakSizes): void {
  const lengthOf = ({ samples }: ProcessLife) => (samples.at(-1)?.atS ?? 0) - (samples[0]?.atS ?? 0);
  const longest = lives.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  const settled = settledPart(longest, Math.min(900, lengthOf(longest) / 3));
  figures.note('longestLifeMin', lengthOf(longest) / 60);
  figures.below(
    'rssMiBPerHour',
    slopePerHour(settled, s => s.rssMiB),
    sizes.rssLimit,
  );
  figures.note(
    'heapMiBPerHour',
    slopePerHour(settled, s => s.heapMiB),
  );
  figures.note('rssMiBMax', Math.max(...lives.flatMap(({ samples }) => samples.map(s => s.rssMiB))));
  const fds = settled.map(s => s.ownFds);
  const half = fds.length >> 1;
  const most = (values: readonly number[]) => Math.max(...values);
  figures.below('ownFdsMore', most(fds.slice(half)) - most(fds.slice(0, half)), 6);
  figures.below(
    'loopP99MsMedian',
    percentile(
      settled.map(s => s.loopP99Ms),
      0.5,
    ),
    50,
  );
  figures.note('loopP99MsWorst', most(settled.map(s => s.loopP99Ms)));
  figures.note('loopMaxMs', most(settled.map(s => s.loopMaxMs)));
}
