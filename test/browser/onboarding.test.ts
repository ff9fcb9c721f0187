import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claimed } from '../../models/contracts/claimCode.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

type Credentials = Pick<Claimed['mqtt'], 'username' | 'password'>;

/** Pictures go to a folder git ignores. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const phone = { width: 360, height: 780 };
const data = longTempDir();
const clients: MqttClient[] = [];
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let bridge: MqttClient;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  for (const [address, role] of [
    [email, 'producer'],
    ['toko@example.com', 'viewer'],
  ] as const)
    await runTahanJson(
      ...([data.path, 'user', 'add', address, '--role', role, '--name', 'Bu Sri'] as const),
      ...(['--password', password] as const),
    );
  api = apiClient(tahan.httpUrl, token);
  const added = await api.post('/bridges', { bridgeId: 'rumah', topicPrefixes: ['zigbee2mqtt/'] });
  bridge = await connect(added.body.mqtt);
  browser = await chromium.launch(browserOptions);
  page = await signIn(await newContext(), email);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(clients.map(client => client.endAsync(true)));
  await tahan?.kill('SIGTERM');
  data.remove();
});

async function connect(credentials: Credentials): Promise<MqttClient> {
  const { username, password: secret } = credentials;
  const options = { username, password: secret, clientId: username, reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(tahan.mqttUrl, options);
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

const newContext = (): Promise<BrowserContext> =>
  browser.newContext({ viewport: phone, locale: 'id-ID', reducedMotion: 'reduce' });

async function newPage(context: BrowserContext): Promise<Page> {
  const opened = await context.newPage();
  opened.setDefaultTimeout(60_000);
  opened.on('pageerror', error => errors.push(error.message));
  return opened;
}

async function signIn(context: BrowserContext, address: string): Promise<Page> {
  const opened = await newPage(context);
  await opened.goto(`${tahan.httpUrl}/sensor`);
  await opened.getByLabel('Email').fill(address);
  await opened.getByLabel('Kata sandi').fill(password);
  await opened.locator('button[type=submit]').click();
  await opened.locator('main h1').waitFor();
  return opened;
}

/** The page as a phone and as a wide screen show it. */
async function picture(name: string, of: Page = page): Promise<void> {
  for (const [size, viewport] of [
    ['desktop', { width: 1440, height: 900 }],
    ['phone', phone],
  ] as const) {
    await of.setViewportSize(viewport);
    await of.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
  }
}

async function claim(code: string): Promise<Claimed> {
  const claimed = await fetch(`${tahan.httpUrl}/api/v1/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  expect(claimed.status).toBe(201);
  return (await claimed.json()) as Claimed;
}

/** What `tahan/<nodeId>/readings` takes, sent by the device that holds the secret. */
async function report(
  { nodeId, mqtt: settings }: { nodeId: string; mqtt: Credentials },
  temperatureC: number,
): Promise<void> {
  const device = await connect(settings);
  await device.publishAsync(readingTopic(nodeId), JSON.stringify({ temperatureC }), { qos: 1 });
}

const zigbee = (device: string, values: object) =>
  bridge.publishAsync(`zigbee2mqtt/${device}`, JSON.stringify(values), { qos: 1 });

async function makeCode(name: string, place: string): Promise<string> {
  await page.goto(`${tahan.httpUrl}/sensor`);
  await page.getByRole('link', { name: 'Pasang sensor' }).click();
  await page.getByLabel('Nama sensor').fill(name);
  await page.getByLabel('Tempat').fill(place);
  await page.getByRole('button', { name: 'Buat kode pasang' }).click();
  return (await page.locator('.claim-code .code').textContent()) ?? '';
}

describe('a sensor of its own', () => {
  it('is set up by the code of the page: claimed, it says so; heard, it shows its first value', async () => {
    await page.getByRole('link', { name: 'Pasang sensor' }).click();
    await page.getByRole('button', { name: 'Buat kode pasang' }).click();
    await page.getByRole('alert').getByText('Isi nama sensornya dulu.').waitFor();
    const code = await makeCode('Kulkas depan', 'Toko depan');
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await page.getByRole('img', { name: `Kode QR untuk ${code}` }).waitFor();
    await page.getByText('Menunggu alat memakai kode').waitFor();
    await picture('kode-pasang');
    const claimed = await claim(code);
    await page.getByText('Kode sudah dipakai. Menunggu suhu pertama.').waitFor();
    await report(claimed, 5.1);
    await page.getByRole('heading', { name: 'Suhu pertama: 5,1 °C' }).waitFor();
    await page.getByRole('link', { name: 'Buka sensor' }).click();
    await page.getByRole('heading', { name: 'Kulkas depan' }).waitFor();
    await page.locator('.now-card').getByText('Toko-depan').waitFor();
  });

  it('is claimed on another phone without an account, which sees the settings once', async () => {
    const code = await makeCode('Boks Pak Yanto', '');
    const other = await newPage(await newContext());
    await other.goto(`${tahan.httpUrl}/claim#${code.toLowerCase()}`);
    await expect.poll(() => other.getByLabel('Kode pasang').inputValue()).toBe(code);
    await picture('claim', other);
    await other.getByRole('button', { name: 'Pakai kode' }).click();
    await other.getByRole('heading', { name: 'Simpan isian ini di alat' }).waitFor();
    await other.getByText('Hanya tampil sekali.').waitFor();
    await picture('claim-isian', other);
    const value = (label: string) =>
      other.locator('.copy-rows > div', { hasText: label }).locator('dd').first().textContent();
    const nodeId = (await value('Nama pengguna')) ?? '';
    expect(new URL(other.url()).hash).toBe('');
    await other.getByRole('button', { name: 'Salin Kata sandi' }).click();
    await other.getByText('Tersalin').waitFor();
    const secret = (await value('Kata sandi')) ?? '';
    await expect.poll(() => value('Port')).toBe(new URL(tahan.mqttUrl).port);
    await report({ nodeId, mqtt: { username: nodeId, password: secret } }, 8.4);
    await page.getByRole('heading', { name: 'Suhu pertama: 8,4 °C' }).waitFor();

    await other.goto('about:blank');
    await other.goto(`${tahan.httpUrl}/claim#${code}`);
    await other.getByRole('button', { name: 'Pakai kode' }).click();
    await other.getByRole('alert').getByText('Kode ini sudah dipakai.').waitFor();
    await other.getByLabel('Kode pasang').fill('7K3');
    await other.getByRole('button', { name: 'Pakai kode' }).click();
    await other.getByRole('alert').getByText('Kode terdiri dari 8 huruf').waitFor();
    await other.getByRole('button', { name: 'EN', exact: true }).click();
    await other.getByRole('alert').getByText('A code has 8 letters and digits').waitFor();
    await other.context().close();
  });

  it('is corrected by an offset that is read with a comma and stays in its history', async () => {
    await page.goto(`${tahan.httpUrl}/sensor`);
    await page.locator('.narrow-page').getByRole('link', { name: 'Kulkas depan' }).click();
    await page.getByText('Belum pernah digeser.').waitFor();
    await page.getByRole('button', { name: 'Kurangi 0,1' }).click();
    await page.getByText('Alat bilang 5,1 °C, dipakai 5,0 °C.').waitFor();
    await page.getByLabel('Geser, °C').fill('-0,4');
    await page.getByLabel('Kalibrasi berikutnya').fill('2020-01-01');
    await page.getByRole('button', { name: 'Simpan geser' }).click();
    await page.getByRole('alert').getByText('harus setelah mulai berlaku').waitFor();
    await page.getByLabel('Kalibrasi berikutnya').fill('2090-05-20');
    await page.getByLabel('Catatan').fill('air es');
    await page.getByRole('button', { name: 'Simpan geser' }).click();
    await page.getByText('Tersimpan. Sisa umur batch dihitung ulang.').waitFor();
    await page.getByRole('row', { name: 'air es' }).getByText('−0,4').waitFor();
    await page.locator('.now-card').getByText('20 Mei 2090').waitFor();
    await picture('sensor-satu');
    const [node] = (await api.get('/nodes')).body.nodes.filter(
      (one: { name: string }) => one.name === 'Kulkas depan',
    );
    expect(node).toMatchObject({ offsetC: -0.4, calibrationDueAt: '2090-05-19T17:00:00.000Z' });
  });
});

describe('a device behind a bridge', () => {
  it('is found on the sensor page, named there, and is a sensor with what it said before', async () => {
    await page.goto(`${tahan.httpUrl}/sensor`);
    await zigbee('0x00158d0001', { temperature: 6.5, humidity: 81, battery: 77 });
    const card = page.locator('[data-found="0x00158d0001"]');
    await card.getByText('6,5 °C').waitFor();
    await card.getByText('Zigbee2MQTT lewat rumah').waitFor();
    await zigbee('kompor', { temperature: 44 });
    await page.reload();
    await page.locator('[data-found=kompor]').getByRole('button', { name: 'Abaikan' }).click();
    await page.getByText('kompor diabaikan.').waitFor();
    await card.getByRole('button', { name: 'Ini alat yang mana?' }).click();
    await card.getByLabel('Nama sensor').fill('Kulkas toko');
    await card.getByLabel('Tempat').fill('toko');
    await picture('alat-ditemukan');
    await card.getByRole('button', { name: 'Jadikan sensor' }).click();
    await page.getByText('Kulkas toko sekarang sensor.').waitFor();
    await card.waitFor({ state: 'detached' });
    await page.locator('.narrow-page').getByRole('link', { name: 'Kulkas toko' }).getByText('6,5').waitFor();
    await picture('sensor');
    await zigbee('0x00158d0001', { temperature: 7.5 });
    await page.locator('.narrow-page').getByRole('link', { name: 'Kulkas toko' }).getByText('7,5').waitFor();
  });

  it('takes over the name of another, whose history stays', async () => {
    await zigbee('0x00158d0002', { temperature: 9.5 });
    await page.locator('.narrow-page').getByRole('link', { name: 'Kulkas toko' }).click();
    await page.getByRole('button', { name: 'Ganti alat' }).click();
    await page.getByRole('radio', { name: '0x00158d0002' }).check();
    await picture('ganti-alat');
    await page.getByRole('button', { name: 'Ganti alat Kulkas toko' }).click();
    await page.getByText('Alat baru sekarang mengirim atas nama sensor ini.').waitFor();
    await page.locator('.now-card').getByText('0x00158d0002').waitFor();
    await zigbee('0x00158d0002', { temperature: 10.5 });
    await page.locator('.now-card').getByText('10,5').waitFor();
  });

  it('is replaced by one with a code, whose first value ends the wait', async () => {
    await page.getByRole('button', { name: 'Ganti alat' }).click();
    await page.getByRole('radio', { name: 'Alat baru dengan kode pasang' }).check();
    await page.getByRole('button', { name: 'Ganti alat Kulkas toko' }).click();
    const code = (await page.locator('.claim-code .code').textContent()) ?? '';
    await page.getByText('Menunggu suhu pertama dari alat baru').waitFor();
    await report(await claim(code), 4.5);
    await page.getByRole('heading', { name: 'Suhu pertama: 4,5 °C' }).waitFor();
  });
});

describe('quarantine', () => {
  it('says in plain words why something was not used, and is emptied with a reason', async () => {
    await bridge.publishAsync('tele/dapur/SENSOR', '{"suhu":"4 °C"}', { qos: 1 });
    await zigbee('0x00158d0003', { temperature: 900 });
    await expect
      .poll(async () => (await api.get('/quarantine')).body.quarantine.length)
      .toBeGreaterThanOrEqual(2);
    await page.goto(`${tahan.httpUrl}/sensor`);
    await page.getByRole('link', { name: 'Karantina' }).click();
    const entry = page.locator('[data-quarantine="publish.topic_not_allowed"]');
    await entry.getByText('Pengirim tidak boleh memakai topik ini.').waitFor();
    await page.getByLabel('Sebab').selectOption('publish.topic_not_allowed');
    await expect.poll(() => page.locator('[data-quarantine]').count()).toBe(1);
    await entry.getByText('Lihat isi kiriman').click();
    await entry.getByText('{"suhu":"4 °C"}').waitFor();
    await picture('karantina');
    await entry.getByRole('button', { name: 'Coba terima lagi' }).click();
    await entry.getByRole('alert').getByText('Belum bisa diterima.').waitFor();
    await entry.getByRole('button', { name: 'Buang' }).click();
    await entry.getByRole('button', { name: 'Buang dari daftar' }).click();
    await entry.getByRole('alert').getByText('Isi alasannya dulu').waitFor();
    await entry.getByLabel('Kenapa dibuang?').fill('alat uji');
    await entry.getByRole('button', { name: 'Buang dari daftar' }).click();
    await page.getByText('Dibuang dari daftar.').waitFor();
    await entry.waitFor({ state: 'detached' });
    const left = (await api.get('/quarantine?code=publish.topic_not_allowed')).body.quarantine;
    expect(left).toEqual([]);
  });
});

describe('the pages of sensors', () => {
  it('fit a screen of 320 px without sideways scroll', async () => {
    const { nodes } = (await api.get('/nodes')).body;
    await page.setViewportSize({ width: 320, height: 700 });
    for (const [path, shown] of [
      ['/sensor', '.narrow-page [data-node]'],
      [`/sensor/${nodes[0].nodeId}`, '.now-card'],
      ['/pasang-sensor', 'form .field'],
      ['/karantina', '[data-quarantine]'],
      ['/claim', '#code'],
    ] as const) {
      await page.goto(tahan.httpUrl + path);
      await page.locator(shown).first().waitFor();
      const widthPx = await page.evaluate('document.documentElement.scrollWidth');
      expect(widthPx, path).toBeLessThanOrEqual(320);
    }
    await page.setViewportSize(phone);
  });

  it('offer a viewer nothing that would be refused', async () => {
    const viewer = await signIn(await newContext(), 'toko@example.com');
    await viewer.locator('[data-node]').first().waitFor();
    await expect.poll(() => viewer.getByRole('link', { name: 'Pasang sensor' }).count()).toBe(0);
    await expect.poll(() => viewer.getByRole('link', { name: 'Karantina' }).count()).toBe(0);
    await viewer.locator('[data-node]').first().click();
    await viewer.getByRole('heading', { name: 'Riwayat geser' }).waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: /Simpan geser|Ganti alat/ }).count()).toBe(0);
    await viewer.context().close();
  });

  it('never failed in their own code', () => expect(errors).toEqual([]));
});
