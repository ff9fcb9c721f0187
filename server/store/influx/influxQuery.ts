import { InfluxError } from './influxErrors.ts';
import type { InfluxSeries } from './influxServer.ts';

/** A name of a database, measurement, tag or field in InfluxQL. */
export const quoteName = (name: string): string =>
  `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** A tag value or other text in InfluxQL. */
export const quoteText = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

type Rows = InfluxSeries['values'];

interface StatementAnswer {
  readonly error?: string;
  readonly series?: readonly {
    readonly name?: string;
    readonly tags?: Readonly<Record<string, string | null>> | null;
    readonly columns: readonly string[];
    readonly values?: Rows;
    readonly partial?: boolean;
  }[];
}

/**
 * The series of the first statement of an answer of `/query`: one JSON text, or (chunked) one a line, in which a series
 * that is `partial` goes on in the next. InfluxDB answers a statement that failed with 200, and may fail on the way.
 *
 * @param server  what messages call the server
 * @throws {InfluxError}
 */
export function readSeries(body: string, server: string): InfluxSeries[] {
  const all: {
    name: string;
    tags: Record<string, string>;
    columns: readonly string[];
    values: Rows[number][];
  }[] = [];
  let goesOn = false;
  for (const line of body.split('\n')) {
    if (line.trim() === '') continue;
    const answer = parseAnswer(line, server);
    const statement = answer.results?.[0] ?? {};
    const error = answer.error ?? statement.error;
    if (error !== undefined)
      throw new InfluxError(kindOfQueryError(error), `${server}: ${error}`, { status: 200 });
    for (const { name, tags, columns, values, partial } of statement.series ?? []) {
      const last = all.at(-1);
      if (goesOn && last !== undefined) for (const row of values ?? []) last.values.push(row);
      else all.push({ name: name ?? '', tags: textTags(tags), columns, values: [...(values ?? [])] });
      goesOn = partial === true;
    }
  }
  return all;
}

const textTags = (tags: Readonly<Record<string, string | null>> | null | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([tag, value]) => [tag, value ?? '']));

function parseAnswer(
  body: string,
  server: string,
): { readonly error?: string; readonly results?: readonly StatementAnswer[] } {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch (cause) {
    // The status was sent before the rows: a server that fails on the way can only stop.
    throw new InfluxError('unreachable', `${server} broke off in the middle of an answer`, {
      status: 200,
      cause,
    });
  }
  throw new InfluxError('refused', `${server} sent no answer to a query: ${body.slice(0, 100)}`, {
    status: 200,
  });
}

function kindOfQueryError(error: string): 'missing' | 'busy' | 'refused' {
  if (/not found/i.test(error)) return 'missing';
  return /time(d )?out|engine is closed|shard.*(closed|disabled)|max-concurrent/i.test(error)
    ? 'busy'
    : 'refused';
}
