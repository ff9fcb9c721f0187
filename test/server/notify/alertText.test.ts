import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertFacts, alertKindSchema, alertSeveritySchema } from '../../../models/contracts/alert.ts';
import { languageSchema } from '../../../models/contracts/contact.ts';
import { renderAlert, renderCode, renderDigest, renderTest } from '../../../server/notify/alertText.ts';
import type { AlertEventKind, AlertToTell } from '../../../server/notify/alertWords.ts';

const hourMs = 3_600_000;
/** Tuesday, 10.00 in Jakarta. */
const now = Date.parse('2026-11-24T03:00:00.000Z');
const iso = (hours: number) => new Date(now + hours * hourMs).toISOString();
const events: readonly AlertEventKind[] = ['opened', 'worsened', 'escalated', 'cleared'];

const fullFacts: AlertFacts = {
  subjectName: 'Takwa pagi',
  placeName: 'boks Pak Yanto',
  ...{ temperatureC: 14, levelC: 8, peakC: 17.5, aboveH: 40 / 60, lifeLostH: 10.1 },
  ...{ remainingP05H: 8.9, keepsUntilP05: iso(8.9), arrivesWithP05H: 44.9, needH: 47.2, arrivesAt: iso(30) },
  ...{ since: iso(-1.5), batteryPct: 12.9, journalHoursLeft: 5.9, dueAt: iso(72) },
};
const alertOf = (fields: Partial<AlertToTell> = {}, facts: AlertFacts = fullFacts): AlertToTell => ({
  ...{ kind: 'too-warm', event: 'opened', severity: 'risk', knownLate: false },
  ...{ beganAt: now - hourMs, clearedAt: null, facts },
  ...fields,
});
const text = (fields: Partial<AlertToTell>, facts?: AlertFacts, language: 'id' | 'en' | 'ja' = 'id') =>
  renderAlert(alertOf(fields, facts), language, 'Asia/Jakarta', now).text;

const factsArbitrary = fc.record(
  {
    subjectName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    placeName: fc.string({ unit: 'grapheme', maxLength: 200 }),
    ...{ temperatureC: fc.double({ min: -60, max: 120, noNaN: true }) },
    ...{
      levelC: fc.double({ min: -30, max: 60, noNaN: true }),
      peakC: fc.double({ min: -60, max: 120, noNaN: true }),
    },
    ...{
      aboveH: fc.double({ min: 0, max: 2000, noNaN: true }),
      lifeLostH: fc.double({ min: 0, max: 700, noNaN: true }),
    },
    remainingP05H: fc.double({ min: -500, max: 2000, noNaN: true }),
    keepsUntilP05: fc.double({ min: -500, max: 2000, noNaN: true }).map(iso),
    ...{
      arrivesWithP05H: fc.double({ min: -500, max: 1000, noNaN: true }),
      needH: fc.double({ min: 1, max: 1000, noNaN: true }),
    },
    ...{
      arrivesAt: fc.double({ min: -100, max: 500, noNaN: true }).map(iso),
      since: fc.double({ min: -3000, max: 0, noNaN: true }).map(iso),
    },
    ...{
      batteryPct: fc.double({ min: 0, max: 100, noNaN: true }),
      journalHoursLeft: fc.double({ min: 0, max: 900, noNaN: true }),
    },
    dueAt: fc.double({ min: -3000, max: 3000, noNaN: true }).map(iso),
  },
  { requiredKeys: ['subjectName'] },
);
const alertArbitrary: fc.Arbitrary<AlertToTell> = fc.record({
  kind: fc.constantFrom(...alertKindSchema.options),
  event: fc.constantFrom(...events),
  severity: fc.constantFrom(...alertSeveritySchema.options),
  knownLate: fc.boolean(),
  beganAt: fc.integer({ min: now - 3000 * hourMs, max: now }),
  clearedAt: fc.option(fc.integer({ min: now - 100 * hourMs, max: now })),
  facts: factsArbitrary as fc.Arbitrary<AlertFacts>,
});

describe('renderAlert', () => {
  it('keeps every text within 160 characters and every title within 60, whatever the names', () => {
    fc.assert(
      fc.property(
        alertArbitrary,
        fc.constantFrom(...languageSchema.options),
        fc.constantFrom('Asia/Jakarta', 'Asia/Jayapura', 'Asia/Tokyo', 'America/St_Johns'),
        (alert, language, zone) => {
          const told = renderAlert(alert, language, zone, now);
          expect(told.text.length).toBeLessThanOrEqual(160);
          expect(told.title.length).toBeLessThanOrEqual(60);
          expect(told.text).toMatch(/\S/);
          expect(told.text).not.toMatch(/UTC|undefined|NaN|null|\p{Cc}|\bsafe\b/u);
          if (!/aman/i.test(alert.facts.subjectName + (alert.facts.placeName ?? '')))
            expect(told.text).not.toMatch(/\baman\b|安全/i);
          // A sentence is never cut: the last thing in a text is a full stop.
          expect(told.text).toMatch(/[.。]$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('shortens names and never a figure of the first sentence', () => {
    const subjectName =
      'Takwa istimewa kemasan besek lebar dari Pak Haji Muhammad Sulaiman di gang empat '.repeat(2);
    for (const language of languageSchema.options)
      for (const kind of alertKindSchema.options)
        for (const event of events) {
          const facts = { ...fullFacts, subjectName, placeName: subjectName };
          const long = text({ kind, event, clearedAt: now }, facts, language);
          const short = text(
            { kind, event, clearedAt: now },
            { ...fullFacts, subjectName: 'A', placeName: 'A' },
            language,
          );
          const figures = (s: string) => s.match(/\d+([.,:]\d+)?/g) ?? [];
          const first = figures(short.split(/(?<=[.。]) ?(?=[^\d])/)[0]!);
          expect([kind, event, figures(long).slice(0, first.length)]).toEqual([kind, event, first]);
          expect(long).toContain('…');
        }
  });

  it('tells what is too warm, for how long, and what is left at least', () => {
    expect(text({})).toBe(
      'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit. Takwa pagi masih tahan paling sedikit 8 jam, sampai hari ini 18.00 WIB. Umur berkurang 11 jam.',
    );
    expect(text({}, fullFacts, 'en')).toBe(
      'boks Pak Yanto is 14 °C (limit 8 °C) for 40 min now. Takwa pagi keeps at least 8 h, until today 18:00 WIB. 11 h of life lost. Add ice or move it to the cold.',
    );
    expect(text({}, fullFacts, 'ja')).toBe(
      'boks Pak Yantoは14 °C(上限8 °C)、40分続いています。Takwa pagi:あと少なくとも8時間(今日 18:00 WIBまで)。日持ちが11時間短縮。氷を足すか、冷たい場所へ移してください。',
    );
  });

  it('tells a silent node with the time of its last word and what to look at', () => {
    expect(text({ kind: 'no-data' }, { subjectName: 'kulkas depan', since: iso(0.333) })).toBe(
      'Belum ada kabar dari kulkas depan sejak hari ini 10.19 WIB. Cek listrik, Wi-Fi, atau baterai.',
    );
    expect(
      text(
        { kind: 'no-data', event: 'cleared', clearedAt: now },
        { subjectName: 'kulkas depan', since: iso(-2) },
      ),
    ).toBe('kulkas depan mengirim kabar lagi sejak hari ini 10.00 WIB. Diam selama 120 menit.');
  });

  it('tells to sell today what keeps until today, and to smell what may be past', () => {
    expect(
      text(
        { kind: 'spoilage-near' },
        { subjectName: 'Masakan Senin pagi', remainingP05H: 5.99, keepsUntilP05: iso(5.99) },
      ),
    ).toBe(
      'Masakan Senin pagi masih tahan paling sedikit 5 jam, sampai hari ini 15.00 WIB. Jual habis hari ini.',
    );
    expect(
      text({ kind: 'spoilage-near' }, { subjectName: 'Putih', remainingP05H: 0, keepsUntilP05: iso(0) }),
    ).toBe('Putih bisa sudah lewat batas. Cium dan cek dulu sebelum dijual.');
    expect(
      text({ kind: 'spoilage-near' }, { subjectName: 'Putih', remainingP05H: 20, keepsUntilP05: iso(20) }),
    ).toBe('Putih masih tahan paling sedikit 20 jam, sampai besok 06.00 WIB. Jual dulu yang ini.');
  });

  it('prints what is left on arrival and what is asked for in one unit, never as equals', () => {
    const facts = { subjectName: 'Surabaya, truk 2', arrivesWithP05H: 47.9, needH: 48, arrivesAt: iso(3) };
    expect(text({ kind: 'will-not-arrive' }, facts)).toBe(
      'Surabaya, truk 2 tiba hari ini 13.00 WIB dengan paling sedikit 47 jam, syarat 48 jam. Tambah es, berangkat lebih awal, atau jual lebih dekat.',
    );
    expect(text({ kind: 'will-not-arrive' }, { ...facts, arrivesWithP05H: 71.9, needH: 72 })).toContain(
      'paling sedikit 2,5 hari, syarat 3 hari',
    );
  });

  it('says that news came late, and tells it as past', () => {
    const facts = { ...fullFacts, aboveH: 2.01, remainingP05H: 30, keepsUntilP05: iso(30), lifeLostH: 0.2 };
    expect(text({ knownLate: true, beganAt: now - 20 * hourMs, clearedAt: now - 18 * hourMs }, facts)).toBe(
      'Kabar terlambat. Suhu boks Pak Yanto sempat 17,5 °C (batas 8 °C) selama 121 menit, mulai kemarin 14.00 WIB. Umur berkurang 1 jam.',
    );
    expect(
      text(
        { kind: 'no-data', knownLate: true, beganAt: now - 60 * hourMs, clearedAt: now },
        { subjectName: 'S-1' },
        'en',
      ),
    ).toBe('Late news. S-1 was silent from 21 Nov 22:00 WIB to today 10:00.');
  });

  it('says when nobody has handled it, and when it became worse', () => {
    expect(text({ event: 'escalated' })).toMatch(/^Belum ditangani\. Suhu boks Pak Yanto 14 °C/);
    expect(text({ event: 'worsened' })).toMatch(/^Makin parah\. Suhu boks Pak Yanto 14 °C/);
  });

  it('names the zone once, and days by the calendar of that zone', () => {
    const facts = { subjectName: 'X', remainingP05H: 14.5, keepsUntilP05: iso(14.5) };
    expect(text({ kind: 'spoilage-near' }, facts)).toContain('sampai besok 00.00 WIB');
    const inTokyo = renderAlert(alertOf({ kind: 'spoilage-near' }, facts), 'en', 'Asia/Tokyo', now).text;
    expect(inTokyo).toContain('until tomorrow 02:00 JST');
    const inPapua = renderAlert(alertOf({ kind: 'spoilage-near' }, facts), 'id', 'Asia/Jayapura', now).text;
    expect(inPapua).toContain('sampai besok 02.00 WIT');
  });

  it('promises 00, 06, 12 or 18 hours beyond two days, and names the day', () => {
    const facts = { subjectName: 'X', remainingP05H: 100.5, keepsUntilP05: iso(100.5) };
    // 100.5 h on is Saturday 14.30.
    expect(text({ kind: 'spoilage-near' }, facts)).toContain('paling sedikit 4 hari, sampai Sabtu 12.00 WIB');
  });

  it('never promises more than there is and never shows less loss than there was', () => {
    const printedH = (told: string, pattern: RegExp) => {
      const [, figure, unit] = pattern.exec(told) ?? [];
      return Number(figure?.replace(',', '.')) * (unit === 'hari' ? 24 : 1);
    };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 900, noNaN: true }), hours => {
        const facts = {
          subjectName: 'X',
          remainingP05H: hours,
          keepsUntilP05: iso(hours),
          lifeLostH: hours,
          temperatureC: 9,
        };
        const told = text({}, facts);
        expect(printedH(told, /paling sedikit ([\d,]+) (jam|hari)/)).toBeLessThanOrEqual(hours + 1e-6);
        expect(printedH(told, /berkurang ([\d,]+) (jam|hari)/)).toBeGreaterThanOrEqual(hours - 1e-6);
      }),
    );
  });
});

describe('other messages', () => {
  it('a digest counts what it cannot name', () => {
    const alerts = Array.from({ length: 9 }, (_, n) => ({
      kind: 'no-data' as const,
      subjectName: `Kulkas nomor ${n}`,
    }));
    const told = renderDigest(alerts, 'id');
    expect(told.text).toBe(
      '9 peringatan belum selesai: Kulkas nomor 0 (belum ada kabar), Kulkas nomor 1 (belum ada kabar), Kulkas nomor 2 (belum ada kabar), dan 6 lagi.',
    );
    expect(renderDigest(alerts.slice(0, 1), 'en').text).toBe('1 alert is open: Kulkas nomor 0 (no news).');
  });

  it('a test and a code fit into 160 characters in every language', () => {
    for (const language of languageSchema.options) {
      expect(renderTest('Pak Haji Muhammad Sulaiman dari Kediri', language).text.length).toBeLessThanOrEqual(
        160,
      );
      expect(renderCode('012345', language).text).toContain('012345');
      expect(renderCode('012345', language).text.length).toBeLessThanOrEqual(160);
    }
  });
});
