import { existsSync, mkdirSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { pino } from 'pino';
import { openJournal } from '../gateway/journal.ts';
import { systemClock } from '../server/clock.ts';
import { type Config, dataLayout, readConfig } from '../server/config.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { dataFolderHolder, lockDataFolder } from './lockDataFolder.ts';
import { compareNode, moveNode, type NodeCompared, type NodeMoved } from './moveReadings.ts';
import { openStore, requireAnswering } from './openStores.ts';
import { UsageError } from './simulatePlan.ts';

type StoreName = Config['readings']['store'];

interface MigrateOptions {
  readonly from: StoreName;
  readonly to: StoreName;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addMigrateCommand(program: Command): void {
  const names = ['embedded', 'influxdb'];
  program
    .command('migrate')
    .description(
      'bring all readings from one store to the other while Tahan is stopped; run again after a break',
    )
    .addOption(new Option('--from <store>', 'where they are').choices(names).makeOptionMandatory())
    .addOption(new Option('--to <store>', 'where they shall be').choices(names).makeOptionMandatory())
    .option('--dry-run', 'count what would be moved, change nothing')
    .option('--json', 'print JSON')
    .action(async ({ from, to, dryRun = false, json }: MigrateOptions) => {
      if (from === to) throw new UsageError(`--to is ${to} but must be another store than --from`);
      const result = await migrate(from, to, dryRun);
      console.log(json ? JSON.stringify(result) : toText(result, to, dryRun));
      if (result.differences.length > 0) process.exitCode = 1;
    });
}

interface MigrateResult {
  readonly nodes: number;
  readonly readings: number;
  readonly moved: number;
  readonly conflicts: number;
  readonly expired: number;
  /** Of every node, as both stores say when they are read again; empty for a dry run. */
  readonly compared: readonly NodeCompared[];
  readonly differences: readonly string[];
}

async function migrate(from: StoreName, to: StoreName, dryRun: boolean): Promise<MigrateResult> {
  const [fromConfig, toConfig] = [from, to].map(TAHAN_STORE => readConfig({ ...process.env, TAHAN_STORE }));
  const unlock = lockForMigration(fromConfig!.dataDir);
  try {
    const open = { source: () => openStore(fromConfig!), target: () => openStore(toConfig!) };
    return await migrateReadings(open, {
      dryRun,
      lastJournalPosition: await lastPositionOf(fromConfig!.dataDir),
      onProgress: tellProgress(),
    });
  } finally {
    unlock();
  }
}

function lockForMigration(dataDir: string): () => void {
  const holder = dataFolderHolder(dataDir);
  if (holder !== null)
    throw new Error(
      `Tahan is running on ${dataDir} (process ${holder}); stop it, migrate, set TAHAN_STORE, and start it again`,
    );
  mkdirSync(dataDir, { recursive: true });
  return lockDataFolder(dataDir);
}

/** The last record of the journal; 0 without one. */
async function lastPositionOf(dataDir: string): Promise<number> {
  const dir = dataLayout(dataDir).journal;
  if (!existsSync(dir)) return 0;
  const journal = await openJournal({ dir, clock: systemClock, log: pino({ level: 'silent' }) });
  await journal.close();
  return journal.lastPosition;
}

interface MigrationOptions {
  readonly dryRun: boolean;
  readonly lastJournalPosition: number;
  readonly onProgress: (done: {
    readonly node: number;
    readonly nodes: number;
    readonly readings: number;
  }) => void;
}

/**
 * Moves every node, then opens both stores anew and compares what they hold of each.
 *
 * @throws {Error} when a store cannot be reached, or the journal holds readings that the source has not taken in
 */
export async function migrateReadings(
  open: { source(): Promise<ReadingStore>; target(): Promise<ReadingStore> },
  options: MigrationOptions,
): Promise<MigrateResult> {
  const moved = await withBoth(open, async (source, target) => {
    requireCaughtUp(source, options.lastJournalPosition);
    const done = await moveAll(source, target, options);
    // The journal counts on where it is: a position that was used already would be taken for something known.
    if (!options.dryRun) await target.append([], source.durablePosition());
    return done;
  });
  const compared = options.dryRun ? [] : await withBoth(open, (a, b) => compareAll(moved, a, b));
  const sum = (field: 'readings' | 'moved' | 'conflicts' | 'expired') =>
    moved.reduce((total, node) => total + node[field], 0);
  return {
    ...{ nodes: moved.length, readings: sum('readings'), moved: sum('moved') },
    ...{ conflicts: sum('conflicts'), expired: sum('expired'), compared },
    differences: compared.filter(node => !node.isEqual).map(node => describe(node, moved)),
  };
}

async function withBoth<T>(
  open: { source(): Promise<ReadingStore>; target(): Promise<ReadingStore> },
  work: (source: ReadingStore, target: ReadingStore) => Promise<T>,
): Promise<T> {
  const source = await open.source();
  try {
    const target = await open.target();
    try {
      await requireAnswering(source);
      await requireAnswering(target);
      const result = await work(source, target);
      await requireAnswering(target);
      return result;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** What is only in the journal would be taken in by whichever store is started next, but not be compared. */
function requireCaughtUp(source: ReadingStore, lastJournalPosition: number): void {
  const waiting = lastJournalPosition - source.durablePosition();
  if (waiting <= 0) return;
  throw new Error(
    `the journal holds ${waiting} records that are not in the store yet, because Tahan was not stopped in peace; start it, stop it with SIGTERM, and migrate then`,
  );
}

async function moveAll(
  source: ReadingStore,
  target: ReadingStore,
  options: MigrationOptions,
): Promise<NodeMoved[]> {
  const { dryRun, onProgress } = options;
  const nodeIds = await source.nodeIds();
  const moved: NodeMoved[] = [];
  let readings = 0;
  for (const [i, nodeId] of nodeIds.entries()) {
    const tell = (more: number) => {
      readings += more;
      onProgress({ node: i + 1, nodes: nodeIds.length, readings });
    };
    moved.push(await moveNode(nodeId, { source, target, dryRun, onProgress: tell }));
    if (!dryRun) await requireAnswering(target);
  }
  return moved;
}

async function compareAll(moved: readonly NodeMoved[], source: ReadingStore, target: ReadingStore) {
  const compared: NodeCompared[] = [];
  for (const { nodeId } of moved) compared.push(await compareNode(nodeId, source, target));
  return compared;
}

function describe({ nodeId, source, target }: NodeCompared, moved: readonly NodeMoved[]): string {
  const { conflicts = 0, expired = 0 } = moved.find(node => node.nodeId === nodeId) ?? {};
  const reasons = [
    ...(conflicts > 0 ? [`${conflicts} have other values there, which stay`] : []),
    ...(expired > 0 ? [`${expired} are older than what is kept there (TAHAN_RETENTION_DAYS)`] : []),
    ...(target.count > source.count ? ['the target holds readings that the source does not have'] : []),
  ];
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `node ${nodeId} has ${source.count} readings (${source.digest}) in the source, ${target.count} (${target.digest}) in the target${why}`;
}

const tellEveryMs = 1_000;

function tellProgress(): MigrationOptions['onProgress'] {
  let toldAt = 0;
  return ({ node, nodes, readings }) => {
    const now = performance.now();
    if (now - toldAt < tellEveryMs) return;
    toldAt = now;
    console.error(`tahan: node ${node} of ${nodes}, ${readings} readings`);
  };
}

function toText(result: MigrateResult, to: StoreName, dryRun: boolean): string {
  const { nodes, readings, moved, compared, differences } = result;
  if (dryRun) return `${readings} readings of ${nodes} nodes, ${moved} of them are not there yet`;
  const lines = compared.map(
    ({ nodeId, source, isEqual }) =>
      `${isEqual ? 'equal    ' : 'DIFFERENT'} ${nodeId}: ${source.count} readings, ${source.digest}`,
  );
  const advice =
    differences.length === 0
      ? `every reading is there and equal; set TAHAN_STORE=${to} and start Tahan`
      : differences.join('\n');
  return [...lines, `${readings} readings of ${nodes} nodes, ${moved} moved`, advice].join('\n');
}
