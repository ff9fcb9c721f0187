import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** MQTT packets byte by byte, right ones and wrong ones, without a client that would refuse to send them. */
export function packet(type: number, flags: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...remainingLength(body.length)]), body]);
}

export function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

export function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export interface ConnectFields {
  readonly clientId?: string | Uint8Array;
  readonly username?: string | Uint8Array;
  readonly password?: string;
  readonly clean?: boolean;
  readonly keepalive?: number;
  readonly level?: number;
  readonly protocol?: string;
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly extraFlags?: number;
}

export function connectPacket(fields: ConnectFields = {}): Buffer {
  const {
    clientId = 'n1',
    clean = true,
    keepalive = 60,
    level = 4,
    protocol = 'MQTT',
    will,
    extraFlags = 0,
  } = fields;
  const username = 'username' in fields ? fields.username : 'n1';
  const password = 'password' in fields ? fields.password : 'secret-n1';
  const flags =
    (clean ? 2 : 0) |
    (will ? 4 : 0) |
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    extraFlags;
  return packet(
    1,
    0,
    Buffer.concat([
      text(protocol),
      Buffer.from([level, flags, keepalive >> 8, keepalive & 0xff]),
      text(clientId),
      ...(will ? [text(will.topic), text(will.payload)] : []),
      ...(username === undefined ? [] : [text(username)]),
      ...(password === undefined ? [] : [text(password)]),
    ]),
  );
}

export interface PublishFields {
  readonly topic?: string | Uint8Array;
  readonly payload?: string | Uint8Array;
  readonly qos?: 0 | 1 | 2 | 3;
  readonly packetId?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
}

export function publishPacket(fields: PublishFields = {}): Buffer {
  const { topic = 'tahan/n1/readings', payload = '{"temperatureC":4}', qos = 1, packetId = 1 } = fields;
  const flags = (fields.retain ? 1 : 0) | (qos << 1) | (fields.dup ? 8 : 0);
  const id = qos > 0 ? Buffer.from([packetId >> 8, packetId & 0xff]) : Buffer.alloc(0);
  return packet(3, flags, Buffer.concat([text(topic), id, Buffer.from(payload as string)]));
}

export function subscribePacket(filters: readonly (string | Uint8Array)[], packetId = 7, qos = 1): Buffer {
  const id = Buffer.from([packetId >> 8, packetId & 0xff]);
  return packet(8, 2, Buffer.concat([id, ...filters.flatMap(filter => [text(filter), Buffer.from([qos])])]));
}

export const pingreq = packet(12, 0, Buffer.alloc(0));
export const puback = (packetId: number): Buffer =>
  packet(4, 0, Buffer.from([packetId >> 8, packetId & 0xff]));

/** A socket whose answers can be waited for as hexadecimal text. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: Uint8Array): void;
  /** Resolves when everything received so far ends with these bytes. */
  receives(bytes: Uint8Array): Promise<void>;
  readonly received: () => Buffer;
  readonly closed: Promise<void>;
}

export const connackOf = (returnCode: number): Buffer => Buffer.from([0x20, 2, 0, returnCode]);

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk as Buffer]);
    socket.emit('tested');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return {
    socket,
    send: bytes => void socket.write(bytes),
    received: () => received,
    closed,
    receives: bytes =>
      new Promise((resolve, reject) => {
        const wanted = Buffer.from(bytes);
        const look = () => {
          if (received.length < wanted.length || !received.subarray(-wanted.length).equals(wanted)) return;
          socket.off('tested', look);
          resolve();
        };
        socket.on('tested', look);
        void closed.then(() =>
          reject(new Error(`closed after ${received.toString('hex')}, wanted ${wanted.toString('hex')}`)),
        );
        look();
      }),
  };
}

/** A raw client with its login accepted. */
export async function rawNode(port: number, nodeId = 'n1'): Promise<RawClient> {
  const client = await rawClient(port);
  client.send(connectPacket({ clientId: nodeId, username: nodeId, password: `secret-${nodeId}` }));
  await client.receives(connackOf(0));
  return client;
}
