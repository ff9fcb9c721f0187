import { describe, expect, it } from 'vitest';
import { createMemoryOutbox } from '../../firmware-sim/outbox.ts';
import { createReadingSource } from '../../firmware-sim/readingSource.ts';
import type { Scenario } from '../../firmware-sim/scenario.ts';
import { kiosk } from '../../firmware-sim/scenarios/kiosk.ts';
import { createSensorNode, nextNodeState, type SensorNodeEvent } from '../../firmware-sim/sensorNode.ts';
import type { Uplink, UplinkEvent } from '../../firmware-sim/uplink.ts';
import { createManualTime } from './support/manualTime.ts';

const startAt = Date.parse('2026-11-24T00:00:00Z');
const minuteMs = 60_000;
const plain = kiosk({ nodeId: 'n-1', name: 'Kios', placeId: 'here', startAt });

/** A line that works at once, or not at all. */
function fakeLine() {
  const calls: string[] = [];
  let tell: (event: UplinkEvent) => void = () => {};
  let connected = false;
  const uplink: Uplink = {
    open() {
      if (!connected) calls.push('open');
      connected = true;
    },
    lose() {
      if (connected) calls.push('lose');
      connected = false;
    },
    flush: () => calls.push('flush'),
    leave: async status => {
      calls.push(`leave ${status}`);
      connected = false;
    },
    get connected() {
      return connected;
    },
  };
  return {
    calls,
    uplink,
    tell: (event: UplinkEvent) => tell(event),
    connect: (onEvent: (event: UplinkEvent) => void) => {
      tell = onEvent;
      return uplink;
    },
  };
}

function nodeFor(scenario: Scenario, bornAt: number, historyFrom: number | null = null) {
  const time = createManualTime(bornAt);
  const outbox = createMemoryOutbox();
  const line = fakeLine();
  const node = createSensorNode({
    scenario,
    source: createReadingSource(scenario, 1),
    time,
    outbox,
    historyFrom,
    connect: line.connect,
  });
  return { node, time, outbox, line };
}

describe('nextNodeState', () => {
  it.each<[string, SensorNodeEvent[], string]>([
    ['boots, samples, reports and sleeps', ['booted', 'report-due', 'drained'], 'sleeping'],
    [
      'samples while it sleeps through a minute without a report',
      ['booted', 'sampled', 'woken', 'sampled'],
      'sleeping',
    ],
    ['stays offline while it samples', ['booted', 'link-lost', 'woken', 'sampled', 'report-due'], 'offline'],
    ['reports as soon as the link is back', ['booted', 'link-lost', 'link-found'], 'reporting'],
    ['is off whatever it did when the power goes', ['booted', 'report-due', 'power-lost'], 'off'],
    ['boots again when the power is back', ['power-lost', 'link-found', 'power-found'], 'booting'],
  ])('%s', (_title, events, end) => {
    expect(events.reduce(nextNodeState, 'booting')).toBe(end);
  });
});

describe('createSensorNode', () => {
  it('samples on its schedule and reports each time its interval is over', () => {
    const { node, time, outbox, line } = nodeFor({ ...plain, reportEveryS: 300 }, startAt);
    node.start();
    time.advanceTo(startAt + 20 * minuteMs);
    expect(outbox.depth).toBe(21);
    expect(line.calls.filter(c => c === 'flush')).toHaveLength(5);
  });

  it('reports every time although its timers are late', () => {
    const { node, time, line } = nodeFor(plain, startAt);
    node.start();
    for (let i = 1; i <= 10; i++) time.advanceTo(startAt + i * minuteMs + (i % 3));
    expect(line.calls.filter(c => c === 'flush')).toHaveLength(11);
  });

  it('takes every sample of a time it slept through', () => {
    const { node, time, outbox } = nodeFor(plain, startAt);
    node.start();
    time.advanceTo(startAt + 1);
    time.advanceTo(startAt + 600 * minuteMs);
    expect(outbox.depth).toBe(601);
    expect(node.sampled).toBe(601);
  });

  it('keeps what it measures while it has no signal, and opens the line when the signal is back', () => {
    const signalLost = [{ from: startAt + 10 * minuteMs, to: startAt + 60 * minuteMs }];
    const { node, time, outbox, line } = nodeFor({ ...plain, signalLost }, startAt);
    node.start();
    time.advanceTo(startAt + 59 * minuteMs);
    expect(node.state).toBe('offline');
    expect(line.calls.at(-1)).toBe('lose');
    expect(outbox.depth).toBe(60);
    time.advanceTo(startAt + 60 * minuteMs);
    expect(line.calls.at(-2)).toBe('open');
  });

  it('sends what it measured before its power went, and then falls silent', () => {
    const powerOff = [{ from: startAt + 10 * minuteMs, to: Infinity }];
    const { node, time, outbox, line } = nodeFor({ ...plain, powerOff }, startAt + 90 * minuteMs, startAt);
    node.start();
    expect(outbox.depth).toBe(10);
    expect(line.calls).toEqual(['open']);
    line.tell({ kind: 'drained' });
    expect(line.calls).toEqual(['open', 'lose']);
    time.advanceTo(startAt + 600 * minuteMs);
    expect(line.calls).toEqual(['open', 'lose']);
    expect(node.state).toBe('off');
  });

  it('says goodbye after each report when its battery asks for it', () => {
    const { node, time, line } = nodeFor({ ...plain, radio: 'per-report', reportEveryS: 600 }, startAt);
    node.start();
    line.tell({ kind: 'connected' });
    line.tell({ kind: 'drained' });
    time.advanceTo(startAt + 10 * minuteMs);
    expect(line.calls).toEqual(['open', 'flush', 'leave asleep', 'open', 'flush']);
  });

  it('changes its report interval when the server says so, and ignores what it does not understand', () => {
    const { node, time, line } = nodeFor(plain, startAt);
    node.start();
    line.tell({ kind: 'command', payload: Buffer.from('{"reportEveryS": 600}') });
    line.tell({ kind: 'command', payload: Buffer.from('{"reportEveryS": -1}') });
    line.tell({ kind: 'command', payload: Buffer.from('buzz') });
    time.advanceTo(startAt + 31 * minuteMs);
    // The report planned before the command is still made.
    expect(line.calls.filter(c => c === 'flush')).toHaveLength(1 + 1 + 3);
  });

  it('beeps for as long as the server says, once for a command that comes twice, and stops when told', () => {
    const { node, time, line } = nodeFor(plain, startAt);
    node.start();
    const tell = (id: string, seconds: number) =>
      line.tell({
        kind: 'command',
        payload: Buffer.from(JSON.stringify({ buzzer: { id, severity: 'risk', seconds } })),
      });
    expect(node.beeping).toBeNull();
    tell('d-1', 15);
    expect(node.beeping).toBe('risk');
    time.advanceTo(startAt + 14_000);
    tell('d-1', 15);
    expect(node.beeping).toBe('risk');
    time.advanceTo(startAt + 15_000);
    expect(node.beeping).toBeNull();
    tell('d-2', 15);
    tell('d-3', 0);
    expect(node.beeping).toBeNull();
  });

  it('goes on after its newest sample when it comes back, without doing one twice', () => {
    const { node, time, outbox } = nodeFor(plain, startAt, startAt - 60 * minuteMs);
    outbox.append([{ sampledAt: startAt - 30 * minuteMs, text: '{}' }]);
    node.start();
    time.advanceTo(startAt + minuteMs);
    const times = outbox.oldest(Infinity).map(e => e.sampledAt);
    expect(new Set(times).size).toBe(times.length);
    expect(times[1]).toBe(startAt);
  });
});
