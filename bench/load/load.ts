import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Durations, type Percentiles } from './durations.ts';
import { endWithUs } from './endWithUs.ts';
import { Publisher, type PublisherLogin, type PublisherSettings } from './publisher.ts';

export interface LoadPlan extends PublisherSettings {
  readonly publishers: readonly PublisherLogin[];
}

/** Publish as fast as acknowledgements come: for some seconds, or so many from each publisher. */
export type LoadRun = { readonly seconds: number } | { readonly publishesEach: number };

export interface LoadResult {
  readonly acknowledged: number;
  readonly seconds: number;
  readonly perS: number;
  readonly ackMs: Percentiles;
  /** Of the load generator, for each publish. */
  readonly cpuUs: number;
  /** Connections that the broker has cut. */
  readonly cut: number;
  /** Of every publisher since it connected: readings 0 up to this number are acknowledged. */
  readonly acknowledgedOf: readonly number[];
}

/** A process of its own that publishes; its connections stay open from one run to the next. */
export interface Load {
  readonly pid: number;
  run(run: LoadRun): Promise<LoadResult>;
  /** So many readings a second, spread over all publishers, each measured as it is sent. */
  pace(perS: number, seconds: number): Promise<LoadResult>;
  close(): Promise<void>;
}

/** @throws {Error} when a login is not taken */
export async function startLoad(plan: LoadPlan): Promise<Load> {
  const child = fork(import.meta.filename, { serialization: 'advanced' });
  endWithUs(child);
  const call = callsOf(child);
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  await call('connect', plan).catch(async error => {
    await close();
    throw error;
  });
  return {
    pid: child.pid!,
    run: run => call('run', run) as Promise<LoadResult>,
    pace: (perS, seconds) => call('pace', perS, seconds) as Promise<LoadResult>,
    close,
  };
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** One call at a time. */
function callsOf(child: ChildProcess) {
  return (method: string, ...asked: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const settle = () => child.off('message', onMessage).off('exit', onExit);
      const onExit = () => {
        settle();
        reject(new Error(`the load generator ended while it was asked to ${method}`));
      };
      const onMessage = (message: unknown) => {
        settle();
        const { value, error } = message as Answer;
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      };
      child.on('message', onMessage).on('exit', onExit);
      child.send({ method, asked });
    });
}

const loginsAtOnce = 50;

/** What the process does. */
function generator() {
  let publishers: Publisher[] = [];

  async function measured(durations: Durations, work: () => Promise<unknown>): Promise<LoadResult> {
    const before = publishers.reduce((sum, one) => sum + one.acknowledged, 0);
    const cpu = process.cpuUsage();
    const began = performance.now();
    await work();
    const { user, system } = process.cpuUsage(cpu);
    const acknowledgedOf = publishers.map(one => one.acknowledged);
    const acknowledged = acknowledgedOf.reduce((sum, n) => sum + n, 0) - before;
    const seconds = (Math.max(began + 1, ...publishers.map(one => one.lastAckAt)) - began) / 1_000;
    return {
      ...{ acknowledged, seconds, perS: acknowledged / seconds, ackMs: durations.percentiles() },
      cpuUs: (user + system) / acknowledged,
      cut: publishers.filter(one => one.isCut).length,
      acknowledgedOf,
    };
  }

  return {
    async connect({ publishers: logins, ...settings }: LoadPlan) {
      publishers = logins.map(login => new Publisher(login, settings));
      for (let n = 0; n < publishers.length; n += loginsAtOnce)
        await Promise.all(publishers.slice(n, n + loginsAtOnce).map(one => one.connect()));
    },
    run(run: LoadRun) {
      const durations = new Durations();
      return measured(durations, () => {
        const stopAt = 'seconds' in run ? performance.now() + run.seconds * 1_000 : Number.MAX_VALUE;
        const count = 'seconds' in run ? Number.MAX_SAFE_INTEGER / 2 : run.publishesEach;
        return Promise.all(publishers.map(one => one.run(durations, stopAt, count)));
      });
    },
    pace(perS: number, seconds: number) {
      const durations = new Durations();
      return measured(durations, async () => {
        const began = performance.now();
        for (let sent = 0; sent < perS * seconds; ) {
          const due = Math.min(perS * seconds, ((performance.now() - began) / 1_000) * perS);
          for (; sent < due; sent++) publishers[sent % publishers.length]!.publishNow(Date.now(), durations);
          await sleep(2);
        }
        await sleep(500);
      });
    },
  };
}

if (import.meta.main) {
  const methods = generator();
  process.on('message', async (message: { method: keyof typeof methods; asked: unknown[] }) => {
    const { method, asked } = message;
    try {
      process.send!({
        value: await (methods[method] as (...asked: unknown[]) => Promise<unknown>)(...asked),
      });
    } catch (error) {
      process.send!({ error: String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
