import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { newBatchSchema, newPlacementSchema } from '../models/contracts/batch.ts';
import type { BridgeCredentials, newBridgeSchema } from '../models/contracts/bridge.ts';
import type { Identity } from '../models/contracts/identity.ts';
import { mainPosition, mainProbe } from '../models/contracts/ids.ts';
import type { Clock } from '../models/contracts/intake.ts';
import type { OrganisationKind, Role } from '../models/contracts/people.ts';
import { ApiError } from './errors.ts';
import type { SignIn } from './signIn.ts';
import { type AuditEntry, addAudit } from './store/metadata/audit.ts';
import { addBatch, findBatch } from './store/metadata/batches.ts';
import { addBridge } from './store/metadata/bridges.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { addEdgeGateway } from './store/metadata/edgeGateways.ts';
import { addMembership, findMembership } from './store/metadata/memberships.ts';
import { addNode, findNode } from './store/metadata/nodes.ts';
import { addOrganisation, findOrganisation } from './store/metadata/organisations.ts';
import { addPlacement, listPlacements, type Placement } from './store/metadata/placements.ts';
import { addProduct, addStartingProducts, aProduct, findProduct } from './store/metadata/products.ts';
import { bindReservedCode, ensurePublicCodeWithin } from './store/metadata/publicCodes.ts';
import { addToken } from './store/metadata/tokens.ts';

export interface NewOrganisation {
  readonly orgId: string;
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly kind?: OrganisationKind | undefined;
}

export interface NewUser {
  readonly orgId: string;
  /** One of the two, or both. */
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly role: Role;
  readonly name?: string | undefined;
  /** Without one, one is made and given back. */
  readonly password?: string | undefined;
}

export interface NewToken {
  readonly orgId: string;
  readonly role: Role;
  readonly name?: string | undefined;
}

export interface NewNode {
  readonly orgId: string;
  readonly nodeId: string;
  readonly name?: string | undefined;
  readonly placeId?: string | undefined;
  readonly reportEveryS?: number | undefined;
}

export interface NewEdgeGateway {
  readonly orgId: string;
  readonly gatewayId: string;
  readonly name?: string | undefined;
}

export type NewBridgeRequest = { readonly orgId: string } & z.output<typeof newBridgeSchema>;
export type NewBatchRequest = { readonly orgId: string } & z.output<typeof newBatchSchema>;
export type NewPlacementRequest = {
  readonly orgId: string;
  readonly batchId: string;
} & z.output<typeof newPlacementSchema>;

/** Everything that can be made, with the same checks for the API, the command line and the demo. */
export interface Setup {
  /** @throws {ApiError} organisation.exists */
  createOrganisation(organisation: NewOrganisation): Promise<void>;
  /** As createOrganisation, but one that is there already is left as it is. */
  ensureOrganisation(organisation: NewOrganisation): Promise<void>;
  /** What they sign in with, and the password unless they have one. @throws {ApiError} organisation.not_found, user.exists */
  createUser(user: NewUser): Promise<{ email?: string; phone?: string; password: string | null }>;
  /**
   * A new password for somebody in whichever firm; every session of theirs ends.
   *
   * @throws {ApiError} member.not_found
   */
  resetPassword(identity: Identity, password?: string): Promise<{ password: string }>;
  /** @throws {ApiError} organisation.not_found */
  createToken(token: NewToken): Promise<{ token: string }>;
  /** @throws {ApiError} organisation.not_found, node.exists */
  createNode(
    node: NewNode,
    actor?: string,
  ): Promise<{ nodeId: string; mqtt: { username: string; password: string } }>;
  /** @throws {ApiError} organisation.not_found, edge_gateway.exists */
  createEdgeGateway(
    gateway: NewEdgeGateway,
    actor?: string,
  ): Promise<{ gatewayId: string; mqtt: { username: string; password: string } }>;
  /** @throws {ApiError} organisation.not_found, bridge.exists */
  createBridge(bridge: NewBridgeRequest, actor?: string): Promise<BridgeCredentials>;
  /** @throws {ApiError} organisation.not_found, batch.exists */
  createBatch(batch: NewBatchRequest, actor?: string): Promise<void>;
  /** @throws {ApiError} batch.not_found, node.not_found, placement.overlaps */
  createPlacement(placement: NewPlacementRequest, actor?: string): Promise<{ placement: Placement }>;
  /** Writes down that a batch was changed and tells those who keep something about it. */
  batchChanged(
    orgId: string,
    batchId: string,
    actor: string,
    action: string,
    detail?: string,
    change?: Pick<AuditEntry, 'before' | 'after'>,
  ): Promise<void>;
}

export interface SetupOptions {
  readonly db: MetadataDb;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** The zone of organisations that do not name their own. */
  readonly timeZone: string;
  /** Told after a batch was made or its placements changed. */
  readonly onBatchChanged?: (orgId: string, batchId: string) => Promise<void> | void;
}

export function createSetup({ db, signIn, clock, timeZone, onBatchChanged }: SetupOptions): Setup {
  const audit = (orgId: string, actor: string, action: string, subject: string, detail = '') =>
    addAudit(db, { at: clock.now(), orgId, actor, action, subject, detail });

  async function requireOrganisation(orgId: string): Promise<void> {
    if ((await findOrganisation(db, orgId)) === null)
      throw new ApiError('organisation.not_found', `there is no organisation ${orgId}`);
  }

  async function ensureOrganisation(organisation: NewOrganisation): Promise<boolean> {
    const { orgId, name = orgId } = organisation;
    const zone = organisation.timeZone ?? timeZone;
    const added = await addOrganisation(
      db,
      { orgId, name, timeZone: zone, kind: organisation.kind },
      clock.now(),
    );
    if (added) {
      await addStartingProducts(db, orgId);
      await audit(orgId, 'setup', 'organisation.added', orgId);
    }
    return added;
  }

  const batchChanged: Setup['batchChanged'] = async (
    orgId,
    batchId,
    actor,
    action,
    detail = '',
    change = {},
  ) => {
    await addAudit(db, { at: clock.now(), orgId, actor, action, subject: batchId, detail, ...change });
    await onBatchChanged?.(orgId, batchId);
  };

  return {
    batchChanged,
    async ensureOrganisation(organisation) {
      await ensureOrganisation(organisation);
    },
    async createOrganisation(organisation) {
      if (!(await ensureOrganisation(organisation)))
        throw new ApiError('organisation.exists', `there is an organisation ${organisation.orgId} already`);
    },
    async createUser({ orgId, email, phone, role, name = email ?? phone ?? '', password }) {
      await requireOrganisation(orgId);
      const secret = password ?? randomBytes(15).toString('base64url');
      const { userId, created } = await signIn.ensureUser({ email, phone, name, password: secret });
      const joined = await addMembership(db, { userId, orgId, role }, clock.now());
      const identity = email ?? phone ?? '';
      if (!joined) throw new ApiError('user.exists', `${identity} is a member of ${orgId} already`);
      await audit(orgId, 'setup', 'user.added', identity, role);
      // Somebody who had an account before keeps the password they know.
      const names = { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
      return { ...names, password: created ? secret : null };
    },
    async resetPassword(identity, password = randomBytes(15).toString('base64url')) {
      const account = await signIn.findAccount(identity);
      if (account === null) throw new ApiError('member.not_found', 'nobody signs in with this');
      await signIn.setPassword(account.userId, password);
      const membership = await findMembership(db, account.userId);
      const line = { at: clock.now(), orgId: membership?.orgId ?? null, actor: 'setup' };
      await addAudit(db, { ...line, action: 'user.password-reset', subject: account.userId, detail: '' });
      return { password };
    },
    async createToken({ orgId, role, name = role }) {
      await requireOrganisation(orgId);
      const token = await addToken(db, { orgId, role, name }, clock.now());
      await audit(orgId, 'setup', 'token.added', name, role);
      return { token };
    },
    async createNode({ orgId, nodeId, name = nodeId, placeId, reportEveryS }, actor = 'setup') {
      await requireOrganisation(orgId);
      const node = { orgId, nodeId, name, placeId: placeId ?? null, reportEveryS: reportEveryS ?? null };
      const secret = await addNode(db, node, clock.now());
      if (secret === null) throw new ApiError('node.exists', `there is a node or bridge ${nodeId} already`);
      await audit(orgId, actor, 'node.added', nodeId);
      return { nodeId, mqtt: { username: nodeId, password: secret } };
    },
    async createEdgeGateway({ orgId, gatewayId, name = gatewayId }, actor = 'setup') {
      await requireOrganisation(orgId);
      const secret = await addEdgeGateway(db, { orgId, gatewayId, name }, clock.now());
      if (secret === null)
        throw new ApiError('edge_gateway.exists', `there is an edge gateway ${gatewayId} already`);
      await audit(orgId, actor, 'edge_gateway.added', gatewayId);
      return { gatewayId, mqtt: { username: gatewayId, password: secret } };
    },
    async createBridge({ orgId, bridgeId, name = bridgeId, topicPrefixes, timeZone: zone }, actor = 'setup') {
      await requireOrganisation(orgId);
      const bridge = { orgId, bridgeId, name, topicPrefixes, timeZone: zone ?? null };
      const secret = await addBridge(db, bridge, clock.now());
      if (secret === null)
        throw new ApiError('bridge.exists', `there is a node or bridge ${bridgeId} already`);
      await audit(orgId, actor, 'bridge.added', bridgeId, topicPrefixes.join(' '));
      return { bridgeId, mqtt: { username: bridgeId, password: secret }, topicPrefixes };
    },
    async createBatch(batch, actor = 'setup') {
      await requireOrganisation(batch.orgId);
      await db.transaction().execute(async transaction => {
        await addBatchWithProduct(transaction, batch, clock.now());
        await giveCode(transaction, batch, actor, clock.now());
      });
      await batchChanged(batch.orgId, batch.batchId, actor, 'batch.added');
    },
    async createPlacement(request, actor = 'setup') {
      const { orgId, batchId, nodeId, from, to = null, probe = mainProbe, position } = request;
      if ((await findBatch(db, orgId, batchId)) === null)
        throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
      if ((await findNode(db, orgId, nodeId)) === null)
        throw new ApiError('node.not_found', `there is no node ${nodeId}`);
      await refuseManyPositions(db, orgId, batchId, position);
      const result = await addPlacement(db, { orgId, batchId, nodeId, probe, position, from, to });
      if ('inTheWay' in result) throw placementOverlap(batchId, result.inTheWay);
      const placements = await listPlacements(db, orgId, batchId);
      const placement = placements.find(p => p.placementId === result.placementId)!;
      const after = {
        placementId: placement.placementId,
        nodeId,
        probe,
        position: placement.position,
        from,
        to,
      };
      await batchChanged(orgId, batchId, actor, 'placement.added', nodeId, { after });
      return { placement };
    },
  };
}

async function addBatchWithProduct(db: MetadataDb, batch: NewBatchRequest, now: number): Promise<void> {
  const { orgId, batchId, productId } = batch;
  let product = await findProduct(db, orgId, productId);
  if (product === null) {
    // Nobody is stopped at the market by a product we do not know: it gets the class that promises least.
    product = aProduct(productId, productId, 'other', 'none', 'room');
    await addProduct(db, orgId, product);
  }
  const { quantity } = batch;
  const added = await addBatch(
    db,
    {
      orgId,
      batchId,
      productId,
      name: batch.name ?? product.name,
      producedAt: batch.producedAt,
      quantity: typeof quantity === 'number' ? { amount: quantity, unit: 'potong' } : (quantity ?? null),
      treatment: batch.treatment ?? product.treatment,
      storage: batch.storage ?? null,
    },
    now,
  );
  if (!added) throw new ApiError('batch.exists', `there is a batch ${batchId} already`);
}

/** The code of a label that was printed before, else a new one. */
async function giveCode(
  transaction: MetadataDb,
  batch: NewBatchRequest,
  actor: string,
  now: number,
): Promise<void> {
  const { publicCode } = batch;
  if (publicCode === undefined) await ensurePublicCodeWithin(transaction, batch, actor, now);
  else if (!(await bindReservedCode(transaction, batch, publicCode, now))) {
    const allowed = 'must be a code that was set aside for a label and is on no other batch';
    throw new ApiError('label.code_unknown', `publicCode ${allowed}`, [
      { field: 'publicCode', value: publicCode, allowed },
    ]);
  }
}

/** Each position is worked out on its own, and while one is away, with each of the others in its place. */
const mostPositions = 6;

async function refuseManyPositions(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  position = mainPosition,
): Promise<void> {
  const placements = await listPlacements(db, orgId, batchId);
  const positions = new Set(placements.map(placement => placement.position));
  if (positions.size < mostPositions || positions.has(position)) return;
  const allowed = `must be one of ${[...positions].join(', ')}: a batch has at most ${mostPositions} positions`;
  throw new ApiError('request.invalid', `position ${allowed}`, [
    { field: 'position', value: position, allowed },
  ]);
}

export function placementOverlap(batchId: string, inTheWay: Placement): ApiError {
  const iso = (at: number) => new Date(at).toISOString();
  const until = inTheWay.to === null ? 'until further notice' : `to ${iso(inTheWay.to)}`;
  return new ApiError(
    'placement.overlaps',
    `node ${inTheWay.nodeId} speaks for batch ${batchId} from ${iso(inTheWay.from)} ${until}`,
    [
      {
        field: 'from',
        value: inTheWay.placementId,
        allowed: 'a span in which no other placement of the batch at this position lies',
      },
    ],
  );
}
