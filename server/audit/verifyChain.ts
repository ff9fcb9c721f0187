import type { AuditAnchor } from '../../models/contracts/audit.ts';
import type { AuditLine } from '../store/metadata/audit.ts';
import { auditHash, noHash } from '../store/metadata/auditHash.ts';

export interface ChainFault {
  /**
   * changed: what a line says does not match its hash. missing: numbers are left out. out-of-order: a number came before or
   * is below 1. broken: a line follows another line than the one before it. cut-off: the chain ends before an anchor.
   * rewritten: an anchored line has another hash now.
   */
  readonly kind: 'changed' | 'missing' | 'out-of-order' | 'broken' | 'cut-off' | 'rewritten';
  readonly line: number;
  /** One sentence that names the line. */
  readonly message: string;
}

export interface ChainVerdict {
  readonly lines: number;
  /** Null for a chain without lines. */
  readonly last: { readonly line: number; readonly at: number; readonly hash: string } | null;
  /** The first of them. */
  readonly faults: readonly ChainFault[];
  readonly faultCount: number;
}

/** Nobody reads more, and one change early in a chain that was renumbered after it is a fault of every line. */
const mostFaults = 100;

/**
 * Goes through a chain and says which lines were changed, removed, moved or put in.
 *
 * A chain that was cut off at its end is whole in itself, and so is one that was written anew from some line on: only an
 * anchor from before, kept where the writer cannot reach, shows either.
 *
 * @param lines    one chain in the order of its numbers
 * @param anchors  of this chain; none is fine
 */
export async function verifyChain(
  lines: AsyncIterable<AuditLine>,
  anchors: readonly AuditAnchor[] = [],
): Promise<ChainVerdict> {
  const faults: ChainFault[] = [];
  let faultCount = 0;
  const note = (kind: ChainFault['kind'], line: number, message: string) => {
    faultCount++;
    if (faults.length < mostFaults) faults.push({ kind, line, message });
  };
  const expected = Map.groupBy(anchors, anchor => anchor.line);
  let before: AuditLine | null = null;
  let count = 0;
  for await (const line of lines) {
    count++;
    for (const [kind, message] of faultsOf(line, before)) note(kind, line.line, message);
    for (const anchor of expected.get(line.line) ?? [])
      if (anchor.hash !== line.hash)
        note('rewritten', line.line, `${named(line)} is not the line that was anchored on ${anchor.day}`);
    before = line;
  }
  const end = before?.line ?? 0;
  for (const anchor of anchors)
    if (anchor.line > end) {
      const until = end === 0 ? 'the chain has no lines' : `the chain ends at line ${end}`;
      note('cut-off', anchor.line, `${until}, but line ${anchor.line} was anchored on ${anchor.day}`);
    }
  const last = before && { line: before.line, at: before.at, hash: before.hash };
  return { lines: count, last, faults, faultCount };
}

function* faultsOf(line: AuditLine, before: AuditLine | null): Generator<[ChainFault['kind'], string]> {
  const expected = (before?.line ?? 0) + 1;
  if (line.line < expected)
    yield [
      'out-of-order',
      `${named(line)} has a number that ${before === null ? 'no line has' : 'came before'}`,
    ];
  if (line.line > expected) yield ['missing', `${missing(expected, line.line - 1)} before ${named(line)}`];
  if (auditHash(line.previousHash, line) !== line.hash)
    yield ['changed', `${named(line)} was changed: what it says does not match its hash`];
  if (line.line === expected && line.previousHash !== (before?.hash ?? noHash))
    yield [
      'broken',
      before === null
        ? `${named(line)} is not the first line that was written`
        : `${named(line)} was written after another line ${before.line}: that was rewritten, or this one`,
    ];
}

const missing = (from: number, to: number): string =>
  from === to ? `line ${from} is missing` : `lines ${from} to ${to} are missing`;

const named = ({ line, action, subject, at }: AuditLine): string =>
  `line ${line} (${[action, subject].filter(Boolean).join(' ')}, ${timeOf(at)})`;

/** A time that was tampered with may be none. */
const timeOf = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : `time ${at}`);
