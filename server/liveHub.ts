import type { LiveEvent } from '../models/contracts/liveEvent.ts';

export interface PublishedEvent {
  /** `<epoch>-<sequence>`; the epoch changes with every start of the server. */
  readonly id: string;
  readonly event: LiveEvent;
}

/** Events that go out together, the oldest first. */
export interface EventBatch {
  readonly events: readonly PublishedEvent[];
  /** The same as server-sent events: written out once for all who get them. */
  frames(): Buffer;
}

export interface Subscriber {
  deliver(batch: EventBatch): void;
  /** The server stops: end the stream. */
  end(): void;
}

export interface LiveHub {
  publish(orgId: string, event: LiveEvent): void;
  /**
   * Delivers what is published for one organisation from now on, after what it missed since `lastEventId`. When that
   * is no longer kept (or from another start), a single `reset` comes instead.
   *
   * @returns a function that ends the subscription
   */
  subscribe(orgId: string, subscriber: Subscriber, lastEventId?: string): () => void;
  /** Id of the newest event: a client that starts with it and comes back misses nothing in between. */
  currentId(): string;
  /**
   * Somebody of an organisation is about to listen.
   *
   * @returns the id to subscribe with, within a minute: everything since is then delivered
   */
  expect(orgId: string): string;
  /**
   * Whether anybody of an organisation (of any) listens, or may come back to what was missed: nobody needs to compute what
   * nobody sees.
   */
  isAttended(orgId?: string): boolean;
  subscriberCount(): number;
  /** Events may be missing: whoever listens reads everything anew. */
  resetAll(): void;
  /** Delivers what waits and ends all subscriptions. */
  close(): void;
}

interface Channel {
  readonly backlog: PublishedEvent[];
  /** Published since the last delivery. */
  waiting: PublishedEvent[];
  /** Runs while a delivery is less than `coalesceMs` ago. */
  rest: NodeJS.Timeout | undefined;
  /** Sequence of the newest event that has left the backlog. */
  droppedThrough: number;
  readonly subscribers: Set<Subscriber>;
  /** Runs while nobody listens, and somebody may. */
  leave: NodeJS.Timeout | undefined;
}

/** For so long events are kept for whoever lost the line, or is about to open one. */
const attendedForMs = 60_000;

/** Delivered at once, however long ago the last delivery was: some tens of kilobytes. */
const mostTogether = 100;

/**
 * Fan-out of live events, one channel per organisation. An event after a quiet moment goes out at once; what follows
 * within `coalesceMs` goes out together at its end, as one write to each client. Of an organisation to which nobody has
 * listened for a minute nothing is kept; whoever comes back later than that is told to read everything anew.
 *
 * @param epoch       tells one start of the server from another in event ids; letters and digits
 * @param backlog     how many events per organisation are kept for clients that come back: some seconds of a busy firm
 * @param coalesceMs  0: each event by itself
 */
export function createLiveHub(options: {
  readonly epoch: string;
  readonly backlog?: number;
  readonly coalesceMs?: number;
}): LiveHub {
  const { epoch, backlog = 2_000, coalesceMs = 0 } = options;
  /** Keyed by organisation id. */
  const channels = new Map<string, Channel>();
  let sequence = 0;

  function channelOf(orgId: string): Channel {
    const known = channels.get(orgId);
    if (known !== undefined) return known;
    const channel: Channel = {
      ...{ backlog: [], waiting: [], rest: undefined, droppedThrough: sequence, subscribers: new Set() },
      leave: undefined,
    };
    channels.set(orgId, channel);
    return channel;
  }

  function leaveLater(orgId: string, channel: Channel): void {
    if (channel.subscribers.size > 0) return;
    clearTimeout(channel.leave);
    channel.leave = setTimeout(() => {
      channels.delete(orgId);
      // An id from before says nothing of what is left out from now on.
      sequence += 1;
    }, attendedForMs);
    channel.leave.unref();
  }

  function missedSince(channel: Channel, lastEventId: string): PublishedEvent[] {
    const seen = new RegExp(`^${epoch}-(\\d{1,15})$`).exec(lastEventId)?.[1];
    if (seen !== undefined && Number(seen) >= channel.droppedThrough && Number(seen) <= sequence) {
      return channel.backlog.filter(published => sequenceOf(published) > Number(seen));
    }
    return [{ id: `${epoch}-${sequence}`, event: { type: 'reset', data: {} } }];
  }

  function deliverWaiting(channel: Channel): void {
    if (channel.waiting.length === 0) return;
    const batch = batchOf(channel.waiting);
    channel.waiting = [];
    for (const subscriber of channel.subscribers) subscriber.deliver(batch);
  }

  function wake(channel: Channel): void {
    if (channel.rest !== undefined && channel.waiting.length < mostTogether) return;
    deliverWaiting(channel);
    if (coalesceMs > 0) channel.rest ??= setTimeout(() => rested(channel), coalesceMs);
  }

  function rested(channel: Channel): void {
    channel.rest = undefined;
    if (channel.waiting.length > 0) wake(channel);
  }

  const hub: LiveHub = {
    publish(orgId, event) {
      sequence += 1;
      const channel = channels.get(orgId);
      if (channel === undefined) return;
      const published = { id: `${epoch}-${sequence}`, event };
      channel.backlog.push(published);
      if (channel.backlog.length > backlog)
        channel.droppedThrough = sequenceOf(channel.backlog.shift() ?? published);
      if (channel.subscribers.size === 0) return;
      channel.waiting.push(published);
      wake(channel);
    },
    subscribe(orgId, subscriber, lastEventId) {
      const channel = channelOf(orgId);
      // What waits is in the backlog already: the new one must not get it twice.
      deliverWaiting(channel);
      const missed = lastEventId === undefined ? [] : missedSince(channel, lastEventId);
      if (missed.length > 0) subscriber.deliver(batchOf(missed));
      channel.subscribers.add(subscriber);
      clearTimeout(channel.leave);
      return () => {
        if (channel.subscribers.delete(subscriber)) leaveLater(orgId, channel);
      };
    },
    currentId: () => `${epoch}-${sequence}`,
    expect(orgId) {
      leaveLater(orgId, channelOf(orgId));
      return hub.currentId();
    },
    isAttended: orgId => (orgId === undefined ? channels.size > 0 : channels.has(orgId)),
    subscriberCount() {
      let count = 0;
      for (const { subscribers } of channels.values()) count += subscribers.size;
      return count;
    },
    resetAll() {
      for (const orgId of channels.keys()) hub.publish(orgId, { type: 'reset', data: {} });
    },
    close() {
      for (const channel of channels.values()) {
        clearTimeout(channel.rest);
        clearTimeout(channel.leave);
        deliverWaiting(channel);
        for (const subscriber of channel.subscribers) subscriber.end();
      }
    },
  };
  return hub;
}

function batchOf(events: readonly PublishedEvent[]): EventBatch {
  let frames: Buffer | undefined;
  return {
    events,
    frames() {
      frames ??= Buffer.from(events.map(frameOf).join(''));
      return frames;
    },
  };
}

function frameOf({ id, event }: PublishedEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

function sequenceOf({ id }: PublishedEvent): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
