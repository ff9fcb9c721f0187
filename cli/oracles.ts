import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { calculate } from '../models/calculations/calculationRegistry.ts';
import { type Difference, differences, type Tolerance } from './compareOracle.ts';

interface OracleCase {
  readonly id: string;
  readonly model: string;
  readonly inputs: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
  readonly response?: string;
}

interface OracleFile {
  readonly schema: string;
  readonly kind: string;
  readonly cases: readonly OracleCase[];
}

export interface OracleSummary {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs every case of every JSON file of a folder through the models; a line for each that fails.
 *
 * @param print  takes one line
 * @throws when the folder cannot be read
 */
export function runOracles(folder: string, print: (line: string) => void): OracleSummary {
  let passed = 0;
  let failed = 0;
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort();
  for (const name of names) {
    const failures = failuresOf(join(folder, name), name);
    for (const line of failures.lines) print(line);
    failed += failures.lines.length;
    passed += failures.passed;
  }
  return { passed, failed };
}

function failuresOf(path: string, name: string): { passed: number; lines: string[] } {
  let file: OracleFile;
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as OracleFile;
  } catch (error) {
    return { passed: 0, lines: [`FAIL ${name}: not JSON: ${(error as Error).message}`] };
  }
  if (file?.schema !== 'tahu-oracle/1' || typeof file.kind !== 'string' || !Array.isArray(file.cases))
    return {
      passed: 0,
      lines: [
        `FAIL ${name}: schema must be "tahu-oracle/1" with a kind and cases, got ${short(file?.schema)}`,
      ],
    };
  const lines = file.cases.map(one => failureOf(file.kind, one, name)).filter(line => line !== null);
  return { passed: file.cases.length - lines.length, lines };
}

function failureOf(kind: string, one: OracleCase, name: string): string | null {
  const title = `FAIL ${name} ${one?.id} (${kind}, ${one?.model})`;
  try {
    const { expected, tolerance } = one;
    const order = (expected.parameter_order ?? Object.keys(expected.estimates ?? {})) as string[];
    // Names are told, so that estimates come in the spelling of the case; values never are.
    const wanted = { names: Object.keys(expected), parameters: order };
    const got = calculate(kind, one.model, one.inputs, wanted, one.response);
    const [first, ...more] = differences(got, expected, tolerance ?? {});
    if (!first) return null;
    const rest = more.length ? ` (and ${more.length} more)` : '';
    return `${title}: ${sentence(first)}${rest}`;
  } catch (error) {
    return `${title}: ${(error as Error).message}`;
  }
}

const sentence = ({ path, got, expected }: Difference): string =>
  `${path} got ${short(got)}, expected ${short(expected)}`;

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

/** `npm run oracles -- DIR` */
function main(args: readonly string[]): number {
  const [folder] = args;
  if (args.length !== 1 || !folder || folder.startsWith('-')) {
    console.error('usage: npm run oracles -- DIR   (a folder of oracle JSON files)');
    return folder === '--help' || folder === '-h' ? 0 : 2;
  }
  try {
    const { passed, failed } = runOracles(folder, line => console.log(line));
    console.log(`${passed} passed, ${failed} failed`);
    return failed > 0 || passed === 0 ? 1 : 0;
  } catch (error) {
    console.error(`cannot read the folder ${folder}: ${(error as Error).message}`);
    return 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv.slice(2));
