import { describe, expect, test } from 'vitest';
import { auditCsv } from '../../dashboard/settings/auditCsv.ts';
import {
  actionText,
  actorText,
  auditKinds,
  changesOf,
  fieldText,
} from '../../dashboard/settings/auditWords.ts';
import { quietText, shownAddress } from '../../dashboard/settings/contactWords.ts';
import { deviceName } from '../../dashboard/settings/deviceName.ts';
import { identityFields, shownPhone } from '../../dashboard/settings/identityInput.ts';
import { readProduct, typedProduct } from '../../dashboard/settings/productForm.ts';
import { rolesWithin } from '../../dashboard/settings/roles.ts';
import { sectionsOf } from '../../dashboard/settings/sections.ts';
import { sharedReadingsCsv } from '../../dashboard/settings/sharedReadingsCsv.ts';
import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { ProductView } from '../../models/contracts/batch.ts';
import { type Role, roleSchema } from '../../models/contracts/people.ts';
import { access } from '../../server/api/access.ts';
import { isWithin } from '../../server/api/roleReach.ts';
import { translateIn } from './words.ts';

const t = translateIn('id');

describe('roles', () => {
  test.each(roleSchema.options)('a token of a %s is offered the roles that the server gives it', role => {
    const possible = roleSchema.options.filter(other => isWithin(other, role));
    expect(rolesWithin(role).toSorted()).toEqual(possible.toSorted());
  });

  test('a section is shown to those who may ask for what it holds', () => {
    const asks: Readonly<Record<string, string>> = { token: 'get /tokens', audit: 'get /audit' };
    for (const role of roleSchema.options) {
      const shown = sectionsOf(role).flatMap(group => group.sections.map(section => section.id as string));
      for (const [section, route] of Object.entries(asks))
        expect(shown.includes(section), `${section} for ${role}`).toBe(
          (access[route] as readonly Role[]).includes(role),
        );
    }
  });
});

describe('an identity', () => {
  test('with an "@" is an e-mail address, anything else a telephone number', () => {
    expect(identityFields(' sri@example.com ')).toEqual({ email: 'sri@example.com' });
    expect(identityFields('0812 3456 7890')).toEqual({ phone: '0812 3456 7890' });
  });

  test('of Indonesia is shown as it is dialled there, others as they are', () => {
    expect(shownPhone('+6281234567890')).toBe('0812 3456 7890');
    expect(shownPhone('+6281311112222')).toBe('0813 1111 2222');
    expect(shownPhone('+4915112345678')).toBe('+4915112345678');
  });
});

describe('a browser', () => {
  const android =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36';
  const iphone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
  test.each([
    [android, 'Chrome, Android'],
    [`${android} SamsungBrowser/25.0`, 'Samsung Internet, Android'],
    [iphone, 'Safari, iPhone'],
    ['Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox, Windows'],
    ['curl/8.5.0', null],
    [null, null],
  ])('%s is %s', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });
});

describe('a typed product', () => {
  const typed = { ...typedProduct(null), name: ' Takwa asap ' };

  test('says nothing of what was left empty', () => {
    expect(readProduct(typed)).toEqual({
      product: {
        ...{ name: 'Takwa asap', variant: 'takwa', treatment: 'turmeric-boiled', storage: 'room' },
        ...{ unit: null, unitPriceIdr: null, needH: null, gtin: null },
      },
    });
  });

  test.each([
    ['12.000', 12_000],
    ['12 000', 12_000],
    ['1.250.000', 1_250_000],
    ['12500', 12_500],
    ['12.500,50', 12_500.5],
  ])('takes the price %s for %d rupiah', (price, unitPriceIdr) => {
    expect(readProduct({ ...typed, price })).toMatchObject({ product: { unitPriceIdr } });
  });

  test.each(['Rp 12.000', '-5', '12.5.0', '1e5', '2000000000'])('refuses the price %s', price => {
    expect(readProduct({ ...typed, price })).toEqual({ wrong: ['price'] });
  });

  test('names every field that holds no number', () => {
    expect(readProduct({ ...typed, price: 'x', need: '2000' })).toEqual({ wrong: ['price', 'need'] });
  });

  test('comes back as it was kept', () => {
    const product: ProductView = {
      ...{ productId: 'p', name: 'P', variant: 'putih', treatment: 'vacuum', storage: 'fridge' },
      ...{ unit: 'kg', unitPriceIdr: 1000.5, needH: 36.5, gtin: '89912345' },
    };
    const { productId: _, ...rest } = product;
    expect(readProduct(typedProduct(product))).toEqual({ product: rest });
  });
});

describe('a contact', () => {
  test('leads to a number as it is dialled, else to its address', () => {
    expect(shownAddress({ channel: 'whatsapp', address: { phone: '+6281234567890' } })).toBe(
      '0812 3456 7890',
    );
    expect(shownAddress({ channel: 'email', address: { email: 'a@b.id' } })).toBe('a@b.id');
  });

  test('tells its quiet hours, and when not even a risk comes through', () => {
    const quiet = { from: '22:00', to: '05:00', riskBreaksThrough: true };
    expect(quietText(quiet, t, '.')).toBe('Tenang 22.00–05.00');
    expect(quietText({ ...quiet, riskBreaksThrough: false }, t, '.')).toBe(
      'Tenang 22.00–05.00, juga untuk risiko',
    );
  });
});

describe('a line of the trail', () => {
  const line: AuditLineView = {
    ...{ line: 7, at: '2026-11-24T03:00:00.000Z', action: 'place.changed', detail: '' },
    actor: { key: 'user u1', kind: 'user', id: 'u1', name: 'Bu Sri', organisationId: null },
    subject: { kind: 'place', id: 'kulkas', name: '=1+1' },
    ...{ before: { name: 'Kulkas' }, after: { name: 'Kulkas "depan"' } },
    ...{ previousHash: '0'.repeat(64), hash: 'f'.repeat(64) },
  };
  const moment = (at: number): string => `at ${at}`;

  test('says what was done in words, and what has none as it is written', () => {
    expect(actionText('place.changed', t)).toBe('Tempat: diubah');
    expect(actionText('thing.frobbed', t)).toBe('thing: frobbed');
    for (const kind of auditKinds) expect(actionText(`${kind}.added`, t)).not.toContain('audit.');
    expect(fieldText('name', t)).toBe('Nama');
    expect(fieldText('frob', t)).toBe('frob');
  });

  test('names who did it', () => {
    expect(actorText(line.actor, t)).toBe('Bu Sri');
    expect(actorText({ ...line.actor, kind: 'server', name: 'server' }, t)).toBe('Server');
    expect(actorText({ ...line.actor, kind: 'token', name: 'Laporan' }, t)).toBe('Program bernama Laporan');
  });

  test('shows a field that changed as it was and as it is', () => {
    expect(changesOf(line, t, moment)).toEqual([
      { field: 'name', before: 'Kulkas', after: 'Kulkas "depan"' },
    ]);
    expect(
      changesOf(
        { before: { unit: null, on: true }, after: { unit: 'kg', on: false }, detail: '' },
        t,
        moment,
      ),
    ).toEqual([
      { field: 'unit', before: 'kosong', after: 'kg' },
      { field: 'on', before: 'ya', after: 'tidak' },
    ]);
  });

  test('shows of something new what is known, times as times', () => {
    expect(
      changesOf({ before: null, after: { from: 1_795_523_400_000, to: null }, detail: '' }, t, moment),
    ).toEqual([{ field: 'from', before: null, after: 'at 1795523400000' }]);
    expect(changesOf({ before: null, after: null, detail: '' }, t, moment)).toEqual([]);
    expect(changesOf({ before: null, after: null, detail: '{broken' }, t, moment)).toEqual([]);
    expect(changesOf({ before: null, after: null, detail: '{"leg":1}' }, t, moment)).toEqual([
      { field: 'leg', before: null, after: '1' },
    ]);
  });

  test('is a row of CSV in which nothing runs as a formula or leaves its cell', () => {
    const [head = '', row = '', rest] = auditCsv([line]).split('\r\n');
    expect(head.split(',')).toHaveLength(row.split('","').length);
    expect(row).toContain(`"'=1+1"`);
    expect(row).toContain(`""Kulkas \\""depan\\""""`);
    expect(rest).toBe('');
  });
});

describe('shared readings', () => {
  test('are rows of CSV, with nothing where nothing was measured', () => {
    const reading = {
      ...{ node: 'n1', probe: 'main', measuredAt: '2026-11-24T03:00:00.000Z', temperatureC: 4.5 },
      ...{ humidityPct: null, quality: 'good' as const, batches: ['b1', 'b2'] },
    };
    expect(sharedReadingsCsv([reading])).toBe(
      'node,probe,measuredAt,temperatureC,humidityPct,quality,batches\r\n' +
        'n1,main,2026-11-24T03:00:00.000Z,4.5,,good,b1 b2\r\n',
    );
  });
});
