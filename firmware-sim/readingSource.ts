import { airAround, type Environment } from './environment.ts';
import { sampleProbe, toStep } from './probe.ts';
import type { Scenario, Source } from './scenario.ts';
import { normalAt } from './seededRandom.ts';
import { advanceLags } from './thermalLag.ts';
import { windowAt } from './timeWindow.ts';

/** One sample as the node will publish it. */
export interface Sample {
  /** When it was taken; not always what the node's clock says. */
  readonly sampledAt: number;
  /** One reading as JSON, as in the contract of `tahan/<nodeId>/readings`. */
  readonly text: string;
}

/** What a node measures. The same seed, scenario and instant give the same bytes. */
export interface ReadingSource {
  /** The first sampling time at or after `at`. */
  firstAt(at: number): number;
  /** Instants must not go back. `null` when the node has no power then. */
  sampleAt(at: number): Sample | null;
}

type SimulatedSource = Extract<Source, { kind: 'simulated' }>;
type ReplaySource = Extract<Source, { kind: 'replay' }>;

const minuteMs = 60_000;

export function createReadingSource(scenario: Scenario, seed: number): ReadingSource {
  const { source, startAt, sampleEveryS } = scenario;
  const intervalMs = sampleEveryS * 1000;
  const key = [seed, scenario.nodeId] as const;
  const simulated = source.kind === 'simulated' ? simulate(source, startAt, seed, key) : undefined;
  return {
    firstAt(at) {
      if (source.kind === 'replay') return nextMeasured(source, Math.max(at, startAt));
      const index = Math.max(0, Math.ceil((at - startAt) / intervalMs));
      // An interval need not be whole milliseconds (3 readings a second); the sampling time is.
      const candidate = Math.round(startAt + index * intervalMs);
      return candidate >= at ? candidate : Math.round(startAt + (index + 1) * intervalMs);
    },
    sampleAt(at) {
      if (windowAt(scenario.powerOff, at) !== undefined) return null;
      const values =
        source.kind === 'replay'
          ? { temperatureC: measuredAtOffset(source, at) }
          : simulated!(at, (trueC, air) => ({
              temperatureC: sampleProbe(source.probe, scenario.probeFaults, at, trueC, key),
              ...(source.humidity ? { humidityPct: humidity(air, key, at) } : {}),
            }));
      return { sampledAt: at, text: JSON.stringify(asPublished(scenario, at, values)) };
    },
  };
}

interface Values {
  readonly temperatureC: number | null;
  readonly humidityPct?: number;
}

/** Field order is part of "the same bytes". */
function asPublished(scenario: Scenario, at: number, values: Values): Record<string, unknown> {
  const { battery, startAt, sampleEveryS } = scenario;
  const clock = windowAt(scenario.clockFaults, at);
  const shownAt =
    clock?.kind === 'offset' ? at + clock.offsetMs : clock?.kind === 'frozen' ? clock.showsAt : at;
  return {
    ...(clock?.kind === 'none' ? {} : { measuredAt: new Date(shownAt).toISOString() }),
    ...values,
    ...(battery === null
      ? {}
      : {
          batteryPct: Math.max(
            1,
            Math.round(battery.startPct - (battery.pctPerDay * (at - startAt)) / 86_400_000),
          ),
        }),
    // Counts sampling times, so that it goes on where it was when the node comes back.
    sequence: Math.round((at - startAt) / (sampleEveryS * 1000)),
  };
}

function humidity(airPct: number, key: readonly (number | string)[], at: number): number {
  const believed = airPct + 0.6 * normalAt(...key, 'humidity', at);
  return toStep(Math.min(100, Math.max(0, believed)), 0.1);
}

/**
 * The made-up world of one node: air by the minute, straight lines between, behind the node's lags. Minutes are those
 * of the clock, so what is measured at an instant does not depend on how often the node measures.
 */
function simulate(source: SimulatedSource, startAt: number, seed: number, key: readonly (number | string)[]) {
  const place = Number(normalAt(...key, 'place') * 1e6) | 0;
  const environmentAt = (at: number): Environment =>
    (source.phases.findLast(p => p.from <= at) ?? source.phases[0]!).environment;
  // Weather is the same for all nodes of a seed; doors and compressors are the node's own.
  const airAt = (at: number) => {
    const environment = environmentAt(at);
    return airAround(environment, at, environment.kind === 'fridge' ? seed ^ place : seed);
  };
  const longestLagMs = source.lagsMin.reduce((sum, lag) => sum + lag, 0) * minuteMs;
  let stateAt = Number.NEGATIVE_INFINITY;
  let stages: readonly number[] = [];
  const air = minuteCache(airAt);

  const advanceTo = (at: number): void => {
    // 40 time constants are beyond the digits of a double: what was before leaves no trace.
    const begin = Math.max(startAt, Math.floor((at - 40 * longestLagMs) / minuteMs) * minuteMs);
    if (stateAt < begin) {
      stateAt = begin;
      stages = source.lagsMin.map(() => airAt(begin).temperatureC);
    }
    while (stateAt < at) {
      const next = Math.min(at, (Math.floor(stateAt / minuteMs) + 1) * minuteMs);
      const [fromC, toC] = [air(stateAt).temperatureC, air(next).temperatureC];
      stages = advanceLags(stages, source.lagsMin, (next - stateAt) / minuteMs, fromC, toC);
      stateAt = next;
    }
  };
  return (at: number, sample: (trueC: number, airHumidityPct: number) => Values): Values => {
    advanceTo(at);
    const around = air(at);
    return sample(stages.at(-1) ?? around.temperatureC, around.humidityPct);
  };
}

type AirAt = (at: number) => { readonly temperatureC: number; readonly humidityPct: number };

/** Air at whole minutes, kept for the two around the present, and straight lines between them. */
function minuteCache(airAt: AirAt): AirAt {
  let minute = Number.NaN;
  let left = { temperatureC: 0, humidityPct: 0 };
  let right = left;
  return at => {
    const now = Math.floor(at / minuteMs) * minuteMs;
    if (now !== minute) {
      left = now === minute + minuteMs ? right : airAt(now);
      right = airAt(now + minuteMs);
      minute = now;
    }
    const share = (at - now) / minuteMs;
    return {
      temperatureC: left.temperatureC + share * (right.temperatureC - left.temperatureC),
      humidityPct: left.humidityPct + share * (right.humidityPct - left.humidityPct),
    };
  };
}

function placeInSeries(source: ReplaySource, at: number): { lap: number; offsetMs: number } {
  const lap = Math.floor((at - source.anchorAt) / source.periodMs);
  return { lap, offsetMs: at - source.anchorAt - lap * source.periodMs };
}

function nextMeasured(source: ReplaySource, at: number): number {
  const { lap, offsetMs } = placeInSeries(source, at);
  const next = source.series.find(p => p.offsetMs >= offsetMs);
  const lapAt = source.anchorAt + lap * source.periodMs;
  return next === undefined ? lapAt + source.periodMs + source.series[0]!.offsetMs : lapAt + next.offsetMs;
}

function measuredAtOffset(source: ReplaySource, at: number): number {
  const { offsetMs } = placeInSeries(source, at);
  const point = source.series.find(p => p.offsetMs === offsetMs);
  if (point === undefined) throw new RangeError(`at must be a measured instant of the series, got ${at}`);
  return point.temperatureC;
}
