import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** An owner on a desk brings in somebody with a small phone, and sets up what batches are made of. */
const phone = '0812 3456 7890';
const ownersPassword = 'tahu-kuning-kediri';
const guestsPassword = 'toko-bu-rina-pasar';
const errors: string[] = [];
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let owner: Page;
let guest: Page;
let link = '';

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const named = ['--role', 'owner', '--name', 'Bu Sri', '--password', ownersPassword];
  await runTahanJson(data.path, 'user', 'add', phone, ...named);
  browser = await chromium.launch(browserOptions);
  owner = await newPage({ width: 1440, height: 900 });
  guest = await newPage({ width: 360, height: 640 });
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

async function newPage(viewport: { width: number; height: number }): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    ...{ viewport, locale: 'id-ID', reducedMotion: 'reduce' },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  return page;
}

async function enter(page: Page, identity: string, password: string): Promise<void> {
  await page.getByLabel('Nomor HP atau email').fill(identity);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
}

const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.name');

const open = (page: Page, path: string) => page.goto(`${tahan.httpUrl}${path}`);

describe('signing in', () => {
  it('names the empty field, and moves there', async () => {
    await open(owner, '/pengaturan/orang');
    await owner.getByRole('button', { name: 'Masuk' }).click();
    await owner.getByText('Isi nomor HP atau email.').waitFor();
    await expect.poll(() => focused(owner)).toBe('identity');
  });

  it('says that number and password do not match, keeps the number, and says how to get a new password', async () => {
    await enter(owner, phone, 'bukan-kata-sandi');
    const alert = owner.getByRole('alert');
    await alert.getByText('Nomor atau kata sandi tidak cocok.').waitFor();
    await expect.poll(() => owner.getByLabel('Nomor HP atau email').inputValue()).toBe(phone);
    await alert.getByRole('button', { name: 'minta kata sandi baru' }).click();
    await owner.getByText('Minta pemilik usaha Anda').waitFor();
  });

  it('opens the section the link named, by telephone number', async () => {
    await enter(owner, phone, ownersPassword);
    await owner.getByRole('heading', { level: 1, name: 'Orang' }).waitFor();
    await owner.getByText('Pemilik · 0812 3456 7890').waitFor();
  });
});

describe('an invitation', () => {
  it('is refused at the field when it names nobody that can be reached', async () => {
    await owner.getByRole('button', { name: 'Undang orang' }).click();
    await owner.getByLabel('Nomor HP atau email').fill('bu rina');
    await owner.getByLabel('Namanya').fill('Bu Rina');
    await owner
      .locator('form.card')
      .getByRole('radio', { name: /^Pembaca/ })
      .check();
    await owner.getByRole('button', { name: 'Buat undangan' }).click();
    await owner.getByText('Isi nomor HP atau alamat email.').waitFor();
    await expect.poll(() => owner.getByLabel('Namanya').inputValue()).toBe('Bu Rina');
    await expect.poll(() => focused(owner)).toBe('identity');
  });

  it('is a link to be passed on, with its secret behind "#"', async () => {
    await owner.getByLabel('Nomor HP atau email').fill('0813 1111 2222');
    await owner.getByRole('button', { name: 'Buat undangan' }).click();
    await owner.getByRole('heading', { name: 'Undangan untuk Bu Rina siap' }).waitFor();
    await owner.getByRole('button', { name: 'Salin' }).click();
    await owner.getByText('Tersalin').waitFor();
    link = (await owner.locator('.secret-text').textContent()) ?? '';
    expect(link).toMatch(/\/undangan#[\w-]{20,}$/);
    const chat = await owner.getByRole('link', { name: 'Kirim lewat WhatsApp' }).getAttribute('href');
    expect(chat).toMatch(/^https:\/\/wa\.me\/6281311112222\?text=/);
  });

  it('opens on a small phone, says for what, and asks for a password that is long enough', async () => {
    await guest.goto(link);
    await guest.getByRole('heading', { name: /mengundang Anda$/ }).waitFor();
    await guest.getByText('0813 1111 2222').waitFor();
    await guest.getByLabel('Kata sandi baru').fill('pendek');
    await guest.getByRole('button', { name: 'Terima undangan' }).click();
    await guest.locator('.wrong').getByText('Paling sedikit 12 huruf').waitFor();
    await expect.poll(() => guest.getByLabel('Kata sandi baru').inputValue()).toBe('pendek');
    await expect.poll(() => guest.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  it('lets the person in, once', async () => {
    await guest.getByLabel('Kata sandi baru').fill(guestsPassword);
    await guest.getByRole('button', { name: 'Terima undangan' }).click();
    await guest.waitForURL(`${tahan.httpUrl}/`);
    const again = await guest.context().newPage();
    await again.goto(link);
    await again.getByRole('heading', { name: 'Undangan ini sudah dipakai' }).waitFor();
    await again.close();
  });
});

describe('a role', () => {
  it('shows a viewer nothing they may not do', async () => {
    await open(guest, '/pengaturan');
    await guest.getByText('Bu Rina, Pembaca di').waitFor();
    await expect.poll(() => guest.getByText('Token API').count()).toBe(0);
    await expect.poll(() => guest.getByText('Catatan perubahan').count()).toBe(0);
    await guest.getByRole('link', { name: 'Produk' }).click();
    await guest.getByText('Takwa vakum').waitFor();
    await expect.poll(() => guest.getByRole('button', { name: /Ubah|Tambah/ }).count()).toBe(0);
    await open(guest, '/audit');
    await guest.getByText('Hanya pemilik yang bisa membaca').waitFor();
  });

  it('is changed by an owner, which signs the person out to begin anew', async () => {
    await open(owner, '/pengaturan/orang');
    const row = owner.locator('.line-details', { hasText: 'Bu Rina' });
    await row.locator('summary').click();
    await row.getByRole('radio', { name: /^Produsen/ }).check();
    await row.getByRole('button', { name: 'Simpan' }).click();
    await row.getByText('Produsen · 0813 1111 2222').waitFor();
    await open(guest, '/pengaturan/produk');
    await enter(guest, '081311112222', guestsPassword);
    await guest.getByRole('button', { name: 'Tambah produk' }).waitFor();
  });
});

describe('places and products', () => {
  it('a place is added once; a second one of that name is refused at its field', async () => {
    await open(guest, '/pengaturan/tempat');
    for (const round of [1, 2]) {
      await guest.getByRole('button', { name: 'Tambah tempat' }).click();
      await guest.getByLabel('Nama tempat').fill('Kulkas depan');
      await guest.getByRole('radio', { name: 'Kulkas' }).check();
      await guest.getByRole('button', { name: 'Simpan tempat' }).click();
      if (round === 1) await guest.locator('.line').getByText('Kulkas depan').waitFor();
    }
    await guest.getByText('Nama ini sudah dipakai.').waitFor();
    await guest.getByRole('button', { name: 'Batal' }).click();
  });

  it('a product with a wrong number keeps what was typed; mended, it is a choice for a new batch', async () => {
    await open(guest, '/pengaturan/produk');
    await guest.getByRole('button', { name: 'Tambah produk' }).click();
    await guest.getByLabel('Nama produk').fill('Takwa asap');
    await guest.getByLabel('Harga satu satuan').fill('Rp 12.000');
    await guest.getByRole('button', { name: 'Simpan produk' }).click();
    await guest.getByText('Isi angka dari 0').waitFor();
    await guest.getByLabel('Harga satu satuan').fill('12.000');
    await guest.getByLabel('Nomor GTIN').fill('8991234567899');
    await guest.getByRole('button', { name: 'Simpan produk' }).click();
    await guest.locator('.wrong').getByText('GTIN punya').waitFor();
    await guest.getByLabel('Nomor GTIN').fill('');
    await guest.getByRole('button', { name: 'Simpan produk' }).click();
    await guest.locator('.line').getByText('Takwa asap').waitFor();

    await open(guest, '/batch-baru');
    await guest.getByText('Takwa asap', { exact: true }).click();
    await guest.getByRole('button', { name: 'Simpan' }).first().click();
    await guest.waitForURL(/\/batch\/takwa-asap-/i);
  });
});

describe('an account', () => {
  it('is signed out on another phone by its owner, and asked to sign in there', async () => {
    const desk = await newPage({ width: 1440, height: 900 });
    await open(desk, '/pengaturan/masuk');
    await enter(desk, '081311112222', guestsPassword);
    const others = desk.locator('.line', { hasText: 'Keluar' });
    await others.first().waitFor();
    for (let left = await others.count(); left > 0; left--) {
      await others.first().getByRole('button').first().click();
      await desk.locator('dialog[open] .danger').click();
      await expect.poll(() => others.count()).toBe(left - 1);
    }
    await open(guest, '/pengaturan/masuk');
    await guest.getByRole('heading', { name: 'Masuk' }).waitFor();
    await desk.context().close();
  });

  it('gets a new password by a link of the owner, with which it signs in', async () => {
    await open(owner, '/pengaturan/orang');
    const row = owner.locator('.line-details', { hasText: 'Bu Rina' });
    await row.locator('summary').click();
    await row.getByRole('button', { name: 'Buat tautan kata sandi baru' }).click();
    const reset = await row.locator('.secret-text').textContent();
    await guest.goto(reset ?? '');
    await guest.getByLabel('Kata sandi baru').fill('pasar-pahing-kediri');
    await guest.getByRole('button', { name: 'Simpan kata sandi' }).click();
    await guest.getByRole('link', { name: 'Ke halaman masuk' }).click();
    await enter(guest, '081311112222', 'pasar-pahing-kediri');
    await guest.getByText('Takwa asap').first().waitFor();
  });

  it('is taken out of the firm by a button that names it', async () => {
    await open(owner, '/pengaturan/orang');
    const row = owner.locator('.line-details', { hasText: 'Bu Rina' });
    await row.locator('summary').click();
    await row.getByRole('button', { name: 'Keluarkan Bu Rina' }).click();
    await owner.locator('dialog[open]').getByRole('button', { name: 'Keluarkan Bu Rina' }).click();
    await expect.poll(() => row.count()).toBe(0);
  });
});

describe('the trail of changes', () => {
  it('tells an owner who did what, newest first, and gives it as a file', async () => {
    await open(owner, '/audit');
    const first = owner.locator('.audit-line').first();
    await first.getByText('Anggota: dihapus').waitFor();
    await expect.poll(() => first.textContent()).toContain('Bu Sri');
    await owner.getByLabel('Tentang apa').selectOption({ label: 'Produk' });
    await owner.getByText('Produk: ditambah').waitFor();
    const download = owner.waitForEvent('download');
    await owner.getByRole('button', { name: 'Unduh CSV' }).click();
    expect((await download).suggestedFilename()).toBe('audit.csv');
  });
});

it('no page failed on the way', () => {
  expect(errors).toEqual([]);
});
