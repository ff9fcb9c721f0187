import { z } from 'zod';
import { type SessionView, sessionViewSchema } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Session } from '../signIn.ts';
import { notePerson, requirePerson } from './me.ts';
import { defineRoute } from './route.ts';

export function sessionRoutes(services: Services) {
  const { signIn } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/me/sessions',
      summary: 'Where I am signed in, the newest first',
      success: {
        status: 200,
        schema: z.object({ sessions: z.array(sessionViewSchema), nextCursor: z.null() }),
      },
      async handle({ principal }) {
        const { userId, sessionId } = requirePerson(principal);
        const sessions = (await signIn.sessions(userId)).map(session => toView(session, sessionId));
        return { sessions, nextCursor: null };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/me/sessions',
      summary: 'Ends all my sessions but this one',
      success: { status: 200, schema: z.object({ ended: z.number().int() }) },
      async handle({ principal }) {
        const { userId, sessionId } = requirePerson(principal);
        const ended = await signIn.endSessions(userId, session => session.sessionId !== sessionId);
        await notePerson(services, principal, 'user.sessions-ended', String(ended));
        return { ended };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/me/sessions/:sessionId',
      summary: 'Ends one of my sessions',
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, param }) {
        const { userId } = requirePerson(principal);
        const sessionId = param('sessionId');
        if ((await signIn.endSessions(userId, session => session.sessionId === sessionId)) === 0)
          throw new ApiError('session.not_found', `you have no session ${sessionId}`);
        await notePerson(services, principal, 'user.sessions-ended', '1');
        return {};
      },
    }),
  ];
}

function toView(session: Session, currentId: string): SessionView {
  const iso = (at: number) => new Date(at).toISOString();
  const { sessionId, ipAddress, userAgent } = session;
  return {
    ...{ sessionId, ipAddress, userAgent, current: sessionId === currentId },
    startedAt: iso(session.startedAt),
    lastUsedAt: iso(session.lastUsedAt),
    expiresAt: iso(session.expiresAt),
  };
}
