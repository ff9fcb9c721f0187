import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identitySchema, toE164 } from '../../../models/contracts/identity.ts';

describe('toE164', () => {
  it.each([
    ['0812-3456-7890', '+6281234567890'],
    ['812 3456 7890', '+6281234567890'],
    ['62812 3456 7890', '+6281234567890'],
    ['+62 (0)812 3456 7890', '+6281234567890'],
    ['+62 0812 3456 7890', '+6281234567890'],
    ['0062 812 3456 7890', '+6281234567890'],
    ['(0354) 771234', '+62354771234'],
    ['+81 90 1234 5678', '+819012345678'],
  ])('reads %s as %s', (written, number) => {
    expect(toE164(written)).toBe(number);
  });

  it.each(['', '0', '12', '+0812345678', '0812x3456', '08123456789012345', 'sari@tani.example'])(
    'takes %j for no number',
    text => {
      expect(toE164(text)).toBeNull();
    },
  );

  it('leaves what it has made as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^0[1-9]\d{6,11}$/), written => {
        const number = toE164(written)!;
        expect(toE164(number)).toBe(number);
        expect(toE164(number.slice(1))).toBe(number);
      }),
    );
  });
});

describe('identitySchema', () => {
  it('tells an address from a number', () => {
    expect(identitySchema.parse(' Sari@Tani.Example ')).toEqual({ email: 'sari@tani.example' });
    expect(identitySchema.parse('0812 3456 7890')).toEqual({ phone: '+6281234567890' });
    for (const text of ['sari', 'x@phone.invalid', ''])
      expect(identitySchema.safeParse(text).success).toBe(false);
  });
});
