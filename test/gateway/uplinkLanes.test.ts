import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AcknowledgedPositions } from '../../gateway/acknowledgedPositions.ts';
import { decodeIntake, encodeIntake } from '../../gateway/journalRecord.ts';
import { backlogReadRecords, type Shipment, UplinkLanes } from '../../gateway/uplinkLanes.ts';
import { UplinkPace } from '../../gateway/uplinkPace.ts';
import { maxEdgePublishBytes } from '../../models/contracts/edge.ts';
import type { IntakeRecord } from '../../models/contracts/intake.ts';
import type { QuarantinedPublish } from '../../models/contracts/rejection.ts';
import { aReading } from '../support/aReading.ts';

const record = (position: number): IntakeRecord => ({
  position,
  readings: [aReading({ sequence: position })],
  refused: [],
});

/** A journal in memory, with holes where records were damaged. */
function journalOf(positions: Iterable<number>) {
  const records = [...positions].map(record);
  return (from: number) =>
    records
      .filter(one => one.position >= from)
      .slice(0, backlogReadRecords)
      .map(one => ({ position: one.position, payload: encodeIntake(one) }));
}

const positionsIn = (shipment: Shipment) =>
  decodeIntake(shipment.payload).readings.map(reading => reading.sequence);

describe('UplinkLanes', () => {
  it('sends what came just now before a backlog, and the backlog after three of these', () => {
    const lanes = new UplinkLanes(0, 1_000);
    const read = journalOf(Array.from({ length: 1_010 }, (_, i) => i + 1));
    lanes.addBacklog(lanes.wantsBacklog()!, read(1));
    const order: string[] = [];
    for (let n = 1; n <= 8; n++) {
      lanes.add([record(1_000 + n)]);
      order.push(lanes.next(1_000)!.lane);
    }
    expect(order).toEqual(['live', 'live', 'live', 'backlog', 'live', 'live', 'live', 'backlog']);
  });

  it('keeps the newest records of an outage for the first shipment after it', () => {
    const lanes = new UplinkLanes(0, 0);
    for (let n = 1; n <= 5_000; n++) lanes.add([record(n)]);
    const first = lanes.next(100_000)!;
    expect(first.lane).toBe('live');
    expect(positionsIn(first)).toEqual(Array.from({ length: 200 }, (_, i) => 4_801 + i));
  });

  it('does not move past a record that is still under way', () => {
    const lanes = new UplinkLanes(0, 0);
    lanes.add([record(1)]);
    const first = lanes.next(0)!;
    lanes.add([record(2)]);
    const second = lanes.next(0)!;
    lanes.acknowledged(second);
    expect(lanes.acknowledgedThrough).toBe(0);
    lanes.acknowledged(first);
    expect(lanes.acknowledgedThrough).toBe(2);
  });

  it('moves past positions that are damaged in the journal', () => {
    const lanes = new UplinkLanes(0, 10);
    const read = journalOf([2, 3, 7]);
    lanes.addBacklog(lanes.wantsBacklog()!, read(1));
    lanes.acknowledged(lanes.next(100_000)!);
    expect(lanes.acknowledgedThrough).toBe(10);
  });

  it('splits a record that is too large for one publish and waits for all its parts', () => {
    const refused = Array.from(
      { length: 100 },
      (_, i): QuarantinedPublish => ({
        nodeId: 'S-01',
        topic: 'tahan/S-01/readings',
        receivedAt: i,
        rejection: { code: 'publish.not_json', message: 'not JSON' },
        payloadHead: '\u0001'.repeat(2_048),
        payloadBytes: 2_048,
      }),
    );
    const lanes = new UplinkLanes(0, 0);
    lanes.add([{ position: 1, readings: [aReading()], refused }]);
    const parts: Shipment[] = [];
    for (let part = lanes.next(0); part; part = lanes.next(0)) parts.push(part);
    expect(parts.length).toBeGreaterThan(10);
    expect(Math.max(...parts.map(part => part.payload.length))).toBeLessThanOrEqual(maxEdgePublishBytes);
    const contents = parts.map(part => decodeIntake(part.payload));
    expect(contents.flatMap(content => content.refused)).toEqual(refused);
    expect(contents.flatMap(content => content.readings)).toEqual([aReading()]);
    for (const part of parts.slice(1)) lanes.acknowledged(part);
    expect(lanes.acknowledgedThrough).toBe(0);
    lanes.acknowledged(parts[0]!);
    expect(lanes.acknowledgedThrough).toBe(1);
  });

  it('delivers every record and never forgets one that was not acknowledged, whatever happens to the line', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('commit' as const), count: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ kind: fc.constant('send' as const), room: fc.integer({ min: 0, max: 60_000 }) }),
      fc.record({ kind: fc.constant('acknowledge' as const), which: fc.nat(200) }),
      fc.record({ kind: fc.constant('read' as const) }),
      fc.record({ kind: fc.constant('lose' as const) }),
    );
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.array(fc.nat(300), { maxLength: 20 }),
        fc.array(step, { maxLength: 120 }),
        (before, damagedList, steps) => {
          const damaged = new Set(damagedList);
          let newest = before;
          const lanes = new UplinkLanes(0, before);
          let underWay: Shipment[] = [];
          const server = new Set<number>();
          const read = () => {
            const wanted = lanes.wantsBacklog();
            if (!wanted) return false;
            const all = Array.from({ length: newest }, (_, i) => i + 1).filter(
              p => p > before || !damaged.has(p),
            );
            lanes.addBacklog(wanted, journalOf(all)(wanted.from));
            return true;
          };
          const acknowledge = (shipment: Shipment) => {
            for (const position of positionsIn(shipment)) server.add(position!);
            lanes.acknowledged(shipment);
          };
          const isMissing = (p: number) => !server.has(p) && !(p <= before && damaged.has(p));
          for (const one of steps) {
            if (one.kind === 'commit') for (let n = 0; n < one.count; n++) lanes.add([record(++newest)]);
            else if (one.kind === 'send') {
              const next = lanes.next(one.room);
              if (next) underWay.push(next);
            } else if (one.kind === 'acknowledge') {
              const [shipment] = underWay.splice(one.which % Math.max(underWay.length, 1), 1);
              if (shipment) acknowledge(shipment);
            } else if (one.kind === 'read') read();
            else {
              underWay = [];
              lanes.lineLost();
            }
            for (let p = 1; p <= lanes.acknowledgedThrough; p++) if (isMissing(p)) return false;
          }
          for (const shipment of underWay) acknowledge(shipment);
          for (let turns = 0; turns < 20_000; turns++) {
            const next = lanes.next(60_000);
            if (next) acknowledge(next);
            else if (!read()) break;
          }
          return lanes.acknowledgedThrough === newest && lanes.waiting === 0;
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('AcknowledgedPositions', () => {
  it('agrees with a plain set, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(6))), ranges => {
        const positions = new AcknowledgedPositions();
        const plain = new Set<number>();
        for (const [from, more] of ranges) {
          positions.add(from, from + more);
          for (let p = from; p <= from + more; p++) plain.add(p);
        }
        for (let p = 1; p <= 70; p++) {
          expect(positions.has(p)).toBe(plain.has(p));
          let open = p;
          while (plain.has(open)) open++;
          expect(positions.firstOpenFrom(p)).toBe(open);
        }
        let through = 0;
        while (plain.has(through + 1)) through++;
        expect(positions.through).toBe(through);
      }),
    );
  });
});

describe('UplinkPace', () => {
  it('lets the backlog shrink to 8 KiB on a line that is slow and grow to 1 MiB on one that is quick', () => {
    const pace = new UplinkPace();
    const send = (bytes: number, afterMs: number) => {
      pace.sent('backlog', bytes);
      pace.acknowledged('backlog', bytes, afterMs);
    };
    for (let n = 0; n < 10; n++) send(8_192, 3_000);
    expect(pace.backlogRoomBytes()).toBe(8 * 1024);
    for (let n = 0; n < 100; n++) send(60_000, 20);
    expect(pace.backlogRoomBytes()).toBe(1024 * 1024);
  });
});
