import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../server/clock.ts';
import type { Answer, ScenarioWorld } from './scenarioWorld.ts';

export interface RunningServerOptions {
  readonly httpUrl: string;
  readonly brokerUrl: string;
  readonly token: string;
  /** Put behind every id of the file, so that it can be played again. */
  readonly runId: string;
  readonly beginsAt: number;
  readonly endsAt: number;
  /** 1: as it happens, from now on. More: at most so much faster, so that it ends now; Infinity: as fast as it is taken. */
  readonly speed: number;
  readonly signal?: AbortSignal;
}

/** How soon a server looks at everything that changes because time passes. */
const looksWithinMs = 45_000;
/** How long it waits for more of a backlog before it tells of what that leaves open. */
const tellsBacklogAfterMs = 180_000;
/** Readings are in the estimate when they are acknowledged, or a moment later. */
const takesInWithinMs = 5_000;

/** A server that runs somewhere with a clock of its own, and how to leave its firm as it was. */
export function runningServer(options: RunningServerOptions): {
  world: ScenarioWorld;
  restoreRules(): Promise<void>;
} {
  const { httpUrl, brokerUrl, token, runId, beginsAt, endsAt, speed, signal } = options;
  const isLive = speed === 1;
  const startedAt = systemClock.now();
  const shiftMs = isLive ? startedAt - beginsAt : startedAt - endsAt;
  let restore: readonly unknown[] | undefined;

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    let response: Response;
    try {
      response = await fetch(`${httpUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
    } catch (error) {
      throw new Error(`cannot reach a server at ${httpUrl}: is it running, and is the address right?`, {
        cause: error,
      });
    }
    return { status: response.status, body: parsed(await response.text()) };
  }

  async function rules(): Promise<readonly unknown[]> {
    const { status, body } = await call('GET', '/api/v1/alert-rules');
    if (status !== 200) throw new Error(`GET /alert-rules answered ${status}`);
    return body.rules;
  }

  async function put(all: readonly unknown[]): Promise<void> {
    const { status, body } = await call('PUT', '/api/v1/alert-rules', { rules: all });
    if (status >= 300) throw new Error(`PUT /alert-rules answered ${status}: ${body?.detail ?? ''}`);
  }

  return {
    world: {
      ...{ brokerUrl, shiftMs, isLive, call },
      patienceMs: isLive ? looksWithinMs : takesInWithinMs,
      laterPatienceMs: tellsBacklogAfterMs,
      idOf: id => `${id}.${runId}`,
      async goTo(at) {
        const realMs = isLive ? at - startedAt : (at - beginsAt - shiftMs) / speed;
        const ahead = startedAt + realMs - systemClock.now();
        // Called off, it simply goes on: whoever plays looks at the signal next.
        if (ahead > 0) await sleep(ahead, undefined, signal ? { signal } : {}).catch(() => {});
      },
      settle: async () => {},
      async putRules(own) {
        restore = await rules();
        await put([...restore, ...own]);
      },
    },
    async restoreRules() {
      if (restore !== undefined) await put(restore);
    },
  };
}

function parsed(text: string): Answer['body'] {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // A proxy's page instead of our JSON: the status says enough.
    return undefined;
  }
}
