import { mkdirSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { nodeIdSchema, probeSchema } from '../models/contracts/ids.ts';
import type { Reading } from '../models/contracts/reading.ts';
import { systemClock } from '../server/clock.ts';
import { type Config, readConfig } from '../server/config.ts';
import { withSetup } from '../server/openSetup.ts';
import { type MetadataDb, metadataTarget, openMetadata } from '../server/store/metadata/database.ts';
import { findNodeOfAnyOrganisation } from '../server/store/metadata/nodes.ts';
import { type ImportDefaults, type ImportedRow, toImportedReading } from './importedReading.ts';
import { dataFolderHolder, lockDataFolder } from './lockDataFolder.ts';
import { noteReadings } from './noteReadings.ts';
import { openStore, requireAnswering } from './openStores.ts';
import { pageRows } from './readingChecksum.ts';
import type { RowFault } from './readingTable.ts';
import { checked, defaultOrgId } from './setupCommand.ts';
import { type ColumnMap, formatOfFile, parseColumnMap, readTable, type TableFormat } from './tableFiles.ts';

interface ImportOptions {
  readonly format?: TableFormat;
  readonly map?: readonly string[];
  readonly node?: string;
  readonly probe?: string;
  readonly timeZone?: string;
  readonly org: string;
  readonly createNodes?: boolean;
  readonly skipBad?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description(
      'readings from CSV or Parquet, as tahan export writes them or with --map, while Tahan is stopped',
    )
    .argument('<file...>', 'what to read')
    .addOption(new Option('--format <format>', 'default: by the file itself').choices(['csv', 'parquet']))
    .option('--map <columns...>', 'whose column is which: measuredAt=Zeit,temperatureC=Temp')
    .option('--node <nodeId>', 'of rows without one', checked(nodeIdSchema))
    .option('--probe <probe>', 'of rows without one', checked(probeSchema))
    .option('--time-zone <zone>', 'of times without an offset, such as Asia/Jakarta', timeZone)
    .option('--org <orgId>', 'whose nodes they must be, and where --create-nodes makes them')
    .option('--create-nodes', 'add nodes that are not there yet; their MQTT passwords are printed once')
    .option('--skip-bad', 'import what can be used of a file with faults')
    .option('--dry-run', 'look for faults, change nothing')
    .option('--json', 'print JSON')
    .action(async (files: string[], options: ImportOptions) => {
      const result = await importReadings(readConfig(process.env), files, options, systemClock.now());
      for (const sentence of result.shownFaults) console.error(sentence);
      if (result.faults > result.shownFaults.length)
        console.error(`... and ${result.faults - result.shownFaults.length} more`);
      console.log(options.json ? JSON.stringify(result) : toText(result));
      if (!result.isClean && !options.skipBad) process.exitCode = 1;
    });
}

function timeZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    // RangeError is how Intl says "no such zone".
    throw new InvalidArgumentError('It must be the name of a time zone, such as Asia/Jakarta.');
  }
}

interface ImportResult {
  /** Whether every row could be used; otherwise nothing was imported, except with --skip-bad. */
  readonly isClean: boolean;
  readonly rows: number;
  readonly faults: number;
  readonly shownFaults: readonly string[];
  readonly nodes: number;
  readonly created: readonly { readonly nodeId: string; readonly password: string }[];
  readonly imported: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly expired: number;
}

/** Faults that are shown; the others are counted. */
const mostShown = 20;

interface Source {
  readonly path: string;
  readonly format: TableFormat;
}

/** Reads the files twice: nothing is written before the last row was found to be usable. */
async function importReadings(
  config: Config,
  files: readonly string[],
  options: ImportOptions,
  now: number,
): Promise<ImportResult> {
  const unlock = lockForImport(config);
  try {
    const sources: Source[] = [];
    for (const path of files) sources.push({ path, format: options.format ?? (await formatOfFile(path)) });
    const rows = () =>
      readRows(sources, parseColumnMap(options.map ?? []), { ...options, nodeId: options.node, now });
    const found = await examine(rows(), config, options);
    const isClean = found.faults === 0;
    const nothing = { created: [], imported: 0, duplicates: 0, conflicts: 0, expired: 0 };
    const { rows: count, faults, shownFaults, nodeIds, missing } = found;
    const seen = { isClean, rows: count, faults, shownFaults, nodes: nodeIds.size };
    if ((!isClean && !options.skipBad) || options.dryRun) return { ...seen, ...nothing };
    const created = await createNodes(config, options.org ?? defaultOrgId, missing);
    const counts = await appendAll(config, rows(), found.nodeIds);
    await noteReadings(
      config,
      'readings.imported',
      nodeIds,
      `${counts.imported} readings from ${files.join(' ')}`,
    );
    return { ...seen, created, ...counts };
  } finally {
    unlock();
  }
}

/** A running server would not learn of readings that come from the side: estimates are built when it starts. */
function lockForImport(config: Config): () => void {
  const holder = dataFolderHolder(config.dataDir);
  if (holder !== null)
    throw new Error(
      `Tahan is running on ${config.dataDir} (process ${holder}); stop it, import, and start it again, so that estimates take the readings in`,
    );
  mkdirSync(config.dataDir, { recursive: true });
  return lockDataFolder(config.dataDir);
}

interface JudgedRow {
  readonly where: string;
  readonly row: ImportedRow;
}

async function* readRows(
  sources: readonly Source[],
  map: ColumnMap,
  defaults: ImportDefaults,
): AsyncGenerator<JudgedRow> {
  for (const { path, format } of sources) {
    const unit = format === 'csv' ? 'line' : 'row';
    for await (const { line, cells, fault } of readTable(path, format, map)) {
      const row = fault ? { ok: false as const, faults: [fault] } : toImportedReading(cells, defaults);
      yield { where: `${path} ${unit} ${line}`, row };
    }
  }
}

/** Looks at every row and at the nodes they name. */
async function examine(rows: AsyncIterable<JudgedRow>, config: Config, options: ImportOptions) {
  const metadata = await openMetadata(metadataTarget(config));
  const shownFaults: string[] = [];
  /** Node ids of usable rows. */
  const nodeIds = new Set<string>();
  const missing = new Set<string>();
  /** What is wrong with a node, keyed by its id; null when nothing is. */
  const judged = new Map<string, string | null>();
  let [count, faults] = [0, 0];
  const refuse = (where: string, { field, value, allowed }: RowFault) => {
    faults++;
    if (shownFaults.length < mostShown)
      shownFaults.push(`${where}: ${field} is ${JSON.stringify(value)} but must be ${allowed}`);
  };
  try {
    for await (const { where, row } of rows) {
      count++;
      if (!row.ok) {
        for (const fault of row.faults) refuse(where, fault);
        continue;
      }
      const { nodeId } = row.reading;
      if (!judged.has(nodeId)) judged.set(nodeId, await judgeNode(metadata.db, nodeId, options, missing));
      const allowed = judged.get(nodeId) ?? null;
      if (allowed === null) nodeIds.add(nodeId);
      else refuse(where, { field: 'nodeId', value: nodeId, allowed });
    }
  } finally {
    await metadata.close();
  }
  return { rows: count, faults, shownFaults, nodeIds, missing };
}

/** Null when readings of the node may come; else what is allowed. Nodes to make are put into `missing`. */
async function judgeNode(
  db: MetadataDb,
  nodeId: string,
  { org, createNodes: mayCreate }: ImportOptions,
  missing: Set<string>,
): Promise<string | null> {
  const node = await findNodeOfAnyOrganisation(db, nodeId);
  if (node === null) {
    if (!mayCreate) return 'a node that was added before (tahan node add), or add --create-nodes';
    missing.add(nodeId);
    return null;
  }
  return org === undefined || node.orgId === org ? null : `a node of organisation ${org}`;
}

async function createNodes(config: Config, orgId: string, nodeIds: ReadonlySet<string>) {
  if (nodeIds.size === 0) return [];
  return withSetup(config, systemClock, async setup => {
    if (orgId === defaultOrgId) await setup.ensureOrganisation({ orgId, name: 'Demo' });
    const created: { nodeId: string; password: string }[] = [];
    for (const nodeId of nodeIds) {
      const { mqtt } = await setup.createNode({ orgId, nodeId });
      created.push({ nodeId, password: mqtt.password });
    }
    return created;
  });
}

async function appendAll(config: Config, rows: AsyncIterable<JudgedRow>, nodeIds: ReadonlySet<string>) {
  const store = await openStore(config);
  const counts = { imported: 0, duplicates: 0, conflicts: 0, expired: 0 };
  let page: Reading[] = [];
  const append = async () => {
    const result = await store.append(page);
    await requireAnswering(store);
    counts.imported += result.inserted.length;
    counts.duplicates += result.duplicates;
    counts.conflicts += result.conflicts.length;
    counts.expired += result.expired;
    page = [];
  };
  try {
    await requireAnswering(store);
    for await (const { row } of rows) {
      if (!row.ok || !nodeIds.has(row.reading.nodeId)) continue;
      page.push(row.reading);
      if (page.length >= pageRows) await append();
    }
    if (page.length > 0) await append();
    return counts;
  } finally {
    await store.close();
  }
}

function toText(result: ImportResult): string {
  const { created, rows, nodes, faults, imported, duplicates, conflicts, expired } = result;
  const lines = created.map(({ nodeId, password }) => `added node ${nodeId} with MQTT password ${password}`);
  const parts = [
    `${rows} rows of ${nodes} nodes: ${imported} imported`,
    `${duplicates} were there already`,
    `${conflicts} differ from what is there, which stays`,
    `${expired} are older than what is kept`,
    `${faults} faults${result.isClean || imported > 0 ? '' : ', nothing imported'}`,
  ];
  return [...lines, parts.join('; ')].join('\n');
}
