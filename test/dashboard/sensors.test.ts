import { describe, expect, test } from 'vitest';
import { createFormat } from '../../dashboard/format.ts';
import { nodeTrouble } from '../../dashboard/nodeState.ts';
import { batteryLeftText, expectedText } from '../../dashboard/nodeWords.ts';
import { offsetEffectText } from '../../dashboard/offsetEffectText.ts';
import { cellsAt, gapsIn } from '../../dashboard/receptionCells.ts';
import { createZone } from '../../dashboard/zone.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const id = createFormat('id', translateIn('id'), createZone('Asia/Jakarta'));

const aNode = (fields: Partial<NodeView> = {}): NodeView => ({
  ...{ nodeId: 'S-01', name: 'S-01', placeId: null, reportEveryS: 600, state: 'online', connected: true },
  ...{ lastSeenAt: iso(now), lastReading: null, batteryPct: null, clockWrongSince: null, offsetC: 0 },
  ...{ calibrationDueAt: null, device: null, ...fields },
});

describe('cellsAt', () => {
  const answer = { from: iso(now - 4 * hourMs), to: iso(now) };
  const drawn = (at: number, node = aNode()) =>
    cellsAt(answer, '1011', node, at)
      .map(cell => ({ data: '|', gap: '-', unknown: ' ' })[cell])
      .join('');

  test('moves on with time, and leaves what nobody was asked about empty: that is no gap', () => {
    expect(drawn(now)).toBe('|-||');
    expect(drawn(now + hourMs / 2)).toBe('|-||');
    expect(drawn(now + 1.5 * hourMs)).toBe('-|| ');
    expect(drawn(now + 99 * hourMs)).toBe('    ');
  });

  test('counts a reading that came by the live stream', () => {
    const measured = (at: number) =>
      aNode({ lastReading: { measuredAt: iso(at) } as NodeView['lastReading'] });
    expect(drawn(now + 1.5 * hourMs, measured(now + 1.4 * hourMs))).toBe('-|||');
    expect(drawn(now, measured(now - 2.5 * hourMs))).toBe('||||');
    expect(drawn(now, measured(now - 9 * hourMs))).toBe('|-||');
  });

  test('gapsIn tells how many gaps there are and how long the longest is', () => {
    expect(gapsIn(['data', 'gap', 'gap', 'data', 'gap', 'unknown'])).toEqual({ count: 2, longest: 2 });
    expect(gapsIn(['data', 'unknown'])).toEqual({ count: 0, longest: 0 });
  });
});

describe('words about sensors', () => {
  test('batteryLeftText says days up to two months and months beyond, rounded down', () => {
    expect([9, 59, 60, 179].map(days => batteryLeftText(days, id))).toEqual([
      '±9 hari',
      '±59 hari',
      '±2 bulan',
      '±5 bulan',
    ]);
  });

  test('expectedText says how often sensors report only where all report alike', () => {
    expect(expectedText([aNode(), aNode()], id)).toBe('2 sensor. Diharapkan mengirim tiap 10 menit.');
    expect(expectedText([aNode(), aNode({ reportEveryS: null })], id)).toBe('2 sensor');
  });

  test('nodeTrouble calls a signal weak by what its radio is made for', () => {
    const heard = (family: string, rssiDbm: number | null) =>
      nodeTrouble(
        aNode({
          device: { foundDeviceId: 'f', bridgeId: 'b', family, deviceId: 'd', batteryLow: null, rssiDbm },
        }),
        now,
      );
    expect([heard('tasmota', -95), heard('tasmota', -80), heard('tasmota', null)]).toEqual([
      'weakSignal',
      'good',
      'good',
    ]);
    expect([heard('chirpstack-v4', -118), heard('chirpstack-v4', -104)]).toEqual(['weakSignal', 'good']);
  });

  test('offsetEffectText rounds losses up and gains down, and names how many batches there are', () => {
    const effect = (...changes: number[]) =>
      offsetEffectText(
        {
          batchCount: changes.length,
          batches: changes.map((by, i) => ({ batchId: `${i}`, name: '', beforeH: 20, afterH: 20 + by })),
        },
        id,
      );
    expect(effect()).toBe('Tidak ada batch yang memakai sensor ini sekarang.');
    expect(effect(0, 0.01)).toBe('Kalau disimpan: sisa umur 2 batch tetap.');
    expect(effect(-0.3, -0.8)).toBe('Kalau disimpan: sisa umur 2 batch berkurang paling banyak 1 jam.');
    expect(effect(0.4)).toBe('Kalau disimpan: sisa umur 1 batch bertambah <1 jam.');
    expect(effect(-2.1, 3.9)).toBe('Kalau disimpan: sisa umur 2 batch berubah, dari −3 jam sampai +3 jam.');
  });
});
