import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

export interface ServerIdentity {
  readonly serverId: string;
  /** The folder has a journal from before folders had ids: what was numbered by that one is numbered by this id now. */
  readonly isOfOlderJournal: boolean;
}

/**
 * The id of a data folder, made once. It names the server among others, and its journal: positions count from 1 in every
 * journal, and only together with this id do they say which record is meant.
 */
export function serverIdentity(path: string, journalDir: string): ServerIdentity {
  if (existsSync(path)) {
    const serverId = readFileSync(path, 'utf8').trim();
    if (/^[0-9a-f]{12}$/.test(serverId)) return { serverId, isOfOlderJournal: false };
  }
  const isOfOlderJournal = existsSync(journalDir) && readdirSync(journalDir).length > 0;
  const serverId = randomBytes(6).toString('hex');
  writeFileSync(path, `${serverId}\n`, { mode: 0o600 });
  return { serverId, isOfOlderJournal };
}
