import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** The pages of a producer whose internet comes and goes, on an installed phone. */
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const hourMs = 3_600_000;
const data = longTempDir();
let tahan: TahanProcess;
let line: Line;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

/** The way from the phone to the server: answers can get lost on it, and a newer version of the pages can come over it. */
interface Line {
  readonly url: string;
  readonly server: Server;
  /** So many answers to POST /batches still to be lost after the server has given them. */
  answersToLose: number;
  newVersion: boolean;
}

function layLine(to: string): Promise<Line> {
  return new Promise(resolve => {
    const server = createServer((request, response) => {
      const { method, url = '/', headers } = request;
      // Whole, so that something can be added at the end.
      if (line.newVersion) for (const name of ['if-none-match', 'if-modified-since']) delete headers[name];
      const onward = forward(new URL(url, to), { method, headers });
      onward.on('error', () => response.destroy());
      onward.on('response', answer => {
        if (method === 'POST' && url.endsWith('/batches') && line.answersToLose > 0) {
          line.answersToLose--;
          answer.resume();
          answer.on('end', () => response.destroy());
          return;
        }
        const { 'content-length': _, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, rest);
        answer.pipe(response, { end: false });
        answer.on('end', () => {
          if (url === '/service-worker.js' && line.newVersion) response.write('\n// a newer version\n');
          response.end();
        });
        answer.on('error', () => response.destroy());
      });
      request.pipe(onward);
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, server, answersToLose: 0, newVersion: false });
    });
  });
}

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const who = ['--role', 'producer', '--name', 'Bu Sri', '--password', password];
  await runTahanJson(data.path, 'user', 'add', email, ...who);
  api = apiClient(tahan.httpUrl, token);
  const producedAt = Date.now() - 2 * hourMs;
  for (const [batchId, name] of [
    ['pagi', 'Takwa pagi'],
    ['lama', 'Takwa lama'],
  ])
    await api.post('/batches', { batchId, productId: 'takwa', name, storage: 'room', producedAt });
  line = await layLine(tahan.httpUrl);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    locale: 'id-ID',
    reducedMotion: 'reduce',
  });
  page = await open('/');
  await page.locator('input[autocomplete=username]').fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('[data-batch=pagi]').waitFor();
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
});

afterAll(async () => {
  await browser?.close();
  line?.server.closeAllConnections();
  line?.server.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

async function open(path: string): Promise<Page> {
  const opened = await context.newPage();
  opened.setDefaultTimeout(60_000);
  await opened.goto(line.url + path);
  return opened;
}

const takwaOnServer = async (): Promise<string[]> => {
  const { body } = await api.get('/batches?state=active');
  return (body.batches as { batchId: string }[])
    .map(batch => batch.batchId)
    .filter(id => id.startsWith('takwa-'));
};

async function makeBatch(): Promise<string> {
  await page.getByRole('link', { name: 'Batch baru' }).first().click();
  await page.getByText('Takwa', { exact: true }).click();
  await page.getByRole('button', { name: 'Simpan' }).click();
  await page.waitForURL(/\/batch\/takwa-/);
  return new URL(page.url()).pathname.split('/')[2] ?? '';
}

describe('a phone without internet', () => {
  it('opens the pages from the phone with the last data and its time', async () => {
    await context.setOffline(true);
    await page.close();
    page = await open('/');
    await page.locator('[data-batch=pagi]').waitFor();
    await page.getByText('Tidak ada internet.').waitFor();
    await page.getByText(/^Data \d\d\.\d\d/).waitFor();
  });

  it('keeps a new batch over a closed page, shows it as not sent, and says how much waits', async () => {
    const batchId = await makeBatch();
    await page.close();
    page = await open('/');
    const row = page.locator(`[data-batch=${batchId}]`);
    await row.getByText('Belum terkirim').waitFor();
    await page.locator('.offline').getByText('1 catatan menunggu, tersimpan di HP ini.').waitFor();
    await expect.poll(() => takwaOnServer()).toEqual([]);
  });

  it('sends it once when the internet is back, and the tag goes', async () => {
    await context.setOffline(false);
    await expect.poll(takwaOnServer).toHaveLength(1);
    await page.getByText('Belum terkirim').waitFor({ state: 'detached' });
    await page.locator('.offline').waitFor({ state: 'detached' });
  });

  it('makes one batch of one whose answer was lost on the way', async () => {
    line.answersToLose = 1;
    const batchId = await makeBatch();
    await expect.poll(() => line.answersToLose).toBe(0);
    await page.goto(line.url);
    await page.locator(`[data-batch=${batchId}]`).waitFor();
    await page.getByText('Belum terkirim').waitFor({ state: 'detached' });
    const { body } = await api.get('/batches?state=active');
    expect((body.batches as { batchId: string }[]).filter(b => b.batchId === batchId)).toHaveLength(1);
  });

  it('says what the server would not take, until it is read', async () => {
    await page.goto(`${line.url}/batch/lama`);
    await page.getByRole('button', { name: 'Terjual habis' }).waitFor();
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Terjual habis' }).click();
    await page.getByText(/Terjual habis \d\d/).waitFor();
    await api.post('/batches/lama/discard', { reason: 'asam' });
    // Nobody looks on any more when it is sent: the page was opened anew.
    await page.reload();
    await context.setOffline(false);
    const note = page.locator('.refused').getByText('Takwa lama terjual habis');
    await note.waitFor();
    await page.locator('.refused').getByRole('button', { name: 'Mengerti' }).click();
    await note.waitFor({ state: 'detached' });
  });
});

describe('a newer version of the pages', () => {
  it('waits until it is asked for, then the page is the new one', async () => {
    line.newVersion = true;
    await page.goto(line.url);
    await page.evaluate(
      'navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => undefined)',
    );
    await page.getByText('Versi baru sudah siap.').waitFor();
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('button', { name: 'Pakai sekarang' }).click(),
    ]);
    await page.locator('[data-batch=pagi]').waitFor();
    await expect.poll(() => page.getByText('Versi baru sudah siap.').count()).toBe(0);
  });
});
