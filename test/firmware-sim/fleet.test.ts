import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, type FleetOptions } from '../../firmware-sim/fleet.ts';
import { createReadingSource } from '../../firmware-sim/readingSource.ts';
import type { Scenario } from '../../firmware-sim/scenario.ts';
import { measuredFridge } from '../../firmware-sim/scenarios/measuredFridge.ts';
import { mountainRoad } from '../../firmware-sim/scenarios/mountainRoad.ts';
import { shopFridge } from '../../firmware-sim/scenarios/shopFridge.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { tempDir } from '../support/tempDir.ts';
import { createManualTime } from './support/manualTime.ts';
import { startTestBroker, type TestBroker } from './support/testBroker.ts';

const now = Date.parse('2026-11-24T03:00:00Z');
const hourMs = 3_600_000;
const minuteMs = 60_000;
const place = (nodeId: string, startAt = now - 24 * hourMs) => ({
  nodeId,
  name: nodeId,
  placeId: 'here',
  startAt,
});

async function brokerFor(): Promise<TestBroker> {
  const broker = await startTestBroker();
  onTestFinished(() => broker.close());
  return broker;
}

function fleetFor(brokerUrl: string, scenarios: readonly Scenario[], more: Partial<FleetOptions> = {}) {
  const time = createManualTime(now);
  let waiting: { count: number; resolve: () => void } | undefined;
  const fleet = createFleet({
    scenarios,
    brokerUrl,
    credentials: null,
    clock: fakeClock(now),
    time,
    timing: { firstRetryMs: 5, longestRetryMs: 20 },
    onEvent: () => {
      if (waiting !== undefined && fleet.stats().acknowledged >= waiting.count) waiting.resolve();
    },
    ...more,
  });
  onTestFinished(() => fleet.stop({ drainWithinMs: 0 }));
  /** Resolves when the nodes know that so many readings have arrived. */
  const acknowledged = (count: number) =>
    new Promise<void>(resolve => {
      waiting = { count, resolve };
      if (fleet.stats().acknowledged >= count) resolve();
    });
  return { fleet, time, acknowledged };
}

/** What the node must have said, from the source itself. */
function expected(scenario: Scenario, from: number, through: number): string[] {
  const source = createReadingSource(scenario, 1);
  const texts: string[] = [];
  for (let at = source.firstAt(from); at <= through; at = source.firstAt(at + 1))
    texts.push(source.sampleAt(at)!.text);
  return texts;
}

const said = (broker: TestBroker, nodeId: string) =>
  broker.readings.filter(r => r.nodeId === nodeId).map(r => r.text);

describe('createFleet', () => {
  it('sends the history at once and goes on live, every reading once and in order', async () => {
    const broker = await brokerFor();
    const scenarios = [shopFridge(place('kulkas')), measuredFridge(place('kulkas-a1'), 'A1')];
    const { fleet, time } = fleetFor(broker.url, scenarios, { historyFrom: now - 24 * hourMs });
    await fleet.start();
    await broker.until(() => broker.readings.length === 1441 + 145);
    for (let i = 1; i <= 30; i++) time.advanceTo(now + i * minuteMs);
    await broker.until(() => broker.readings.length === 1441 + 145 + 30 + 3);
    for (const scenario of scenarios)
      expect(said(broker, scenario.nodeId)).toEqual(
        expected(scenario, now - 24 * hourMs, now + 30 * minuteMs),
      );
    expect(broker.publishes.some(p => p.count === 500)).toBe(true);
  });

  it('loses nothing on a road without signal and tells it all on arrival', async () => {
    const broker = await brokerFor();
    const scenario = mountainRoad({ ...place('pikap'), departsAt: now });
    const { fleet, time, acknowledged } = fleetFor(broker.url, [scenario]);
    await fleet.start();
    const silentFrom = now + 76 * minuteMs;
    time.advanceTo(silentFrom - 1);
    await acknowledged(76);
    time.advanceTo(silentFrom + 49 * minuteMs);
    expect(broker.readings).toHaveLength(76);
    expect(fleet.stats().waiting).toBe(50);
    time.advanceTo(silentFrom + 50 * minuteMs);
    await broker.until(() => broker.readings.length >= 127);
    expect(broker.publishes.at(-1)?.count).toBeGreaterThanOrEqual(50);
    expect(said(broker, 'pikap')).toEqual(expected(scenario, now, silentFrom + 50 * minuteMs));
  });

  it('loses nothing when the broker cuts its connections again and again', async () => {
    const broker = await brokerFor();
    const scenarios = ['a', 'b', 'c'].map(id => shopFridge(place(id, now)));
    const { fleet, time } = fleetFor(broker.url, scenarios);
    await fleet.start();
    for (let i = 1; i <= 60; i++) {
      time.advanceTo(now + i * minuteMs);
      if (i % 7 === 0) broker.cut();
      await new Promise(resolve => setImmediate(resolve));
    }
    await broker.until(() => new Set(broker.readings.map(r => r.nodeId + r.text)).size === 3 * 61);
    for (const scenario of scenarios)
      expect([...new Set(said(broker, scenario.nodeId))]).toEqual(
        expected(scenario, now, now + 60 * minuteMs),
      );
  });

  it('goes on where it was when it is started again on the same outboxes', async () => {
    const broker = await brokerFor();
    const outboxDir = tempDir();
    const scenario = shopFridge(place('kulkas'));
    const options = { outboxDir, historyFrom: now - 2 * hourMs };
    const first = fleetFor(broker.url, [scenario], options);
    await first.fleet.start();
    await broker.until(() => broker.readings.length === 121);
    await first.fleet.stop();
    const second = fleetFor(broker.url, [scenario], { ...options, time: createManualTime(now + hourMs) });
    await second.fleet.start();
    await broker.until(() => broker.readings.length === 181);
    expect(said(broker, 'kulkas')).toEqual(expected(scenario, now - 2 * hourMs, now + hourMs));
  });

  it('keeps readings for a broker that comes later', async () => {
    const gone = await startTestBroker();
    await gone.close();
    const outboxDir = tempDir();
    const scenario = shopFridge(place('kulkas', now));
    const first = fleetFor(gone.url, [scenario], { outboxDir });
    await first.fleet.start();
    first.time.advanceTo(now + 10 * minuteMs);
    await first.fleet.stop({ drainWithinMs: 0 });
    const back = await startTestBroker({ port: gone.port });
    onTestFinished(() => back.close());
    const second = fleetFor(back.url, [scenario], { outboxDir, time: createManualTime(now + 10 * minuteMs) });
    await second.fleet.start();
    await back.until(() => back.readings.length === 11);
    expect(said(back, 'kulkas')).toEqual(expected(scenario, now, now + 10 * minuteMs));
  });

  it('runs a day in seconds when its time is accelerated, without dating a reading in the future', async () => {
    const broker = await brokerFor();
    const clock = { now: () => Date.now() };
    const begin = clock.now() - 6 * hourMs;
    const scenario = shopFridge(place('kulkas', begin));
    const fleet = createFleet({
      scenarios: [scenario],
      brokerUrl: broker.url,
      credentials: null,
      clock,
      speed: 20_000,
      startAt: begin,
    });
    onTestFinished(() => fleet.stop({ drainWithinMs: 0 }));
    await fleet.start();
    await broker.until(() => broker.readings.length >= 360);
    for (const { measuredAt } of broker.readings)
      expect(Date.parse(measuredAt!)).toBeLessThanOrEqual(clock.now());
    expect(said(broker, 'kulkas')).toEqual(
      expected(scenario, begin, Date.parse(broker.readings.at(-1)!.measuredAt!)),
    );
  });

  it('dates readings by the real clock when asked to, each at its own millisecond', async () => {
    const broker = await brokerFor();
    const { fleet, time } = fleetFor(broker.url, [shopFridge(place('kulkas', now))], { stamp: 'real' });
    await fleet.start();
    time.advanceTo(now + 5 * minuteMs);
    await broker.until(() => broker.readings.length === 6);
    expect(broker.readings.map(r => Date.parse(r.measuredAt!) - now)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('says goodbye for every node and counts what it did', async () => {
    const broker = await brokerFor();
    const { fleet } = fleetFor(broker.url, [shopFridge(place('a', now)), shopFridge(place('b', now))]);
    await fleet.start();
    await broker.until(() => broker.readings.length === 2);
    await fleet.stop();
    await broker.until(() => broker.statuses.filter(s => s.includes('offline')).length === 2);
    expect(fleet.stats()).toMatchObject({
      nodes: 2,
      connected: 0,
      sampled: 2,
      acknowledged: 2,
      waiting: 0,
      dropped: 0,
      connects: 2,
      problems: 0,
    });
  });

  it('refuses two nodes with one id and a node without a password', () => {
    const scenarios = [shopFridge(place('a')), shopFridge(place('a'))];
    const clock = fakeClock(now);
    const brokerUrl = 'mqtt://127.0.0.1:1';
    expect(() => createFleet({ scenarios, brokerUrl, credentials: null, clock })).toThrow('got a twice');
    const nobody = new Map<string, string>();
    expect(() =>
      createFleet({ scenarios: scenarios.slice(1), brokerUrl, credentials: nobody, clock }),
    ).toThrow('credentials must have the password of node a');
  });
});
