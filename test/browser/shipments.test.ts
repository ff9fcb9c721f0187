import mqtt, { type MqttClient } from 'mqtt';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** A distributor's day on the pages: plan, look, hand over, share, and a truck that gets warm. */
const email = 'ratna@example.com';
const password = 'tahu-kuning-kediri';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const clients = new Map<string, MqttClient>();

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const names = ['--role', 'distributor', '--name', 'Ratna', '--password', password];
  await runTahanJson(data.path, 'user', 'add', email, ...names);
  api = apiClient(tahan.httpUrl, token);
  for (const [placeId, name, kind] of [
    ['pasar', 'Pasar Wonokromo', 'market'],
    ['truk', 'L 9214 UK', 'vehicle'],
  ])
    await api.post('/places', { placeId, name, kind });
  await addBatch('dingin', 'Takwa dingin', 'fridge', 5);
  await addBatch('ruang', 'Takwa ruang', 'room', 28);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'id-ID',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${tahan.httpUrl}/pengiriman`);
  await page.locator('input').first().fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
});

afterAll(async () => {
  await browser?.close();
  for (const client of clients.values()) await client.endAsync(true);
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** Readings every ten minutes from so many hours ago until now. */
async function publish(nodeId: string, fromHoursAgo: number, temperatureC: number): Promise<void> {
  const count = fromHoursAgo * 6;
  const readings = Array.from({ length: count + 1 }, (_, i) => ({
    measuredAt: Date.now() - (count - i) * 10 * minuteMs,
    temperatureC: temperatureC + (i % 2) / 10,
  }));
  await clients.get(nodeId)!.publishAsync(readingTopic(nodeId), JSON.stringify(readings), { qos: 1 });
}

async function addBatch(batchId: string, name: string, storage: 'room' | 'fridge', temperatureC: number) {
  const nodeId = `S-${batchId}`;
  const node = await api.post('/nodes', { nodeId, name: nodeId });
  clients.set(nodeId, await mqtt.connectAsync(tahan.mqttUrl, { ...node.body.mqtt, clientId: nodeId }));
  await publish(nodeId, 2, temperatureC);
  const producedAt = Date.now() - 2 * hourMs;
  const quantity = { amount: 40, unit: 'besek' };
  const added = await api.post('/batches', {
    batchId,
    productId: 'takwa',
    name,
    storage,
    producedAt,
    quantity,
  });
  expect(added.status).toBe(201);
  await api.post(`/batches/${batchId}/placements`, { nodeId, from: producedAt });
}

const idInAddress = (): string => decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
const row = (name: string) => page.locator('[data-crate]', { hasText: name });

describe('the board', () => {
  it('invites a first shipment while there is none', async () => {
    await page.getByRole('heading', { name: 'Belum ada kiriman' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Kirim baru' }).click();
    await page.getByRole('heading', { name: 'Kirim baru' }).waitFor();
  });
});

describe('a new shipment', () => {
  it('says what is missing instead of saving', async () => {
    await page.getByRole('button', { name: 'Simpan rencana' }).click();
    await page.getByRole('alert').getByText('Pilih batch yang dikirim dulu.').waitFor();
  });

  it('says what it would arrive with and until when it may leave before it is saved', async () => {
    await page.locator('[data-choice=dingin] input').check();
    await page.getByText('Pasar Wonokromo', { exact: true }).click();
    await page.getByText('L 9214 UK', { exact: true }).click();
    await page.getByText('Es batu', { exact: true }).click();
    await page.getByText('sesuai pendinginnya').waitFor();
    const choice = page.locator('[data-choice=dingin]');
    await choice.getByText('Cukup', { exact: true }).waitFor();
    await choice.getByText(/Tiba: ≥.\d+ jam|Tiba: ≥.\d½? hari/).waitFor();
    await page
      .locator('.plan-summary')
      .getByText(/Paling lambat berangkat/)
      .waitFor();
    await expect.poll(async () => (await api.get('/shipments')).body.shipments).toEqual([]);
  });

  it('reckons anew when more life is asked for', async () => {
    await page.getByLabel('Umur yang diminta saat tiba').selectOption({ label: '12 jam' });
    await page.locator('[data-choice=dingin]').getByText('Syarat: 12 jam').waitFor();
    await page.getByLabel('Umur yang diminta saat tiba').selectOption({ label: '8 jam' });
    await page.locator('[data-choice=dingin]').getByText('Syarat: 8 jam').waitFor();
  });

  it('is saved once and opens', async () => {
    await page.getByRole('button', { name: 'Simpan rencana' }).click();
    await page.getByRole('heading', { name: 'Turunkan dari atas' }).waitFor();
    await expect.poll(() => idInAddress()).toMatch(/^S-\w{10}$/);
    const { shipments } = (await api.get('/shipments')).body;
    expect(shipments).toHaveLength(1);
    expect(shipments[0]).toMatchObject({ shipmentId: idInAddress(), toName: 'Pasar Wonokromo', needH: 8 });
  });
});

describe('one shipment', () => {
  it('says until when it may leave, and its arrival with interval and need', async () => {
    await page.getByText(/Paling lambat berangkat/).waitFor();
    const line = page.locator('[data-line="1"]');
    await expect.poll(() => line.textContent()).toMatch(/Tiba: ≥.+Syarat: 8 jam.*Rentang 90%: /);
    await line.getByRole('img', { name: /Takwa dingin, Cukup\. Tiba .+ Syarat: 8 jam/ }).waitFor();
  });

  it('leaves in named hands, and is handed on the same way', async () => {
    await page.getByRole('button', { name: 'Berangkat', exact: true }).click();
    await page.getByLabel('Dibawa oleh').fill('Pak Yanto');
    await page.getByRole('button', { name: 'Catat berangkat' }).click();
    await page.getByText('Diserahkan oleh Ratna · Diterima oleh Pak Yanto').waitFor();
    const { body } = await api.get(`/shipments/${idInAddress()}`);
    expect(body).toMatchObject({
      state: 'under-way',
      custody: [{ kind: 'departed', receivedBy: 'Pak Yanto' }],
    });
  });

  it('is shown by a link without an account, without prices, until the link is taken back', async () => {
    await page.getByRole('button', { name: 'Buat tautan' }).click();
    const url = (await page.locator('.secret-text').textContent()) ?? '';
    expect(url).toMatch(/\/berbagi#[\w-]{20,}$/);
    const guest = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'id-ID' });
    const seen = await guest.newPage();
    await seen.goto(url);
    await seen.getByText('Tiba: ≥').waitFor();
    await expect.poll(() => seen.textContent('main')).not.toContain('Rp');
    await expect.poll(() => seen.getByRole('button', { name: 'Sudah sampai' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Tarik', exact: true }).click();
    await page.locator('.links').waitFor({ state: 'detached' });
    await seen.reload();
    await seen.locator('input[type=password]').waitFor();
    await guest.close();
  });
});

describe('the board of what is on the road', () => {
  it('leads to the batch and to the shipment, and keeps its order in the address', async () => {
    await page.goto(`${tahan.httpUrl}/pengiriman`);
    await page.getByRole('heading', { name: 'Krat ini cukup umur saat tiba.' }).waitFor();
    await row('Takwa dingin').getByText('Cukup', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Per truk' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?urut=truk');
    await page.reload();
    await page.locator('tr.truck').getByText('L 9214 UK').waitFor();
    await page.getByRole('button', { name: 'Cepat basi dulu' }).click();
  });

  it('has what is still here beside it, each with where it should go', async () => {
    await page.getByRole('button', { name: 'Stok: kirim yang mana dulu' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?lihat=stok');
    const stock = page.locator('[data-stock=ruang]');
    await stock.getByText(/Jual di sini|Habiskan hari ini/).waitFor();
    await expect.poll(() => page.locator('[data-stock=dingin]').count()).toBe(0);
    await page.getByRole('button', { name: 'Kembali ke yang di jalan' }).click();
    await row('Takwa dingin').waitFor();
  });

  it('turns a crate to too short while it is looked at, when the truck gets warm', async () => {
    const plan = {
      batches: [{ batchId: 'ruang', crate: 'K-02' }],
      legs: [
        {
          ...{ fromName: 'Kediri', toName: 'Sidoarjo', vehicle: 'W 8077 QA' },
          ...{ departsAt: Date.now() + 30 * minuteMs, arrivesAt: Date.now() + 3 * hourMs },
        },
      ],
    };
    // It just has what is asked for, if the truck stays as it is.
    const { lines } = (await api.post('/shipments/preview', plan)).body;
    const needH = lines[0].arrival.remainingH.median - 0.3;
    await api.post('/shipments', { ...plan, shipmentId: 'PANAS', needH });
    // A new crate is offered, not pushed in.
    await page.locator('.changes button').click();
    const crate = row('K-02');
    await crate.waitFor();
    await crate.getByText('Mepet', { exact: true }).waitFor();
    await publish('S-ruang', 1.5, 38);
    await crate.getByText('Tidak cukup', { exact: true }).waitFor();
    await page.getByRole('heading', { name: /^Tunda atau dinginkan K-02.* ke Sidoarjo/ }).waitFor();
  });

  it('is a list of cards on a phone, to be had for one place alone, without sideways scroll', async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.locator('.crate-cards').waitFor();
    await page.getByRole('button', { name: 'Sidoarjo', exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('tujuan')).toBe('Sidoarjo');
    await expect.poll(() => page.locator('[data-crate]').count()).toBe(1);
    await page.locator('.truck-strip').waitFor();
    for (const path of ['/pengiriman', '/pengiriman/PANAS', '/pengiriman/baru']) {
      await page.goto(tahan.httpUrl + path);
      await page.locator('h1').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(320);
    }
  });

  it('is still there without internet, with its age', async () => {
    await page.goto(`${tahan.httpUrl}/pengiriman`);
    await row('K-02').waitFor();
    await context.route('**/api/v1/shipments/**', route => route.abort());
    await page.reload();
    await page
      .getByRole('alert')
      .getByText(/Gagal memuat yang baru. Yang tampil: data \d\d\.\d\d/)
      .waitFor();
    await row('K-02').waitFor();
    await context.unroute('**/api/v1/shipments/**');
    await page.getByRole('button', { name: 'Coba lagi' }).click();
    await page.getByRole('alert').getByText('Gagal memuat').waitFor({ state: 'detached' });
  });
});
