import { describe, expect, it, vi } from 'vitest';
import { type Role, roleSchema } from '../../../models/contracts/people.ts';
import { access } from '../../../server/api/access.ts';
import { allRoutes } from '../../../server/api/app.ts';
import type { Route } from '../../../server/api/route.ts';
import type { Services } from '../../../server/services.ts';
import { type Answer, hourMs, type TestServer, testServer } from '../testServer.ts';
import { bodies, everythingOf, inAnHour, mark, type Params, queries } from './everything.ts';

// A thousand requests each: how long they take is the machine's business.
vi.setConfig({ testTimeout: 180_000 });

const routes = allRoutes({} as Services);
const keyOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;
const rolesOf = (route: Route): readonly Role[] => access[keyOf(route)] ?? [];
const paramsIn = (path: string) => [...path.matchAll(/:(\w+)/g)].map(match => match[1]!);

/** A stream that is allowed never ends; the live tests look at it. */
const withoutStreams = routes.filter(route => route.path !== '/live');

/** What is read first, what is taken away last, and parts before what they are parts of. */
const gently = withoutStreams.toSorted(
  (a, b) => weight(a) - weight(b) || b.path.split('/').length - a.path.split('/').length,
);
function weight({ method, path }: Route): number {
  if (method === 'get') return 0;
  const isEnd = /\/(arrive|cancel|split|join|discard|claim|replace|password)$/.test(path);
  return method === 'delete' ? 3 : isEnd ? 2 : 1;
}

interface World {
  readonly tani: TestServer;
  readonly params: Params;
  /** A valid request of this route about the things of `tani`, or about what `others` names instead. */
  ask(route: Route, token: string | null, others?: Params): Promise<Answer>;
}

async function aWorld(): Promise<World> {
  const tani = await testServer();
  const params = await everythingOf(tani);
  return {
    tani,
    params,
    ask(route, token, others = {}) {
      const named = { ...params, ...others };
      const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? 'x'));
      const query = queries[keyOf(route)]?.(named) ?? '';
      const body = route.body === undefined ? {} : { body: bodies(named)[keyOf(route)] };
      return tani.call(route.method.toUpperCase(), `/api/v1${path}${query}`, { token, ...body });
    },
  };
}

/** Only a person has a session; these tests ask as tokens, which are refused in other words. */
const personsOnly = (route: Route) => /^\/me\b/.test(route.path) && keyOf(route) !== 'get /me';

describe('the table of routes', () => {
  it('has a line for every route, and no line without one', () => {
    expect(routes.map(keyOf).sort()).toEqual(Object.keys(access).sort());
  });

  it('knows a valid request for every route, and asks for credentials that are known and not expired', async () => {
    const { tani, params, ask } = await aWorld();
    for (const route of withoutStreams) {
      const unknown = paramsIn(route.path).filter(name => params[name] === undefined);
      expect([keyOf(route), unknown], 'add one of these to everythingOf()').toEqual([keyOf(route), []]);
      const parsed = route.body?.safeParse(bodies(params)[keyOf(route)]);
      const fault = parsed?.error?.message;
      expect([keyOf(route), fault], 'add a valid body to bodies()').toEqual([keyOf(route), undefined]);
    }
    const body = { name: 'brief', role: 'owner', expiresAt: inAnHour };
    const expired = (await tani.post('/tokens', body)).body.token;
    tani.clock.advance(hourMs);
    for (const route of routes) {
      expect([keyOf(route), ...problem(await ask(route, null))]).toEqual([
        keyOf(route),
        401,
        'auth.required',
      ]);
      for (const token of ['tahan_wrong', expired])
        expect([keyOf(route), ...problem(await ask(route, token))]).toEqual([
          ...[keyOf(route), 401, 'auth.token_unknown'],
        ]);
    }
  });

  it('lets each role do what it says and nothing else, about things that are there', async () => {
    const { tani, ask, params } = await aWorld();
    const tokens = await tokensOf(tani, 'tani');
    // Past the door it is all the same who asks: only owners make the server work for their answer.
    const nothing = nothingInsteadOf(params);
    const wrong: unknown[] = [];
    for (const route of gently)
      for (const [role, token] of tokens) {
        const { status, body } = await ask(route, token, role === 'owner' ? {} : nothing);
        const refused = body?.code === 'auth.role_not_allowed';
        const isThere = status !== 404 || role !== 'owner' || mayBeAbsent.includes(keyOf(route));
        if (refused === rolesOf(route).includes(role) || status >= 500 || (!isThere && !refused))
          wrong.push([role, keyOf(route), status, body?.code]);
      }
    expect(wrong).toEqual([]);
  });
});

describe('another firm', () => {
  it('finds nothing of this one: by address, in any answer, or in what it makes', async () => {
    const { tani, ask, params } = await aWorld();
    await tani.otherFirm();
    const tokens = await tokensOf(tani, 'lain');
    const nothing = nothingInsteadOf(params);
    const wrong: unknown[] = [];
    for (const route of withoutStreams)
      for (const [role, token] of tokens) {
        const answer = await ask(route, token);
        if (saysName(answer)) wrong.push([role, keyOf(route), 'says a name', answer.body]);
        if (!namesThings(route)) continue;
        const foreign = problem(answer);
        if (!rolesOf(route).includes(role)) {
          if (foreign[0] !== 403) wrong.push([role, keyOf(route), ...foreign]);
          continue;
        }
        // As if it were not there at all, to the letter of the code.
        const absent = problem(await ask(route, token, nothing));
        if (foreign[0] < 400 || String(foreign) !== String(absent))
          wrong.push([role, keyOf(route), ...foreign, 'and of nothing', ...absent]);
        if (paramsIn(route.path).length > 0 && !personsOnly(route) && foreign[0] !== 404)
          wrong.push([role, keyOf(route), ...foreign]);
      }
    expect(wrong).toEqual([]);
    const { body } = await tani.get('/batches');
    expect(body.batches.map((batch: { batchId: string }) => batch.batchId).sort()).toEqual(
      [params.batchId, params.secondBatchId, params.sentBatchId].sort(),
    );
  });
});

/** Nobody was given these: the receivers of grants and links look at them in tests of their own. */
const mayBeAbsent = ['get /shared/readings', 'post /grants/accept'];

/** Routes that are about something which is there already, in their path or in what they take. */
function namesThings(route: Route): boolean {
  const inBody = ['post /batches/join', 'post /shipments', 'post /shipments/preview', 'post /grants'];
  return paramsIn(route.path).length > 0 || inBody.includes(keyOf(route));
}

function nothingInsteadOf(params: Params): Params {
  const nowhere = Object.keys(params).map(name => [name, `nowhere-${name}`]);
  return { ...Object.fromEntries(nowhere), leg: '1' };
}

/** Whether an answer holds a name of the firm `tani`, beyond repeating what was asked. */
function saysName({ body, headers }: Answer): boolean {
  const { detail: _, errors: __, ...said } = body ?? {};
  return JSON.stringify([said, ...headers]).includes(mark);
}

async function tokensOf(tani: TestServer, orgId: string): Promise<Map<Role, string>> {
  const tokens = new Map<Role, string>();
  // Owners first: what they are asked about must be there still.
  for (const role of roleSchema.options) tokens.set(role, await tani.tokenFor(role, orgId));
  return tokens;
}

const problem = ({ status, body }: Answer): [number, string | undefined] => [status, body?.code];
