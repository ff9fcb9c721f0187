import { apiClient } from '../support/apiClient.ts';
import type { Login } from './faultTarget.ts';
import { type Settled, SteadyLoad } from './ledger.ts';

/** What the parent asks, one after the other; each is answered with one message. */
export type LoadRequest =
  | {
      readonly ask: 'start';
      readonly mqttUrl: string;
      readonly logins: readonly Login[];
      readonly perNodeMs: number;
      readonly token: string;
    }
  | { readonly ask: 'count' }
  | { readonly ask: 'finish' }
  | { readonly ask: 'settle'; readonly httpUrl: string };

export interface LoadAnswer {
  readonly acknowledged: number;
  readonly waiting?: number;
  readonly settled?: Settled;
}

/** Nodes in a process (and on a host) of their own, with a ledger of what the broker acknowledged to them. */
let load: SteadyLoad | undefined;
let token = '';
let finished: Promise<number> | undefined;

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  if (request.ask === 'start') {
    token = request.token;
    load = new SteadyLoad(request.mqttUrl, request.logins, request.perNodeMs, { keepaliveS: 5 });
    await load.up();
  }
  if (load === undefined) throw new Error('nothing was started');
  if (request.ask === 'finish') finished ??= load.finish(60_000);
  const acknowledged = () => load!.ledger.acknowledgedCount;
  if (request.ask === 'settle') {
    const settled = await load.ledger.settle(apiClient(request.httpUrl, token));
    return { acknowledged: acknowledged(), settled };
  }
  const waiting = (await finished) ?? load.nodes.reduce((sum, node) => sum + node.waiting, 0);
  return { acknowledged: acknowledged(), waiting };
}

process.on('message', (request: LoadRequest) => {
  answer(request).then(
    said => process.send?.(said),
    error => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
