import type { AuditAnchor, AuditLineView } from '../../models/contracts/audit.ts';
import { request } from '../api.ts';

export interface AuditFilter {
  /** ISO-8601; exclusive at the end. */
  readonly from?: string;
  readonly to?: string;
  /** The key of an actor. */
  readonly actor?: string;
  /** All actions of a kind, by their first word. */
  readonly action?: string;
}

export interface AuditPage {
  readonly lines: readonly AuditLineView[];
  readonly nextCursor: string | null;
}

/** The trail of who did what, newest first. Every call throws an `ApiError`. */
export const auditApi = {
  lines: (filter: AuditFilter, cursor: string | null, limit: number) =>
    request<AuditPage>(
      'GET',
      `/audit?${new URLSearchParams({ ...filter, limit: String(limit), ...(cursor === null ? {} : { cursor }) })}`,
    ),
  anchors: () =>
    request<{ anchors: readonly AuditAnchor[]; nextCursor: string | null }>('GET', '/audit/anchors?limit=30'),
};
