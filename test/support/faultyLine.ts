import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 *   pass          everything goes through
 *   lose-answers  what the far side answers is swallowed; what is sent to it arrives
 *   black-hole    everything is swallowed both ways, and nobody is told
 *   refuse        connections are reset at once
 */
type LineMode = 'pass' | 'lose-answers' | 'black-hole' | 'refuse';

export interface FaultyLine {
  readonly port: number;
  mode: LineMode;
  /** Upstream only; 0 is as fast as it goes. */
  bytesPerSecond: number;
  /** Resets every connection. */
  reset(): void;
  /** Ends every connection politely. */
  hangUp(): void;
  readonly connections: number;
  close(): void;
  /** Bytes that went up so far. */
  readonly bytesUp: number;
}

/**
 * A TCP proxy that misbehaves as mobile lines do. A connection that lost a byte stays broken: TCP would have sent it
 * again, so that a stream with a hole in it is something no peer ever sees.
 */
export async function startFaultyLine(targetPort: number): Promise<FaultyLine> {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let bytesUp = 0;
  let freeAt = 0;
  const line = {
    mode: 'pass' as LineMode,
    bytesPerSecond: 0,
    port: 0,
    reset() {
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    hangUp() {
      for (const { near, far } of pairs) {
        near.end();
        far.end();
      }
    },
    close() {
      line.reset();
      server.close();
    },
    get connections() {
      return pairs.size;
    },
    get bytesUp() {
      return bytesUp;
    },
  };
  const server = createServer({ noDelay: true }, near => {
    near.on('error', () => undefined);
    if (line.mode === 'refuse') return near.resetAndDestroy();
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    far.on('error', () => undefined);
    const pair = { near, far };
    pairs.add(pair);
    const holes = { up: false, down: false };
    const isLost = (way: 'up' | 'down') => {
      if (line.mode === 'black-hole' || (line.mode === 'lose-answers' && way === 'down')) holes[way] = true;
      return holes[way];
    };
    near.on('data', chunk => {
      if (isLost('up')) return;
      bytesUp += chunk.length;
      const { bytesPerSecond } = line;
      if (bytesPerSecond === 0) return void far.write(chunk);
      near.pause();
      freeAt = Math.max(freeAt, performance.now()) + (chunk.length * 1_000) / bytesPerSecond;
      setTimeout(() => {
        far.write(chunk);
        near.resume();
      }, freeAt - performance.now());
    });
    far.on('data', chunk => {
      if (!isLost('down')) near.write(chunk);
    });
    const ended = () => {
      pairs.delete(pair);
      // A black hole does not pass on a goodbye either.
      if (holes.up || holes.down) return;
      near.destroy();
      far.destroy();
    };
    near.on('close', ended);
    far.on('close', ended);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  line.port = (server.address() as AddressInfo).port;
  return line;
}
