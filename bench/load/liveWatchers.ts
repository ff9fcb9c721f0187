import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Durations, type Percentiles } from './durations.ts';
import { endWithUs } from './endWithUs.ts';

export interface Watched {
  /** Streams that are still open. */
  readonly open: number;
  readonly bytes: number;
  /** From the time of measurement of a reading until its event is here, over all streams. */
  readonly latencyMs: Percentiles;
}

export interface LiveWatchers {
  readonly pid: number;
  /** What came since it was last asked. */
  look(): Promise<Watched>;
  close(): Promise<void>;
}

/**
 * Pages that listen to the live stream, in a process of their own.
 *
 * @param token  several are used in turn: one may hold only so many streams
 */
export async function startLiveWatchers(
  httpUrl: string,
  token: string | readonly string[],
  streams: number,
): Promise<LiveWatchers> {
  const child = fork(import.meta.filename, [httpUrl, [token].flat().join(), String(streams)]);
  endWithUs(child);
  await once(child, 'message');
  return {
    pid: child.pid!,
    async look() {
      child.send('look');
      const [watched] = await once(child, 'message');
      return watched as Watched;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const reading = /event: reading\ndata: .*?"measuredAt":"([^"]+)"/g;

function watch(httpUrl: string, tokens: readonly string[], streams: number): void {
  let open = 0;
  let bytes = 0;
  let latency = new Durations();
  const listen = (response: IncomingMessage) => {
    let rest = '';
    response.setEncoding('latin1');
    response.on('error', () => undefined);
    response.on('close', () => {
      open -= 1;
    });
    response.on('data', (chunk: string) => {
      bytes += chunk.length;
      const text = rest + chunk;
      const end = text.lastIndexOf('\n\n') + 1;
      const now = Date.now();
      for (const [, at] of text.slice(0, end).matchAll(reading)) latency.add(now - Date.parse(at!));
      rest = text.slice(end);
    });
    open += 1;
    if (open === streams) process.send!('open');
  };
  for (let n = 0; n < streams; n++)
    get(
      `${httpUrl}/api/v1/live`,
      { agent: false, headers: { authorization: `Bearer ${tokens[n % tokens.length]}` } },
      response => {
        if (response.statusCode === 200) return listen(response);
        throw new Error(`the live stream answered ${response.statusCode}`);
      },
    );
  process.on('message', () => {
    process.send!({ open, bytes, latencyMs: latency.percentiles() } satisfies Watched);
    bytes = 0;
    latency = new Durations();
  });
  process.once('disconnect', () => process.exit());
}

if (import.meta.main) watch(process.argv[2]!, process.argv[3]!.split(','), Number(process.argv[4]));
