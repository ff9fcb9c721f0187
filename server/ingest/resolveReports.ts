import type { ForeignReport } from '../../models/contracts/foreign.ts';
import type { IntakeRecord, PresenceChange } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { QuarantinedPublish } from '../../models/contracts/rejection.ts';
import { type Bridge, findBridgeOfAnyOrganisation } from '../store/metadata/bridges.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import {
  addFoundDevice,
  type DeviceFault,
  type FoundDevice,
  findDeviceByKey,
  updateFoundDevice,
} from '../store/metadata/foundDevices.ts';
import { keepFoundReadings } from '../store/metadata/foundReadings.ts';
import { deviceAfterReport } from './deviceAfterReport.ts';
import { toNodeReadings } from './toNodeReadings.ts';

/** Unclaimed devices of one bridge: the one silent longest makes room. Passing phones are devices too. */
const mostFoundPerBridge = 500;
/** Readings kept of one unclaimed device: the oldest make room. */
export const mostReadingsPerDevice = 1_000;
/** A claimed device is written down this often if nothing but its last word has changed: its readings say the rest. */
const writeAgainMs = 10 * 60_000;

export interface ResolvedReports {
  /** The records with what claimed devices said among the readings and refusals of their nodes. */
  readonly records: readonly IntakeRecord[];
  readonly presence: readonly PresenceChange[];
  /** When each bridge was last heard. */
  readonly heard: ReadonlyMap<string, number>;
}

/**
 * Sorts what bridges said by device: readings of a claimed device become readings of its node, those of an unclaimed one
 * are kept with it until a person decides, those of an ignored one are let go. One transaction, so that a device is
 * claimed before or after a report and never in between. Records that come again change nothing.
 */
export async function resolveReports(
  db: MetadataDb,
  records: readonly IntakeRecord[],
  journal: string,
): Promise<ResolvedReports> {
  const presence: PresenceChange[] = [];
  const heard = new Map<string, number>();
  if (records.every(record => record.foreign === undefined)) return { records, presence, heard };
  const resolved = await db.transaction().execute(async transaction => {
    const reports = new Reports({ db: transaction, journal, presence, heard });
    const result: IntakeRecord[] = [];
    for (const record of records) result.push(await reports.resolve(record));
    return result;
  });
  return { records: resolved, presence, heard };
}

class Reports {
  readonly #db: MetadataDb;
  readonly #journal: string;
  readonly #presence: PresenceChange[];
  readonly #heard: Map<string, number>;
  /** Keyed by bridge id. */
  readonly #bridges = new Map<string, Bridge | null>();

  constructor(parts: {
    readonly db: MetadataDb;
    readonly journal: string;
    readonly presence: PresenceChange[];
    readonly heard: Map<string, number>;
  }) {
    const { db, journal, presence, heard } = parts;
    this.#db = db;
    this.#journal = journal;
    this.#presence = presence;
    this.#heard = heard;
  }

  async resolve(record: IntakeRecord): Promise<IntakeRecord> {
    const readings = [...record.readings];
    const refused = [...record.refused];
    for (const report of record.foreign ?? []) {
      const bridge = await this.#bridge(report.bridgeId);
      // Taken away meanwhile: nobody may speak for its devices any more.
      if (bridge === null) continue;
      this.#heard.set(report.bridgeId, report.receivedAt);
      for (const [deviceId, part] of partsOf(report)) {
        const said = await this.#resolveDevice(bridge, deviceId, part, record.position);
        readings.push(...said.readings);
        refused.push(...said.refused);
      }
    }
    return { position: record.position, readings, refused };
  }

  async #resolveDevice(
    bridge: Bridge,
    deviceId: string,
    report: ForeignReport,
    position: number,
  ): Promise<{ readings: readonly Reading[]; refused: readonly QuarantinedPublish[] }> {
    const nothing = { readings: [], refused: [] };
    const key = { bridgeId: bridge.bridgeId, family: report.family, deviceId };
    const known = await findDeviceByKey(this.#db, key);
    if (known === null && !isSensor(report)) return nothing;
    const before =
      known ??
      (await addFoundDevice(
        this.#db,
        { ...key, orgId: bridge.orgId },
        report.receivedAt,
        mostFoundPerBridge,
      ));
    if (before.state === 'ignored') return nothing;
    const { device, faults } = deviceAfterReport(before, { ...report, position, journal: this.#journal });
    if (device.state === 'found' || device.nodeId === null) {
      await updateFoundDevice(this.#db, device);
      const kept = toNodeReadings(report.readings, report.receivedAt, () => ({ nodeId: 'found' }));
      await keepFoundReadings(this.#db, device.foundDeviceId, kept, mostReadingsPerDevice);
      return nothing;
    }
    const { nodeId } = device;
    if (isWorthWriting(before, device)) await updateFoundDevice(this.#db, device);
    const isAvailable = report.events.findLast(event => event.kind === 'availability')?.value;
    if (isAvailable !== undefined)
      this.#presence.push({ nodeId, connected: isAvailable === 'online', at: report.receivedAt });
    return {
      readings: toNodeReadings(report.readings, report.receivedAt, () => ({ nodeId })),
      refused: faults.map(fault => toRefusal(nodeId, report.topic, fault)),
    };
  }

  async #bridge(bridgeId: string): Promise<Bridge | null> {
    const known = this.#bridges.get(bridgeId);
    if (known !== undefined) return known;
    const bridge = await findBridgeOfAnyOrganisation(this.#db, bridgeId);
    this.#bridges.set(bridgeId, bridge);
    return bridge;
  }
}

/** What a report says of each device it names. */
function partsOf(report: ForeignReport): [string, ForeignReport][] {
  const names = new Set([...report.readings, ...report.events].map(said => said.node));
  return [...names].map(name => [
    name,
    {
      ...report,
      readings: report.readings.filter(reading => reading.node === name),
      events: report.events.filter(event => event.node === name),
    },
  ]);
}

/** Lamps and buttons speak through a bridge too; only what measures temperature or humidity (or fails to) waits here. */
function isSensor({ readings, events }: ForeignReport): boolean {
  return (
    readings.some(({ metric }) => metric === 'temperature' || metric === 'humidity') ||
    events.some(({ kind }) => kind === 'sensor-fault')
  );
}

function isWorthWriting(before: FoundDevice, after: FoundDevice): boolean {
  return (
    after.lastSeenAt - before.lastSeenAt >= writeAgainMs ||
    after.isAvailable !== before.isAvailable ||
    after.isBatteryLow !== before.isBatteryLow ||
    after.batteryPct !== before.batteryPct ||
    after.lastFault !== before.lastFault
  );
}

function toRefusal(nodeId: string, topic: string, { at, channel, value }: DeviceFault): QuarantinedPublish {
  return {
    nodeId,
    topic,
    receivedAt: at,
    rejection: {
      code: 'reading.sensor_fault',
      message: `the sensor${channel === null ? '' : ` ${channel}`} could not measure; it said ${value ?? 'nothing'}`,
      ...(value === null ? {} : { value }),
    },
    payloadHead: '',
    payloadBytes: 0,
  };
}
