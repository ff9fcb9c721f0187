import type { BatchView, newBatchSchema, ProductView } from '../models/contracts/batch.ts';
import type { ClaimCodeView, Claimed, ReplacedNode } from '../models/contracts/claimCode.ts';
import type { BatchHistory } from '../models/contracts/estimate.ts';
import type { FoundDeviceView } from '../models/contracts/foundDevice.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { OffsetView } from '../models/contracts/offset.ts';
import type { Me } from '../models/contracts/people.ts';
import type { Quarantined, quarantineCountSchema } from '../models/contracts/quarantine.ts';
import type { TemperatureBucketView } from '../models/contracts/temperatureBucket.ts';
import { noteServerTime } from './clock.ts';

const base = '/api/v1';
const answerWithinMs = 15_000;

/** A refusal of the server, in its own words; `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly { field: string; message: string }[];

  constructor(status: number, code: string, message: string, fields: ApiError['fields'] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  get signedOut(): boolean {
    // A password that does not match is no end of a session.
    return this.status === 401 && this.code !== 'auth.wrong_password';
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** @throws {ApiError} the server's refusal, or status 0 when no answer came */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  const isFile = body instanceof Blob;
  try {
    response = await fetch(base + path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': isFile ? body.type : 'application/json' },
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new ApiError(0, 'unreachable', cause instanceof Error ? cause.message : String(cause));
  }
  noteServerTime(response.headers.get('date'));
  if (!response.ok) throw await refusal(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function refusal(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: string;
    title?: string;
    detail?: string;
    message?: string;
    errors?: { field: string; message?: string; allowed?: string }[];
  };
  const fields = (problem.errors ?? []).map(e => ({ field: e.field, message: e.message ?? e.allowed ?? '' }));
  const message = problem.detail ?? problem.title ?? problem.message ?? response.statusText;
  return new ApiError(response.status, problem.code ?? 'unknown', message, fields);
}

/** Follows `nextCursor` to the end; lists of one firm are short, the page limit is the server's largest. */
export async function list<K extends string, T>(path: string, name: K): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Record<K, T[]> & { nextCursor: string | null } = await request(
      'GET',
      `${path}?limit=1000${query}`,
    );
    all.push(...page[name]);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

const nodePath = (nodeId: string): string => `/nodes/${encodeURIComponent(nodeId)}`;
const foundPath = (foundDeviceId: string): string => `/found-devices/${encodeURIComponent(foundDeviceId)}`;
const quarantinePath = (quarantineId: string): string => `/quarantine/${encodeURIComponent(quarantineId)}`;
const batchPath = (batchId: string): string => `/batches/${encodeURIComponent(batchId)}`;

/** A new batch as `POST /batches` takes it, times as ISO-8601. */
export type NewBatch = Omit<(typeof newBatchSchema)['_zod']['input'], 'producedAt'> & { producedAt: string };

/** What a person calls a sensor and where it hangs. */
export interface NodeNames {
  readonly name: string;
  readonly placeId?: string;
}

export interface NewOffset {
  readonly probe: string;
  readonly temperatureOffsetC: number;
  readonly from: string;
  readonly calibrationDueAt?: string;
  readonly note?: string;
}

export interface QuarantinePage {
  readonly quarantine: readonly Quarantined[];
  readonly counts: readonly (typeof quarantineCountSchema)['_zod']['output'][];
  readonly nextCursor: string | null;
}

/** `staleSince`: the database of the readings could not be reached since then, and more may be known there. */
export interface Temperatures {
  readonly buckets: readonly TemperatureBucketView[];
  readonly stale?: true;
  readonly staleSince?: string;
}

export interface TemperatureQuery {
  readonly probe: string;
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

export const api = {
  /** @param identity  an e-mail address or a telephone number, as people write it */
  signIn: (identity: string, password: string) =>
    request<unknown>('POST', '/auth/sign-in', { identity, password }),
  signOut: () => request<unknown>('POST', '/auth/sign-out', {}),
  me: () => request<Me>('GET', '/me'),
  batches: () => list<'batches', BatchView>('/batches', 'batches'),
  batch: (batchId: string) => request<BatchView>('GET', batchPath(batchId)),
  history: (batchId: string, points: number) =>
    request<BatchHistory>('GET', `${batchPath(batchId)}/history?points=${points}`),
  nodes: () => list<'nodes', NodeView>('/nodes', 'nodes'),
  makeClaimCode: (names: NodeNames) => request<ClaimCodeView>('POST', '/nodes/claim-codes', names),
  claim: (code: string, hardwareId?: string) =>
    request<Claimed>('POST', '/claim', { code, ...(hardwareId === undefined ? {} : { hardwareId }) }),
  foundDevices: () => list<'foundDevices', FoundDeviceView>('/found-devices', 'foundDevices'),
  claimDevice: (foundDeviceId: string, names: NodeNames) =>
    request<NodeView>('POST', `${foundPath(foundDeviceId)}/claim`, names),
  ignoreDevice: (foundDeviceId: string) =>
    request<FoundDeviceView>('POST', `${foundPath(foundDeviceId)}/ignore`),
  replaceNode: (nodeId: string, by: { claimCode: true } | { foundDeviceId: string }) =>
    request<ReplacedNode>('POST', `${nodePath(nodeId)}/replace`, by),
  temperatures: (nodeId: string, { probe, from, to, points }: TemperatureQuery) => {
    const query = new URLSearchParams({ probe, from: `${from}`, to: `${to}`, points: `${points}` });
    return request<Temperatures>('GET', `${nodePath(nodeId)}/readings?${query}`);
  },
  node: (nodeId: string) => request<NodeView>('GET', nodePath(nodeId)),
  offsets: (nodeId: string) => list<'offsets', OffsetView>(`${nodePath(nodeId)}/offsets`, 'offsets'),
  addOffset: (nodeId: string, offset: NewOffset) =>
    request<OffsetView>('POST', `${nodePath(nodeId)}/offsets`, offset),
  quarantine: (filter: { nodeId?: string; code?: string; cursor?: string }) =>
    request<QuarantinePage>('GET', `/quarantine?${new URLSearchParams({ limit: '50', ...filter })}`),
  release: (quarantineId: string) => request<unknown>('POST', `${quarantinePath(quarantineId)}/release`),
  discard: (quarantineId: string, reason: string) =>
    request<unknown>('POST', `${quarantinePath(quarantineId)}/discard`, { reason }),
  products: () => list<'products', ProductView>('/products', 'products'),
};
