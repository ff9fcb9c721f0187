import type { OffsetEffect, OffsetView } from '../models/contracts/offset.ts';
import type { ReadingView } from '../models/contracts/reading.ts';
import type { ReceptionView } from '../models/contracts/reception.ts';
import { request } from './api.ts';

export type TriedOffset = Pick<OffsetView, 'probe' | 'temperatureOffsetC' | 'from'>;

const nodePath = (nodeId: string): string => `/nodes/${encodeURIComponent(nodeId)}`;

export const sensorsApi = {
  reception: () => request<ReceptionView>('GET', '/reception'),
  offsetEffect: (nodeId: string, tried: TriedOffset) =>
    request<OffsetEffect>('POST', `${nodePath(nodeId)}/offsets/effect`, tried),
  /** Ascending; the first 1,000 of the span. */
  readings: (nodeId: string, from: number) =>
    request<{ readings: ReadingView[] }>(
      'GET',
      `${nodePath(nodeId)}/readings?${new URLSearchParams({ from: `${from}`, limit: '1000' })}`,
    ),
};
