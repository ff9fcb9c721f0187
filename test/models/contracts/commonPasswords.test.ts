import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPasswordFault } from '../../../models/contracts/commonPasswords.ts';
import { cpuMs } from '../../support/cpuMs.ts';

describe('commonPasswordFault', () => {
  it.each([
    ...[
      'password1234',
      'P@ssw0rd1234',
      'Password-1234!',
      'passwordpassword',
      'sayangsayangku1',
      'iloveyou1234',
    ],
    ...[
      'bismillah123456',
      'admin@2024admin',
      'Letmein-please-1',
      'indonesia1945',
      'qwertyuiop123',
      '123456789012',
    ],
    ...[
      '1q2w3e4r5t6y',
      '1qaz2wsx3edc',
      'abcdef123456',
      'aaaaaaaaaaaa',
      'abcabcabcabc',
      'tahutahutahu',
      '20241124093',
    ],
  ])('knows %s as one that is tried first', password => {
    expect(commonPasswordFault(password)).not.toBeNull();
  });

  it.each([
    ...[
      'kunyit dan garam',
      'tahu-takwa-kediri',
      'correct horse battery',
      'a clock is set today',
      'asam jawa manis',
    ],
    ...['kulkas depan 4 derajat', '豆腐はおいしいですよね本当に', 'Xk3-pq9-Vw7-z', 'kedelai 20 karung'],
  ])('has nothing against %s', password => {
    expect(commonPasswordFault(password)).toBeNull();
  });

  it('has nothing against random letters, and is quick whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{16}$/),
        fc.array(fc.constantFrom('pass', 'word', 'password', '1')),
        (random, words) => {
          if (new Set(random).size > 6) expect(commonPasswordFault(random)).toBeNull();
          const hostile = `${words.join('').repeat(20).slice(0, 255)}x`;
          expect(cpuMs(() => commonPasswordFault(hostile), 200)).toBeLessThan(200);
        },
      ),
    );
  });
});
