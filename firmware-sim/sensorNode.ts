import type { AlertSeverity } from '../models/contracts/alert.ts';
import { type NodeCommand, nodeCommandSchema } from '../models/contracts/nodeCommand.ts';
import type { Outbox } from './outbox.ts';
import type { ReadingSource, Sample } from './readingSource.ts';
import type { Scenario } from './scenario.ts';
import type { SimulationTime } from './simulationTime.ts';
import { nextEdge, windowAt } from './timeWindow.ts';
import type { Uplink, UplinkEvent } from './uplink.ts';

/**
 *   booting    power is on, nothing sampled yet
 *   sampling   taking a sample
 *   reporting  sending what the outbox holds
 *   sleeping   nothing to do until the next sample
 *   offline    no signal or no broker: samples go into the outbox and stay there
 *   off        no power
 */
export type SensorNodeState = 'booting' | 'sampling' | 'reporting' | 'sleeping' | 'offline' | 'off';

export type SensorNodeEvent =
  | 'booted'
  | 'woken'
  | 'sampled'
  | 'report-due'
  | 'drained'
  | 'link-lost'
  | 'link-found'
  | 'power-lost'
  | 'power-found';

const transitions: Record<SensorNodeState, Partial<Record<SensorNodeEvent, SensorNodeState>>> = {
  booting: { booted: 'sampling', 'link-lost': 'offline' },
  sampling: { sampled: 'sleeping', 'report-due': 'reporting', 'link-lost': 'offline' },
  reporting: { drained: 'sleeping', woken: 'sampling', 'link-lost': 'offline' },
  sleeping: { woken: 'sampling', 'report-due': 'reporting', 'link-lost': 'offline' },
  offline: { 'link-found': 'reporting' },
  off: { 'power-found': 'booting' },
};

/** The state after an event; an event that means nothing in a state leaves it as it is. */
export function nextNodeState(state: SensorNodeState, event: SensorNodeEvent): SensorNodeState {
  return event === 'power-lost' ? 'off' : (transitions[state][event] ?? state);
}

export interface SensorNodeOptions {
  readonly scenario: Scenario;
  readonly source: ReadingSource;
  readonly time: SimulationTime;
  readonly outbox: Outbox;
  /** Makes the node's line; the node hears its events. */
  readonly connect: (onEvent: (event: UplinkEvent) => void) => Uplink;
  /** Samples from here on exist, even if the node starts later; `null`: from the start of the node on. */
  readonly historyFrom: number | null;
  /** Changes a sample on its way into the outbox (a load test dates them by the real clock). */
  readonly restamp?: (sample: Sample) => Sample;
  readonly onEvent?: (event: UplinkEvent) => void;
}

export interface SensorNode {
  readonly nodeId: string;
  readonly state: SensorNodeState;
  readonly connected: boolean;
  readonly sampled: number;
  /** How urgently its buzzer beeps; null while it is quiet. */
  readonly beeping: AlertSeverity | null;
  start(): void;
  /** Takes no more samples, but goes on sending what it has. */
  halt(): void;
  /** Takes no more samples, says goodbye, closes the outbox. What was not acknowledged stays in it. */
  stop(): Promise<void>;
}

/** Samples taken in one go while catching up; each go is one write. */
const catchUpChunk = 1000;

/** A sensor node: samples on its schedule whatever the line does, and reports when it can. */
export function createSensorNode(options: SensorNodeOptions): SensorNode {
  const { scenario, source, time, outbox, restamp = sample => sample } = options;
  let state: SensorNodeState = 'booting';
  let sampled = 0;
  let nextSampleAt = 0;
  let lastDueAt = 0;
  let nextReportAt = 0;
  let reportEveryMs = scenario.reportEveryS * 1000;
  let buzzer: Beep | undefined;
  let lastWords = false; // no power any more, but what it said before has yet to be told
  let cancelWake = (): void => {};
  let stopped: Promise<void> | undefined;

  const on = (event: SensorNodeEvent): void => {
    state = nextNodeState(state, event);
  };

  const uplink = options.connect(event => {
    if (event.kind === 'connected') on('link-found');
    else if (event.kind === 'disconnected') on('link-lost');
    else if (event.kind === 'command') obey(event.payload);
    else if (event.kind === 'drained') afterDrained();
    options.onEvent?.(event);
  });

  const obey = (payload: Buffer): void => {
    const { reportEveryS, buzzer: beep } = commandIn(payload);
    if (reportEveryS !== undefined) reportEveryMs = reportEveryS * 1000;
    // A command that comes twice must not make it beep twice.
    if (beep !== undefined && beep.id !== buzzer?.id)
      buzzer = { id: beep.id, severity: beep.severity, until: time.now() + beep.seconds * 1000 };
  };

  const afterDrained = (): void => {
    on('drained');
    if (lastWords) {
      lastWords = false;
      uplink.lose();
    } else if (scenario.radio === 'per-report') void uplink.leave('asleep');
  };

  const keep = (samples: readonly Sample[]): void => {
    if (samples.length === 0) return;
    try {
      outbox.append(samples);
    } catch (error) {
      // They are still in memory and will be sent; only a crash before that would lose them.
      options.onEvent?.({ kind: 'problem', problem: { kind: 'outbox-failed', message: String(error) } });
    }
  };

  /** Takes every sample that is due. */
  const sampleUntil = (now: number): void => {
    while (nextSampleAt <= now) {
      const samples: Sample[] = [];
      while (nextSampleAt <= now && samples.length < catchUpChunk) {
        const sample = source.sampleAt(nextSampleAt);
        if (sample !== null) samples.push(restamp(sample));
        lastDueAt = nextSampleAt;
        nextSampleAt = source.firstAt(nextSampleAt + 1);
      }
      keep(samples);
      sampled += samples.length;
    }
  };

  const reportIfDue = (): void => {
    // Measured by the schedule, not by the moment of waking: a timer that is 3 ms late must not skip a report.
    if (lastDueAt < nextReportAt - 1) return;
    nextReportAt = lastDueAt + reportEveryMs;
    on('report-due');
    uplink.open();
    uplink.flush();
  };

  const wake = (): void => {
    const now = time.now();
    const hasPower = windowAt(scenario.powerOff, now) === undefined;
    const hasSignal = windowAt(scenario.signalLost, now) === undefined;
    if (hasPower && state === 'off') on('power-found');
    on(state === 'booting' ? 'booted' : 'woken');
    sampleUntil(now);
    on('sampled');
    if (!hasPower) {
      on('power-lost');
      if (!lastWords) uplink.lose();
    } else if (!hasSignal) {
      on('link-lost');
      uplink.lose();
    } else {
      if (scenario.radio === 'always-on') uplink.open();
      reportIfDue();
    }
    const edge = Math.min(nextEdge(scenario.powerOff, now), nextEdge(scenario.signalLost, now));
    cancelWake = time.wakeAt(Math.min(nextSampleAt, edge), wake);
  };

  return {
    nodeId: scenario.nodeId,
    get state() {
      return state;
    },
    get connected() {
      return uplink.connected;
    },
    get sampled() {
      return sampled;
    },
    get beeping() {
      return buzzer !== undefined && buzzer.until > time.now() ? buzzer.severity : null;
    },
    start() {
      const now = time.now();
      const resumeAt = outbox.lastSampledAt === null ? Number.NEGATIVE_INFINITY : outbox.lastSampledAt + 1;
      nextSampleAt = source.firstAt(Math.max(options.historyFrom ?? now, resumeAt));
      sampleUntil(now);
      lastWords = windowAt(scenario.powerOff, now) !== undefined && outbox.depth > 0;
      if (lastWords) uplink.open();
      wake();
    },
    halt() {
      cancelWake();
      uplink.flush();
    },
    stop() {
      cancelWake();
      stopped ??= uplink.leave('off').then(() => outbox.close());
      return stopped;
    },
  };
}

interface Beep {
  readonly id: string;
  readonly severity: AlertSeverity;
  readonly until: number;
}

/** `{"reportEveryS": 300}` or `{"buzzer": {…}}` from the server; anything else is not for us. */
function commandIn(payload: Buffer): NodeCommand {
  try {
    return nodeCommandSchema.safeParse(JSON.parse(payload.toString('utf8'))).data ?? {};
  } catch {
    return {}; // not JSON: a command of a firmware we do not know
  }
}
