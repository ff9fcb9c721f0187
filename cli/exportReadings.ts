import { type Command, InvalidArgumentError, Option } from 'commander';
import { nodeIdSchema } from '../models/contracts/ids.ts';
import { instantQuery } from '../server/api/queryValues.ts';
import { type Calibration, loadCalibration } from '../server/calibration.ts';
import { type Config, readConfig } from '../server/config.ts';
import { metadataTarget, openMetadata } from '../server/store/metadata/database.ts';
import { listNodesOfAllOrganisations } from '../server/store/metadata/nodes.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { noteReadings } from './noteReadings.ts';
import { withStoreToRead } from './openStores.ts';
import { readingsOf } from './readingChecksum.ts';
import { toReadingsCsv } from './readingsCsv.ts';
import { writeReadingsParquet } from './readingsParquet.ts';
import type { ReadingLine } from './readingTable.ts';
import { checked } from './setupCommand.ts';
import { UsageError } from './simulatePlan.ts';
import type { TableFormat } from './tableFiles.ts';
import { type Write, writeOut } from './writeOut.ts';

interface ExportOptions {
  readonly format?: TableFormat;
  readonly node?: readonly string[];
  readonly org?: string;
  readonly from?: number;
  readonly to?: number;
  readonly out: string;
}

const aNode = checked(nodeIdSchema);

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('readings as CSV or Parquet, beside a running Tahan or without one')
    .addOption(
      new Option('--format <format>', 'default: by the name of the file, else csv').choices([
        'csv',
        'parquet',
      ]),
    )
    .option('--node <nodeId...>', 'only these nodes', (id, ids: string[] = []) => [...ids, aNode(id)])
    .option('--org <orgId>', 'only nodes of this organisation')
    .option('--from <time>', 'measured then or later: ISO-8601 with offset, or epoch milliseconds', instant)
    .option('--to <time>', 'measured before then', instant)
    .option('--out <file>', '- writes to standard output', '-')
    .action(async (options: ExportOptions) => {
      const count = await exportReadings(readConfig(process.env), options);
      console.error(`tahan: ${count} readings exported`);
    });
}

const instant = (text: string): number => {
  const parsed = instantQuery.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message}.`);
};

/** @returns how many readings were written */
async function exportReadings(config: Config, options: ExportOptions): Promise<number> {
  const { from = -8.64e15, to = 8.64e15, out } = options;
  if (to <= from) throw new UsageError(`--to is ${new Date(to).toISOString()} but must be later than --from`);
  const format = options.format ?? (/\.parquet$/i.test(out) ? 'parquet' : 'csv');
  const { calibration, nodesOf } = await readMetadata(config);
  let count = 0;
  let exported: readonly string[] = [];
  await withStoreToRead(config, async store => {
    const nodeIds = await chosenNodes(store, options, nodesOf);
    exported = nodeIds;
    const lines = linesOf(store, nodeIds, { from, to }, calibration, () => {
      count++;
    });
    await writeOut(out, write =>
      format === 'parquet' ? writeReadingsParquet(lines, write) : writeText(toReadingsCsv(lines), write),
    );
  });
  await noteReadings(config, 'readings.exported', exported, `${count} readings as ${format}`);
  return count;
}

/** Offsets and who owns which node, read once: readings that come meanwhile belong to the next export. */
async function readMetadata(config: Config) {
  const metadata = await openMetadata(metadataTarget(config));
  try {
    const nodes = await listNodesOfAllOrganisations(metadata.db);
    const nodesOf = (orgId: string) => nodes.filter(node => node.orgId === orgId).map(node => node.nodeId);
    return { calibration: await loadCalibration(metadata.db), nodesOf };
  } finally {
    await metadata.close();
  }
}

async function chosenNodes(
  store: ReadingStore,
  { node, org }: ExportOptions,
  nodesOf: (orgId: string) => string[],
): Promise<string[]> {
  const all = await store.nodeIds();
  const owned = org === undefined ? null : new Set(nodesOf(org));
  const known = owned === null ? all : all.filter(nodeId => owned.has(nodeId));
  const strange = node?.find(nodeId => !known.includes(nodeId));
  if (strange !== undefined)
    throw new UsageError(`--node is ${JSON.stringify(strange)}, of which there is no reading`);
  return node === undefined ? known : known.filter(nodeId => node.includes(nodeId));
}

async function* linesOf(
  store: ReadingStore,
  nodeIds: readonly string[],
  span: { readonly from: number; readonly to: number },
  calibration: Calibration,
  onLine: () => void,
): AsyncGenerator<ReadingLine> {
  for (const nodeId of nodeIds) {
    for await (const reading of readingsOf(store, nodeId, span)) {
      const { probe, measuredAt, temperatureC: rawTemperatureC } = reading;
      const temperatureC =
        rawTemperatureC === null ? null : calibration.correctedC(nodeId, probe, measuredAt, rawTemperatureC);
      onLine();
      yield { ...reading, temperatureC, rawTemperatureC };
    }
  }
}

async function writeText(pieces: AsyncIterable<string>, write: Write): Promise<void> {
  for await (const piece of pieces) await write(Buffer.from(piece));
}
