import { describe, expect, it, onTestFinished } from 'vitest';
import { IntakePump } from '../../gateway/intakePump.ts';
import { type Journal, openJournal } from '../../gateway/journal.ts';
import { decodeIntake, encodeIntake, type IntakeContent } from '../../gateway/journalRecord.ts';
import { RecentRecords } from '../../gateway/recentRecords.ts';
import type { IntakeConsumer, IntakeRecord } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { tempDir } from '../support/tempDir.ts';
import { MemoryConsumer, silentLog, systemClock } from './startTestGateway.ts';

const reading = (n: number): Reading => ({
  nodeId: 'n1',
  probe: 'main',
  measuredAt: 1_795_000_000_000 + n,
  receivedAt: 1_795_000_000_500,
  timeSource: n % 2 === 0 ? 'device' : 'arrival',
  temperatureC: n % 3 === 0 ? null : n / 10,
  humidityPct: n % 3 === 0 ? 80 : null,
  batteryPct: null,
  sequence: n,
  quality: n % 5 === 0 ? 'suspect' : 'good',
});

const content = (n: number): IntakeContent => ({
  readings: [reading(n)],
  refused:
    n % 4 === 0
      ? [
          {
            nodeId: 'n1',
            topic: 'tahan/n1/readings',
            receivedAt: 1,
            rejection: { code: 'publish.not_json', message: 'not JSON' },
            payloadHead: '\u0000\u00ffé',
            payloadBytes: 3,
          },
        ]
      : [],
});

async function newJournal(): Promise<Journal> {
  const journal = await openJournal({
    dir: tempDir(),
    clock: systemClock,
    log: silentLog,
    segmentBytes: 2_000,
  });
  onTestFinished(() => journal.close());
  return journal;
}

function startPump(journal: Journal, consumer: IntakeConsumer): IntakePump {
  const pump = new IntakePump(journal, consumer, silentLog);
  onTestFinished(() => pump.stop());
  pump.start();
  return pump;
}

async function commit(
  journal: Journal,
  pump: IntakePump | undefined,
  from: number,
  to: number,
): Promise<void> {
  const all = Array.from({ length: to - from + 1 }, (_, i) => content(from + i));
  await Promise.all(
    all.map(async one => {
      const position = await journal.append(encodeIntake(one));
      pump?.committed(position, one);
    }),
  );
}

const expected = (from: number, to: number): IntakeRecord[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ position: from + i, ...content(from + i) }));

describe('journalRecord', () => {
  it('gives back what it was given', () => {
    for (let n = 0; n < 20; n++) expect(decodeIntake(encodeIntake(content(n)))).toEqual(content(n));
  });

  it('refuses a layout it does not know', () => {
    expect(() => decodeIntake(Buffer.from('{"v":3,"r":[]}'))).toThrow('layout must be at most 2, got 3');
  });
});

describe('intakePump', () => {
  it('hands over in order, several records in one call, without reading from disk what was just committed', async () => {
    const journal = await newJournal();
    let reads = 0;
    const counting: Journal = Object.create(journal, {
      append: { value: journal.append.bind(journal) },
      forget: { value: journal.forget.bind(journal) },
      lastPosition: { get: () => journal.lastPosition },
      read: {
        value: (from: number, max: number) => {
          reads++;
          return journal.read(from, max);
        },
      },
    });
    const consumer = new MemoryConsumer();
    const pump = startPump(counting, consumer);
    await commit(journal, pump, 1, 300);
    await pump.caughtUp();
    expect(consumer.records).toEqual(expected(1, 300));
    expect(reads).toBe(0);
    expect(pump.stats()).toEqual({ waiting: 0, waitingSince: null, retries: 0 });
  });

  it('starts behind what the consumer has made durable, from disk', async () => {
    const journal = await newJournal();
    await commit(journal, undefined, 1, 2_500);
    const consumer = new MemoryConsumer();
    consumer.durable = 700;
    const pump = startPump(journal, consumer);
    await commit(journal, pump, 2_501, 2_600);
    await pump.caughtUp();
    expect(consumer.records).toEqual(expected(701, 2_600));
  });

  it('offers records again, the same and in order, until the consumer takes them', async () => {
    const journal = await newJournal();
    const consumer = new MemoryConsumer();
    let refusals = 2;
    const offered: number[] = [];
    const moody: IntakeConsumer = {
      durablePosition: () => 0,
      consume(records) {
        offered.push(records[0]!.position);
        return refusals-- > 0 ? Promise.reject(new Error('store is busy')) : consumer.consume(records);
      },
    };
    const pump = startPump(journal, moody);
    await commit(journal, pump, 1, 10);
    await pump.caughtUp();
    expect(offered.slice(0, 3)).toEqual([1, 1, 1]);
    expect(consumer.records).toEqual(expected(1, 10));
    expect(pump.stats().retries).toBe(2);
  });

  it('keeps up from disk with a consumer that fell far behind, and loses none', async () => {
    const journal = await newJournal();
    const consumer = new MemoryConsumer();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>(resolve => {
      letGo = resolve;
    });
    const slow: IntakeConsumer = {
      durablePosition: () => 0,
      async consume(records) {
        await held;
        await consumer.consume(records);
      },
    };
    const pump = startPump(journal, slow);
    for (let from = 1; from <= 60_000; from += 10_000) await commit(journal, pump, from, from + 9_999);
    letGo();
    await pump.caughtUp();
    expect(consumer.records.map(one => one.position)).toEqual(
      Array.from({ length: 60_000 }, (_, i) => i + 1),
    );
    expect(consumer.records[59_999]).toEqual({ position: 60_000, ...content(60_000) });
  });

  it('lets the journal forget what has become durable', async () => {
    const journal = await newJournal();
    const consumer = new MemoryConsumer();
    const pump = startPump(journal, consumer);
    for (let from = 1; from <= 100; from += 10) await commit(journal, pump, from, from + 9);
    await pump.caughtUp();
    expect((await journal.read(1, 1))[0]?.position).toBe(1);
    consumer.durable = 90;
    await commit(journal, pump, 101, 101);
    await pump.caughtUp();
    await pump.stop();
    const oldest = (await journal.read(1, 1))[0]!.position;
    expect(oldest).toBeGreaterThan(1);
    expect(oldest).toBeLessThanOrEqual(91);
  });
});

describe('recentRecords', () => {
  it('holds a bounded run of the newest records without a hole', () => {
    const recent = new RecentRecords();
    for (let n = 1; n <= 30_000; n++) recent.add({ position: n, readings: [reading(n)], refused: [] });
    expect(recent.from(1, 10)).toEqual([]);
    expect(recent.from(29_999, 10).map(one => one.position)).toEqual([29_999, 30_000]);
    expect(recent.from(6_000, 3).map(one => one.position)).toEqual([6_000, 6_001, 6_002]);
    recent.dropThrough(29_000);
    expect(recent.at(29_000)).toBeUndefined();
    expect(recent.at(29_001)?.position).toBe(29_001);
    recent.add({ position: 40_000, readings: [], refused: [] });
    expect(recent.at(29_001)).toBeUndefined();
    expect(recent.at(40_000)?.position).toBe(40_000);
  });
});
