import { expect, onTestFinished, test } from 'vitest';
import { Durations } from '../../bench/load/durations.ts';
import { startLoad } from '../../bench/load/load.ts';
import { PublishFrames, payloadBytes } from '../../bench/load/publishFrames.ts';
import { startSink } from '../../bench/load/sink.ts';
import { decodeNative } from '../../gateway/formats/native.ts';

const firstAt = Date.parse('2026-11-23T23:59:58.250Z');

test('every frame is a reading of its own that the gateway takes as it was meant', () => {
  const topic = 'tahan/node-1/readings';
  const frames = new PublishFrames({ topic, firstAt, stepMs: 1_000, window: 3 });
  for (let n = 0; n < 7; n++) {
    frames.make(n);
    const [piece] = [...frames.pieces(n, n + 1)];
    expect(piece![0]).toBe(0x32);
    expect(piece!.subarray(5, 5 + topic.length).toString()).toBe(topic);
    expect(piece!.readUInt16BE(5 + topic.length)).toBe(n + 1);
    const payload = piece!.subarray(piece!.length - payloadBytes);
    const { readings, refused } = decodeNative({ nodeId: 'node-1', payload, receivedAt: firstAt + 60_000 });
    expect(refused).toEqual([]);
    expect(readings).toMatchObject([{ measuredAt: firstAt + n * 1_000, sequence: 1_000_000 + n }]);
  }
});

test('frames of a window go out in two pieces where the ring begins anew', () => {
  const frames = new PublishFrames({ topic: 'tahan/n/readings', firstAt, stepMs: 1, window: 4 });
  const bytes = [...frames.pieces(3, 6)].map(piece => piece.length / frames.frameBytes);
  expect(bytes).toEqual([1, 2]);
});

test('a load counts as acknowledged what the other side has acknowledged, of every publisher', async () => {
  const sink = await startSink();
  onTestFinished(() => sink.close());
  const publishers = ['a', 'b', 'c'].map(clientId => ({ clientId, topic: `tahan/${clientId}/readings` }));
  const load = await startLoad({
    ...{ host: '127.0.0.1', port: sink.port, window: 4, firstAt, stepMs: 1_000, publishers },
  });
  onTestFinished(() => load.close());
  expect(await load.run({ publishesEach: 50 })).toMatchObject({ acknowledged: 150, cut: 0 });
  expect(await load.run({ publishesEach: 7 })).toMatchObject({ acknowledgedOf: [57, 57, 57] });
  await sink.close();
  expect(await load.run({ publishesEach: 5 })).toMatchObject({ acknowledgedOf: [57, 57, 57], cut: 3 });
});

test('percentiles of durations are right to a few hundredths', () => {
  const durations = new Durations();
  for (let ms = 1; ms <= 1_000; ms++) durations.add(ms);
  const { p50, p99, max } = durations.percentiles();
  expect(p50 / 500).toBeCloseTo(1, 1);
  expect(p99 / 990).toBeCloseTo(1, 1);
  expect(max).toBe(1_000);
});
