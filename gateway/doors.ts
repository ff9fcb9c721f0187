import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '../models/contracts/intake.ts';
import type { Broker } from './broker.ts';
import { ConnectionCaps } from './connectionCaps.ts';
import type { GatewayLimits } from './gatewayLimits.ts';
import { type Listener, startListener } from './listener.ts';
import type { NodeSessions } from './nodeSessions.ts';
import type { TlsPaths } from './tlsFiles.ts';
import { startTlsListener, type TlsListener } from './tlsListener.ts';
import { createWebSocketDoor } from './webSocketDoor.ts';

export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

export interface DoorOptions {
  /** MQTT over TCP. */
  readonly mqtt: ListenAt;
  /** MQTT over TLS, beside it. */
  readonly mqttTls?: ListenAt & { readonly files: TlsPaths };
  readonly limits: GatewayLimits;
  readonly sessions: NodeSessions;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The ways in: TCP, TLS and WebSocket, all to the same guard, with one count of open connections. */
export interface Doors {
  readonly tcp: Listener;
  readonly tls: TlsListener | undefined;
  connections(): number;
  takeWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, remoteAddress: string): void;
  stopAccepting(): void;
}

const reloadEveryMs = 10_000;
/** A publish that is too large is let run out and quarantined up to `drainBytes`; so must its message be. */
const messageRoomBytes = 4 * 1024;

/** @throws {Error} when a port is taken or certificate and key cannot be used */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { limits, sessions, broker, clock, log } = options;
  const caps = new ConnectionCaps(limits);
  const onTooMany = (remoteAddress: string) => sessions.turnedAway(remoteAddress);
  const tls =
    options.mqttTls &&
    (await startTlsListener({
      ...options.mqttTls,
      ...{ caps, clock, log, onTooMany, reloadEveryMs },
      handshakeTimeoutMs: limits.connectTimeoutMs,
      onSocket: (socket, remoteAddress, names) => broker.handle(sessions.open(socket, remoteAddress, names)),
      onHandshakeFailed: (remoteAddress, detail) => sessions.handshakeFailed(remoteAddress, detail),
    }));
  let tcp: Listener;
  try {
    tcp = await startListener({
      ...options.mqtt,
      ...{ caps, onTooMany },
      onSocket: (socket, remoteAddress) => broker.handle(sessions.open(socket, remoteAddress)),
    });
  } catch (error) {
    tls?.stopAccepting();
    throw error;
  }
  const webSockets = createWebSocketDoor({
    ...{ caps, onTooMany },
    maxMessageBytes: limits.bytes.drainBytes + messageRoomBytes,
    onStream(stream, remoteAddress) {
      const connection = sessions.open(stream, remoteAddress);
      broker.handle(connection);
      return () => connection.guard.isOpen;
    },
    onViolation: (remoteAddress, detail) => sessions.violated(remoteAddress, detail),
  });
  return {
    tcp,
    tls,
    connections: () => caps.open,
    takeWebSocket: webSockets.take,
    stopAccepting() {
      tcp.stopAccepting();
      tls?.stopAccepting();
      webSockets.stopAccepting();
    },
  };
}
