import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHttpServer } from '../../support/fakeHttpServer.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { cookieOf, memberOf, password, signedIn } from '../signedIn.ts';
import { hourMs, type TestServer, testServer } from '../testServer.ts';

const dayMs = 24 * hourMs;

/** What stands behind the "#" of a link. */
const secretOf = (url: string) => url.slice(url.indexOf('#') + 1);

function open(tani: TestServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  return tani.call('POST', `/api/v1/auth/${path}`, { token: null, body, headers });
}

describe('invitations', () => {
  it('bring somebody in by number: a link to copy, a password of their own, a session', async () => {
    const tani = await testServer();
    const made = await tani.post('/invitations', {
      phone: '0812 3456 7890',
      role: 'producer',
      name: 'Pak Yanto',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      phone: '+6281234567890',
      email: null,
      role: 'producer',
      state: 'open',
    });
    expect(made.body.shareText).toContain('Tahu Tani');
    expect(made.body.shareText).toContain(made.body.url);
    const token = secretOf(made.body.url);
    expect(token.length).toBeGreaterThanOrEqual(43);
    expect((await open(tani, 'invitation', { token })).body).toMatchObject({
      ...{ organisationName: 'Tahu Tani', role: 'producer', identity: '+6281234567890' },
      ...{ name: 'Pak Yanto', hasAccount: false },
    });
    const weak = await open(tani, 'invitation/accept', { token, password: 'passwordpassword' });
    expect([weak.status, weak.body.errors[0].field]).toEqual([422, 'password']);
    const accepted = await open(tani, 'invitation/accept', { token, password });
    expect([accepted.status, accepted.body]).toEqual([201, { orgId: 'tani', role: 'producer' }]);
    const session = { token: null, headers: { cookie: cookieOf(accepted.headers) } };
    expect((await tani.get('/me', session)).body).toMatchObject({ name: 'Pak Yanto', role: 'producer' });
    expect((await tani.get('/invitations')).body.invitations[0].state).toBe('accepted');
    expect((await signedIn(tani, '+62 812-3456-7890')).headers.cookie).toBeTruthy();
  });

  it('are sent to the number where this server can, with the link in the message', async () => {
    const sms = await startFakeHttpServer(() => ({ status: 202, body: {} }));
    onTestFinished(() => sms.close());
    const tani = await testServer({
      environment: {
        TAHAN_SMS_WEBHOOK_URL: `${sms.url}/sms`,
        TAHAN_PUBLIC_URL: 'https://tahan.example',
      },
    });
    const made = await tani.post('/invitations', { phone: '0812 3456 7890', role: 'viewer' });
    expect(made.body.sent).toEqual({ channel: 'sms', outcome: 'delivered', reason: null });
    const message = JSON.parse(sms.sent[0]!.body);
    expect(message.to).toBe('+6281234567890');
    expect(message.text).toBe(`Tahu Tani mengundang Anda ke Tahan (7 hari): ${made.body.url}`);
    expect(made.body.url).toMatch(/^https:\/\/tahan\.example\/undangan#/);
    const byMail = await tani.post('/invitations', { email: 'sari@tani.example', role: 'viewer' });
    expect([byMail.status, byMail.body.sent]).toEqual([201, null]);
    for (let i = 0; i < 2; i++) await tani.post('/invitations', { phone: '0812 3456 7890', role: 'viewer' });
    const fourth = await tani.post('/invitations', { phone: '0812 3456 7890', role: 'viewer' });
    expect([fourth.status, fourth.body.code]).toEqual([429, 'contact.too_many_messages']);
    expect(sms.sent).toHaveLength(3);
  });

  it('open once, for seven days, and not when taken back or replaced', async () => {
    const tani = await testServer();
    const invite = async () => {
      const { body } = await tani.post('/invitations', { email: 'sari@tani.example', role: 'viewer' });
      return { id: body.invitationId as string, token: secretOf(body.url) };
    };
    const codeOf = async (token: string) => (await open(tani, 'invitation', { token })).body.code;
    const first = await invite();
    const second = await invite();
    expect(await codeOf(first.token)).toBe('invitation.not_found');
    expect(await codeOf(second.token)).toBeUndefined();
    tani.clock.advance(7 * dayMs - 1);
    expect(await codeOf(second.token)).toBeUndefined();
    tani.clock.advance(1);
    expect(await codeOf(second.token)).toBe('invitation.not_found');
    const third = await invite();
    expect((await tani.del(`/invitations/${third.id}`)).status).toBe(200);
    expect((await tani.del(`/invitations/${third.id}`)).body.code).toBe('invitation.not_found');
    expect(await codeOf(third.token)).toBe('invitation.not_found');
    const fourth = await invite();
    const accept = () => open(tani, 'invitation/accept', { token: fourth.token, password });
    const outcomes = [await accept(), await accept()].map(answer => answer.status);
    expect(outcomes).toEqual([201, 404]);
    const again = await tani.post('/invitations', { email: 'sari@tani.example', role: 'owner' });
    expect([again.status, again.body.code]).toEqual([409, 'user.exists']);
  });

  it('let somebody with an account join another firm only with its password', async () => {
    const tani = await testServer();
    const { email, session } = await memberOf(tani, 'producer');
    const other = await tani.otherFirm();
    const made = await tani.post('/invitations', { email, role: 'viewer' }, { token: other });
    const token = secretOf(made.body.url);
    expect((await open(tani, 'invitation', { token })).body.hasAccount).toBe(true);
    const wrong = await open(tani, 'invitation/accept', { token, password: 'asam jawa manis' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'auth.wrong_password']);
    expect((await open(tani, 'invitation/accept', { token, password })).body.orgId).toBe('lain');
    expect((await tani.get('/me', session)).body).toMatchObject({
      organisation: { orgId: 'tani' },
      organisations: [
        { orgId: 'lain', role: 'viewer' },
        { orgId: 'tani', role: 'producer' },
      ],
    });
  });

  it('cannot be guessed: ten wrong secrets close the door for that address', async () => {
    const tani = await testServer();
    const guess = (i: number) => open(tani, 'invitation', { token: `${'x'.repeat(40)}${i}` });
    for (let i = 0; i < 10; i++) expect((await guess(i)).status).toBe(404);
    expect((await guess(10)).status).toBe(429);
  });

  it('are kept without their secret, and written down', async () => {
    const tani = await testServer();
    const { body } = await tani.post('/invitations', { email: 'sari@tani.example', role: 'viewer' });
    const db = await openMetadataOf(tani.dataDir);
    const kept = JSON.stringify(await db.selectFrom('invitations').selectAll().execute());
    expect(kept).not.toContain(secretOf(body.url));
    const actions = (await db.selectFrom('audit').select('action').execute()).map(line => line.action);
    expect(actions).toContain('invitation.made');
  });

  it.each([
    [{ role: 'viewer' }, 'email'],
    [{ email: 'a@b.example', phone: '08123456789', role: 'viewer' }, 'email'],
    [{ email: 'a@b.example', role: 'king' }, 'role'],
    [{ email: 'a@b.example', role: 'viewer', orgId: 'lain' }, 'orgId'],
    [{ email: 'a@b.example', role: 'viewer', name: 'a\u0000b' }, 'name'],
  ])('refuse %j', async (body, field) => {
    const tani = await testServer();
    const answer = await tani.post('/invitations', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('members', () => {
  it('are seen by all, their addresses by owners alone', async () => {
    const tani = await testServer();
    const { session } = await memberOf(tani, 'viewer');
    const shown = async (options?: object) => (await tani.get('/members', options)).body.members[0];
    expect(await shown()).toMatchObject({ name: 'viewer', role: 'viewer', email: 'viewer@tani.example' });
    expect(await shown(session)).toMatchObject({ name: 'viewer', email: null, phone: null });
  });

  it('lose their sessions, and tokens that could do more, with their role', async () => {
    const tani = await testServer();
    const { userId, session } = await memberOf(tani, 'producer');
    const token = async (role: string) =>
      (await tani.post('/tokens', { name: role, role }, session)).body.token;
    const [producer, viewer] = [await token('producer'), await token('viewer')];
    const changed = await tani.call('PATCH', `/api/v1/members/${userId}`, { body: { role: 'viewer' } });
    expect([changed.status, changed.body.role]).toEqual([200, 'viewer']);
    expect((await tani.get('/me', session)).status).toBe(401);
    expect((await tani.get('/me', { token: producer })).body.code).toBe('auth.token_unknown');
    expect((await tani.get('/me', { token: viewer })).status).toBe(200);
    const again = await signedIn(tani, 'producer@tani.example');
    expect((await tani.get('/me', again)).body.role).toBe('viewer');
  });

  it('are out at once when taken out, with tokens and open invitations of theirs', async () => {
    const tani = await testServer();
    await memberOf(tani, 'owner', { name: 'first' });
    const { userId, session, email } = await memberOf(tani, 'owner', { name: 'second' });
    const token = (await tani.post('/tokens', { name: 'script', role: 'viewer' }, session)).body.token;
    const invited = await tani.post('/invitations', { email: 'back@door.example', role: 'owner' }, session);
    expect((await tani.del(`/members/${userId}`)).status).toBe(200);
    expect((await tani.get('/me', session)).status).toBe(401);
    expect((await tani.get('/me', { token })).status).toBe(401);
    const backDoor = await open(tani, 'invitation', { token: secretOf(invited.body.url) });
    expect(backDoor.body.code).toBe('invitation.not_found');
    const again = await signedIn(tani, email);
    expect((await tani.get('/me', again)).body.code).toBe('auth.not_a_member');
    expect((await tani.del(`/members/${userId}`)).body.code).toBe('member.not_found');
  });

  it('keep one owner, also when two leave at once', async () => {
    const tani = await testServer();
    const owners = [
      await memberOf(tani, 'owner', { name: 'a' }),
      await memberOf(tani, 'owner', { name: 'b' }),
    ];
    const left = await Promise.all(owners.map(({ userId }) => tani.del(`/members/${userId}`)));
    expect(left.map(answer => answer.status).sort()).toEqual([200, 409]);
    const { members } = (await tani.get('/members')).body;
    const demoted = await tani.call('PATCH', `/api/v1/members/${members[0].userId}`, {
      body: { role: 'viewer' },
    });
    expect([demoted.status, demoted.body.code]).toEqual([409, 'member.last_owner']);
  });

  it('get a new password by a link of an owner, once and within a day', async () => {
    const tani = await testServer();
    const { userId, session, email } = await memberOf(tani, 'viewer');
    const issue = async () => secretOf((await tani.post(`/members/${userId}/password-reset`)).body.url);
    const late = await issue();
    tani.clock.advance(dayMs);
    const use = (token: string, secret = 'asam jawa manis') =>
      open(tani, 'password-reset', { token, password: secret });
    expect((await use(late)).body.code).toBe('password_reset.not_found');
    const replaced = await issue();
    const token = await issue();
    expect((await use(replaced)).status).toBe(404);
    expect((await use(token, 'short')).status).toBe(422);
    expect((await use(token)).status).toBe(200);
    expect((await use(token)).status).toBe(404);
    expect((await tani.get('/me', session)).status).toBe(401);
    await expect(signedIn(tani, email)).rejects.toThrow('401');
    expect((await signedIn(tani, email, 'asam jawa manis')).headers.cookie).toBeTruthy();
  });

  it('of two firms get no new password from an owner of one', async () => {
    const tani = await testServer();
    const { userId, email } = await memberOf(tani, 'viewer');
    await tani.otherFirm();
    await tani.server.setup.createUser({ orgId: 'lain', email, role: 'owner' });
    const { status, body } = await tani.post(`/members/${userId}/password-reset`);
    expect([status, body.code]).toEqual([409, 'member.belongs_elsewhere']);
    const { password: secret } = await tani.server.setup.resetPassword({ email });
    expect((await signedIn(tani, email, secret)).headers.cookie).toBeTruthy();
  });

  it('may change their own name', async () => {
    const tani = await testServer();
    const { session } = await memberOf(tani, 'viewer');
    const renamed = await tani.call('PATCH', '/api/v1/me', { ...session, body: { name: ' Bu Sri ' } });
    expect(renamed.body.name).toBe('Bu Sri');
    expect((await tani.get('/members')).body.members[0].name).toBe('Bu Sri');
  });
});

describe('a person of several firms', () => {
  async function withBoth() {
    const tani = await testServer();
    const { session, email, userId } = await memberOf(tani, 'producer');
    const other = await tani.otherFirm();
    tani.clock.advance(hourMs);
    await tani.server.setup.createUser({ orgId: 'lain', email, role: 'viewer' });
    return { tani, session, email, userId, other };
  }
  const orgOf = async (tani: TestServer, options: object) =>
    (await tani.get('/me', options)).body.organisation.orgId;

  it('works for the one joined first, another by header, and another by choice in this session alone', async () => {
    const { tani, session, email } = await withBoth();
    const elsewhere = await signedIn(tani, email);
    expect(await orgOf(tani, session)).toBe('tani');
    const headers = { ...session.headers, 'tahan-organisation': 'lain' };
    expect((await tani.get('/me', { ...session, headers })).body).toMatchObject({
      role: 'viewer',
      organisation: { orgId: 'lain' },
    });
    expect(await orgOf(tani, session)).toBe('tani');
    const switched = await tani.post('/me/organisation', { orgId: 'lain' }, session);
    expect(switched.body).toMatchObject({ role: 'viewer', organisation: { orgId: 'lain' } });
    expect(await orgOf(tani, session)).toBe('lain');
    expect(await orgOf(tani, elsewhere)).toBe('tani');
    expect(await orgOf(tani, await signedIn(tani, email))).toBe('lain');
  });

  it('has in each the role of that firm', async () => {
    const { tani, session } = await withBoth();
    await tani.post('/me/organisation', { orgId: 'lain' }, session);
    const batch = { batchId: 'B-01', productId: 'takwa', producedAt: tani.clock.now() };
    expect((await tani.post('/batches', batch, session)).body.code).toBe('auth.role_not_allowed');
  });

  it('cannot speak for a firm that is not theirs, whether it exists or not', async () => {
    const { tani, session } = await withBoth();
    await tani.server.setup.createOrganisation({ orgId: 'asing', kind: 'shop' });
    for (const orgId of ['asing', 'nowhere']) {
      const headers = { ...session.headers, 'tahan-organisation': orgId };
      const answer = await tani.get('/me', { ...session, headers });
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.not_a_member']);
      const switched = await tani.post('/me/organisation', { orgId }, session);
      expect([switched.status, switched.body.code]).toEqual([404, 'organisation.not_found']);
      const byToken = await tani.get('/me', { headers: { 'tahan-organisation': orgId } });
      expect(byToken.body.code).toBe('auth.not_a_member');
    }
  });

  it('who is taken out of one keeps the other', async () => {
    const { tani, session, email, userId, other } = await withBoth();
    await tani.post('/me/organisation', { orgId: 'lain' }, session);
    const elsewhere = await signedIn(tani, email);
    await tani.post('/me/organisation', { orgId: 'tani' }, elsewhere);
    await tani.server.setup.createUser({ orgId: 'lain', email: 'x@lain.example', role: 'owner' });
    expect((await tani.del(`/members/${userId}`, { token: other })).status).toBe(200);
    expect((await tani.get('/me', session)).status).toBe(401);
    expect(await orgOf(tani, elsewhere)).toBe('tani');
  });
});

describe('tokens', () => {
  it('are shown once, listed with their last use, and open nothing once withdrawn or expired', async () => {
    const tani = await testServer();
    const expiresAt = new Date(tani.clock.now() + hourMs).toISOString();
    const made = await tani.post('/tokens', { name: 'scales', role: 'viewer', expiresAt });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ name: 'scales', role: 'viewer', expiresAt, lastUsedAt: null }),
    ]);
    const { token, tokenId } = made.body;
    expect((await tani.get('/me', { token })).body).toMatchObject({ name: 'scales', userId: null });
    const listed = (await tani.get('/tokens')).body.tokens.find((t: { name: string }) => t.name === 'scales');
    expect(listed).toMatchObject({ tokenId, lastUsedAt: new Date(tani.clock.now()).toISOString() });
    expect(JSON.stringify(listed)).not.toContain(token);
    tani.clock.advance(hourMs);
    expect((await tani.get('/me', { token })).body.code).toBe('auth.token_unknown');
    const other = (await tani.post('/tokens', { name: 'x', role: 'owner' })).body;
    expect((await tani.del(`/tokens/${other.tokenId}`)).status).toBe(200);
    expect((await tani.get('/me', { token: other.token })).status).toBe(401);
    const past = await tani.post('/tokens', { name: 'x', role: 'owner', expiresAt });
    expect([past.status, past.body.errors[0].field]).toEqual([422, 'expiresAt']);
  });

  it('can do no more, and last no longer, than who makes them', async () => {
    const tani = await testServer();
    const make = (token: string, role: string) => tani.post('/tokens', { name: 'x', role }, { token });
    const producer = await tani.tokenFor('producer');
    expect((await make(producer, 'owner')).body.code).toBe('token.role_too_high');
    expect((await make(producer, 'producer')).status).toBe(201);
    expect((await make(producer, 'viewer')).status).toBe(201);
    expect((await make(await tani.tokenFor('researcher'), 'distributor')).body.code).toBe(
      'token.role_too_high',
    );
    const expiresAt = new Date(tani.clock.now() + hourMs).toISOString();
    const brief = (await tani.post('/tokens', { name: 'brief', role: 'owner', expiresAt })).body.token;
    expect((await make(brief, 'owner')).body.expiresAt).toBe(expiresAt);
  });

  it('of others are seen and withdrawn by owners alone', async () => {
    const tani = await testServer();
    const { session } = await memberOf(tani, 'producer');
    const { session: another } = await memberOf(tani, 'distributor');
    const { tokenId } = (await tani.post('/tokens', { name: 'mine', role: 'viewer' }, session)).body;
    expect((await tani.get('/tokens', session)).body.tokens).toHaveLength(1);
    expect((await tani.get('/tokens', another)).body.tokens).toEqual([]);
    expect((await tani.del(`/tokens/${tokenId}`, another)).body.code).toBe('token.not_found');
    expect((await tani.get('/tokens')).body.tokens.length).toBeGreaterThan(1);
    expect((await tani.del(`/tokens/${tokenId}`)).status).toBe(200);
  });
});

describe('the profile of a firm', () => {
  it('keeps what an owner says, and leaves the rest', async () => {
    const tani = await testServer();
    const change = (body: object) => tani.call('PATCH', '/api/v1/organisation', { body });
    const profile = {
      ...{ kind: 'distributor', publicName: 'Tahu Bu Sri', address: 'Jl. Yos Sudarso 1\nKediri' },
      ...{ halalNumber: 'ID35110000012345678', pirtNumber: '2063571010001-29' },
      ...{ gs1CompanyPrefix: '8991234', gln: '8991234000008', timeZone: 'Asia/Makassar' },
    };
    expect((await change(profile)).status).toBe(200);
    expect((await change({ address: null, halalNumber: '' })).body).toEqual({
      ...profile,
      ...{ orgId: 'tani', name: 'Tahu Tani', address: null, halalNumber: null },
    });
    expect((await tani.get('/me')).body.organisation.publicName).toBe('Tahu Bu Sri');
  });

  it.each([
    [{ gln: '8991234000009' }, 'gln'],
    [{ gs1CompanyPrefix: '89a' }, 'gs1CompanyPrefix'],
    [{ timeZone: 'Asia/Kediri' }, 'timeZone'],
    [{ kind: 'pirate' }, 'kind'],
    [{ name: '' }, 'name'],
    [{ orgId: 'lain' }, 'orgId'],
  ])('refuses %j', async (body, field) => {
    const tani = await testServer();
    const answer = await tani.call('PATCH', '/api/v1/organisation', { body });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});
