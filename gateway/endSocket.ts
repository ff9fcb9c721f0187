import type { Duplex } from 'node:stream';

const lastWordsMs = 1_000;

/** Closes a socket; without an error what was written last (a refusal, an acknowledgement) still goes out. */
export function endSocket(socket: Duplex, atOnce: boolean): void {
  if (socket.destroyed) return;
  if (atOnce || socket.writableLength === 0) {
    socket.destroy();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), lastWordsMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('finish', () => socket.destroy());
  socket.end();
}
