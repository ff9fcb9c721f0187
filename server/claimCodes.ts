import { randomInt } from 'node:crypto';
import type { Clock } from '../models/contracts/intake.ts';
import { ApiError } from './errors.ts';
import { addAudit } from './store/metadata/audit.ts';
import {
  addClaimCode,
  type ClaimCode,
  findClaimCodeOfAnyOrganisation,
  useClaimCode,
} from './store/metadata/claimCodes.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { addNodeWithin, renewNodeSecret } from './store/metadata/nodes.ts';
import { hashSecret } from './store/metadata/secrets.ts';
import { isUserNameTaken } from './store/metadata/userNames.ts';

/** Crockford's base 32: no letter that is read as a digit, none that makes words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 40 bits; with five tries an address in fifteen minutes and a day to live, nobody guesses one. */
const codeLength = 8;
const validMs = 24 * 3_600_000;

export interface ClaimCodeRequest {
  readonly orgId: string;
  readonly nodeId?: string | undefined;
  readonly name?: string | undefined;
  readonly placeId?: string | undefined;
  readonly reportEveryS?: number | undefined;
  /** For a new device of the node, which is there already. */
  readonly replaces?: boolean;
}

export interface IssuedClaimCode {
  readonly code: string;
  readonly nodeId: string;
  readonly expiresAt: number;
}

/** Codes that a device, or a phone beside it, turns into the secret of one node, once. */
export interface ClaimCodes {
  /** @throws {ApiError} node.exists */
  issue(request: ClaimCodeRequest, actor: string): Promise<IssuedClaimCode>;
  /**
   * @param code  without dashes, as `claimRequestSchema` leaves it
   * @throws {ApiError} claim_code.unknown, claim_code.used, claim_code.expired, node.exists
   */
  redeem(
    code: string,
    hardwareId: string | undefined,
    remoteAddress: string,
  ): Promise<{ orgId: string; nodeId: string; secret: string; replaced: boolean }>;
}

export function createClaimCodes({
  db,
  clock,
}: {
  readonly db: MetadataDb;
  readonly clock: Clock;
}): ClaimCodes {
  return {
    async issue({ orgId, placeId, reportEveryS, replaces = false, ...request }, actor) {
      const now = clock.now();
      const nodeId = request.nodeId ?? `node-${randomText(6).toLowerCase()}`;
      if (!replaces && (await isUserNameTaken(db, nodeId))) throw nodeExists(nodeId);
      const code = randomText(codeLength);
      const expiresAt = now + validMs;
      const claimCode = {
        ...{ orgId, nodeId, replaces, expiresAt },
        codeHash: hashSecret(code),
        name: request.name ?? nodeId,
        placeId: placeId ?? null,
        reportEveryS: reportEveryS ?? null,
        createdBy: actor,
      };
      await addClaimCode(db, claimCode, now);
      await addAudit(db, {
        at: now,
        orgId,
        actor,
        action: 'claim_code.issued',
        subject: nodeId,
        detail: replaces ? 'for a new device' : '',
      });
      return { code: `${code.slice(0, 4)}-${code.slice(4)}`, nodeId, expiresAt };
    },
    async redeem(code, hardwareId, remoteAddress) {
      const now = clock.now();
      const codeHash = hashSecret(code);
      return db.transaction().execute(async transaction => {
        const found = await findClaimCodeOfAnyOrganisation(transaction, codeHash);
        if (found === null)
          throw new ApiError('claim_code.unknown', 'check the letters and digits of the code');
        if (found.usedAt !== null || !(await useClaimCode(transaction, codeHash, now, hardwareId ?? null)))
          throw new ApiError('claim_code.used', 'a code works once; ask for a new one');
        if (found.expiresAt <= now)
          throw new ApiError('claim_code.expired', 'a code works for 24 hours; ask for a new one');
        const secret = await secretFor(transaction, found, now);
        await addAudit(transaction, {
          at: now,
          orgId: found.orgId,
          actor: `claim code of ${found.createdBy}`,
          action: found.replaces ? 'node.replaced' : 'node.added',
          subject: found.nodeId,
          detail: `device ${hardwareId ?? 'without a hardware id'} from ${remoteAddress}`,
        });
        return { orgId: found.orgId, nodeId: found.nodeId, secret, replaced: found.replaces };
      });
    },
  };
}

async function secretFor(transaction: MetadataDb, code: ClaimCode, now: number): Promise<string> {
  const { orgId, nodeId, name, placeId, reportEveryS } = code;
  const secret = code.replaces
    ? await renewNodeSecret(transaction, orgId, nodeId)
    : await addNodeWithin(transaction, { orgId, nodeId, name, placeId, reportEveryS }, now);
  if (secret === null) throw nodeExists(nodeId);
  return secret;
}

function nodeExists(nodeId: string): ApiError {
  return new ApiError('node.exists', `there is a node or bridge ${nodeId} already`);
}

/** Every character is a fresh draw of five bits. */
export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
