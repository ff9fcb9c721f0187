import { describe, expect, test } from 'vitest';
import { batchName } from '../../dashboard/batchName.ts';
import { createFormat } from '../../dashboard/format.ts';
import { likeBatch, newBatchId, presetForm } from '../../dashboard/newBatchForm.ts';
import { batchesOf, nodeTrouble, worstFirst } from '../../dashboard/nodeState.ts';
import { nodesSentence } from '../../dashboard/nodeWords.ts';
import { parsePath, paths } from '../../dashboard/router.ts';
import { createZone } from '../../dashboard/zone.ts';
import type { ProductView } from '../../models/contracts/batch.ts';
import { batchIdSchema } from '../../models/contracts/ids.ts';
import { aBatch, aNode, aReading, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const takwa: ProductView = {
  productId: 'takwa',
  name: 'Takwa',
  variant: 'takwa',
  treatment: 'turmeric-boiled',
  storage: 'room',
  unit: null,
  needH: null,
  unitPriceIdr: null,
  gtin: null,
};
const placement = {
  placementId: 'p',
  nodeId: 'S-03',
  nodeName: 'S-03',
  probe: 'main',
  position: 'main',
  from: iso(now - hourMs),
  to: null,
};

describe('a new batch', () => {
  test('a new batch is preset as the last one was', () => {
    const last = aBatch({ quantity: { amount: 36, unit: 'besek' }, placements: [placement] });
    const older = aBatch({ batchId: 'b', producedAt: iso(now - 99 * hourMs), quantity: null });
    const nodes = [aNode({ nodeId: 'S-01', name: 'S-01' }), aNode()];
    expect(presetForm([older, last], nodes, [takwa], 'papan', now)).toEqual({
      productId: 'takwa',
      amount: 36,
      unit: 'besek',
      storage: 'room',
      producedAt: null,
      nodeId: 'S-03',
    });
  });

  test('a first batch has no product chosen and never a silent sensor', () => {
    const silent = aNode({ state: 'stale' });
    expect(presetForm([], [silent], [takwa], 'papan', now)).toMatchObject({
      productId: null,
      storage: null,
      nodeId: null,
    });
  });

  test('a batch is called by its product and the part of the day', () => {
    const at = (clock: string): number => Date.parse(`2026-11-24T${clock}:00+07:00`);
    expect(batchName('Takwa', at('04:50'), jakarta, translateIn('id'))).toBe('Takwa subuh');
    expect(batchName('Takwa', at('05:10'), jakarta, translateIn('id'))).toBe('Takwa pagi');
    expect(batchName('Takwa', at('23:30'), jakarta, translateIn('id'))).toBe('Takwa malam');
    expect(batchName('Takwa', at('01:30'), jakarta, translateIn('en'))).toBe('Takwa, evening');
  });

  test('a batch id made on the phone is one the server takes, for any product', () => {
    const random = new Uint8Array([0, 255, 30, 31]);
    expect(newBatchId('takwa', now, jakarta, random)).toBe('takwa-20261124-29z2');
    const long = newBatchId('x'.repeat(64), now, jakarta, random);
    expect(batchIdSchema.safeParse(long).success).toBe(true);
  });

  test('a new batch is compared with the newest of the same product and storage', () => {
    const form = presetForm([], [], [takwa], 'papan', now);
    const cold = aBatch({ batchId: 'cold', storage: 'fridge' });
    const old = aBatch({ batchId: 'old', producedAt: iso(now - 50 * hourMs) });
    const chosen = { ...form, productId: 'takwa', storage: 'room' as const };
    expect(likeBatch(chosen, [old, cold, aBatch()])?.batchId).toBe('takwa-1');
    expect(likeBatch({ ...chosen, productId: 'pong' }, [old])).toBeUndefined();
  });
});

describe('sensors', () => {
  const nodes = [
    aNode({ nodeId: 'good', name: 'S-10' }),
    aNode({ nodeId: 'better', name: 'S-2' }),
    aNode({ nodeId: 'low', batteryPct: 19 }),
    aNode({ nodeId: 'wrong', clockWrongSince: iso(now) }),
    aNode({ nodeId: 'never', state: 'never-seen' }),
    aNode({ nodeId: 'silent', state: 'stale', batteryPct: 5 }),
  ];

  test('sensors stand with the worst trouble first, then by name as people count', () => {
    expect(worstFirst(nodes, now).map(n => n.nodeId)).toEqual([
      'silent',
      'never',
      'wrong',
      'low',
      'better',
      'good',
    ]);
  });

  test('a battery at 0 % is low and an unknown one is not', () => {
    expect(nodeTrouble(aNode({ batteryPct: 0 }), now)).toBe('lowBattery');
    expect(nodeTrouble(aNode({ batteryPct: null }), now)).toBe('good');
  });

  test('a sensor that is still sending its backlog is late, not current', () => {
    const backlog = aNode({ lastReading: aReading({ measuredAt: iso(now - 7 * hourMs) }) });
    expect(nodeTrouble(backlog, now)).toBe('late');
    expect(nodeTrouble(aNode(), now + 29 * 60_000)).toBe('good');
    expect(nodeTrouble(aNode({ reportEveryS: 3600 }), now + 2 * hourMs)).toBe('good');
  });

  test('the sentence counts what is silent and what is to be checked', () => {
    expect(nodesSentence(nodes, now, createFormat('id', translateIn('id'), jakarta))).toBe(
      '1 sensor diam, 3 perlu dicek',
    );
    expect(nodesSentence([aNode()], now, createFormat('id', translateIn('id'), jakarta))).toBe(
      'Semua sensor mengirim',
    );
  });

  test('a sensor is shown with the unsold batches it speaks for now', () => {
    const ended = { ...placement, to: iso(now - 60_000) };
    const batches = [
      aBatch({ name: 'A', placements: [placement] }),
      aBatch({ name: 'B', placements: [placement], soldOutAt: iso(now) }),
      aBatch({ name: 'C', placements: [ended] }),
    ];
    expect(batchesOf('S-03', batches, now)).toEqual(['A']);
  });
});

describe('parsePath', () => {
  test('parsePath opens every page by its link', () => {
    expect(parsePath('/')).toEqual({ page: 'home' });
    expect(parsePath('/sensor/')).toEqual({ page: 'nodes' });
    expect(parsePath('/batch-baru')).toEqual({ page: 'new-batch' });
    expect(parsePath(paths.batch('takwa:1~a'))).toEqual({ page: 'batch', id: 'takwa:1~a' });
  });

  test('parsePath takes what names nothing for not found', () => {
    expect(parsePath('/batch/')).toEqual({ page: 'not-found' });
    expect(parsePath('/batch/%E0%A4%A')).toEqual({ page: 'not-found' });
    expect(parsePath('/x')).toEqual({ page: 'not-found' });
  });
});
