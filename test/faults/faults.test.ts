import { describe, expect, it } from 'vitest';
import { alertKill } from './alertKill.fault.ts';
import { backlog } from './backlog.fault.ts';
import { clockStep } from './clockStep.fault.ts';
import { damagedJournal } from './damagedJournal.fault.ts';
import { damagedStore } from './damagedStore.fault.ts';
import { edgeKill } from './edgeKill.fault.ts';
import { externalBroker } from './externalBroker.fault.ts';
import type { FaultReport } from './figures.ts';
import { fleet } from './fleet.fault.ts';
import { fuzzMqtt } from './fuzzMqtt.fault.ts';
import { influxKill } from './influxKill.fault.ts';
import { influxOutage } from './influxOutage.fault.ts';
import { migrationKill } from './migrationKill.fault.ts';
import { oversized } from './oversized.fault.ts';
import { postgresKill } from './postgresKill.fault.ts';
import { serverKill } from './serverKill.fault.ts';
import { shuffledLate } from './shuffledLate.fault.ts';
import { sigterm } from './sigterm.fault.ts';
import { speakAsAnother } from './speakAsAnother.fault.ts';
import { judgeSyncTrace } from './syncTrace.ts';
import { timeZones } from './timeZones.fault.ts';
import { wrongClocks } from './wrongClocks.fault.ts';

/** Here other tests run beside the fault. Its goals of the clock are for a machine of its own (`runFaults.ts`). */
const slower = 10;
const patientMs = 300_000;

/** The figures that were not held: what a failing test should show. */
const notHeld = ({ figures }: FaultReport) =>
  Object.entries(figures).filter(([, { held, share = slower }]) => held === false && share >= slower);

describe('tahan under a fault', () => {
  it(
    'keeps everything acknowledged when it is killed, and is back within seconds',
    async () => {
      expect(notHeld(await serverKill({ rounds: 2, nodes: 10, storedMillions: 0 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'goes on while InfluxDB is killed, and itself meanwhile, with nothing lost or doubled',
    async () => {
      expect(notHeld(await influxKill({ rounds: 1, serverKills: 1, downS: 2, nodes: 5 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'brings InfluxDB what came while it was away',
    async () => {
      expect(notHeld(await influxOutage({ readings: 20_000, nodes: 20, sampled: 2 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'tells every excursion exactly once, whenever it is killed meanwhile',
    async () => {
      expect(notHeld(await alertKill({ seeds: 12, kills: 1 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'dates nothing anew when its clock is set, alarms nobody falsely, and an hour signs nobody out',
    async () => {
      expect(notHeld(await clockStep({ nodes: 5, holdS: 1 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'keeps and flags readings of wrong clocks: none ages a batch by more than an interval or is told of another time',
    async () => {
      expect(notHeld(await wrongClocks({ readings: 10 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'takes in backlogs of hours beside live nodes, and tells a late excursion once, as past',
    async () => {
      expect(notHeld(await backlog({ nodes: 2, readings: 2_000, live: 3 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'says in every time zone, of short and long days, what the readings give in UTC',
    async () => {
      expect(notHeld(await timeZones({ moves: 1, told: 2 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'answers to the bit as in order when readings are doubled, shuffled and late',
    async () => {
      expect(notHeld(await shuffledLate({ seeds: 1, readings: 400 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'cuts what is too large or hardly speaks, without acknowledgement and without memory',
    async () => {
      expect(notHeld(await oversized({ sockets: 4, grownMiB: 24 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'keeps every whole record of a damaged journal and names the damage',
    async () => {
      expect(notHeld(await damagedJournal({ seeds: 2, readings: 100 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'keeps every whole reading of a damaged store, names the damage and serves no wrong value',
    async () => {
      expect(notHeld(await damagedStore({ seeds: 2, readings: 100 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'completes the migration of a store that is killed midway, with the same readings',
    async () => {
      expect(notHeld(await migrationKill({ rounds: 2, nodes: 10, readings: 60_000 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'drains on SIGTERM under load, with nothing lost',
    async () => {
      expect(notHeld(await sigterm({ rounds: 1, nodes: 10 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'hands on everything an edge gateway acknowledged, killed alone or with the server',
    async () => {
      expect(notHeld(await edgeKill({ rounds: 1, both: 1, nodes: 5 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'acknowledges while PostgreSQL is killed, and has everything once it is back',
    async () => {
      expect(notHeld(await postgresKill({ rounds: 1, freezes: 0, nodes: 5 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'takes each reading of an external broker once, though one of two servers is killed',
    async () => {
      expect(notHeld(await externalBroker({ rounds: 2, nodes: 5 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'loses nothing and tells once when one of three servers dies, its disk too, or is cut off from the others',
    async () => {
      const size = { kills: 2, lines: 2, cuts: 1, nodes: 10, perSecond: 60, dashboards: 3 };
      expect(notHeld(await fleet(size))).toEqual([]);
    },
    patientMs,
  );

  it(
    'lives through fuzzed sessions while an honest node is acknowledged',
    async () => {
      expect(notHeld(await fuzzMqtt({ seeds: 1, sessions: 300, firstSeed: 1 }))).toEqual([]);
    },
    patientMs,
  );

  it(
    'refuses every known way of speaking or listening as another node',
    async () => {
      expect(notHeld(await speakAsAnother())).toEqual([]);
    },
    patientMs,
  );
});

describe('judgeSyncTrace', () => {
  const hex = (text: string) =>
    [...Buffer.from(text, 'latin1')].map(b => `\\x${b.toString(16).padStart(2, '0')}`).join('');
  const log = hex('/data/journal/0000000000000001.log');
  const write = `11 pwrite64(21<${log}>, "${hex('["n","main",1,1,0,4,null,null,77,0]')}", 40, 24) = 40`;
  const sync = `12 fdatasync(21<${log}>) = 0`;
  const puback = `10 write(24<TCP:[127.0.0.1:1883->127.0.0.1:4000]>, "${hex('\x40\x02\x00\x4d')}", 4) = 4`;

  it('counts a PUBACK after the sync of its record', () => {
    expect(judgeSyncTrace([write, sync, puback])).toMatchObject({ acknowledged: 1, afterSync: 1 });
  });

  it('tells a PUBACK before the sync, or before its end', () => {
    expect(judgeSyncTrace([write, puback, sync])).toMatchObject({ afterSync: 0, early: [77] });
    const begun = `12 fdatasync(21<${log}> <unfinished ...>`;
    const ended = '12 <... fdatasync resumed>) = 0';
    expect(judgeSyncTrace([write, begun, puback, ended])).toMatchObject({ afterSync: 0 });
    expect(judgeSyncTrace([write, begun, ended, puback])).toMatchObject({ afterSync: 1 });
  });

  it('believes no sync that failed or began before the record was written', () => {
    const failed = `12 fdatasync(21<${log}>) = -1 EIO (Input/output error)`;
    expect(judgeSyncTrace([write, failed, puback])).toMatchObject({ afterSync: 0 });
    expect(judgeSyncTrace([sync, write, puback])).toMatchObject({ afterSync: 0 });
  });
});
