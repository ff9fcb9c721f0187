import { pino } from 'pino';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../server/clock.ts';
import type { Fleet } from '../../../server/fleet/fleet.ts';
import { type FleetTiming, joinPostgresFleet } from '../../../server/fleet/postgresFleet.ts';
import { openMetadata } from '../../../server/store/metadata/database.ts';
import { createDatabase, createSchema, withClient } from '../../support/postgres.ts';

const quick: FleetTiming = { beatEveryMs: 50, deadAfterMs: 2_000, answerWithinMs: 2_000, retryMs: 50 };

async function schema(): Promise<string> {
  const { url, drop } = await createSchema(inject('postgresUrl')!);
  const metadata = await openMetadata({ url });
  await metadata.close();
  onTestFinished(drop);
  return url;
}

async function join(url: string, serverId: string, timing: FleetTiming = quick): Promise<Fleet> {
  const log = pino({ level: 'silent' });
  const fleet = await joinPostgresFleet({ url, serverId, timing, log, clock: systemClock });
  onTestFinished(() => fleet.stop());
  return fleet;
}

/** Resolves with the first message of a topic. */
const next = <T>(fleet: Fleet, topic: string) => new Promise<T>(resolve => fleet.on<T>(topic, resolve));

/** Cuts every connection to the others, as a database that restarts does. */
const cutAll = (url: string) =>
  withClient(url, client =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tahan fleet' and pid <> pg_backend_pid()",
    ),
  );

describe('a fleet on PostgreSQL', () => {
  it('brings messages to the others, in their order and never back to the sender', async () => {
    const url = await schema();
    const [a, b] = [await join(url, 'a'), await join(url, 'b')];
    const heard: unknown[] = [];
    const own: unknown[] = [];
    a.on('n', data => own.push(data));
    b.on('n', data => heard.push(data));
    const last = next(b, 'last');
    a.start();
    b.start();
    for (let n = 0; n < 500; n++) a.publish('n', n);
    a.publish('last', null);
    await last;
    expect(heard).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(own).toEqual([]);
    expect(b.uninformed()).toBeNull();
  });

  it('carries messages far larger than a notification, and any character', async () => {
    const url = await schema();
    const [a, b] = [await join(url, 'a'), await join(url, 'b')];
    b.start();
    const large = Array.from({ length: 40_000 }, (_, n) => `tahu ${n * 7919} ☃ 豆腐`);
    const heard = next(b, 'large');
    a.publish('large', large);
    expect(await heard).toEqual(large);
  });

  it('keeps what comes before it is started', async () => {
    const url = await schema();
    const [a, b] = [await join(url, 'a'), await join(url, 'b')];
    a.publish('early', 1);
    await expect.poll(() => a.stats().published).toBe(1);
    const heard = next(b, 'early');
    b.start();
    expect(await heard).toBe(1);
  });

  it('does not hear fleets of other schemas', async () => {
    const [one, other] = [await schema(), await schema()];
    const [a, b, c] = [await join(one, 'a'), await join(other, 'b'), await join(one, 'c')];
    const wrong: unknown[] = [];
    b.on('n', data => wrong.push(data));
    b.start();
    c.start();
    const heard = next(c, 'n');
    a.publish('n', 1);
    await heard;
    expect(wrong).toEqual([]);
  });

  it('says who is there, and tells once of who says goodbye', async () => {
    const url = await schema();
    const [a, b] = [await join(url, 'a'), await join(url, 'b')];
    const gone: string[] = [];
    a.onDeath(id => gone.push(id));
    a.start();
    await expect.poll(() => a.members().map(m => m.serverId)).toEqual(['a', 'b']);
    await b.stop();
    await expect.poll(() => gone).toEqual(['b']);
    expect(a.members().map(m => m.serverId)).toEqual(['a']);
    const again = await join(url, 'b');
    await expect.poll(() => a.members().length).toBe(2);
    await again.stop();
    await expect.poll(() => gone).toEqual(['b', 'b']);
  });

  it('tells of who gives no sign of life, also of those that were gone before it began', async () => {
    const url = await schema();
    await withClient(url, client =>
      client.query(
        "insert into servers (server_id, run, started_at, heartbeat_at) values ('dead', 'r', 0, 0)",
      ),
    );
    // A day is over: rows of the long gone are removed, so this one ended just now.
    await withClient(url, client =>
      client.query(
        'update servers set heartbeat_at = (extract(epoch from clock_timestamp()) * 1000)::bigint - 5000',
      ),
    );
    const a = await join(url, 'a');
    const gone: string[] = [];
    a.onDeath(id => gone.push(id));
    a.start();
    await expect.poll(() => gone).toEqual(['dead']);
  });

  it('says after a cut connection that messages may have been missed, once it listens again', async () => {
    const url = await schema();
    const [a, b] = [await join(url, 'a'), await join(url, 'b')];
    a.start();
    b.start();
    let lost = 0;
    const heard: unknown[] = [];
    b.on('n', data => heard.push(data));
    b.onLost(() => {
      lost += 1;
    });
    await cutAll(url);
    await expect.poll(() => lost).toBeGreaterThan(0);
    await expect.poll(() => b.uninformed()).toBeNull();
    await expect.poll(() => a.uninformed()).toBeNull();
    const again = next(b, 'n');
    a.publish('n', 'after');
    await again;
    expect(heard.at(-1)).toBe('after');
  });

  it('stays uninformed until what was missed has been asked', async () => {
    const url = await schema();
    const a = await join(url, 'a');
    a.start();
    const asking = Promise.withResolvers<void>();
    a.onLost(() => asking.promise);
    await cutAll(url);
    await expect.poll(() => a.uninformed()).not.toBeNull();
    await expect.poll(() => a.stats().isListening).toBe(true);
    expect(a.uninformed()).not.toBeNull();
    asking.resolve();
    await expect.poll(() => a.uninformed()).toBeNull();
  });

  it('is not certain to be a member any more once the database is gone', async () => {
    const { url, drop } = await createDatabase(inject('postgresUrl')!);
    await (await openMetadata({ url })).close();
    const a = await join(url, 'a');
    a.start();
    await expect.poll(() => a.isCertainlyMember()).toBe(true);
    await drop();
    await expect.poll(() => a.isCertainlyMember()).toBe(false);
  });

  it('stops acting when its id is used by a server that started later', async () => {
    const url = await schema();
    const copied = await join(url, 'a');
    copied.start();
    const later = await join(url, 'a');
    await expect.poll(() => copied.isCertainlyMember()).toBe(false);
    expect(copied.uninformed()?.reason).toContain('server.id');
    expect(later.isCertainlyMember()).toBe(true);
  });
});
