import { describe, expect, it } from 'vitest';
import { startAt, type TestServer, testServer } from '../testServer.ts';

const email = 'sari@tani.example';
const password = 'kunyit dan garam';

async function withSari() {
  const tani = await testServer();
  await tani.server.setup.createUser({ orgId: 'tani', email, name: 'Sari', role: 'producer', password });
  return tani;
}

function signIn({ call }: TestServer, body: unknown, headers = {}) {
  return call('POST', '/api/v1/auth/sign-in/email', { token: null, body, headers });
}

const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ');

describe('signing in', () => {
  it('opens a session that says who and which firm, until signing out', async () => {
    const tani = await withSari();
    const { status, headers } = await signIn(tani, { email: 'Sari@Tani.example', password });
    expect(status).toBe(200);
    expect(headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/);
    const session = { token: null, headers: { cookie: cookieOf(headers) } };
    expect((await tani.get('/me', session)).body).toMatchObject({
      name: 'Sari',
      role: 'producer',
      organisation: { orgId: 'tani', name: 'Tahu Tani', timeZone: 'Asia/Jakarta' },
    });
    expect((await tani.call('POST', '/api/v1/auth/sign-out', session)).status).toBe(200);
    expect((await tani.get('/me', session)).status).toBe(401);
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const tani = await withSari();
    const wrong = await signIn(tani, { email, password: 'kunyit dan gula' });
    const unknown = await signIn(tani, { email: 'siapa@tani.example', password });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'auth.wrong_password']);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('stops guessing after ten failures, also with the right password', async () => {
    const tani = await withSari();
    for (let i = 0; i < 10; i++)
      expect((await signIn(tani, { email, password: `guess number ${i}` })).status).toBe(401);
    const { status, body } = await signIn(tani, { email, password });
    expect([status, body.code]).toEqual([429, 'auth.too_many_attempts']);
  });

  it.each([
    [{ email: 'sari', password }, 'email'],
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

  it('shows a member of no firm nothing', async () => {
    const tani = await withSari();
    const { headers } = await signIn(tani, { email, password });
    const forged = cookieOf(headers).replace(/.(?=$|;)/, c => (c === 'A' ? 'B' : 'A'));
    expect((await tani.get('/me', { token: null, headers: { cookie: forged } })).status).toBe(401);
  });
});
