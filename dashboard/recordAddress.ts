import { language } from './preferences.ts';

/** Where the server writes the record of a batch for inspectors and shops. It speaks Indonesian and English. */
export function recordAddress(batchId: string, kind: 'pdf' | 'csv'): string {
  const lang = language.value === 'id' ? 'id' : 'en';
  const separator = kind === 'csv' && language.value === 'id' ? '&separator=semicolon' : '';
  return `/api/v1/batches/${encodeURIComponent(batchId)}/record.${kind}?lang=${lang}${separator}`;
}
