import { describe, expect, it } from 'vitest';
import { readActor, subjectKindOf } from '../../../server/audit/auditWords.ts';
import { changedFields } from '../../../server/audit/changedFields.ts';

describe('readActor', () => {
  it.each([
    ['user abc', 'user', 'abc', null],
    ['token pintu 2 of dapur', 'token', 'pintu 2 of dapur', null],
    ['user abc of lain', 'user', 'abc', 'lain'],
    ['lain user abc', 'user', 'abc', 'lain'],
    ['lain token tv', 'token', 'tv', 'lain'],
    ['claim code of user abc', 'claim-code', 'abc', null],
    ['setup', 'command-line', 'setup', null],
    ['server', 'server', 'server', null],
    ['buyer', 'buyer', 'buyer', null],
    ['10.0.0.9', 'address', '10.0.0.9', null],
    ['fe80::1', 'address', 'fe80::1', null],
    ['somebody else', 'unknown', 'somebody else', null],
  ])('reads %j as %s', (key, kind, id, organisationId) => {
    expect(readActor(key)).toEqual({ key, kind, id, organisationId });
  });
});

describe('subjectKindOf', () => {
  it.each([
    ['place.changed', 'place'],
    ['placement.added', 'batch'],
    ['offset.added', 'node'],
    ['found_device.claimed', 'node'],
    ['found_device.ignored', 'found_device'],
    ['label.reserved', 'codes'],
    ['label.revoked', 'batch'],
    ['member.removed', 'user'],
  ])('finds that %s is about a %s', (action, kind) => {
    expect(subjectKindOf(action)).toBe(kind);
  });
});

describe('changedFields', () => {
  it('keeps what differs, and what is new or gone as null', () => {
    expect(changedFields({ a: 1, b: [1], c: 3 }, { a: 1, b: [2], d: 4 })).toEqual({
      before: { b: [1], c: 3, d: null },
      after: { b: [2], c: null, d: 4 },
    });
  });
});
