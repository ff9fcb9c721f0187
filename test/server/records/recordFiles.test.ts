import { describe, expect, it } from 'vitest';
import { type BuiltRecord, buildRecord } from '../../../server/records/buildRecord.ts';
import { itemsOf, recordCsv } from '../../../server/records/recordCsv.ts';
import { recordPdf, recordWords } from '../../../server/records/recordPdf.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer } from '../testServer.ts';
import { pdfTexts } from './pdfTexts.ts';
import { readingsOf, recordedBatch } from './world.ts';

/** The record of a batch that a server was told of, made outside of it from the same data. */
async function build({ dataDir }: TestServer): Promise<BuiltRecord> {
  const db = await openMetadataOf(dataDir);
  const store = createMemoryReadingStore();
  await store.append(readingsOf().map(r => ({ ...r, temperatureC: r.temperatureC! - 0.3 })));
  const built = await buildRecord({ db, store, clock: fakeClock(startAt + hourMs) }, 'tani', 'TKV-01');
  return built;
}

let known: Promise<BuiltRecord> | undefined;

/** One for all tests, each with a copy of its own. */
async function aRecord(): Promise<BuiltRecord> {
  known ??= recordedBatch().then(build);
  return structuredClone(await known);
}

describe('recordPdf', () => {
  it('says in Indonesian and English what is in the record, with a caution and a number on every page', async () => {
    const built = await aRecord();
    const texts = pdfTexts(await recordPdf(built, 'id', { compress: false }));
    for (const text of [
      ...['Takwa vakum, krat K-07', 'Data sampai Sel 24 Nov 2026, 11.00 WIB', 'Jl. Tinalan 4, Kediri'],
      ...['ID35110000012345', '120 bungkus', 'Terlalu hangat', '21,7 °C', 'Tidak ada data'],
      ...[
        'energi aktivasi 83,144 kJ/mol',
        'Batas 8 °C',
        'Kulkas depan · S-14',
        'Pak Darto',
        '4,20 log CFU/g',
      ],
      ...['Suhu per jam', built.record.audit!.hash],
    ])
      expect(texts).toContain(text);
    const pages = texts.filter(text => text.startsWith('Halaman ')).length;
    expect(pages).toBeGreaterThan(1);
    expect(texts).toContain(`Halaman ${pages} dari ${pages}`);
    expect(texts.filter(text => text === recordWords.id.caution)).toHaveLength(pages);
    const english = pdfTexts(await recordPdf(built, 'en', { compress: false }));
    for (const text of ['Temperature record · Tahu Tani', '21.7 °C', 'Too warm', `Page 1 of ${pages}`])
      expect(english).toContain(text);
    expect([...texts, ...english].join(' ')).not.toMatch(/\baman\b|\bsafe\b/i);
  });

  it('draws the temperature as a line that stops at a gap, which is a grey box', async () => {
    const built = await aRecord();
    const pdf = (await recordPdf(built, 'id', { compress: false })).toString('latin1');
    const blue = '0.122 0.4 0.69 RG';
    const lines = pdf.split('\n').filter(line => line.includes(blue) && line.endsWith(' S Q'));
    expect(lines).toHaveLength(2);
    const grey = pdf.split('\n').filter(line => /^q 0\.867 0\.89 0\.902 rg .* re f Q$/.test(line));
    const [, , , , , x, , width] = grey[0]!.split(' ').map(Number);
    const endOfFirst = Number(lines[0]!.match(/([\d.]+) [\d.]+ l S Q$/)?.[1]);
    const startOfSecond = Number(lines[1]!.match(/d ([\d.]+) [\d.]+ m/)?.[1]);
    expect(grey.length).toBeGreaterThan(0);
    expect([x, x! + width!]).toEqual([expect.closeTo(endOfFirst, 1), expect.closeTo(startOfSecond, 1)]);
  });

  it('gives the same bytes for the same record, and others for another instant', async () => {
    const server = await recordedBatch();
    const [one, two] = [await build(server), await build(server)];
    const bytes = await recordPdf(one, 'id');
    expect((await recordPdf(two, 'id')).equals(bytes)).toBe(true);
    two.record.asOf = new Date(startAt + 2 * hourMs).toISOString();
    expect((await recordPdf(two, 'id')).equals(bytes)).toBe(false);
  });

  it('has a "?" for each letter that its fonts do not have, and says so', async () => {
    const built = await aRecord();
    const note = recordWords.id.cannotBeDrawn.slice(0, 20);
    const said = async () =>
      pdfTexts(await recordPdf(built, 'id', { compress: false })).some(text => text.startsWith(note));
    expect(await said()).toBe(false);
    built.record.batch.name = '豆腐 Tahu';
    expect(pdfTexts(await recordPdf(built, 'id', { compress: false }))).toContain('?? Tahu');
    expect(await said()).toBe(true);
  });

  it('is a PDF whose table of objects is right', async () => {
    const pdf = await recordPdf(await aRecord(), 'id');
    const text = pdf.toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 5)).toBe('xref\n');
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) =>
      Number(offset),
    );
    offsets.forEach((offset, i) => {
      expect(text.slice(offset).startsWith(`${i + 1} 0 obj\n`)).toBe(true);
    });
    for (const [, length, at] of [...text.matchAll(/\/Length (\d+)[^>]*>>\nstream\n()/dg)].map(
      m => [...[m[0], Number(m[1]), m.indices![2]![0]]] as const,
    ))
      expect(text.slice(at + length, at + length + 10)).toBe('\nendstream');
  });

  it('of sixty days of readings a minute keeps no other work waiting', async () => {
    const server = await recordedBatch();
    const db = await openMetadataOf(server.dataDir);
    const store = createMemoryReadingStore();
    const from = startAt - 60 * 24 * hourMs;
    await db.updateTable('batches').set({ produced_at: from }).where('org_id', '=', 'tani').execute();
    await db.updateTable('placements').set({ from_at: from }).where('org_id', '=', 'tani').execute();
    const readings = everyTenMinutes(from, startAt, at => 5 + 6 * Math.sin(at / 9e6), { nodeId: 'S-14' });
    await store.append(
      readings.flatMap(r =>
        Array.from({ length: 10 }, (_, i) => ({
          ...r,
          measuredAt: r.measuredAt + i * minuteMs,
          sequence: null,
        })),
      ),
    );
    let turns = 0;
    let going = true;
    const turn = () => {
      turns += 1;
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    const built = await buildRecord({ db, store, clock: fakeClock(startAt) }, 'tani', 'TKV-01');
    await recordCsv(built.record, recordWords.id);
    const pdf = await recordPdf(built, 'id');
    going = false;
    expect(built.record.hours).toHaveLength(1440);
    expect(pdf.length).toBeLessThan(200_000);
    // A thousand segments, two hundred lines or a page a turn.
    expect(turns).toBeGreaterThan(200);
  });
});

describe('recordCsv', () => {
  it('is one table whose every line has a section and a field, with the times of the firm', async () => {
    const { record } = await aRecord();
    const csv = await recordCsv(record, recordWords.id);
    expect(csv.startsWith('\ufeffsection,item,from,to,field,label,value,unit\r\n')).toBe(true);
    const lines = csv.split('\r\n');
    const local = String.raw`2026-11-24T\d\d:\d\d:\d\d\.\d{3}\+07:00`;
    expect(csv).toMatch(new RegExp(`excursion,2,${local},${local},peakC,Tertinggi,21.7,°C`));
    expect(lines).toContain('batch,,,,quantity,Jumlah,120 bungkus,');
    expect(lines.filter(line => line.startsWith('hour,')).length).toBe(4 * record.hours.length);
  });

  it('has decimal commas between semicolons, in English labels where they are asked for', async () => {
    const { record } = await aRecord();
    const csv = await recordCsv(record, recordWords.en, 'semicolon');
    expect(csv).toContain(';activationEnergyKJPerMol;Activation energy;83,144;kJ/mol\r\n');
  });

  it('calls every field something in both languages', async () => {
    const { record } = await aRecord();
    const fields = new Set(itemsOf(record).flatMap(({ fields: of }) => Object.keys(of)));
    for (const { fields: labels } of Object.values(recordWords))
      expect([...fields].filter(field => labels[field] === undefined)).toEqual([]);
  });

  it('makes text of what a spreadsheet would take for a formula', async () => {
    const { record } = await aRecord();
    record.batch.name = '=HYPERLINK("https://x.example";"y")';
    record.firm.name = '@SUM(1,2)';
    const csv = await recordCsv(record, recordWords.id);
    expect(csv).toContain('batch,,,,name,Nama,"\'=HYPERLINK(""https://x.example"";""y"")",\r\n');
    expect(csv).toContain('firm,,,,name,Nama,"\'@SUM(1,2)",\r\n');
  });
});
