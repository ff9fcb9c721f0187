import type { Environment } from '../../firmware-sim/environment.ts';
import { createMemoryOutbox } from '../../firmware-sim/outbox.ts';
import { createReadingSource, type Sample } from '../../firmware-sim/readingSource.ts';
import { type ClockFault, defineScenario, type Scenario, type Source } from '../../firmware-sim/scenario.ts';
import { measuredFridge } from '../../firmware-sim/scenarios/measuredFridge.ts';
import { createRandom, hash32 } from '../../firmware-sim/seededRandom.ts';
import { createSensorNode } from '../../firmware-sim/sensorNode.ts';
import type { SimulationTime } from '../../firmware-sim/simulationTime.ts';
import { windowAt } from '../../firmware-sim/timeWindow.ts';
import { createUplink, type Login } from '../../firmware-sim/uplink.ts';
import { systemClock } from '../../server/clock.ts';
import { ScenarioFault, type ScenarioFile } from './readScenario.ts';
import type { FileEnvironment, FileNode } from './scenarioSchema.ts';
import { durationMs } from './scenarioTime.ts';

/** An exact probe: what a scenario file writes is what is measured, unless it says how the probe errs. */
const exactProbe = { noiseSdC: 0, resolutionC: 0.01, offsetC: 0, driftCPerDay: 0 };

/**
 * What the firmware of a node of a scenario file goes by.
 *
 * @param index  which of the nodes it is, for the line of a fault
 */
export function nodeScenario(scenario: ScenarioFile, node: FileNode, index: number): Scenario {
  const { at } = scenario;
  const startAt = node.from === undefined ? scenario.beginsAt : at(node.from);
  const everyS = durationMs(node.every) / 1_000;
  const toWindow = ({ from, to }: { from: string; to: string }) => ({ from: at(from), to: at(to) });
  const place = { nodeId: node.nodeId, name: node.name ?? node.nodeId, placeId: node.placeId ?? '', startAt };
  const shared = {
    ...place,
    sampleEveryS: everyS,
    reportEveryS: everyS,
    battery: node.battery ?? null,
    signalLost: node.signalLost.map(toWindow),
    powerOff: node.powerOff.map(toWindow),
    probeFaults: node.faults.map(fault =>
      fault.kind === 'stuck'
        ? { ...toWindow(fault), kind: fault.kind, atC: fault.atC ?? 0 }
        : { ...toWindow(fault), kind: fault.kind },
    ),
    clockFaults: node.clock.map((fault): ClockFault => {
      const window = toWindow(fault);
      if (fault.kind === 'none') return { ...window, kind: 'none' };
      if (fault.kind === 'offset')
        return { ...window, kind: 'offset', offsetMs: (fault.offsetMin ?? 0) * 60_000 };
      return { ...window, kind: 'frozen', showsAt: at(fault.showsAt ?? '1970-01-01T00:00:07Z') };
    }),
  };
  const given = [node.course, node.phases, node.measured].filter(value => value !== undefined);
  if (given.length !== 1)
    throw new ScenarioFault(
      `${scenario.file}:${scenario.lineOf(['nodes', index])}: nodes.${index} must have exactly one of course, phases and measured`,
    );
  if (node.measured !== undefined) {
    const measured = measuredFridge(place, node.measured);
    return defineScenario({ ...shared, sampleEveryS: 600, reportEveryS: 600, source: measured.source });
  }
  const source: Source = {
    kind: 'simulated',
    phases:
      node.course !== undefined
        ? [
            {
              from: startAt,
              environment: toEnvironment(
                { kind: 'course', points: node.course, humidityPct: node.humidityPct },
                at,
              ),
            },
          ]
        : node.phases!.map(({ from, environment }) => ({
            from: at(from),
            environment: toEnvironment(environment, at),
          })),
    lagsMin: node.lagsMin,
    probe: { ...exactProbe, ...definedOf(node.probe), calibratedAt: startAt },
    humidity: node.humidityPct !== undefined,
  };
  return defineScenario({ ...shared, source });
}

function toEnvironment(environment: FileEnvironment, at: (text: string) => number): Environment {
  switch (environment.kind) {
    case 'gel-ice-box':
      return { ...environment, packedAt: at(environment.packedAt) };
    case 'water-bucket':
      return { ...environment, filledAt: at(environment.filledAt) };
    case 'course': {
      const points = environment.points.map(([when, temperatureC]) => ({ at: at(when), temperatureC }));
      const { humidityPct } = environment;
      return { kind: 'course', points, ...(humidityPct === undefined ? {} : { humidityPct }) };
    }
    case 'fridge':
      return {
        ...environment,
        powerCuts: environment.powerCuts.map(cut => ({ from: at(cut.from), to: at(cut.to) })),
      };
    default:
      return environment;
  }
}

const definedOf = (traits: FileNode['probe']) =>
  Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));

export interface ScenarioNode {
  readonly nodeId: string;
  start(): void;
  /** Whether it can speak at this moment and has not said yet what it has to say. */
  isBusy(now: number): boolean;
  stop(): Promise<void>;
}

export interface ScenarioNodeOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly time: SimulationTime;
  readonly brokerUrl: string;
  /** The id and secret that the server knows it by. */
  readonly login: Login;
  /** Added to what its clock shows, so that what happened then is told as of now. */
  readonly shiftMs: number;
  readonly onChange: () => void;
  readonly onProblem: (message: string) => void;
}

/** The firmware of one node, in the time of the scenario, over a real line. */
export function createScenarioNode(options: ScenarioNodeOptions): ScenarioNode {
  const { scenario, seed, time, brokerUrl, login, shiftMs, onChange, onProblem } = options;
  const outbox = createMemoryOutbox();
  const node = createSensorNode({
    scenario,
    source: createReadingSource(scenario, seed),
    time,
    outbox,
    historyFrom: null,
    restamp: sample => shifted(scenario, sample, shiftMs),
    connect: onEvent =>
      createUplink({
        brokerUrl,
        nodeId: login.username,
        login,
        outbox,
        clock: systemClock,
        random: createRandom(hash32(seed, scenario.nodeId, 'retry')),
        onEvent,
        timing: { firstRetryMs: 50, longestRetryMs: 1_000 },
      }),
    onEvent(event) {
      if (event.kind === 'problem') onProblem(event.problem.message);
      onChange();
    },
  });
  return {
    nodeId: scenario.nodeId,
    start: () => node.start(),
    isBusy(now) {
      if (windowAt(scenario.powerOff, now) !== undefined) return false;
      if (windowAt(scenario.signalLost, now) !== undefined) return false;
      return node.state === 'reporting' || node.state === 'offline' || outbox.depth > 0;
    },
    stop: () => node.stop(),
  };
}

/** A clock that shows 1970 goes on showing it. */
function shifted(scenario: Scenario, sample: Sample, shiftMs: number): Sample {
  const clock = windowAt(scenario.clockFaults, sample.sampledAt);
  if (shiftMs === 0 || clock?.kind === 'frozen' || clock?.kind === 'none') return sample;
  const reading = JSON.parse(sample.text) as { measuredAt: string };
  const measuredAt = new Date(Date.parse(reading.measuredAt) + shiftMs).toISOString();
  return { sampledAt: sample.sampledAt, text: JSON.stringify({ ...reading, measuredAt }) };
}
