import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fleet, parseLiveEvent, reduceLive, withBatch } from '../../dashboard/reduceLive.ts';
import type { LiveEvent } from '../../models/contracts/liveEvent.ts';
import { aBatch, aNode, anEstimate, aReading, hourMs, iso, now } from './builders.ts';

const fleet: Fleet = {
  batches: { 'takwa-1': aBatch() },
  nodes: { 'S-03': aNode() },
  products: {},
  alerts: {},
};
const estimateAt = (at: number, lo = 9): LiveEvent => ({
  type: 'estimate',
  data: anEstimate({ lo, median: 12, hi: 15 }, { asOf: iso(at) }),
});

describe('reduceLive', () => {
  test('reduceLive replaces the estimate of a batch and nothing else', () => {
    const step = reduceLive(fleet, estimateAt(now + 60_000));
    expect(step.fleet.batches['takwa-1']?.estimate.remainingH.p05).toBe(9);
    expect(step.fleet.nodes).toBe(fleet.nodes);
    expect(fleet.batches['takwa-1']?.estimate.remainingH.p05).toBe(10);
  });

  test('reduceLive ignores an estimate older than the one it has', () => {
    expect(reduceLive(fleet, estimateAt(now - 60_000)).fleet).toBe(fleet);
  });

  test('reduceLive asks for a batch that it does not know or that has changed', () => {
    const unknown: LiveEvent = {
      type: 'estimate',
      data: anEstimate({ lo: 1, median: 2, hi: 3 }, { batchId: 'new-1' }),
    };
    expect(reduceLive(fleet, unknown)).toEqual({ fleet, fetchBatchId: 'new-1' });
    expect(reduceLive(fleet, { type: 'batch', data: { batchId: 'takwa-1' } }).fetchBatchId).toBe('takwa-1');
  });

  test('reduceLive asks for everything after a reset', () => {
    expect(reduceLive(fleet, { type: 'reset', data: {} })).toEqual({ fleet, reload: true });
  });

  test('reduceLive moves a node on with its reading: value, time, battery, and no longer silent', () => {
    const silent: Fleet = { ...fleet, nodes: { 'S-03': aNode({ state: 'stale' }) } };
    const reading = aReading({ temperatureC: 0, batteryPct: 63 });
    const node = reduceLive(silent, { type: 'reading', data: reading }).fleet.nodes['S-03'];
    expect(node).toMatchObject({ state: 'online', batteryPct: 63, lastSeenAt: iso(now) });
    expect(node?.lastReading?.temperatureC).toBe(0);
  });

  test('reduceLive keeps the newest measurement when a backlog comes in late', () => {
    const late = aReading({ measuredAt: iso(now - 3 * hourMs), temperatureC: 5, batteryPct: 90 });
    const node = reduceLive(fleet, { type: 'reading', data: late }).fleet.nodes['S-03'];
    expect(node?.lastReading).toEqual(fleet.nodes['S-03']?.lastReading);
    expect(node?.batteryPct).toBe(64);
    expect(node?.lastSeenAt).toBe(iso(now));
  });

  test('reduceLive ends with the same newest reading in whatever order readings come', () => {
    const readings = [0, 1, 2, 3, 4].map(minutes =>
      aReading({ measuredAt: iso(now + minutes * 60_000), temperatureC: 20 + minutes }),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(readings, { minLength: readings.length }), shuffled => {
        const end = shuffled.reduce((f, data) => reduceLive(f, { type: 'reading', data }).fleet, fleet);
        expect(end.nodes['S-03']?.lastReading?.temperatureC).toBe(24);
      }),
    );
  });

  test('reduceLive leaves readings of nodes it does not know alone', () => {
    expect(reduceLive(fleet, { type: 'reading', data: aReading({ nodeId: 'S-99' }) }).fleet).toEqual(fleet);
  });

  test('withBatch puts a batch in and takes it out', () => {
    const other = aBatch({ batchId: 'b' });
    expect(Object.keys(withBatch(fleet, 'b', other).batches)).toEqual(['takwa-1', 'b']);
    expect(withBatch(fleet, 'takwa-1', null).batches).toEqual({});
  });
});

describe('parseLiveEvent', () => {
  test('parseLiveEvent reads each kind the server sends', () => {
    expect(parseLiveEvent('batch', '{"batchId":"b"}')).toEqual({ type: 'batch', data: { batchId: 'b' } });
    expect(parseLiveEvent('reset', '{}')).toEqual({ type: 'reset', data: {} });
    expect(parseLiveEvent('node', JSON.stringify(aNode()))?.type).toBe('node');
    expect(parseLiveEvent('reading', JSON.stringify(aReading()))?.type).toBe('reading');
    expect(parseLiveEvent('estimate', JSON.stringify(aBatch().estimate))?.type).toBe('estimate');
  });

  test('parseLiveEvent takes nothing for an event that is not one, and never throws', () => {
    expect(parseLiveEvent('estimate', '{"batchId":"b"}')).toBeUndefined();
    expect(parseLiveEvent('reading', 'not json')).toBeUndefined();
    expect(parseLiveEvent('reading', 'null')).toBeUndefined();
    expect(parseLiveEvent('alert', '{}')).toBeUndefined();
    fc.assert(
      fc.property(
        fc.constantFrom('reading', 'estimate', 'node', 'batch', 'reset', 'x'),
        fc.string(),
        (t, d) => {
          parseLiveEvent(t, d);
        },
      ),
    );
  });
});
