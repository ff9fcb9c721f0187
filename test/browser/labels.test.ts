import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** From the packed tofu to its label, and from a label back to the batch. */
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const hourMs = 3_600_000;
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

/** A camera that sees what the test holds before it, where the browser has none. */
const fakeCamera = `
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ['qr_code']; }
    async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
  };
  const canvas = document.createElement('canvas');
  // A stream of a picture that never changes has no frames.
  setInterval(() => canvas.getContext('2d').fillRect(0, 0, 9, 9), 50);
  Object.defineProperty(navigator, 'mediaDevices', {
    value: { getUserMedia: async () => canvas.captureStream() },
  });
`;

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const who = ['--role', 'producer', '--name', 'Bu Sri', '--password', password];
  await runTahanJson(data.path, 'user', 'add', email, ...who);
  api = apiClient(tahan.httpUrl, token);
  await api.post('/nodes', { nodeId: 'S-03', name: 'Kulkas depan' });
  const quantity = { amount: 3, unit: 'bungkus' };
  const producedAt = Date.now() - hourMs;
  await api.post('/batches', {
    batchId: 'pagi',
    productId: 'takwa',
    name: 'Takwa pagi',
    storage: 'room',
    producedAt,
    quantity,
  });
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    locale: 'id-ID',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(fakeCamera);
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${tahan.httpUrl}/batch/pagi/label`);
  await page.getByLabel(/mail/).fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** Width and height in points of every page of a PDF that Chromium wrote, in no order. */
function pagesOf(pdf: Buffer): string[] {
  return [...pdf.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(
    ([, width, height]) => `${Math.round(Number(width))} × ${Math.round(Number(height))}`,
  );
}

describe('the label of a batch', () => {
  it('says what it is, when it was made, until when it keeps, and the code to type', async () => {
    const label = page.locator('.preview .qr-label');
    await label.getByText('Takwa', { exact: true }).waitFor();
    await label.getByText('Suhu ruang, tahan s.d.').waitFor();
    const { code } = (await api.get('/batches/pagi/label')).body;
    await label.getByText(`${code.slice(0, 5)}-${code.slice(5)}`).waitFor();
  });

  it('comes out of a label printer once for each pack, on the paper in it, with nothing else', async () => {
    await expect.poll(() => page.locator('#copies').inputValue()).toBe('3');
    await expect
      .poll(async () => pagesOf(await page.pdf({ preferCSSPageSize: true })))
      .toEqual(Array(3).fill('164 × 113'));
    await page.locator('#paper').click();
    await page.locator('#paper').selectOption('50x30');
    await expect
      .poll(async () => pagesOf(await page.pdf({ preferCSSPageSize: true })))
      .toEqual(Array(3).fill('142 × 85'));
    await page.locator('#paper').selectOption('a4');
    await expect
      .poll(async () => pagesOf(await page.pdf({ preferCSSPageSize: true })))
      .toEqual(['595 × 842']);
  });

  it('is sent as a picture where there is no printer', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Kirim gambar' }).click(),
    ]);
    const dir = mkdtempSync(join(tmpdir(), 'tahan-label-'));
    await download.saveAs(join(dir, 'label.png'));
    const png = readFileSync(join(dir, 'label.png'));
    rmSync(dir, { recursive: true });
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([58 * 24, 40 * 24]);
  });
});

describe('a code that is scanned', () => {
  it('leads from the label to the batch, and with a sensor to a placement', async () => {
    const { qrText } = (await api.get('/batches/pagi/label')).body;
    await page.goto(`${tahan.httpUrl}/pindai`);
    await page.getByText('Arahkan ke kode QR').waitFor();
    await page.evaluate(`window.seen = ${JSON.stringify(qrText)}`);
    await page.getByRole('link', { name: /Takwa pagi/ }).waitFor();
    await page.evaluate(`window.seen = ${JSON.stringify(`${tahan.httpUrl}/sensor/S-03`)}`);
    await page.getByRole('button', { name: 'Pasang Kulkas depan di Takwa pagi' }).click();
    await page.waitForURL(/\/batch\/pagi$/);
    const { body } = await api.get('/batches/pagi');
    expect(body.placements).toMatchObject([{ nodeId: 'S-03', to: null }]);
  });

  it('can be typed, and says when it is none of ours', async () => {
    await page.goto(`${tahan.httpUrl}/pindai`);
    await page.getByLabel('Atau ketik kode di label').fill('00000-00000');
    await page.getByRole('button', { name: 'Cari' }).click();
    await page.getByText('Tidak ada batch di tempat Anda dengan kode ini.').waitFor();
    const { code } = (await api.get('/batches/pagi/label')).body;
    await page.getByLabel('Atau ketik kode di label').fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Cari' }).click();
    await page.getByRole('link', { name: /Takwa pagi/ }).click();
    await page.waitForURL(/\/batch\/pagi$/);
  });
});

describe('a batch in life', () => {
  const openAction = (name: string) => page.locator('.batch-actions summary', { hasText: name }).click();

  it('learns from a verdict and from a count on a laboratory sheet', async () => {
    await page.goto(`${tahan.httpUrl}/batch/pagi`);
    await openAction('Catat keadaan');
    await page.getByRole('button', { name: 'Masih bagus' }).click();
    await page.getByText('Masih bagus: sudah dicatat.').waitFor();
    await openAction('Hasil laboratorium');
    await page.getByLabel('Hitungan').fill('banyak');
    await page.locator('.batch-actions button[type=submit]', { hasText: 'Simpan' }).click();
    await page.getByText('Bukan hitungan dari 0 sampai 12 log CFU/g').waitFor();
    await page.getByLabel('Hitungan').fill('2,5 x 10^5');
    await page.locator('.batch-actions button[type=submit]', { hasText: 'Simpan' }).click();
    await page.getByText('5,40 log CFU/g tersimpan.').waitFor();
    const { observations } = (await api.get('/batches/pagi/observations')).body;
    expect(observations).toHaveLength(2);
    const count = observations.find((one: { kind: string }) => one.kind === 'count');
    expect(count.log10CfuPerG).toBeCloseTo(5.398, 3);
    await openAction('Yang sudah dicatat, 2');
    await page.getByRole('button', { name: 'Hapus catatan: Masih bagus' }).click();
    await page.locator('.batch-actions summary', { hasText: 'Yang sudah dicatat, 1' }).waitFor();
  });

  it('is split, and thrown away with a reason that can be taken back', async () => {
    await openAction('Bagi batch');
    await page.getByLabel('Nama bagian').fill('Takwa pagi, toko');
    await page.getByLabel(/Jumlah bagian/).fill('1');
    await page.getByRole('button', { name: 'Bagi batch' }).click();
    await page.getByRole('heading', { name: 'Takwa pagi, toko' }).waitFor();
    const child = new URL(page.url()).pathname.split('/')[2];
    await expect.poll(async () => (await api.get(`/batches/${child}`)).body.quantity.amount).toBe(1);
    await expect.poll(async () => (await api.get('/batches/pagi')).body.quantity.amount).toBe(2);
    await openAction('Buang batch');
    await page.getByRole('button', { name: 'Buang Takwa pagi, toko' }).click();
    await page.getByText('Pilih alasannya dulu.').waitFor();
    await page.getByLabel('Asam').check();
    await page.getByRole('button', { name: 'Buang Takwa pagi, toko' }).click();
    await expect.poll(async () => (await api.get(`/batches/${child}`)).body.discardReason).toBe('asam');
    await page.getByRole('button', { name: 'Tidak jadi dibuang' }).click();
    await expect.poll(async () => (await api.get(`/batches/${child}`)).body.discardedAt).toBeNull();
  });
});
