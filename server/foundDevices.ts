import type { z } from 'zod';
import type { claimDeviceSchema, FoundDeviceView } from '../models/contracts/foundDevice.ts';
import { nodeIdSchema } from '../models/contracts/ids.ts';
import type { Clock, PresenceChange } from '../models/contracts/intake.ts';
import { randomText } from './claimCodes.ts';
import { ApiError } from './errors.ts';
import type { TakeReadings } from './ingest/takeReadings.ts';
import { addAudit } from './store/metadata/audit.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import {
  type FoundDevice,
  findDeviceOfNode,
  findFoundDevice,
  listHalfClaimedOfAllOrganisations,
  setDeviceState,
} from './store/metadata/foundDevices.ts';
import { countFoundReadings, dropFoundReadings, readFoundReadings } from './store/metadata/foundReadings.ts';
import { addNodeWithin, findNode, type Node, renewNodeSecret } from './store/metadata/nodes.ts';
import { isUserNameTaken } from './store/metadata/userNames.ts';

export type ClaimDeviceRequest = z.output<typeof claimDeviceSchema>;

/** Devices behind bridges, and what a person decides about them. */
export interface FoundDevices {
  /**
   * Makes a device a node: what is kept of it since it was found and what it says from now on are the node's readings.
   *
   * @throws {ApiError} found_device.not_found, found_device.claimed, node.exists
   */
  claim(orgId: string, foundDeviceId: string, request: ClaimDeviceRequest, actor: string): Promise<Node>;
  /** @throws {ApiError} found_device.not_found, found_device.claimed */
  ignore(orgId: string, foundDeviceId: string, actor: string): Promise<FoundDevice>;
  /**
   * Lets another device speak for a node from now on; the node keeps its readings, placements and name. Whoever spoke for
   * it before is refused (a device of its own) or ignored (one behind a bridge).
   *
   * @throws {ApiError} node.not_found, found_device.not_found, found_device.claimed
   */
  rebind(orgId: string, nodeId: string, foundDeviceId: string, actor: string): Promise<void>;
  /** Takes the node its device behind a bridge, if it has one: it speaks for itself again. */
  unbind(orgId: string, nodeId: string): Promise<void>;
  view(device: FoundDevice): Promise<FoundDeviceView>;
  /** Finishes claims in whose middle the process ended. */
  finishClaims(): Promise<void>;
}

export interface FoundDeviceParts {
  readonly db: MetadataDb;
  readonly clock: Clock;
  readonly take: TakeReadings;
  readonly onPresence: (change: PresenceChange) => void;
}

export function createFoundDevices({ db, clock, take, onPresence }: FoundDeviceParts): FoundDevices {
  const audit = (orgId: string, actor: string, action: string, subject: string, detail: string) =>
    addAudit(db, { at: clock.now(), orgId, actor, action, subject, detail });

  /**
   * The device is its node's already, so that nothing more is kept with it: what is there can be moved at leisure, and
   * moved again after a crash.
   */
  async function takeOver(device: FoundDevice, nodeId: string): Promise<void> {
    await take(await readFoundReadings(db, device.foundDeviceId, nodeId));
    await dropFoundReadings(db, device.foundDeviceId);
    if (device.isAvailable !== null)
      onPresence({ nodeId, connected: device.isAvailable, at: device.lastSeenAt });
  }

  return {
    async claim(orgId, foundDeviceId, request, actor) {
      const claimed = await db.transaction().execute(async transaction => {
        const device = await requireUnclaimed(transaction, orgId, foundDeviceId);
        const nodeId = request.nodeId ?? (await freeNodeId(transaction, device.deviceId));
        const { name = nodeId, placeId = null, reportEveryS = null } = request;
        const node: Node = { orgId, nodeId, name, placeId, reportEveryS };
        // Its secret is told to nobody: it speaks through its bridge.
        if ((await addNodeWithin(transaction, node, clock.now())) === null)
          throw new ApiError('node.exists', `there is a node or bridge ${nodeId} already`);
        await setDeviceState(transaction, foundDeviceId, 'claimed', nodeId);
        return { device, node };
      });
      const { device, node } = claimed;
      await audit(orgId, actor, 'found_device.claimed', node.nodeId, describe(device));
      await takeOver(device, node.nodeId);
      return node;
    },
    async ignore(orgId, foundDeviceId, actor) {
      const device = await db.transaction().execute(async transaction => {
        const found = await requireUnclaimed(transaction, orgId, foundDeviceId);
        await setDeviceState(transaction, foundDeviceId, 'ignored', null);
        await dropFoundReadings(transaction, foundDeviceId);
        return found;
      });
      await audit(orgId, actor, 'found_device.ignored', foundDeviceId, describe(device));
      return { ...device, state: 'ignored' };
    },
    async rebind(orgId, nodeId, foundDeviceId, actor) {
      const device = await db.transaction().execute(async transaction => {
        if ((await findNode(transaction, orgId, nodeId)) === null)
          throw new ApiError('node.not_found', `there is no node ${nodeId}`);
        const found = await requireUnclaimed(transaction, orgId, foundDeviceId);
        await release(transaction, nodeId);
        await renewNodeSecret(transaction, orgId, nodeId);
        await setDeviceState(transaction, foundDeviceId, 'claimed', nodeId);
        return found;
      });
      await audit(orgId, actor, 'node.replaced', nodeId, describe(device));
      await takeOver(device, nodeId);
    },
    async unbind(orgId, nodeId) {
      if ((await findNode(db, orgId, nodeId)) !== null) await release(db, nodeId);
    },
    view: device => viewOf(db, device),
    async finishClaims() {
      for (const device of await listHalfClaimedOfAllOrganisations(db)) {
        if (device.nodeId !== null) await takeOver(device, device.nodeId);
      }
    },
  };
}

/** The device that speaks for a node so far was taken out of use by a person: it does not wait to be claimed again. */
async function release(db: MetadataDb, nodeId: string): Promise<void> {
  const before = await findDeviceOfNode(db, nodeId);
  if (before !== null) await setDeviceState(db, before.foundDeviceId, 'ignored', null);
}

async function requireUnclaimed(db: MetadataDb, orgId: string, foundDeviceId: string): Promise<FoundDevice> {
  const device = await findFoundDevice(db, orgId, foundDeviceId);
  if (device === null)
    throw new ApiError('found_device.not_found', `there is no found device ${foundDeviceId}`);
  if (device.state === 'claimed')
    throw new ApiError('found_device.claimed', `it is the node ${device.nodeId} already`);
  return device;
}

/** The name a device speaks under as a node id, with something behind it when that is taken. */
async function freeNodeId(db: MetadataDb, deviceId: string): Promise<string> {
  const safe = deviceId.replaceAll(/[^A-Za-z0-9._:~-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const wanted = safe.slice(0, 48) || 'node';
  if (nodeIdSchema.safeParse(wanted).success && !(await isUserNameTaken(db, wanted))) return wanted;
  return `${wanted}-${randomText(6).toLowerCase()}`;
}

function describe({ family, deviceId, bridgeId }: FoundDevice): string {
  return `${family} device ${deviceId} behind ${bridgeId}`;
}

async function viewOf(db: MetadataDb, device: FoundDevice): Promise<FoundDeviceView> {
  const iso = (at: number) => new Date(at).toISOString();
  const { foundDeviceId, bridgeId, family, deviceId, state, nodeId, messageCount, lastFault } = device;
  return {
    ...{ foundDeviceId, bridgeId, family, deviceId, state, nodeId, messageCount },
    foundAt: iso(device.foundAt),
    lastSeenAt: iso(device.lastSeenAt),
    keptReadings: await countFoundReadings(db, foundDeviceId),
    values: device.latest.map(value => ({ ...value, measuredAt: iso(value.measuredAt) })),
    available: device.isAvailable,
    batteryLow: device.isBatteryLow,
    batteryPct: device.batteryPct,
    lastFault: lastFault && { ...lastFault, at: iso(lastFault.at) },
  };
}
