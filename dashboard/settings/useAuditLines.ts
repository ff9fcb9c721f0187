import { useEffect, useState } from 'preact/hooks';
import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { ApiError } from '../api.ts';
import { saveCsv } from '../charts/saveCsv.ts';
import { asRefusal } from '../state.ts';
import { type AuditFilter, auditApi } from './auditApi.ts';
import { auditCsv } from './auditCsv.ts';

const linesAtOnce = 50;
const linesOfCsv = 1000;

/** The lines of a filter, page by page, and all of them as a file. */
export function useAuditLines(filter: AuditFilter) {
  const key = JSON.stringify(filter);
  const [lines, setLines] = useState<readonly AuditLineView[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailed(null);
    try {
      await what();
    } catch (error) {
      setFailed(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    // An answer to an older question must not stand under a newer one.
    let wanted = true;
    setCursor(null);
    void attempt(async () => {
      const page = await auditApi.lines(filter, null, linesAtOnce);
      if (!wanted) return;
      setLines(page.lines);
      setCursor(page.nextCursor);
    });
    return () => {
      wanted = false;
    };
  }, [key]);
  const load = (): void =>
    void attempt(async () => {
      const page = await auditApi.lines(filter, cursor, linesAtOnce);
      setLines(cursor === null ? page.lines : [...(lines ?? []), ...page.lines]);
      setCursor(page.nextCursor);
    });
  const csv = (): void =>
    void attempt(async () => {
      saveCsv(auditCsv(await allLines(filter)), 'audit');
    });
  return { lines, more: cursor !== null, failed, busy, load, csv };
}

async function allLines(filter: AuditFilter): Promise<AuditLineView[]> {
  const all: AuditLineView[] = [];
  for (let next: string | null | undefined; next !== null; ) {
    const page: Awaited<ReturnType<typeof auditApi.lines>> = await auditApi.lines(
      filter,
      next ?? null,
      linesOfCsv,
    );
    all.push(...page.lines);
    next = page.nextCursor;
  }
  return all;
}
