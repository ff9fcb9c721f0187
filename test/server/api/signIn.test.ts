import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { cookieOf, memberOf, password, signedIn } from '../signedIn.ts';
import { hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const email = 'sari@tani.example';
const phone = '+6281234567890';

async function withSari(options: Parameters<typeof testServer>[0] = {}) {
  const tani = await testServer(options);
  await tani.server.setup.createUser({
    ...{ orgId: 'tani', email, phone, name: 'Sari', role: 'producer', password },
  });
  return tani;
}

function signIn({ call }: TestServer, body: unknown, headers = {}) {
  return call('POST', '/api/v1/auth/sign-in/email', { token: null, body, headers });
}

/** The sign-in library asks the machine for the time. */
function machineClock() {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return (ms: number) => vi.setSystemTime(Date.now() + ms);
}

describe('signing in', () => {
  it('opens a session that says who and which firm, until signing out', async () => {
    const tani = await withSari();
    const { status, headers } = await signIn(tani, { email: 'Sari@Tani.example', password });
    expect(status).toBe(200);
    expect(headers.getSetCookie()).toHaveLength(1);
    expect(headers.getSetCookie()[0]).toMatch(/Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
    const session = { token: null, headers: { cookie: cookieOf(headers) } };
    expect((await tani.get('/me', session)).body).toMatchObject({
      ...{ name: 'Sari', role: 'producer', email, phone },
      organisation: { orgId: 'tani', name: 'Tahu Tani', kind: 'producer', timeZone: 'Asia/Jakarta' },
      organisations: [{ orgId: 'tani', name: 'Tahu Tani', kind: 'producer', role: 'producer' }],
    });
    expect((await tani.call('POST', '/api/v1/auth/sign-out', session)).status).toBe(200);
    expect((await tani.get('/me', session)).status).toBe(401);
  });

  it.each(['0812-3456-7890', '+62 812 3456 7890', '62812 3456 7890', '812 3456 7890', '0062 812 34567890'])(
    'takes a telephone number as people write it: %s',
    async written => {
      const tani = await withSari();
      const session = await signedIn(tani, written);
      expect((await tani.get('/me', session)).body.name).toBe('Sari');
      expect((await signIn(tani, { phone: written, password })).status).toBe(200);
    },
  );

  it('knows somebody who has a number and no address', async () => {
    const tani = await testServer();
    await tani.server.setup.createUser({ orgId: 'tani', phone, name: 'Yanto', role: 'viewer', password });
    const session = await signedIn(tani, '0812 3456 7890');
    expect((await tani.get('/me', session)).body).toMatchObject({ name: 'Yanto', email: null, phone });
  });

  it('answers a wrong password, an unknown address and an unknown number alike', async () => {
    const tani = await withSari();
    const wrong = await signIn(tani, { email, password: 'kunyit dan gula' });
    const unknown = await signIn(tani, { email: 'siapa@tani.example', password });
    const unknownPhone = await signIn(tani, { phone: '0899 999 9999', password });
    const nobody = await signIn(tani, { email: 'nobody@phone.example', password });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'auth.wrong_password']);
    for (const answer of [unknown, unknownPhone, nobody]) expect(answer.body).toEqual(wrong.body);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('stops guessing after ten failures under either name, also with the right password', async () => {
    const tani = await withSari();
    for (let i = 0; i < 10; i++) {
      const name = i % 2 === 0 ? { email } : { phone: '081234567890' };
      expect((await signIn(tani, { ...name, password: `guess number ${i}` })).status).toBe(401);
    }
    for (const name of [{ email }, { phone }]) {
      const { status, body, headers } = await signIn(tani, { ...name, password });
      expect([status, body.code]).toEqual([429, 'auth.too_many_attempts']);
      expect(headers.get('retry-after')).toBe('900');
    }
  });

  it.each([
    [{ email: 'sari', password }, 'email'],
    [{ email: 'x@phone.invalid', password }, 'email'],
    [{ phone: '12', password }, 'phone'],
    [{ password }, 'email'],
    [{ email, phone, password }, 'email'],
    [{ email }, 'password'],
    [{ email: { $ne: '' }, password }, 'email'],
    [{ email, password, role: 'owner' }, 'role'],
  ])('refuses %j', async (body, field) => {
    const answer = await signIn(await withSari(), body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });

  it('lets no other site sign in or act with the session', async () => {
    const tani = await withSari();
    const foreign = { origin: 'https://evil.example' };
    expect((await signIn(tani, { email, password }, foreign)).body.code).toBe('request.origin_not_allowed');
    const { headers } = await signIn(tani, { email, password }, { origin: tani.url });
    const cookie = cookieOf(headers);
    const batch = { batchId: 'B-01', productId: 'takwa', producedAt: startAt };
    const post = (extra: Record<string, string>) =>
      tani.post('/batches', batch, { token: null, headers: { cookie, ...extra } });
    expect((await post(foreign)).body.code).toBe('request.origin_not_allowed');
    expect((await post({ origin: 'null' })).body.code).toBe('request.origin_not_allowed');
    expect((await post({ origin: tani.url })).status).toBe(201);
  });

  it('takes no forged session', async () => {
    const tani = await withSari();
    const { headers } = await signIn(tani, { email, password });
    const forged = cookieOf(headers).replace(/.(?=$|;)/, c => (c === 'A' ? 'B' : 'A'));
    expect((await tani.get('/me', { token: null, headers: { cookie: forged } })).status).toBe(401);
  });

  it('gives a new session each time, whatever cookie was sent', async () => {
    const tani = await withSari();
    const first = (await signedIn(tani, email)).headers.cookie;
    const second = (await signedIn(tani, email, password, { cookie: first })).headers.cookie;
    expect(second).not.toBe(first);
    const planted = first.replace(/=.*/, '=planted.by-somebody');
    expect((await signedIn(tani, email, password, { cookie: planted })).headers.cookie).not.toContain(
      'planted',
    );
  });

  it('gives a cookie for HTTPS and this host alone where the address is HTTPS', async () => {
    const tani = await withSari({ environment: { TAHAN_PUBLIC_URL: 'https://tahan.example' } });
    const { headers } = await signIn(tani, { email, password });
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-tahan\.session_token=/);
    expect(headers.getSetCookie()[0]).toMatch(/Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(headers.getSetCookie()[0]).not.toMatch(/domain/i);
    const session = { token: null, headers: { cookie: cookieOf(headers) } };
    expect((await tani.get('/me', session)).status).toBe(200);
  });

  it('marks the cookie for HTTPS alone behind a proxy that took HTTPS', async () => {
    const tani = await withSari();
    const { headers } = await signIn(tani, { email, password }, { 'x-forwarded-proto': 'https' });
    expect(headers.getSetCookie()[0]).toMatch(/; Secure$/);
  });

  it('is written down, also when it fails', async () => {
    const tani = await withSari();
    await signIn(tani, { email, password: 'kunyit dan gula' });
    await signIn(tani, { phone, password });
    const db = await openMetadataOf(tani.dataDir);
    await vi.waitFor(async () => {
      const lines = await db.selectFrom('audit').selectAll().where('action', 'like', 'user.sign%').execute();
      expect(lines.map(line => [line.action, line.subject, line.org_id])).toEqual([
        ['user.sign-in-failed', 'Sari', 'tani'],
        ['user.signed-in', 'Sari', 'tani'],
      ]);
    });
  });
});

describe('passwords', () => {
  it('are kept as Argon2id in the size that OWASP asks for', async () => {
    const tani = await withSari();
    const db = await openMetadataOf(tani.dataDir);
    const { password: hash } = await accountOf(db);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  });

  it('of an earlier release open the door, and are kept anew from then on', async () => {
    const tani = await withSari();
    const db = await openMetadataOf(tani.dataDir);
    const { hashPassword } = await import('better-auth/crypto');
    await accounts(db).update(await hashPassword(password));
    expect((await signIn(tani, { email, password: 'kunyit dan gula' })).status).toBe(401);
    expect((await accountOf(db)).password).not.toMatch(/^\$argon2id/);
    expect((await signIn(tani, { email, password })).status).toBe(200);
    expect((await accountOf(db)).password).toMatch(/^\$argon2id/);
    expect((await signIn(tani, { email, password })).status).toBe(200);
  });

  it('can be changed by who knows the old one, which ends every other session', async () => {
    const tani = await withSari();
    const elsewhere = await signedIn(tani, email);
    const here = await signedIn(tani, phone);
    const change = (currentPassword: string, newPassword: string) =>
      tani.post('/me/password', { currentPassword, newPassword }, here);
    expect((await change('kunyit dan gula', 'asam jawa manis')).body.code).toBe('auth.wrong_password');
    const weak = await change(password, 'Password1234');
    expect([weak.status, weak.body.errors[0].field]).toEqual([422, 'newPassword']);
    const changed = await change(password, 'asam jawa manis');
    expect(changed.status).toBe(200);
    const renewed = { token: null, headers: { cookie: cookieOf(changed.headers) } };
    expect((await tani.get('/me', renewed)).body.name).toBe('Sari');
    for (const old of [elsewhere, here]) expect((await tani.get('/me', old)).status).toBe(401);
    expect((await signIn(tani, { email, password })).status).toBe(401);
    expect((await signIn(tani, { email, password: 'asam jawa manis' })).status).toBe(200);
  });

  it('are not to be guessed in a session that was left open', async () => {
    const tani = await withSari();
    const session = await signedIn(tani, email);
    const guess = (currentPassword: string) =>
      tani.post('/me/password', { currentPassword, newPassword: 'asam jawa manis' }, session);
    for (let i = 0; i < 10; i++) expect((await guess(`guess number ${i}`)).status).toBe(401);
    expect((await guess(password)).body.code).toBe('auth.too_many_attempts');
  });

  it('send a crowd away instead of keeping readings waiting', async () => {
    const { createPasswords } = await import('../../../server/passwords.ts');
    const passwords = createPasswords(async () => false);
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash(password)));
    const refused = outcomes.filter(outcome => outcome.status === 'rejected');
    expect(refused.length).toBe(18);
    expect(refused[0]).toMatchObject({ reason: { code: 'auth.busy' } });
    await expect(passwords.hash(password)).resolves.toMatch(/^\$argon2id/);
  });
});

describe('sessions', () => {
  it('end when unused for twelve hours, and not before', async () => {
    const tani = await withSari();
    const advance = machineClock();
    const session = await signedIn(tani, email);
    advance(11 * hourMs);
    expect((await tani.get('/me', session)).status).toBe(200);
    advance(11 * hourMs);
    expect((await tani.get('/me', session)).status).toBe(200);
    advance(12 * hourMs + minuteMs);
    expect((await tani.get('/me', session)).status).toBe(401);
  });

  it('end after seven days, however much they are used', async () => {
    const tani = await withSari();
    const advance = machineClock();
    const session = await signedIn(tani, email);
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      advance(6 * hourMs);
      expect([hours, (await tani.get('/me', session)).status]).toEqual([hours, 200]);
    }
    advance(6 * hourMs);
    expect((await tani.get('/me', session)).status).toBe(401);
  });

  it('are listed with where and when, and can be ended one by one or all but this', async () => {
    const tani = await withSari();
    const tablet = await signedIn(tani, email, password, { 'user-agent': 'Tablet' });
    await signedIn(tani, email, password, { 'user-agent': 'Desk' });
    const phoneSession = await signedIn(tani, email, password, { 'user-agent': 'Phone' });
    const { body } = await tani.get('/me/sessions', phoneSession);
    expect(body.sessions.map((s: { userAgent: string }) => s.userAgent).sort()).toEqual([
      ...['Desk', 'Phone', 'Tablet'],
    ]);
    const of = (agent: string) => body.sessions.find((s: { userAgent: string }) => s.userAgent === agent);
    expect(of('Phone')).toMatchObject({ current: true, ipAddress: '127.0.0.1' });
    expect(of('Tablet').current).toBe(false);
    const end = (id: string) => tani.del(`/me/sessions/${id}`, phoneSession);
    expect((await end(of('Tablet').sessionId)).status).toBe(200);
    expect((await end(of('Tablet').sessionId)).body.code).toBe('session.not_found');
    expect((await tani.get('/me', tablet)).status).toBe(401);
    expect((await tani.del('/me/sessions', phoneSession)).body).toEqual({ ended: 1 });
    expect((await tani.get('/me', phoneSession)).status).toBe(200);
  });

  it('of others can neither be seen nor ended', async () => {
    const tani = await withSari();
    const sari = await signedIn(tani, email);
    const { session } = await memberOf(tani, 'owner');
    const [own] = (await tani.get('/me/sessions', sari)).body.sessions;
    expect((await tani.del(`/me/sessions/${own.sessionId}`, session)).body.code).toBe('session.not_found');
    expect((await tani.get('/me', sari)).status).toBe(200);
  });

  it('are no business of a token', async () => {
    const tani = await withSari();
    expect((await tani.get('/me/sessions')).body.code).toBe('member.has_no_account');
  });
});

type Db = Awaited<ReturnType<typeof openMetadataOf>>;

/** The table of the sign-in library. */
function accounts(db: Db) {
  // biome-ignore lint/suspicious/noExplicitAny: a table that is not ours
  const foreign = db as any;
  return {
    first: (): Promise<{ password: string }> =>
      foreign.selectFrom('account').select('password').executeTakeFirstOrThrow(),
    update: (hash: string) => foreign.updateTable('account').set({ password: hash }).execute(),
  };
}

const accountOf = (db: Db) => accounts(db).first();
