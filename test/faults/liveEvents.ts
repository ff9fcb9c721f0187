import type { FaultTarget } from './faultTarget.ts';

export interface SeenEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Listens to the live stream until told to stop. */
export async function liveEvents(target: FaultTarget): Promise<{ events: SeenEvent[]; stop(): void }> {
  const stopped = new AbortController();
  const response = await fetch(`${target.httpUrl}/api/v1/live`, {
    headers: { authorization: `Bearer ${target.token}` },
    signal: stopped.signal,
  });
  if (!response.ok || !response.body) throw new Error(`GET /live answered ${response.status}`);
  const events: SeenEvent[] = [];
  void collect(response.body, events).catch(() => undefined);
  return { events, stop: () => stopped.abort() };
}

async function collect(body: ReadableStream<Uint8Array>, events: SeenEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    const whole = pending.split('\n\n');
    pending = whole.pop() ?? '';
    for (const text of whole) {
      const type = /^event: ?(.*)$/m.exec(text)?.[1];
      const data = /^data: ?(.*)$/m.exec(text)?.[1];
      if (type && data) events.push({ type, data: JSON.parse(data) });
    }
  }
}
