import { describe, expect, it } from 'vitest';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

/** Each in every language it could be said in: what a page about spoilage may not promise or read like. */
const forbidden =
  /\baman\b|\bsafe\b|安全|消費期限|賞味期限|use by|best before|kedaluwarsa|baik digunakan sebelum/i;

async function packAt(
  temperatureC: number | null,
  fields: Record<string, unknown> = {},
  until = startAt,
): Promise<
  TestServer & { code: string; page: (query?: string, headers?: Record<string, string>) => Promise<Page> }
> {
  const server = await testServer();
  await server.placedBatch(fields);
  if (temperatureC !== null)
    await server.consume(everyTenMinutes(startAt - 10 * hourMs, until, temperatureC, { nodeId: 'S-01' }));
  const { body } = await server.get('/batches/B-01/label');
  const page = (query = '', headers = {}) => pageOf(server, `/p/${body.code}${query}`, headers);
  return { ...server, code: body.code, page };
}

interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Without tags and style. */
  readonly words: string;
}

async function pageOf(server: TestServer, path: string, headers: Record<string, string> = {}): Promise<Page> {
  const answer = await server.call('GET', path, {
    token: null,
    headers: { 'accept-language': 'id', ...headers },
  });
  const text = String(answer.body);
  const words = text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
  return { status: answer.status, text, headers: answer.headers, words };
}

const verdict = async ({ url, code }: { url: string; code: string }, value: string, headers = {}) =>
  fetch(`${url}/p/${code}/verdict`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ verdict: value, lang: 'en', storage: 'fridge', bought: '0' }),
  });

describe('the page behind a code', () => {
  it('says until when to eat it, the interval, the assumption and how old the data is', async () => {
    const { page } = await packAt(6);
    const { status, words } = await page('?storage=fridge');
    expect(status).toBe(200);
    expect(words).toMatch(/Masih segar/);
    expect(words).toMatch(/Makan sebelum \S+ \d\d\.00 \(perkiraan\)/);
    expect(words).toMatch(/Masih tahan paling sedikit/);
    expect(words).toMatch(/Rentang 90%: /);
    expect(words).toMatch(/Suhu terakhir hari ini 10\.00 WIB\./);
    expect(words).toMatch(/dianggap disimpan di kulkas, 8\s°C/);
    expect(words).toMatch(/Ini perkiraan, bukan jaminan/);
  });

  it('is one answer of at most 15 kB that loads nothing, in every language', async () => {
    const { page } = await packAt(6);
    for (const lang of ['id', 'en', 'ja']) {
      const { text, words } = await page(`?lang=${lang}`);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(15_000);
      expect(text).toContain(`<html lang="${lang}">`);
      expect(text).not.toMatch(/<script|<link rel="stylesheet"|<img|https?:\/\/|url\((?!#)/);
      expect(words).not.toMatch(forbidden);
    }
  });

  it('speaks the language that is asked for, else that of the browser, else Indonesian', async () => {
    const { page } = await packAt(6);
    const langOf = async (query: string, accepts: string) =>
      /<html lang="(\w+)"/.exec((await page(query, { 'accept-language': accepts })).text)?.[1];
    expect(await langOf('', 'ja-JP,ja;q=0.9')).toBe('ja');
    expect(await langOf('?lang=en', 'ja')).toBe('en');
    expect(await langOf('', 'fr')).toBe('id');
    expect(await langOf('?lang=xx', 'en-GB')).toBe('en');
  });

  it('promises less at room temperature than in the fridge, and less the longer ago it was bought', async () => {
    const { page } = await packAt(6);
    const hoursOf = async (query: string) => {
      const { words } = await page(`?lang=en&${query}`);
      const [, figure, unit] = /Keeps at least ([\d.]+) (h|days?)/.exec(words) ?? [];
      return Number(figure ?? 0) * (unit === 'h' ? 1 : 24);
    };
    expect(await hoursOf('storage=room')).toBeLessThan(await hoursOf('storage=fridge'));
    expect(await hoursOf('storage=room&bought=6')).toBeLessThan(await hoursOf('storage=room&bought=0'));
  });

  it('goes on from the last reading once no sensor is with the batch, and says so', async () => {
    const { page, clock, server } = await packAt(6);
    const { placements } = await server.lives.batchWithEstimate('tani', 'B-01');
    expect(placements).toHaveLength(1);
    await server.setup.createPlacement({
      ...{ orgId: 'tani', batchId: 'B-01', nodeId: 'S-01' },
      ...{ from: startAt + minuteMs, to: startAt + 2 * minuteMs },
    });
    clock.set(startAt + 20 * hourMs);
    const { words } = await page('?storage=fridge');
    expect(words).toMatch(/Sejak kemarin|Sejak hari ini 10\.00/);
    expect(words).not.toMatch(/Tidak ada data/);
  });

  it('gives no verdict once a sensor that is with the batch has been silent for too long', async () => {
    const { page, clock } = await packAt(6);
    clock.set(startAt + 12 * hourMs);
    const { words } = await page('?storage=fridge');
    expect(words).toMatch(/Tidak ada data/);
    expect(words).toMatch(/Terburuk: /);
    expect(words).not.toMatch(/Masih segar|Makan sebelum/);
  });

  it('never calls a batch fresh that no sensor has measured', async () => {
    const { page } = await packAt(null);
    const { words } = await page('?storage=fridge');
    expect(words).toMatch(/Tidak ada data/);
    expect(words).toMatch(/Tanpa sensor/);
    expect(words).toMatch(/belum pernah diukur/);
    expect(words).not.toMatch(/Masih segar/);
  });

  it('says that the limit is past, and what to do, once it is', async () => {
    const { page, clock, post } = await packAt(30);
    await post('/batches/B-01/sold-out');
    clock.set(startAt + 20 * 24 * hourMs);
    const { words } = await page('?storage=room');
    expect(words).toMatch(/Berisiko basi/);
    expect(words).toMatch(/Batas lewat/);
    expect(words).toMatch(/Cium dan cek dulu/);
    expect(words).toMatch(/Terjual habis/);
  });

  it('counts on after the batch was sold out, at the storage that was chosen', async () => {
    const { page, clock, post } = await packAt(6);
    await post('/batches/B-01/sold-out');
    const least = async () =>
      Number(/Keeps at least (\d+) h/.exec((await page('?lang=en&storage=room')).words)?.[1]);
    const atSale = await least();
    clock.set(startAt + 2 * hourMs);
    expect(await least()).toBe(atSale - 2);
  });

  it('warns of a batch that was thrown away and promises nothing', async () => {
    const { page, post } = await packAt(6);
    await post('/batches/B-01/discard', { reason: 'berlendir', note: 'rahasia Bu Ani' });
    const { words } = await page();
    expect(words).toMatch(/dibuang pembuatnya/);
    expect(words).toMatch(/Jangan dimakan/);
    expect(words).toMatch(/Berlendir/);
    expect(words).not.toMatch(/Makan sebelum|Masih segar|rahasia/);
  });

  it('tells the journey without persons, sensors, prices or other batches', async () => {
    const { page, post } = await packAt(6);
    await post('/batches', { batchId: 'B-99', productId: 'takwa', producedAt: startAt - hourMs });
    const { status } = await post('/shipments', {
      ...{ shipmentId: 'SJ-1', batches: [{ batchId: 'B-01', unitPriceIdr: 15000 }] },
      ...{ from: 'Pak Yanto', to: 'Toko Makmur', vehicle: 'L 9214 UK' },
      ...{ departsAt: startAt, arrivesAt: startAt + 2 * hourMs },
    });
    expect(status).toBe(201);
    await post('/shipments/SJ-1/depart', { by: 'Sari', receivedBy: 'Budi' });
    const { words, text } = await page();
    expect(words).toMatch(/Dibuat oleh Tahu Tani/);
    expect(words).toMatch(/Berangkat/);
    expect(text).not.toMatch(/Yanto|Sari|Budi|9214|15000|S-01|B-99|tani"/);
  });

  it('shows the public name of a firm instead of its own', async () => {
    const { page, call } = await packAt(6);
    await call('PATCH', '/api/v1/organisation', { body: { publicName: 'Tahu <Bu> Sri' } });
    const { text } = await page();
    expect(text).toContain('Tahu &#60;Bu&#62; Sri');
    expect(text).not.toContain('Tahu Tani');
  });

  it('has a heading, names for its groups and fields, and one main part', async () => {
    const { page } = await packAt(6);
    const { text } = await page();
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text.match(/<main>/g)).toHaveLength(1);
    for (const [, id] of text.matchAll(/aria-(?:labelledby|describedby)="(\w+)"/g))
      expect(text).toContain(`id="${id}"`);
    expect(text).toMatch(/role="img" aria-label="[^"]+"/);
    expect(text).toMatch(/name="viewport" content="width=device-width,initial-scale=1"/);
  });

  it('may be kept for a minute by caches, and by nobody be framed or made to run anything', async () => {
    const { page } = await packAt(6);
    const { headers } = await page();
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    expect(headers.get('vary')).toMatch(/Accept-Language/);
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('set-cookie')).toBeNull();
  });
});

describe('a code', () => {
  it('opens nothing while unknown, mistyped, set aside or replaced, always with the same answer', async () => {
    const server = await packAt(6);
    const { body } = await server.post('/labels/reserve', { count: 1 });
    await server.post('/batches/B-01/label/replace');
    const texts = new Set<string>();
    for (const code of ['0000000000', 'nonsense', body.codes[0].code, server.code]) {
      const { status, text, words, headers } = await pageOf(server, `/p/${code}`);
      expect([code, status, headers.get('cache-control')]).toEqual([code, 404, 'no-store']);
      expect(words).toMatch(/Kode tidak dikenal/);
      texts.add(text);
    }
    expect(texts.size).toBe(1);
  });

  it('is read with small letters, a dash and O for 0, and from a form', async () => {
    const server = await packAt(6);
    const typed = `${server.code.slice(0, 5)}-${server.code.slice(5)}`.toLowerCase().replaceAll('0', 'o');
    expect((await pageOf(server, `/p/${typed}`)).status).toBe(200);
    const response = await fetch(`${server.url}/p?code=${typed}`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, `/p/${server.code}?lang=id`]);
  });

  it('is reached by /b/ and by a GS1 Digital Link, which without the code of the label opens nothing', async () => {
    const server = await packAt(6);
    const to = async (path: string) => {
      const { status, headers } = await fetch(`${server.url}${path}`, { redirect: 'manual' });
      return [status, headers.get('location')];
    };
    expect(await to(`/b/${server.code}`)).toEqual([302, `/p/${server.code}`]);
    expect(await to(`/01/09521234543213/10/B-01?c=${server.code}`)).toEqual([302, `/p/${server.code}`]);
    expect(await to('/01/09521234543213/10/B-01')).toEqual([404, null]);
  });

  it('cannot be looked for: an address that tries is told to wait', async () => {
    const server = await packAt(6);
    const statuses = [];
    for (let i = 0; i < 32; i++) statuses.push((await pageOf(server, `/p/00000000${10 + i}`)).status);
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(404));
    expect(statuses.slice(30)).toEqual([429, 429]);
  });
});

describe('POST /p/:code/verdict', () => {
  it('keeps what a buyer says, conditions the estimate by it and thanks', async () => {
    const server = await packAt(6);
    const response = await verdict(server, 'slimy');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      `/p/${server.code}?lang=en&storage=fridge&bought=0&thanks=recorded`,
    );
    expect(response.headers.get('set-cookie')).toMatch(/tahan_pack=[\w-]{22};.*HttpOnly; SameSite=Lax/);
    const { body } = await server.get('/batches/B-01/observations');
    expect(body.observations).toMatchObject([{ kind: 'verdict', verdict: 'slimy', source: 'buyer' }]);
    const thanked = await pageOf(server, response.headers.get('location')!);
    expect(thanked.words).toMatch(/Thank you/);
    expect(thanked.headers.get('cache-control')).toBe('no-store');
  });

  it('hears a device once an hour and an address ten times a day', async () => {
    const server = await packAt(6);
    const first = await verdict(server, 'still-good');
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    const again = await verdict(server, 'mouldy', { cookie });
    expect(again.headers.get('location')).toMatch(/thanks=already/);
    for (let i = 0; i < 8; i++) expect((await verdict(server, 'still-good')).status).toBe(303);
    expect((await verdict(server, 'still-good')).status).toBe(429);
    const { body } = await server.get('/batches/B-01/observations');
    expect(body.observations).toHaveLength(9);
  });

  it('takes nothing from other sites, of unknown codes or that is no verdict', async () => {
    const server = await packAt(6);
    expect((await verdict(server, 'slimy', { 'sec-fetch-site': 'cross-site' })).status).toBe(404);
    expect((await verdict(server, 'delicious')).status).toBe(404);
    expect((await verdict({ ...server, code: '0000000000' }, 'slimy')).status).toBe(404);
    expect((await server.get('/batches/B-01/observations')).body.observations).toEqual([]);
  });
});
