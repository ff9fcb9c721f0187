import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Finding } from '../../cli/doctor.ts';
import { lockDataFolder } from '../../cli/lockDataFolder.ts';
import { readConfig } from '../../server/config.ts';
import { withSetup } from '../../server/openSetup.ts';
import { createSignIn } from '../../server/signIn.ts';
import { addAudit, listAudit } from '../../server/store/metadata/audit.ts';
import { openMetadata } from '../../server/store/metadata/database.ts';
import { addFoundDevice } from '../../server/store/metadata/foundDevices.ts';
import {
  addToQuarantine,
  listQuarantine,
  quarantineCountsOfAllOrganisations,
} from '../../server/store/metadata/quarantine.ts';
import { findTokenOfAnyOrganisation } from '../../server/store/metadata/tokens.ts';
import { startAt } from '../server/testServer.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { createDatabase, withClient } from '../support/postgres.ts';
import { runTahanWith, tahanEnv } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createDatabase(inject('postgresUrl')!);
  onTestFinished(drop);
  return url;
}

const tahan = (dataDir: string, url: string, ...args: string[]) =>
  runTahanWith(tahanEnv({ dataDir, env: { TAHAN_DATABASE_URL: url } }), ...args);

async function doctor(dataDir: string, url: string) {
  const { code, stdout } = await tahan(dataDir, url, 'doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, stdout, store: findings.find(({ check }) => check === 'store, metadata') };
}

const person = { email: 'sari@tani.example', name: 'Sari', password: 'kunyit dan garam' };

/** A firm of everything in a file: returns its token and the cookies of a person who is signed in. */
async function firmInFile(dataDir: string) {
  const config = readConfig({ TAHAN_DATA_DIR: dataDir });
  const { token } = await withSetup(config, fakeClock(startAt), async setup => {
    await setup.createOrganisation({ orgId: 'tani', name: 'Tahu "Tani"' });
    await setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 600 });
    await setup.createBridge({ orgId: 'tani', bridgeId: 'rumah', topicPrefixes: ['zigbee2mqtt/'] });
    await setup.createUser({ orgId: 'tani', ...person, role: 'owner' });
    return setup.createToken({ orgId: 'tani', role: 'owner' });
  });
  const { db, engine, close } = await openMetadata({ path: join(dataDir, 'metadata.sqlite') });
  const device = { bridgeId: 'rumah', family: 'zigbee2mqtt', deviceId: 'kulkas', orgId: 'tani' };
  await addFoundDevice(db, device, startAt, 10);
  const refused = {
    ...{ orgId: 'tani', nodeId: 'S-01', topic: 'tahan/S-01/readings', receivedAt: startAt },
    ...({
      rejection: { code: 'publish.not_json', message: 'is not JSON' },
      payloadHead: 'a\0b',
      payloadBytes: 3,
    } as const),
  };
  await addToQuarantine(
    db,
    [1, 2, 3].map(position => ({ ...refused, journal: '', position, item: 0 })),
    2,
  );
  // More than go into one statement.
  const line = { at: startAt, orgId: 'tani', actor: 'x', action: 'y', subject: 'z' };
  await db.transaction().execute(async inside => {
    for (let n = 0; n < 1_203; n++) await addAudit(inside, { ...line, detail: String(n) });
  });
  const signIn = createSignIn({ db, engine, secretPath: join(dataDir, 'sign-in.secret'), publicUrl: null });
  const { setCookies } = await signIn.signIn(person.email, person.password, new Headers());
  await close();
  return { token, cookie: setCookies.map(cookie => cookie.split(';')[0]).join('; ') };
}

describe('tahan migrate-metadata', () => {
  it('copies everything, so that tokens, sessions, passwords and lists are as before', async () => {
    const dataDir = tempDir();
    const url = await emptyDatabase();
    const { token, cookie } = await firmInFile(dataDir);
    const { code, stdout, stderr } = await tahan(
      dataDir,
      url,
      'migrate-metadata',
      '--to',
      'postgres',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const tables = new Map(
      JSON.parse(stdout).tables.map((t: { table: string; rows: number }) => [t.table, t.rows]),
    );
    expect(Object.fromEntries(tables)).toMatchObject({
      organisations: 1,
      audit: 1_208,
      quarantine: 2,
      user: 1,
      session: 1,
    });
    const { db, engine, close } = await openMetadata({ url });
    onTestFinished(close);
    expect(await findTokenOfAnyOrganisation(db, token, 0)).toMatchObject({ orgId: 'tani', role: 'owner' });
    const signIn = createSignIn({ db, engine, secretPath: join(dataDir, 'sign-in.secret'), publicUrl: null });
    expect(await signIn.whoIs(new Headers({ cookie }))).toMatchObject({ name: 'Sari' });
    await expect(signIn.signIn(person.email, person.password, new Headers())).resolves.toBeDefined();
    expect(await quarantineCountsOfAllOrganisations(db)).toEqual({ kept: 2, dropped: 1 });
    expect((await listQuarantine(db, 'tani', { limit: 1 }))[0]).toMatchObject({
      position: 3,
      payloadHead: 'a␀b',
    });
    // The next line is the newest: numbers go on behind those that came.
    await addAudit(db, { at: startAt, orgId: 'tani', actor: 'x', action: 'y', subject: 'z', detail: 'new' });
    expect((await listAudit(db, 'tani', 2)).map(({ detail }) => detail)).toEqual(['new', '1202']);
    // Once is enough.
    const again = await tahan(dataDir, url, 'migrate-metadata', '--to', 'postgres');
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/^tahan: the database is not empty: \w+ has/),
    ]);
  });

  it('refuses to start without a database, without a file and beside a running server', async () => {
    const dataDir = tempDir();
    const without = await runTahanWith(tahanEnv({ dataDir }), 'migrate-metadata', '--to', 'postgres');
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('TAHAN_DATABASE_URL')]);
    const nothing = await tahan(dataDir, await emptyDatabase(), 'migrate-metadata', '--to', 'postgres');
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('there is nothing to copy')]);
    await firmInFile(dataDir);
    onTestFinished(lockDataFolder(dataDir));
    const beside = await tahan(dataDir, await emptyDatabase(), 'migrate-metadata', '--to', 'postgres');
    expect([beside.code, beside.stderr]).toEqual([1, expect.stringContaining('is in use by process')]);
  });

  it('leaves the database empty when a row cannot be copied', async () => {
    const dataDir = tempDir();
    const url = await emptyDatabase();
    await firmInFile(dataDir);
    const { close } = await openMetadata({ url });
    await close();
    await withClient(url, client => client.query(`alter table tokens add check (role <> 'owner')`));
    const { code, stderr } = await tahan(dataDir, url, 'migrate-metadata', '--to', 'postgres');
    expect([code, stderr]).toEqual([1, expect.stringContaining('violates check constraint')]);
    await withClient(url, async client => {
      expect((await client.query('select count(*)::int as n from audit')).rows).toEqual([{ n: 0 }]);
    });
  });
});

describe('tahan doctor on PostgreSQL', () => {
  it('finds an empty database, then one that is up to date', async () => {
    const dataDir = tempDir();
    const url = await emptyDatabase();
    const before = await doctor(dataDir, url);
    expect([before.code, before.store]).toMatchObject([
      0,
      { state: 'ok', found: expect.stringContaining('has 0 of') },
    ]);
    expect((await tahan(dataDir, url, 'token', 'add', '--role', 'owner')).code).toBe(0);
    const after = await doctor(dataDir, url);
    expect(after.store).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/PostgreSQL 1\d\S* .*up to date/),
    });
  });

  it('says that a file is not used any more', async () => {
    const dataDir = tempDir();
    await firmInFile(dataDir);
    expect((await doctor(dataDir, await emptyDatabase())).store).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('migrate-metadata'),
    });
  });

  it('tells a wrong password, rights that are missing, a newer release and unsafe settings', async () => {
    const dataDir = tempDir();
    const url = await emptyDatabase();
    const wrong = new URL(url);
    wrong.password = 'guessed-secret';
    const refused = await doctor(dataDir, wrong.href);
    expect([refused.code, refused.store]).toMatchObject([
      1,
      { state: 'fault', found: expect.stringContaining('password authentication failed') },
    ]);
    expect(refused.stdout).not.toContain('guessed-secret');
    const { pathname } = new URL(url);
    const guest = `guest_${pathname.slice(1)}`;
    await withClient(url, client => client.query(`create role ${guest} login password 'x'`));
    onTestFinished(() => withClient(inject('postgresUrl')!, client => client.query(`drop role ${guest}`)));
    const asGuest = Object.assign(new URL(url), { username: guest, password: 'x' });
    expect((await doctor(dataDir, asGuest.href)).store).toMatchObject({
      state: 'fault',
      advice: expect.stringContaining('OWNER'),
    });
    const database = pathname.slice(1);
    await withClient(url, client => client.query(`alter database ${database} set synchronous_commit = off`));
    expect((await doctor(dataDir, url)).store).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('synchronous_commit off'),
    });
    await tahan(dataDir, url, 'org', 'add', 'tani');
    await withClient(url, client => client.query('update metadata_version set version = 99'));
    expect((await doctor(dataDir, url)).store).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('newer release'),
    });
  });
});
