import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { FoundDeviceState } from '../../../models/contracts/foundDevice.ts';
import { everyRow, type MetadataDb, type MetadataTables } from './database.ts';

export interface FoundValue {
  readonly channel: string | null;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly measuredAt: number;
  readonly quality: 'good' | 'suspect' | 'bad';
}

export interface DeviceFault {
  readonly at: number;
  readonly channel: string | null;
  readonly value: string | null;
}

/** A device that spoke through a bridge. */
export interface FoundDevice {
  readonly foundDeviceId: string;
  readonly orgId: string;
  readonly bridgeId: string;
  readonly family: string;
  readonly deviceId: string;
  readonly state: FoundDeviceState;
  readonly nodeId: string | null;
  readonly foundAt: number;
  readonly lastSeenAt: number;
  readonly messageCount: number;
  /** Position of each journal up to which messages are counted, by its id: one that comes again is not counted again. */
  readonly countedThrough: Readonly<Record<string, number>>;
  readonly latest: readonly FoundValue[];
  readonly isAvailable: boolean | null;
  readonly isBatteryLow: boolean | null;
  readonly batteryPct: number | null;
  readonly lastFault: DeviceFault | null;
}

/** What distinguishes a device: two houses may each have one called "kulkas". */
export type DeviceKey = Pick<FoundDevice, 'bridgeId' | 'family' | 'deviceId'>;

export interface FoundDeviceCursor {
  readonly foundAt: number;
  readonly foundDeviceId: string;
}

/** For the intake, which knows a device by the bridge it speaks through. Never for a route. */
export async function findDeviceByKey(
  db: MetadataDb,
  { bridgeId, family, deviceId }: DeviceKey,
): Promise<FoundDevice | null> {
  const row = await db
    .selectFrom('found_devices')
    .selectAll()
    .where('bridge_id', '=', bridgeId)
    .where('family', '=', family)
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  return row === undefined ? null : toDevice(row);
}

/**
 * Adds a device, at most `most` unclaimed ones a bridge: the one that has been silent longest makes room with its
 * readings.
 */
export async function addFoundDevice(
  db: MetadataDb,
  key: DeviceKey & Pick<FoundDevice, 'orgId'>,
  now: number,
  most: number,
): Promise<FoundDevice> {
  const crowd = await db
    .selectFrom('found_devices')
    .select('found_device_id')
    .where('bridge_id', '=', key.bridgeId)
    .where('state', '=', 'found')
    .orderBy('last_seen_at', 'desc')
    .offset(most - 1)
    .limit(everyRow)
    .execute();
  for (const { found_device_id } of crowd)
    await db.deleteFrom('found_devices').where('found_device_id', '=', found_device_id).execute();
  const device: FoundDevice = {
    ...key,
    foundDeviceId: randomUUID(),
    state: 'found',
    nodeId: null,
    foundAt: now,
    lastSeenAt: now,
    messageCount: 0,
    countedThrough: {},
    latest: [],
    isAvailable: null,
    isBatteryLow: null,
    batteryPct: null,
    lastFault: null,
  };
  await db.insertInto('found_devices').values(toRow(device)).execute();
  return device;
}

/** Writes what a device has said. State and node are not touched: a person decides them. */
export async function updateFoundDevice(db: MetadataDb, device: FoundDevice): Promise<void> {
  const { found_device_id, state: _, node_id: __, ...said } = toRow(device);
  await db.updateTable('found_devices').set(said).where('found_device_id', '=', found_device_id).execute();
}

export async function findFoundDevice(
  db: MetadataDb,
  orgId: string,
  foundDeviceId: string,
): Promise<FoundDevice | null> {
  const row = await db
    .selectFrom('found_devices')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('found_device_id', '=', foundDeviceId)
    .executeTakeFirst();
  return row === undefined ? null : toDevice(row);
}

/** Devices of one organisation in one state, found last first, starting after `after`. */
export async function listFoundDevices(
  db: MetadataDb,
  orgId: string,
  {
    state,
    after,
    limit,
  }: { state: FoundDeviceState | 'all'; after?: FoundDeviceCursor | undefined; limit: number },
): Promise<FoundDevice[]> {
  let query = db.selectFrom('found_devices').selectAll().where('org_id', '=', orgId);
  if (state !== 'all') query = query.where('state', '=', state);
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('found_at', '<', after.foundAt),
        eb.and([eb('found_at', '=', after.foundAt), eb('found_device_id', '<', after.foundDeviceId)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('found_at', 'desc')
    .orderBy('found_device_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toDevice);
}

/** The device that speaks as a node; null for a node that speaks for itself. For what has found the node already. */
export async function findDeviceOfNode(db: MetadataDb, nodeId: string): Promise<FoundDevice | null> {
  const row = await db
    .selectFrom('found_devices')
    .selectAll()
    .where('node_id', '=', nodeId)
    .executeTakeFirst();
  return row === undefined ? null : toDevice(row);
}

export async function setDeviceState(
  db: MetadataDb,
  foundDeviceId: string,
  state: FoundDeviceState,
  nodeId: string | null,
): Promise<void> {
  await db
    .updateTable('found_devices')
    .set({ state, node_id: nodeId })
    .where('found_device_id', '=', foundDeviceId)
    .execute();
}

/** How many devices of a bridge are in each state, and when one was last heard. */
export async function countDevicesOfBridge(
  db: MetadataDb,
  bridgeId: string,
): Promise<{ counts: Record<FoundDeviceState, number>; lastSeenAt: number | null }> {
  const rows = await db
    .selectFrom('found_devices')
    .select(eb => ['state', eb.fn.countAll<number>().as('count'), eb.fn.max('last_seen_at').as('seen_at')])
    .where('bridge_id', '=', bridgeId)
    .groupBy('state')
    .execute();
  const counts = { found: 0, claimed: 0, ignored: 0 };
  for (const { state, count } of rows) counts[state] = count;
  const seen = rows.map(row => row.seen_at);
  return { counts, lastSeenAt: seen.length === 0 ? null : Math.max(...seen) };
}

/** For `/metrics`. Never for a route. */
export async function countDevicesOfAllOrganisations(
  db: MetadataDb,
): Promise<Record<FoundDeviceState, number>> {
  const rows = await db
    .selectFrom('found_devices')
    .select(eb => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const counts = { found: 0, claimed: 0, ignored: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** Devices that were claimed but whose kept readings have not all become the node's yet: the process ended in between. */
export async function listHalfClaimedOfAllOrganisations(db: MetadataDb): Promise<FoundDevice[]> {
  const rows = await db
    .selectFrom('found_devices')
    .selectAll()
    .where('state', '=', 'claimed')
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('found_readings')
          .select('probe')
          .whereRef('found_readings.found_device_id', '=', 'found_devices.found_device_id'),
      ),
    )
    .execute();
  return rows.map(toDevice);
}

function toRow(device: FoundDevice): Selectable<MetadataTables['found_devices']> {
  return {
    found_device_id: device.foundDeviceId,
    org_id: device.orgId,
    bridge_id: device.bridgeId,
    family: device.family,
    device_id: device.deviceId,
    state: device.state,
    node_id: device.nodeId,
    found_at: device.foundAt,
    last_seen_at: device.lastSeenAt,
    message_count: device.messageCount,
    counted_through: device.countedThrough[''] ?? 0,
    counted_by: JSON.stringify(device.countedThrough),
    latest: JSON.stringify(device.latest),
    is_available: toBit(device.isAvailable),
    is_battery_low: toBit(device.isBatteryLow),
    battery_pct: device.batteryPct,
    last_fault: device.lastFault === null ? null : JSON.stringify(device.lastFault),
  };
}

function toDevice(row: Selectable<MetadataTables['found_devices']>): FoundDevice {
  return {
    foundDeviceId: row.found_device_id,
    orgId: row.org_id,
    bridgeId: row.bridge_id,
    family: row.family,
    deviceId: row.device_id,
    state: row.state,
    nodeId: row.node_id,
    foundAt: row.found_at,
    lastSeenAt: row.last_seen_at,
    messageCount: row.message_count,
    countedThrough: { '': row.counted_through, ...(JSON.parse(row.counted_by) as Record<string, number>) },
    latest: JSON.parse(row.latest) as FoundValue[],
    isAvailable: fromBit(row.is_available),
    isBatteryLow: fromBit(row.is_battery_low),
    batteryPct: row.battery_pct,
    lastFault: row.last_fault === null ? null : (JSON.parse(row.last_fault) as DeviceFault),
  };
}

const toBit = (value: boolean | null): number | null => (value === null ? null : Number(value));
const fromBit = (value: number | null): boolean | null => (value === null ? null : value === 1);

/** What was counted by the journal of a data folder before folders had ids was counted by this one. */
export async function adoptCountsOfAllOrganisations(db: MetadataDb, journal: string): Promise<void> {
  const rows = await db
    .selectFrom('found_devices')
    .select(['found_device_id', 'counted_through', 'counted_by'])
    .where('counted_through', '>', 0)
    .execute();
  for (const { found_device_id, counted_through, counted_by } of rows) {
    const counted = {
      ...(JSON.parse(counted_by) as Record<string, number>),
      '': 0,
      [journal]: counted_through,
    };
    await db
      .updateTable('found_devices')
      .set({ counted_through: 0, counted_by: JSON.stringify(counted) })
      .where('found_device_id', '=', found_device_id)
      .execute();
  }
}
