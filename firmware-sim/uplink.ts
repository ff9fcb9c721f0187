import { connect, type MqttClient } from 'mqtt';
import type { Clock } from '../models/contracts/intake.ts';
import { maxPublishBytes, maxReadingsPerPublish } from '../models/contracts/reading.ts';
import { commandTopic, readingTopic, statusTopic } from '../models/contracts/topics.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { Random } from './seededRandom.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What went wrong. `login-refused`: the broker does not know this node or its secret. */
export interface UplinkProblem {
  readonly kind: 'unreachable' | 'login-refused' | 'connection-lost' | 'no-acknowledgement' | 'outbox-failed';
  readonly message: string;
}

export type UplinkEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  /** The receiver has these readings. */
  | { readonly kind: 'acknowledged'; readonly entries: readonly OutboxEntry[]; readonly afterMs: number }
  /** The outbox is empty. */
  | { readonly kind: 'drained' }
  | { readonly kind: 'command'; readonly payload: Buffer }
  | { readonly kind: 'problem'; readonly problem: UplinkProblem };

export interface UplinkOptions {
  readonly brokerUrl: string;
  readonly nodeId: string;
  /** `null` for a broker that lets everybody in. */
  readonly login: Login | null;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: UplinkEvent) => void;
  readonly timing?: Partial<UplinkTiming>;
}

export interface UplinkTiming {
  /** Waits between attempts double from the first to the longest, each shortened by up to half at random. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A PUBACK that takes longer means the line is dead, whatever TCP believes. */
  readonly acknowledgeWithinMs: number;
  readonly connectWithinMs: number;
  readonly keepaliveS: number;
}

const usualTiming: UplinkTiming = {
  firstRetryMs: 500,
  longestRetryMs: 30_000,
  acknowledgeWithinMs: 20_000,
  connectWithinMs: 10_000,
  keepaliveS: 30,
};

/** A node's MQTT line. Readings leave the outbox only when the broker has acknowledged them. */
export interface Uplink {
  /** Wants a connection from now on: connects, and connects again whenever it is lost. */
  open(): void;
  /** The signal is gone: no goodbye, so that the broker publishes the will. */
  lose(): void;
  /** Sends what is in the outbox, if there is a connection. */
  flush(): void;
  /** Says goodbye. `status` tells whether the node goes off ("offline") or only sleeps (says nothing). */
  leave(status: 'off' | 'asleep'): Promise<void>;
  readonly connected: boolean;
}

/** Room for the brackets and commas around the readings, with something to spare. */
const publishBudgetBytes = maxPublishBytes - 2 * 1024;

export function createUplink(options: UplinkOptions): Uplink {
  const { brokerUrl, nodeId, login, outbox, clock, random, onEvent } = options;
  const timing = { ...usualTiming, ...options.timing };
  let wanted = false;
  let client: MqttClient | undefined;
  let sending = false;
  let attempts = 0;
  let retry: NodeJS.Timeout | undefined;

  const problem = (kind: UplinkProblem['kind'], message: string): void =>
    onEvent({ kind: 'problem', problem: { kind, message } });

  const start = (): void => {
    clearTimeout(retry);
    const current = connect(brokerUrl, {
      clientId: nodeId,
      clean: true,
      ...(login ?? {}),
      keepalive: timing.keepaliveS,
      connectTimeout: timing.connectWithinMs,
      // Reconnecting, queueing and sending again are the outbox's business: mqtt.js keeps its queue in memory only.
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: statusTopic(nodeId), payload: statusPayload('offline'), qos: 1, retain: true },
    });
    client = current;
    let wasConnected = false;
    let toldWhy = false;
    current.on('connect', () => {
      if (client !== current) return;
      wasConnected = true;
      attempts = 0;
      current.publish(statusTopic(nodeId), statusPayload('online'), { qos: 1, retain: true });
      // Without the right to hear commands a node still reports.
      current.subscribe(commandTopic(nodeId), { qos: 1 }, () => {});
      onEvent({ kind: 'connected' });
      flush();
    });
    current.on('message', (_topic, payload) => onEvent({ kind: 'command', payload }));
    current.on('error', error => {
      if (client !== current) return;
      toldWhy = true;
      problem(problemKind(error), whatWentWrong(error));
    });
    current.on('close', () => {
      if (client !== current) return;
      if (wasConnected) problem('connection-lost', 'the connection was closed');
      else if (!toldWhy) problem('unreachable', 'the connection was closed before the broker had answered');
      drop();
    });
  };

  /** Gives up the present connection and, if one is wanted, plans the next. */
  const drop = (): void => {
    const current = client;
    if (current === undefined) return;
    client = undefined;
    sending = false;
    current.end(true);
    if (current.stream !== undefined) current.stream.destroy();
    onEvent({ kind: 'disconnected' });
    if (!wanted) return;
    const longest = Math.min(timing.longestRetryMs, timing.firstRetryMs * 2 ** attempts++);
    retry = setTimeout(start, longest * (1 - random.next() / 2));
  };

  const forget = (position: number): void => {
    try {
      outbox.removeThrough(position);
    } catch (error) {
      // Gone from memory; at worst they are sent once more after a restart.
      problem('outbox-failed', String(error));
    }
  };

  const flush = (): void => {
    const current = client;
    if (current?.connected !== true || sending) return;
    const entries = takeForPublish(outbox);
    const last = entries.at(-1);
    if (last === undefined) {
      onEvent({ kind: 'drained' });
      return;
    }
    sending = true;
    const sentAt = clock.now();
    const patience = setTimeout(() => {
      if (client !== current) return;
      problem('no-acknowledgement', `no PUBACK within ${timing.acknowledgeWithinMs} ms`);
      drop();
    }, timing.acknowledgeWithinMs);
    const payload = `[${entries.map(e => e.text).join(',')}]`;
    current.publish(readingTopic(nodeId), payload, { qos: 1 }, error => {
      clearTimeout(patience);
      // An answer that belongs to a connection given up: the readings go out again on the next one.
      if (client !== current) return;
      sending = false;
      if (error) {
        problem('connection-lost', error.message);
        drop();
        return;
      }
      forget(last.position);
      onEvent({ kind: 'acknowledged', entries, afterMs: clock.now() - sentAt });
      flush();
    });
  };

  return {
    open() {
      if (wanted) return;
      wanted = true;
      attempts = 0;
      start();
    },
    lose() {
      wanted = false;
      clearTimeout(retry);
      drop();
    },
    flush,
    async leave(status) {
      wanted = false;
      clearTimeout(retry);
      const current = client;
      if (current === undefined) return;
      if (current.connected && status === 'off')
        await sayOffline(current, nodeId, timing.acknowledgeWithinMs);
      if (client !== current) return;
      client = undefined;
      sending = false;
      await current.endAsync(!current.connected);
      onEvent({ kind: 'disconnected' });
    },
    get connected() {
      return client?.connected === true;
    },
  };
}

const statusPayload = (state: 'online' | 'offline'): string => JSON.stringify({ state });

/** The will is not sent after a goodbye, so a node that goes off says so itself. */
function sayOffline(client: MqttClient, nodeId: string, withinMs: number): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, Math.min(withinMs, 2000));
    client.publish(statusTopic(nodeId), statusPayload('offline'), { qos: 1, retain: true }, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The oldest readings that fit into one publish: at most 500, at most 64 KiB. */
function takeForPublish(outbox: Outbox): readonly OutboxEntry[] {
  const entries = outbox.oldest(maxReadingsPerPublish);
  let bytes = 0;
  const tooMany = entries.findIndex(e => {
    bytes += Buffer.byteLength(e.text) + 1;
    return bytes > publishBudgetBytes;
  });
  // A single reading never comes near the limit, so at least one always goes.
  return tooMany < 0 ? entries : entries.slice(0, Math.max(1, tooMany));
}

/** CONNACK codes for a wrong id, name, password or right (MQTT 3.1.1: 2, 4, 5; MQTT 5: 133 to 135). */
const refusalCodes: readonly unknown[] = [2, 4, 5, 133, 134, 135];

function problemKind(error: Error): UplinkProblem['kind'] {
  const code = (error as { code?: unknown }).code;
  return refusalCodes.includes(code) ? 'login-refused' : 'unreachable';
}

/** Node gathers the failures of all addresses of a name in an error without a message of its own. */
function whatWentWrong(error: Error): string {
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}
