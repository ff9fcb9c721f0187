import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentVersion } from '../../models/contracts/experiment.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** A researcher brings plate counts in, decides what is not clear, and finds the experiment in the list. */
const email = 'aoki@lab.example';
const password = 'tahu-kuning-kediri';
const errors: string[] = [];
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let page: Page;

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** Row 5 is written with a comma, row 7 cannot be counted, row 9 is a slip of the pen. */
const counts = [
  'temp_C,time_h,rep,logcfu',
  ...['10,0,1,2.44', '10,0,2,2.61', '10,24,1,2.73', '10,24,2,"2,70"', '10,48,1,3.52', '10,48,2,TNTC'],
  ...['10,72,1,4.44', '50,72,2,4.61', '10,96,1,5.88', '10,96,2,6.31'],
].join('\r\n');

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const named = ['--role', 'owner', '--name', 'Dr. Aoki', '--password', password];
  await runTahanJson(data.path, 'user', 'add', email, ...named);
  browser = await chromium.launch(browserOptions);
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, locale: 'id-ID', reducedMotion: 'reduce' },
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`${tahan.httpUrl}/percobaan`);
  await page.getByLabel('Nomor HP atau email').fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** What the server keeps, as the page may see it. */
const keptAt = (path: string) =>
  page.evaluate(async at => (await fetch(at)).json(), path) as Promise<ExperimentVersion>;

const row = (line: number) => page.locator(`tr[data-row="${line}"]`);
const choose = (given: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) =>
  page.locator('input[type=file]').setInputFiles(given);
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const save = () => page.getByRole('button', { name: /^Simpan \d+ baris$/ });

describe('an experiment', () => {
  it('begins with an empty list that says what to do, and a sample file', async () => {
    await page.getByText('Unggah data: suhu, waktu, ulangan, log CFU/g').waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Unduh contoh berkas' }).click();
    expect((await downloading).suggestedFilename()).toBe('tahan-sample.csv');
  });

  it('shows what is odd in a file where it stands, and saves nothing before it is decided', async () => {
    await page.getByRole('link', { name: 'Percobaan baru' }).click();
    await choose(file('takwa_vac_10C.csv', counts));
    await heading('Periksa data: 2 baris perlu keputusan');
    await row(5).getByText('Dibaca 2,70').waitFor();
    await row(7).getByText('Bukan angka: terlalu banyak untuk dihitung.').waitFor();
    await row(9).getByText('Seri ini 10 °C, bukan 50.').waitFor();
    await expect.poll(() => save().isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Hanya masalah, 3' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
  });

  it('takes a decision with one tap or a number, and lets it be changed', async () => {
    await row(9).getByRole('button', { name: 'Ubah ke 10' }).click();
    await row(9).getByText('Dibaca 10').waitFor();
    await heading('Periksa data: 1 baris perlu keputusan');
    await row(7).getByRole('button', { name: 'Tulis batas bawah' }).click();
    await row(7).getByLabel('Tulis batas bawah').fill('7,5');
    await row(7).getByRole('button', { name: 'Catat' }).click();
    await row(7).getByText('Di atas 7,5').waitFor();
    await heading('Data siap disimpan');
    await row(7).getByRole('button', { name: 'Ubah' }).click();
    await row(7).getByRole('button', { name: 'Jangan pakai' }).click();
    await page.getByRole('heading', { name: 'Tidak dipakai: 1 baris' }).waitFor();
  });

  it('refuses a fact that cannot be at its field', async () => {
    await page.getByLabel('pH', { exact: true }).fill('56');
    await page.getByText('pH dari 2 sampai 10').waitFor();
    await expect.poll(() => save().isDisabled()).toBe(true);
    await page.getByLabel('pH', { exact: true }).fill('5,6');
    await page.getByLabel('Nama percobaan').fill('Takwa vakum 10 °C');
    await page.getByLabel('Produk', { exact: true }).selectOption({ label: 'Takwa vakum' });
  });

  it('is saved with every decision, and stands in the list', async () => {
    await save().click();
    await page.waitForURL(/\/percobaan\/[0-9a-f-]{36}$/);
    const experimentId = page.url().split('/').at(-1);
    const version = await keptAt(`/api/v1/experiments/${experimentId}/versions/1`);
    expect(version.rows).toHaveLength(9);
    expect(version.series).toMatchObject([{ series: '10 °C', pH: 5.6 }]);
    expect(version.source).toMatchObject({
      fileName: 'takwa_vac_10C.csv',
      decisions: [
        { row: 5, column: 'logcfu', found: '2,70', became: '2.7' },
        { row: 7, column: 'logcfu', found: 'TNTC' },
        { row: 9, column: 'temp_C', found: '50', became: '10' },
      ],
      leftOut: [{ row: 7, cells: ['10', '48', '2', 'TNTC'] }],
    });
    await page.goto(`${tahan.httpUrl}/percobaan`);
    await page.getByText('Takwa vakum 10 °C').waitFor();
    await page.getByText('Takwa vakum · Pertumbuhan · 10 °C · 1 seri · 9 ukuran').waitFor();
  });

  it('is read from a workbook as well, and from what is pasted', async () => {
    await page.getByRole('link', { name: 'Percobaan baru' }).click();
    await choose(join(import.meta.dirname, 'fixtures/takwa-25C.xlsx'));
    await heading('Periksa data: 1 baris perlu keputusan');
    await row(5).getByText('TNTC').waitFor();
    await page.getByRole('button', { name: 'Berkas lain' }).click();
    await page.getByLabel('Atau tempel dari Excel').fill('t\tjumlah\n0\t2,4\n1\t3,1\n2\t4,5');
    await page.getByRole('button', { name: 'Baca tempelan' }).click();
    await heading('Periksa data: 3 pertanyaan');
    const about = (name: string) => page.getByRole('status').filter({ hasText: `Kolom “${name}”` });
    await about('t').getByRole('button', { name: 'Waktu, hari' }).click();
    await about('jumlah').getByRole('button', { name: 'Hitungan, log₁₀ CFU/g' }).click();
    await page.getByLabel('Suhu', { exact: true }).fill('50');
    await page.getByLabel('Satuan suhu').selectOption('°F');
    await heading('Data siap disimpan');
    await page.getByLabel('Nama percobaan').fill('Tempelan');
    await save().click();
    await page.waitForURL(/\/percobaan\/[0-9a-f-]{36}$/);
    await page.goto(`${tahan.httpUrl}/percobaan`);
    await page.getByText('Pertumbuhan · 10 °C · 1 seri · 3 ukuran').waitFor();
  });

  it('takes more data, as its next version', async () => {
    await page.getByRole('link', { name: /Takwa vakum 10 °C/ }).click();
    await page.waitForURL(/\/percobaan\/[0-9a-f-]{36}$/);
    const experimentId = page.url().split('/').at(-1);
    await page.goto(`${tahan.httpUrl}/percobaan/baru?experiment=${experimentId}`);
    await heading('Tambah data: Takwa vakum 10 °C');
    await choose(
      file('lagi.csv', 'temp_C,time_h,rep,logcfu\n10,0,1,2.44\n10,120,1,7.7\n25,0,1,2.5\n25,6,1,3.4\n'),
    );
    await heading('Data siap disimpan');
    await save().click();
    await page.waitForURL(/\/percobaan\/[0-9a-f-]{36}$/);
    const version = await keptAt(`/api/v1/experiments/${experimentId}/versions/2`);
    expect(version.series.map((run: { series: string }) => run.series)).toEqual(['10 °C', '25 °C']);
    expect(version.series[0]?.pH).toBe(5.6);
    const excluded = version.rows.map((one: { excluded: string | null }) => one.excluded);
    // The first row of the new file is in the experiment already.
    expect(excluded).toEqual([...Array(9).fill(null), 'Sama dengan baris 2.', null, null, null]);
    await page.goto(`${tahan.httpUrl}/percobaan`);
    await page.getByText('10 sampai 25 °C · 2 seri · 13 ukuran · 1 dikecualikan').waitFor();
  });

  it('says of a file that is no table what is wrong with it', async () => {
    await page.getByRole('link', { name: 'Percobaan baru' }).click();
    await choose(file('satu.csv', 'angka\n1\n2\n'));
    await page.getByText('satu.csv hanya punya satu kolom.').waitFor();
    await choose(file('rusak.xlsx', 'bukan zip'));
    await page.getByText('rusak.xlsx bukan berkas Excel yang bisa dibaca.').waitFor();
  });

  it('never made a page fail', () => {
    expect(errors).toEqual([]);
  });
});
