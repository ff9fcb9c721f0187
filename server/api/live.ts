import type { Request, Response } from 'express';
import { z } from 'zod';
import { liveEventSchema } from '../../models/contracts/liveEvent.ts';
import { ApiError } from '../errors.ts';
import type { EventBatch } from '../liveHub.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';
import { defineRoute, type Principal } from './route.ts';

const heartbeatMs = 15_000;
/** A role or token taken away counts within five seconds here too. */
const recheckMs = 4_000;
/** A client that reads slower than this is cut; it comes back with Last-Event-ID and gets what it missed. */
const mostWaitingBytes = 1024 * 1024;
const mostWaitingEvents = 500;
/** A person has windows and a phone; a token may serve many screens. */
const mostStreamsOfPerson = 5;
const mostStreamsOfToken = 20;

export function liveRoutes(services: Services) {
  /** Open streams, keyed by actor. */
  const streams = new Map<string, number>();
  return [
    defineRoute({
      method: 'get',
      path: '/live',
      summary: 'Readings, estimates and node states as they come (server-sent events); Last-Event-ID resumes',
      query: z.strictObject({
        after: z
          .string()
          .max(64)
          .optional()
          .describe('Begins after this event (liveEventId of /me); Last-Event-ID goes before it'),
      }),
      success: { status: 200, schema: liveEventSchema, contentType: 'text/event-stream' },
      async handle({ principal, request, response, query }) {
        const open = streams.get(principal.actor) ?? 0;
        const most = principal.userId === null ? mostStreamsOfToken : mostStreamsOfPerson;
        if (open >= most) throw new ApiError('request.too_many_streams', `at most ${most} at a time`);
        streams.set(principal.actor, open + 1);
        response.on('close', () => {
          streams.set(principal.actor, (streams.get(principal.actor) ?? 1) - 1);
        });
        stream(services, principal, request, response, request.get('last-event-id') ?? query.after);
      },
    }),
  ];
}

function stream(
  services: Services,
  principal: Principal,
  request: Request,
  response: Response,
  lastEventId: string | undefined,
): void {
  const { hub } = services;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // Nothing follows on this connection: without this it would stay open after the stream has ended.
    connection: 'close',
  });
  let waitingEvents = 0;
  const write = (text: string | Buffer, events = 1) => {
    if (response.destroyed) return;
    if (response.write(text)) return;
    waitingEvents += events;
    if (waitingEvents > mostWaitingEvents || response.writableLength > mostWaitingBytes) response.destroy();
  };
  response.on('drain', () => {
    waitingEvents = 0;
  });
  // With an id from the start, a client that is cut before its first event misses nothing either.
  write(`retry: 2000\n${lastEventId === undefined ? `id: ${hub.currentId()}\n` : ''}\n`);
  const subscriber = {
    deliver: (batch: EventBatch) => write(batch.frames(), batch.events.length),
    end: () => response.end(),
  };
  const unsubscribe = hub.subscribe(principal.orgId, subscriber, lastEventId);
  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
  const recheck = setInterval(() => {
    authenticate(services, request, false)
      .then(now => now.orgId === principal.orgId && now.role === principal.role)
      .then(same => same || response.end())
      // Signed out, token withdrawn: the stream ends as a new request would.
      .catch(() => response.end());
  }, recheckMs);
  response.on('close', () => {
    unsubscribe();
    clearInterval(heartbeat);
    clearInterval(recheck);
  });
}
