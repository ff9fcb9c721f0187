import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ApiError } from './errors.ts';

/** How passwords are kept: Argon2id in the smallest size that OWASP calls safe, about 20 ms of one core. */
export interface Passwords {
  /** As `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. @throws {ApiError} auth.busy */
  hash(password: string): Promise<string>;
  /** Also of a hash that an earlier release made. @throws {ApiError} auth.busy */
  verify(hash: string, password: string): Promise<boolean>;
  /** Whether a hash should be made anew at the next right password. */
  isOutdated(hash: string): boolean;
}

const memoryKiB = 19_456;
const passes = 2;
const lanes = 1;
const saltBytes = 16;
const hashBytes = 32;
const head = `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$`;

/** Each takes 19 MiB and a core: two at a time leave readings room, and a crowd at the door is sent away early. */
const mostAtOnce = 2;
const mostWaiting = 40;

const deriveKey = promisify(argon2) as (
  algorithm: 'argon2id',
  parameters: Argon2Parameters,
) => Promise<Buffer>;

/** @param verifyOld  checks a hash of the kind that was made before Argon2id */
export function createPasswords(verifyOld: (hash: string, password: string) => Promise<boolean>): Passwords {
  const inTurn = createTurns();
  const derive = (password: string, salt: Buffer) =>
    inTurn(() =>
      deriveKey('argon2id', {
        ...{ message: password.normalize('NFKC'), nonce: salt, tagLength: hashBytes },
        ...{ memory: memoryKiB, passes, parallelism: lanes },
      }),
    );
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return `${head}${base64(salt)}$${base64(await derive(password, salt))}`;
    },
    async verify(hash, password) {
      if (!hash.startsWith('$argon2')) return inTurn(() => verifyOld(hash, password));
      const [salt = '', expected = ''] = hash.slice(head.length).split('$');
      const actual = await derive(password, Buffer.from(salt, 'base64'));
      const wanted = Buffer.from(expected, 'base64');
      return hash.startsWith(head) && wanted.length === actual.length && timingSafeEqual(wanted, actual);
    },
    isOutdated: hash => !hash.startsWith(head),
  };
}

/** Base64 without padding, as hashes of this form are written. */
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Runs at most two at a time; who comes when too many wait is refused. */
function createTurns() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting)
        throw new ApiError('auth.busy', 'too many sign-ins at once; try again in a moment');
      await new Promise<void>(resolve => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over this turn.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
