import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type ListeningChild, listensOn, startListening } from './listeningChild.ts';

/**
 * What takes publishes as cheaply as it can be done: finds the ends of frames and acknowledges, nothing else. How fast
 * the load generator is against it says what it could do against any broker.
 */
export const startSink = (): Promise<ListeningChild> => startListening(import.meta.filename);

function serve(socket: Socket): void {
  let rest: Buffer | undefined;
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', chunk => {
    const bytes = rest ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    const answers = Buffer.allocUnsafe(Math.ceil(bytes.length / 16) * 4);
    let answered = 0;
    let at = 0;
    while (at + 2 <= bytes.length) {
      const isLong = bytes[at + 1]! >= 128;
      if (isLong && at + 3 > bytes.length) break;
      const head = isLong ? 3 : 2;
      const length = isLong ? (bytes[at + 1]! & 0x7f) | (bytes[at + 2]! << 7) : bytes[at + 1]!;
      const body = at + head;
      if (body + length > bytes.length) break;
      const kind = bytes[at]! >> 4;
      if (kind === 1) answered = answers.writeUInt32BE(0x20020000, answered);
      else if (kind === 3) {
        const packetId = body + 2 + ((bytes[body]! << 8) | bytes[body + 1]!);
        answers[answered++] = 0x40;
        answers[answered++] = 2;
        answers[answered++] = bytes[packetId]!;
        answers[answered++] = bytes[packetId + 1]!;
      }
      at = body + length;
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined;
    if (answered > 0) socket.write(answers.subarray(0, answered));
  });
}

if (import.meta.main) {
  const server = createServer(serve).listen(0, '127.0.0.1', () =>
    listensOn((server.address() as AddressInfo).port),
  );
}
