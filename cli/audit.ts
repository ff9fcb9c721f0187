import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AuditAnchor, auditAnchorSchema } from '../models/contracts/audit.ts';
import { placeIdSchema } from '../models/contracts/ids.ts';
import { dayAnchors } from '../server/audit/dayAnchors.ts';
import { type ChainVerdict, verifyChain } from '../server/audit/verifyChain.ts';
import { systemClock } from '../server/clock.ts';
import { type Config, readConfig } from '../server/config.ts';
import { addAudit, auditChainsOfAllOrganisations, readAuditChain } from '../server/store/metadata/audit.ts';
import { type MetadataDb, metadataTarget, openMetadata } from '../server/store/metadata/database.ts';
import { findOrganisation } from '../server/store/metadata/organisations.ts';
import { checked } from './setupCommand.ts';
import { UsageError } from './simulatePlan.ts';
import { writeOut } from './writeOut.ts';

interface VerifyOptions {
  readonly org?: string;
  readonly anchors?: string;
  readonly json?: boolean;
}

interface ExportOptions {
  readonly org?: string;
  readonly anchors?: boolean;
  readonly out: string;
}

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('the audit trail: who did what');
  audit
    .command('verify')
    .description('go through every line and name those that were changed, removed, moved or put in')
    .option('--org <orgId>', 'only the chain of this organisation', checked(placeIdSchema))
    .option('--anchors <file>', 'hold it against anchors that `tahan audit export` wrote before')
    .option('--json', 'print JSON')
    .action(async ({ org, anchors, json }: VerifyOptions) => {
      const kept = anchors === undefined ? [] : await readAnchors(anchors);
      const verdicts = await withMetadata(readConfig(process.env), db => verifyAll(db, org, kept));
      if (json) console.log(JSON.stringify({ chains: verdicts }));
      else for (const verdict of verdicts) print(verdict);
      if (verdicts.some(({ faultCount }) => faultCount > 0)) process.exitCode = 1;
    });
  audit
    .command('export')
    .description('write every line and the anchor of each day as JSON Lines, to be kept elsewhere')
    .option('--org <orgId>', 'only the chain of this organisation', checked(placeIdSchema))
    .option('--anchors', 'only the anchors: one small line a day')
    .option('--out <file>', '- writes to standard output', '-')
    .action(async (options: ExportOptions) => {
      const config = readConfig(process.env);
      const { lines, anchors } = await withMetadata(config, db => exportAll(db, config, options));
      console.error(`tahan: ${lines} lines and ${anchors} anchors exported`);
    });
}

async function withMetadata<T>(config: Config, work: (db: MetadataDb) => Promise<T>): Promise<T> {
  const target = metadataTarget(config);
  if ('path' in target && !existsSync(target.path))
    throw new UsageError(
      `TAHAN_DATA_DIR is ${JSON.stringify(config.dataDir)}, where there is no audit trail`,
    );
  const metadata = await openMetadata(target);
  try {
    return await work(metadata.db);
  } finally {
    await metadata.close();
  }
}

/** The chain asked for, else all there are: also one of which nothing but an anchor is left. */
async function chainsOf(db: MetadataDb, org: string | undefined, anchors: readonly AuditAnchor[] = []) {
  if (org !== undefined) return [org];
  const there = await auditChainsOfAllOrganisations(db);
  return [...new Set([...there, ...anchors.map(anchor => anchor.orgId)])];
}

interface NamedVerdict extends ChainVerdict {
  readonly orgId: string | null;
}

async function verifyAll(
  db: MetadataDb,
  org: string | undefined,
  anchors: readonly AuditAnchor[],
): Promise<NamedVerdict[]> {
  const verdicts: NamedVerdict[] = [];
  for (const orgId of await chainsOf(db, org, anchors)) {
    const own = anchors.filter(anchor => anchor.orgId === orgId);
    verdicts.push({ orgId, ...(await verifyChain(readAuditChain(db, orgId), own)) });
  }
  return verdicts;
}

function print({ orgId, lines, last, faults, faultCount }: NamedVerdict): void {
  const name = orgId ?? 'the server';
  if (faultCount === 0) {
    const end =
      last === null ? '' : `; line ${last.line} of ${new Date(last.at).toISOString()} is ${last.hash}`;
    console.log(`${name}: ${lines} lines, unbroken${end}`);
    return;
  }
  console.log(`${name}: ${lines} lines, ${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}`);
  for (const { message } of faults) console.log(`  ${message}`);
  if (faultCount > faults.length) console.log(`  and ${faultCount - faults.length} more`);
}

/** @throws {UsageError} for a file that cannot be read, or without an anchor in it */
async function readAnchors(path: string): Promise<AuditAnchor[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`--anchors is ${JSON.stringify(path)}, which cannot be read: ${error.message}`);
  });
  const anchors = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .flatMap((line, index) => anchorIn(line, `${path}, line ${index + 1}`));
  if (anchors.length === 0) throw new UsageError(`--anchors is ${JSON.stringify(path)}, which holds none`);
  return anchors;
}

/** Lines of the trail stand in the same file; they are passed over. */
function anchorIn(line: string, where: string): AuditAnchor[] {
  let said: { readonly kind?: unknown };
  try {
    said = JSON.parse(line);
  } catch {
    throw new UsageError(`${where} is not JSON`);
  }
  if (said?.kind !== 'anchor') return [];
  const parsed = auditAnchorSchema.safeParse(said);
  if (parsed.success) return [parsed.data];
  const { path, message } = parsed.error.issues[0]!;
  throw new UsageError(`${where}: ${path.join('.')} ${message}`);
}

/** Writes down first that it does so: the line is in what it writes. */
async function exportAll(db: MetadataDb, config: Config, { org, anchors: onlyAnchors, out }: ExportOptions) {
  const chains = await chainsOf(db, org);
  const now = systemClock.now();
  for (const orgId of chains) {
    const entry = { at: now, orgId, actor: 'setup', action: 'audit.exported', subject: orgId ?? 'server' };
    await addAudit(db, { ...entry, detail: onlyAnchors ? 'anchors' : 'lines and anchors' });
  }
  const count = { lines: 0, anchors: 0 };
  await writeOut(out, async write => {
    const put = (kind: 'line' | 'anchor', said: object) =>
      write(Buffer.from(`${JSON.stringify({ kind, ...said })}\n`));
    for (const orgId of chains) {
      if (!onlyAnchors)
        for await (const line of readAuditChain(db, orgId)) {
          await put('line', line);
          count.lines++;
        }
      const timeZone = (orgId && (await findOrganisation(db, orgId))?.timeZone) || config.timeZone;
      for await (const anchor of dayAnchors(db, orgId, { timeZone, before: Number.MAX_SAFE_INTEGER })) {
        await put('anchor', anchor);
        count.anchors++;
      }
    }
  });
  return count;
}
