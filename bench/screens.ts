import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { browserOptions } from '../test/browser/browserOptions.ts';
import { apiClient } from '../test/support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../test/support/tahanProcess.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const hourMs = 3_600_000;
const rounds = 5;
const batchCount = 20;
const manyBatches = 1_000;
const login = { identity: 'sri@example.com', password: 'tahu-kuning-kediri' };
/** An old phone on a full cell: 400 kbit/s both ways, a quarter of this machine's pace. */
const slowLine = { offline: false, latency: 150, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const slowerCpu = 4;

type Shown = { readyMs: number; shift: number };

/** Home as a phone gets it: how soon it can be used, whether it moves, how a long list scrolls, what it weighs. */
export default async function benchScreens(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const tahan = await startTahanProcess({ dataDir: dir });
  const browser = await chromium.launch(browserOptions);
  try {
    await makeBatches(tahan, dir);
    const cold: Shown[] = [];
    for (let round = 0; round < rounds; round++) cold.push(await openCold(browser, tahan));
    const warm = await openWarm(browser, tahan);
    return [
      row(
        `Home of ${batchCount} batches, first time, until it can be used`,
        's',
        cold.map(at => at.readyMs / 1000),
      ),
      row(
        `Home of ${batchCount} batches, again, until it can be used`,
        's',
        warm.map(at => at.readyMs / 1000),
      ),
      row(
        'layout shift, first time',
        '',
        cold.map(at => at.shift),
      ),
      row(
        'layout shift, again',
        '',
        warm.map(at => at.shift),
      ),
      row(`JSON of Home of ${batchCount} batches, gzip`, 'kB', [await weighJson(tahan, dir)]),
      ...(await scrollRows(browser, tahan)),
    ];
  } finally {
    await browser.close();
    await tahan.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
}

const row = (job: string, unit: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit, better: 'less', ours: spreadOf(values), others: {} },
});

async function makeBatches(tahan: TahanProcess, dir: string): Promise<void> {
  const who = ['--role', 'producer', '--name', 'Bu Sri', '--password', login.password];
  await runTahanJson(dir, 'user', 'add', login.identity, ...who);
  const api = await owner(tahan, dir);
  await api.post('/nodes', { nodeId: 'kulkas', name: 'Kulkas' });
  for (let n = 0; n < batchCount; n++) {
    const producedAt = Date.now() - n * hourMs;
    const storage = n % 2 === 0 ? 'fridge' : 'room';
    const batch = { batchId: `b-${n}`, productId: 'takwa', name: `Takwa ${n}`, storage, producedAt };
    await api.post('/batches', batch);
    await api.post(`/batches/b-${n}/placements`, { nodeId: 'kulkas', from: producedAt });
  }
}

async function owner(tahan: TahanProcess, dir: string) {
  const { token } = await runTahanJson<{ token: string }>(dir, 'token', 'add', '--role', 'owner');
  return apiClient(tahan.httpUrl, token);
}

/** What Home asks for, as it goes over the line. */
async function weighJson(tahan: TahanProcess, dir: string): Promise<number> {
  const api = await owner(tahan, dir);
  const asked = [
    '/me',
    '/batches?limit=1000',
    '/nodes?limit=1000',
    '/products?limit=1000',
    '/alerts?limit=1000',
  ];
  let bytes = 0;
  for (const path of asked) bytes += gzipSync(JSON.stringify((await api.get(path)).body)).length;
  return bytes / 1000;
}

/** A phone somebody has signed in on, before its pages are kept. */
async function phone(browser: Browser, tahan: TahanProcess, serviceWorkers: 'allow' | 'block') {
  const context = await browser.newContext({
    ...{ viewport: { width: 360, height: 640 }, locale: 'id-ID', serviceWorkers },
  });
  await context.request.post(`${tahan.httpUrl}/api/v1/auth/sign-in`, {
    data: login,
    headers: { origin: tahan.httpUrl },
  });
  await context.addInitScript(watch);
  return context;
}

/** Notes when the list is there, when the page was last busy, and what moved without being touched. */
const watch = `
  self.seen = { listMs: 0, busyMs: 0, shift: 0 };
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) seen.busyMs = Math.max(seen.busyMs, entry.startTime + entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (document.querySelectorAll('[data-batch]').length >= ${batchCount})
      requestAnimationFrame(() => { seen.listMs = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

async function slow(context: BrowserContext, page: Page): Promise<void> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', slowLine);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowerCpu });
}

/** Can be used: the list is drawn, and the page has come to rest from drawing it. */
async function shown(page: Page): Promise<Shown> {
  await page
    .locator('[data-batch]')
    .nth(batchCount - 1)
    .waitFor({ timeout: 60_000 });
  const seen = await page.evaluate<{ listMs: number; busyMs: number; shift: number }>(
    // A second in which nothing more comes: long tasks and shifts are told late.
    'new Promise(told => setTimeout(() => told(seen), 1000))',
  );
  return { readyMs: Math.max(seen.listMs, Math.min(seen.busyMs, seen.listMs + 1000)), shift: seen.shift };
}

async function openCold(browser: Browser, tahan: TahanProcess): Promise<Shown> {
  const context = await phone(browser, tahan, 'block');
  const page = await context.newPage();
  await slow(context, page);
  await page.goto(tahan.httpUrl, { waitUntil: 'commit' });
  const result = await shown(page);
  await context.close();
  return result;
}

async function openWarm(browser: Browser, tahan: TahanProcess): Promise<Shown[]> {
  const context = await phone(browser, tahan, 'allow');
  const first = await context.newPage();
  await first.goto(tahan.httpUrl);
  await shown(first);
  await first.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await first.goto('about:blank');
  const results: Shown[] = [];
  for (let round = 0; round < rounds; round++) {
    const page = await context.newPage();
    await slow(context, page);
    await page.goto(tahan.httpUrl, { waitUntil: 'commit' });
    results.push(await shown(page));
    await page.goto('about:blank');
    await page.close();
  }
  await context.close();
  return results;
}

/** Frame by frame through a thousand batches, as fast as a thumb flings. */
const scroll = `new Promise(told => {
  const frames = [];
  let before = performance.now();
  const step = at => {
    frames.push(at - before);
    before = at;
    scrollBy(0, 60);
    if (frames.length < 240) requestAnimationFrame(step);
    else told(frames.slice(5));
  };
  requestAnimationFrame(at => { before = at; requestAnimationFrame(step); });
})`;

/** CPU of the thread that lays out and draws: what else the machine does is not in it. */
async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

async function scrollRows(browser: Browser, tahan: TahanProcess): Promise<MeasuredRow[]> {
  const context = await phone(browser, tahan, 'block');
  const page = await context.newPage();
  await page.route('**/api/v1/batches?**', async route => {
    const answer = await (await route.fetch()).json();
    const batches = Array.from({ length: manyBatches }, (_, n) => ({
      ...{ ...answer.batches[n % batchCount], batchId: `m-${n}`, name: `Takwa ${n}` },
    }));
    await route.fulfill({ json: { batches, nextCursor: null } });
  });
  await page.goto(tahan.httpUrl);
  await page
    .locator('[data-batch]')
    .nth(manyBatches - 1)
    .waitFor({ state: 'attached', timeout: 60_000 });
  const rows: MeasuredRow[] = [];
  for (const [name, rate] of [
    ['', 1],
    [', four times slower', slowerCpu],
  ] as const) {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate });
    // What is fetched and kept when nothing else is going on has come to rest.
    await page.evaluate('new Promise(rested => setTimeout(rested, 8000))');
    await page.evaluate('scrollTo(0, 0)');
    const before = await taskSeconds(cdp);
    const frames = await page.evaluate<number[]>(scroll);
    const cpuMs = ((await taskSeconds(cdp)) - before) * 1000;
    const late = frames.filter(ms => ms > 25).length / frames.length;
    const of = `scrolling ${manyBatches} batches${name}`;
    rows.push(
      row(`${of}: work for a frame`, 'ms', [cpuMs / (frames.length + 5)]),
      row(`${of}: a frame`, 'ms', frames),
      row(`${of}: frames left out`, '%', [late * 100]),
    );
  }
  await context.close();
  return rows;
}
