import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf, wrap } from '../../../server/records/pdf/pdfPage.ts';
import { encodeWinAnsi } from '../../../server/records/pdf/winAnsi.ts';

const decoded = (text: string) => new TextDecoder('windows-1252').decode(encodeWinAnsi(text).bytes);

describe('encodeWinAnsi', () => {
  it('keeps what Indonesian and English are written with', () => {
    const text = 'Kulkas depan – 4,5 °C · “élan” € ½ µ ñ';
    expect([decoded(text), encodeWinAnsi(text).complete]).toEqual([text, true]);
  });

  it('takes likenesses for signs that it does not have, and letters without their marks', () => {
    expect(decoded('−0,3 → Gěthuk')).toBe('–0,3 > Gethuk');
    expect(encodeWinAnsi('Gěthuk').complete).toBe(true);
  });

  it('puts one "?" for each sign of another script, and says that something is missing', () => {
    expect([decoded('豆腐 𝄞'), encodeWinAnsi('豆腐').complete]).toEqual(['?? ?', false]);
  });

  it('writes nothing but printable codes, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect([...encodeWinAnsi(text).bytes].every(byte => byte >= 32 && byte !== 127)).toBe(true);
      }),
    );
  });
});

describe('wrap', () => {
  it('makes lines that fit and loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });

  it('measures as the fonts do', () => {
    expect(widthOf('Tahan', { size: 10 })).toBeCloseTo(28.35, 2);
    expect(widthOf('Tahan', { size: 10, weight: 'bold' })).toBeCloseTo(29.45, 2);
  });
});
