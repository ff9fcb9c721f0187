import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lotPath, parseLotLink } from '../../../server/links/digitalLink.ts';

const gtin = '09521234543213';

describe('lotPath', () => {
  it('pads a GTIN of 13 digits and encodes what means something in an address', () => {
    expect(lotPath({ gtin: '9521234543213', lot: 'TKW/2' })).toBe(`/01/${gtin}/10/TKW%2F2`);
    expect(lotPath({ gtin, lot: 'A%B?C(1)' })).toBe(`/01/${gtin}/10/A%25B%3FC%281%29`);
  });

  it('refuses a wrong check digit and a lot that GS1 does not allow', () => {
    expect(() => lotPath({ gtin: '09521234543214', lot: 'A' })).toThrow(/check digit/);
    expect(() => lotPath({ gtin, lot: '' })).toThrow(/lot must be/);
    expect(() => lotPath({ gtin, lot: 'A~1' })).toThrow(/lot must be/);
    expect(() => lotPath({ gtin, lot: 'x'.repeat(21) })).toThrow(/lot must be/);
  });
});

describe('parseLotLink', () => {
  it('reads back every lot that lotPath writes', () => {
    const characters = [...'!"%&\'()*+,-./0189:;<=>?AZ_az'];
    const lots = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lots, lot => {
        // "." and ".." alone are steps in a path, which no encoding protects.
        fc.pre(lot !== '.' && lot !== '..');
        expect(parseLotLink(`https://tahu.example${lotPath({ gtin, lot })}?c=1`)).toEqual({ gtin, lot });
      }),
    );
  });

  it('reads links of other domains, with steps before, a serial and other qualifiers', () => {
    const link = `https://id.gs1.org/gtin/01/${gtin}/22/2A/10/TKW260302A/21/7?17=261201`;
    expect(parseLotLink(link)).toEqual({ gtin, lot: 'TKW260302A' });
  });

  it('finds nothing in what is no link, names no lot or has a wrong check digit', () => {
    for (const text of [
      'TKW260302A',
      `https://id.gs1.org/01/${gtin}`,
      'https://id.gs1.org/01/09521234543214/10/A',
      `https://id.gs1.org/01/${gtin}/10/%E0%A4%A`,
    ])
      expect(parseLotLink(text)).toBeNull();
  });
});
