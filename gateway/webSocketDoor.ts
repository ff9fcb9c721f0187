import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { ConnectionCaps } from './connectionCaps.ts';

export interface WebSocketDoorOptions {
  readonly caps: ConnectionCaps;
  /** Largest WebSocket message: MQTT packets that a node sends at once. */
  readonly maxMessageBytes: number;
  /** Gives how to ask whether its login is accepted. */
  readonly onStream: (stream: Duplex, remoteAddress: string) => () => boolean;
  readonly onTooMany: (remoteAddress: string) => void;
  readonly onViolation: (remoteAddress: string, detail: string) => void;
}

export interface WebSocketDoor {
  /** Takes over an HTTP upgrade. Who may ask for one (path, origin) is the HTTP server's to know. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, remoteAddress: string): void;
  stopAccepting(): void;
}

/** `mqttv3.1` is what clients of MQTT 3.1 say. */
const subprotocols: readonly string[] = ['mqtt', 'mqttv3.1'];

/**
 * A message is gathered before it can be judged, so a stranger may send no more than a CONNECT and what was read from
 * the socket together with it.
 */
const bytesBeforeLogin = 192 * 1024;

/** MQTT over WebSocket (MQTT 3.1.1, section 6): a stream of bytes in binary messages, cut anywhere. */
export function createWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxMessageBytes,
    handleProtocols: offered => subprotocols.find(one => offered.has(one)) ?? false,
  });
  let isOpen = true;
  return {
    take(request, socket, head, remoteAddress) {
      if (socket.destroyed) return;
      if (!isOpen) return refuse(socket, '503 Service Unavailable');
      if (!offersMqtt(request))
        return refuse(socket, '400 Bad Request', 'the WebSocket subprotocol must be mqtt');
      const gone = options.caps.admit(remoteAddress);
      if (!gone) {
        options.onTooMany(remoteAddress);
        return refuse(socket, '503 Service Unavailable');
      }
      socket.once('close', gone);
      server.handleUpgrade(request, socket, head, webSocket => {
        const stream = binaryStream(webSocket, detail => options.onViolation(remoteAddress, detail));
        boundStrangers(socket, stream, options.onStream(stream, remoteAddress), detail =>
          options.onViolation(remoteAddress, detail),
        );
      });
    },
    stopAccepting() {
      isOpen = false;
    },
  };
}

function offersMqtt({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',').map(one => one.trim()) ?? [];
  return offered.some(one => subprotocols.includes(one));
}

/** [MQTT-6.0.0-1]: a text message ends the connection. */
function binaryStream(webSocket: WebSocket, onViolation: (detail: string) => void): Duplex {
  webSocket.on('error', () => undefined);
  // Comes before the stream's own listener, which then finds the stream destroyed and drops the text.
  webSocket.on('message', (_data, isBinary) => {
    if (isBinary || stream.destroyed) return;
    onViolation('a text message over WebSocket');
    webSocket.close(1003);
    stream.destroy();
  });
  const stream = createWebSocketStream(webSocket, { readableHighWaterMark: 16 * 1024 });
  return stream;
}

function boundStrangers(
  socket: Duplex,
  stream: Duplex,
  isLoggedIn: () => boolean,
  onViolation: (detail: string) => void,
): void {
  let bytes = 0;
  function count(chunk: Buffer): void {
    bytes += chunk.length;
    if (isLoggedIn()) socket.off('data', count);
    else if (bytes > bytesBeforeLogin) {
      onViolation(`more than ${bytesBeforeLogin} bytes before the login was accepted`);
      stream.destroy();
      socket.destroy();
    }
  }
  socket.on('data', count);
}

function refuse(socket: Duplex, status: string, reason = ''): void {
  const head = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(reason)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${reason}`);
}
