import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Role } from '../../models/contracts/people.ts';
import { withStaleMark } from './staleMark.ts';

/** Who asks: a token or a signed-in person, in exactly one organisation. */
export interface Principal {
  readonly orgId: string;
  readonly role: Role;
  readonly name: string;
  /** For the audit trail. */
  readonly actor: string;
  /** Null for a token: it is nobody. */
  readonly userId: string | null;
  /** Null for a token, and for a person who signs in with a telephone number only. */
  readonly email: string | null;
  /** Null for a token. */
  readonly sessionId: string | null;
  /** Null for a person. */
  readonly tokenId: string | null;
}

export interface RouteContext<Query, Body> {
  readonly principal: Principal;
  /** A part of the path, such as `batchId`. */
  param(name: string): string;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One endpoint below /api/v1: what it takes, what it answers, and what it does. OpenAPI is made from the same schemas. */
export interface Route {
  readonly method: Method;
  /** Express style: `/batches/:batchId`. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  readonly success: Success;
  /** A body that is no JSON but bytes of this type: a Buffer in `request.body`. */
  readonly binaryBody?: `application/${string}` | undefined;
  /** How large a body it takes; absent: 64 kB. */
  readonly largestBody?: BodySize | undefined;
  /** Whether its answer comes from readings: it is marked while their database cannot be reached. */
  readonly fromStore: boolean;
  handle(context: RouteContext<unknown, unknown>): Promise<unknown>;
}

export type BodySize = `${number}kb` | `${number}mb`;

/** A route that asks nobody who they are; it serves itself. */
export type PublicRoute = Omit<Route, 'handle' | 'fromStore'>;

interface Success {
  readonly status: 200 | 201 | 202 | 204;
  readonly schema?: z.ZodType;
  /** `text/event-stream` for a route that writes its own answer. */
  readonly contentType?: string;
}

interface RouteDefinition<Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  readonly binaryBody?: `application/${string}`;
  readonly largestBody?: BodySize;
  readonly success: Success;
  readonly fromStore?: boolean;
  /** Its result is sent as JSON; undefined means that there is nothing (more) to send. */
  handle(context: RouteContext<z.output<Query>, z.output<Body>>): Promise<unknown>;
}

/** Ties the types of a handler to the schemas that validate what it gets. */
export function defineRoute<
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: RouteDefinition<Query, Body>): Route {
  return {
    ...definition,
    query: definition.query,
    body: definition.body,
    ...marked(definition),
    handle: context => definition.handle(context as RouteContext<z.output<Query>, z.output<Body>>),
  };
}

function marked({ success, fromStore = false }: { readonly success: Success; readonly fromStore?: boolean }) {
  if (!fromStore || success.schema === undefined) return { success, fromStore };
  return { success: { ...success, schema: withStaleMark(success.schema) }, fromStore };
}
