import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits. Shown once; only its hash is kept, and a plain hash is enough because it cannot be guessed. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Takes the same time wherever the difference lies. */
export function matchesHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash, 'hex'));
}
