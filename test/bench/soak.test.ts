import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ProcessSample, settledPart, slopePerHour } from '../../bench/soak/processSamples.ts';
import { soak } from '../../bench/soak/soak.ts';
import { SoakStreams } from '../../bench/soak/soakStreams.ts';

const sampleAt = (atS: number, rssMiB: number): ProcessSample => ({
  ...{ atS, rssMiB, heapMiB: 50, ownFds: 30, loopP99Ms: 12, loopMaxMs: 20 },
});

describe('slopePerHour', () => {
  it('tells a steady leak, whatever is laid over it', () => {
    const samples = Array.from({ length: 361 }, (_, i) =>
      sampleAt(10 * i, 200 + (10 * i) / 360 + (i % 2 === 0 ? 5 : -5)),
    );
    expect(slopePerHour(samples, s => s.rssMiB)).toBeCloseTo(10, 1);
    expect(slopePerHour(samples, s => s.ownFds)).toBe(0);
  });

  it('is of the part after the warming up', () => {
    const samples = [0, 100, 200, 300].map(atS => sampleAt(atS, atS < 200 ? 0 : 100));
    const settled = settledPart({ startedS: 0, readyMs: 1, endedBy: null, samples }, 150);
    expect(settled.map(({ atS }) => atS)).toEqual([200, 300]);
  });
});

describe('SoakStreams', () => {
  it('tells a gap from a reset after a start, and from events that follow each other', async () => {
    const frame = (id: string, type: string) => `id: ${id}\nevent: ${type}\ndata: {}\n\n`;
    let connections = 0;
    const server = createServer((request, response) => {
      connections += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (connections === 1) {
        response.write('retry: 2000\nid: a-1\n\n');
        response.end(frame('a-2', 'reading') + frame('a-3', 'node') + frame('a-5', 'node'));
      } else if (request.headers['last-event-id'] === 'a-5') {
        response.write(frame('b-0', 'reset') + frame('b-1', 'node') + frame('b-1', 'reset'));
        response.write('event: end\ndata: {}\n\n');
        server.emit('resumed');
      }
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise(resolve => server.once('listening', resolve));
    const resumed = new Promise(resolve => server.once('resumed', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const streams = new SoakStreams(url, ['token'], 1, 0);
    onTestFinished(() => streams.stop());
    await resumed;
    await expect.poll(() => streams.events).toBe(6);
    expect([streams.gaps, streams.resumed]).toEqual([1, 1]);
    expect([streams.resetsAfterStart, streams.resetsOtherwise]).toEqual([1, 1]);
  });
});

describe('a soak of seconds', () => {
  it('loses nothing over kills, restarts, lost connections and resumed streams', async () => {
    const sizes = { minutes: 0.15, nodes: 20, everyS: 0.5, batches: 2, dashboards: 2, rssLimit: 1e9 };
    const { report, lives } = await soak(sizes);
    const { neverAcknowledged, lost, twice, wrong, streamGaps } = report.figures;
    const measured = [neverAcknowledged, lost, twice, wrong, streamGaps].map(figure => figure?.measured);
    expect(measured).toEqual([0, 0, 0, 0, 0]);
    expect(lives.map(({ endedBy }) => endedBy)).toEqual([
      ...['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'],
      null,
    ]);
  }, 180_000);
});
