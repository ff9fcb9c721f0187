import type { LiveEvent } from '../models/contracts/liveEvent.ts';

export interface PublishedEvent {
  /** `<epoch>-<sequence>`; the epoch changes with every start of the server. */
  readonly id: string;
  readonly event: LiveEvent;
}

export interface Subscriber {
  deliver(published: PublishedEvent): void;
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
  /** Whether anybody of an organisation listens: nobody needs to compute what nobody sees. */
  hasSubscribers(orgId: string): boolean;
  subscriberCount(): number;
  /** Ends all subscriptions. */
  close(): void;
}

interface Channel {
  readonly backlog: PublishedEvent[];
  /** Sequence of the newest event that has left the backlog. */
  droppedThrough: number;
  readonly subscribers: Set<Subscriber>;
}

/**
 * Fan-out of live events, one channel per organisation.
 *
 * @param epoch    tells one start of the server from another in event ids; letters and digits
 * @param backlog  how many events per organisation are kept for clients that come back
 */
export function createLiveHub({ epoch, backlog = 500 }: { epoch: string; backlog?: number }): LiveHub {
  /** Keyed by organisation id. */
  const channels = new Map<string, Channel>();
  let sequence = 0;

  function channelOf(orgId: string): Channel {
    const known = channels.get(orgId);
    if (known !== undefined) return known;
    const channel: Channel = { backlog: [], droppedThrough: sequence, subscribers: new Set() };
    channels.set(orgId, channel);
    return channel;
  }

  function missedSince(channel: Channel, lastEventId: string): PublishedEvent[] {
    const seen = new RegExp(`^${epoch}-(\\d{1,15})$`).exec(lastEventId)?.[1];
    if (seen !== undefined && Number(seen) >= channel.droppedThrough && Number(seen) <= sequence) {
      return channel.backlog.filter(published => sequenceOf(published) > Number(seen));
    }
    return [{ id: `${epoch}-${sequence}`, event: { type: 'reset', data: {} } }];
  }

  return {
    publish(orgId, event) {
      const channel = channelOf(orgId);
      sequence += 1;
      const published = { id: `${epoch}-${sequence}`, event };
      channel.backlog.push(published);
      if (channel.backlog.length > backlog)
        channel.droppedThrough = sequenceOf(channel.backlog.shift() ?? published);
      for (const subscriber of channel.subscribers) subscriber.deliver(published);
    },
    subscribe(orgId, subscriber, lastEventId) {
      const channel = channelOf(orgId);
      if (lastEventId !== undefined) missedSince(channel, lastEventId).forEach(subscriber.deliver);
      channel.subscribers.add(subscriber);
      return () => channel.subscribers.delete(subscriber);
    },
    currentId: () => `${epoch}-${sequence}`,
    hasSubscribers: orgId => (channels.get(orgId)?.subscribers.size ?? 0) > 0,
    subscriberCount: () => [...channels.values()].reduce((sum, c) => sum + c.subscribers.size, 0),
    close() {
      for (const { subscribers } of channels.values()) for (const subscriber of subscribers) subscriber.end();
    },
  };
}

function sequenceOf({ id }: PublishedEvent): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
