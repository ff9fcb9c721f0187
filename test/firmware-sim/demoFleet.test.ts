import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoHistoryFrom, demoScenarios } from '../../firmware-sim/demoFleet.ts';
import { demoShipments } from '../../firmware-sim/demoRoad.ts';
import { createReadingSource } from '../../firmware-sim/readingSource.ts';
import { newBatchSchema, newPlacementSchema } from '../../models/contracts/batch.ts';
import { shipmentIdSchema } from '../../models/contracts/ids.ts';
import { newNodeSchema } from '../../models/contracts/node.ts';

const anyTime = fc.integer({
  min: Date.parse('2026-01-01T00:00:00Z'),
  max: Date.parse('2027-12-31T00:00:00Z'),
});
const hourMs = 3_600_000;

describe('demoScenarios', () => {
  it('gives at any time of day valid nodes, batches and placements, all made before now', () => {
    fc.assert(
      fc.property(anyTime, now => {
        const nodes = demoScenarios(now);
        const batches = nodes.flatMap(n => n.batches);
        const nodeIds = new Set(nodes.map(n => n.nodeId));
        expect(nodes.length).toBeGreaterThanOrEqual(8);
        expect(nodeIds.size).toBe(nodes.length);
        expect(batches.length).toBeGreaterThanOrEqual(7);
        expect(new Set(batches.map(b => b.batchId)).size).toBe(batches.length);
        for (const { nodeId, name, placeId, reportEveryS } of nodes)
          newNodeSchema.parse({ nodeId, name, placeId, reportEveryS });
        for (const { placements, ...batch } of batches) {
          newBatchSchema.parse(batch);
          expect(batch.producedAt).toBeLessThan(now);
          expect(batch.producedAt).toBeGreaterThan(demoHistoryFrom(now));
          let from = batch.producedAt;
          for (const placement of placements) {
            newPlacementSchema.parse(placement);
            expect(nodeIds.has(placement.nodeId)).toBe(true);
            expect(placement.from).toBeGreaterThanOrEqual(from);
            expect(placement.from).toBeLessThanOrEqual(now);
            from = placement.to ?? now;
          }
          expect(placements.at(-1)?.to).toBeNull();
        }
      }),
    );
  });

  it('has two shipments under way at any time, with batches that are in their vehicles', () => {
    fc.assert(
      fc.property(anyTime, now => {
        const batches = demoScenarios(now).flatMap(n => n.batches);
        const shipments = demoShipments(now);
        expect(shipments).toHaveLength(2);
        for (const { departsAt, arrivesAt, batchIds, vehicle, shipmentId } of shipments) {
          shipmentIdSchema.parse(shipmentId);
          expect(departsAt).toBeLessThan(now);
          expect(arrivesAt).toBeGreaterThan(now);
          expect(batchIds.length).toBeGreaterThan(0);
          for (const batchId of batchIds) {
            const { placements } = batches.find(batch => batch.batchId === batchId)!;
            expect(placements.at(-1)).toEqual({ nodeId: vehicle, from: departsAt, to: null });
          }
        }
      }),
    );
  });

  it('is the same for the same moment', () => {
    const now = Date.parse('2026-11-24T03:17:00Z');
    expect(JSON.stringify(demoScenarios(now))).toBe(JSON.stringify(demoScenarios(now)));
  });

  it('has nodes that measure now, but for one that has been silent for hours', () => {
    const now = Date.parse('2026-11-24T03:17:00Z');
    const silent = demoScenarios(now).filter(({ scenario }) => {
      const source = createReadingSource(scenario, 1);
      return source.sampleAt(source.firstAt(now)) === null;
    });
    expect(silent.map(n => n.nodeId)).toEqual(['kios-wonokromo']);
    const source = createReadingSource(silent[0]!.scenario, 1);
    expect(source.sampleAt(source.firstAt(now - 8 * hourMs))).not.toBeNull();
    expect(source.sampleAt(source.firstAt(now - 6.5 * hourMs))).toBeNull();
  });

  it('keeps every sensor within what a kitchen, a truck and a fridge can have', () => {
    const now = Date.parse('2026-11-24T03:17:00Z');
    for (const { nodeId, scenario } of demoScenarios(now)) {
      const source = createReadingSource(scenario, 1);
      for (let at = source.firstAt(demoHistoryFrom(now)); at <= now; at = source.firstAt(at + 10 * 60_000)) {
        const sample = source.sampleAt(at);
        if (sample === null) continue;
        const { temperatureC } = JSON.parse(sample.text) as { temperatureC: number };
        expect(temperatureC, nodeId).toBeGreaterThan(2);
        expect(temperatureC, nodeId).toBeLessThan(38);
      }
    }
  });

  it('warms Pak Yanto’s box in the truck and loses its readings for almost an hour', () => {
    const now = Date.parse('2026-11-24T03:17:00Z');
    const { scenario } = demoScenarios(now).find(n => n.nodeId === 'boks-yanto')!;
    const source = createReadingSource(scenario, 1);
    let [missing, warmest] = [0, -Infinity];
    for (let at = source.firstAt(now - 16 * hourMs); at <= now; at = source.firstAt(at + 1)) {
      const sample = source.sampleAt(at);
      if (sample === null) missing++;
      else warmest = Math.max(warmest, JSON.parse(sample.text).temperatureC);
    }
    expect(missing).toBe(55);
    expect(warmest).toBeGreaterThan(22);
  });
});
