import { describe, expect, it } from 'vitest';
import { labelViewSchema } from '../../../models/contracts/publicCode.ts';
import { testServer } from '../testServer.ts';

const takwa = { batchId: 'B-01', productId: 'takwa', producedAt: '2026-11-23T22:00:00.000Z' };

describe('GET /batches/:batchId/label', () => {
  it('answers with the code that the batch was given when it was recorded, the same each time', async () => {
    const { post, get } = await testServer({ environment: { TAHAN_PUBLIC_URL: 'https://tahu.example/' } });
    await post('/batches', takwa);
    const { status, body } = await get('/batches/B-01/label');
    expect(status).toBe(200);
    expect(labelViewSchema.parse(body)).toEqual(body);
    expect(body.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(body).toMatchObject({ url: `https://tahu.example/p/${body.code}`, digitalLink: null });
    expect(body.qrText).toBe(body.url);
    expect((await get('/batches/B-01/label')).body).toEqual(body);
  });

  it('gives a GS1 Digital Link of our own domain where the product has a GTIN', async () => {
    const { post, get, call } = await testServer({
      environment: { TAHAN_PUBLIC_URL: 'https://tahu.example' },
    });
    await call('PATCH', '/api/v1/products/takwa', { body: { gtin: '9521234543213' } });
    await post('/batches', takwa);
    const { body } = await get('/batches/B-01/label');
    expect(body.digitalLink).toBe(`https://tahu.example/01/09521234543213/10/B-01?c=${body.code}`);
    expect(body.qrText).toBe(body.digitalLink);
  });

  it('knows no batch of another firm', async () => {
    const { post, get, otherFirm } = await testServer();
    await post('/batches', takwa);
    const { status, body } = await get('/batches/B-01/label', { token: await otherFirm() });
    expect([status, body.code]).toEqual([404, 'batch.not_found']);
  });
});

describe('GET /labels/:code', () => {
  it('finds the batch of a code as it is typed, and none of another firm', async () => {
    const { post, get, otherFirm } = await testServer();
    await post('/batches', takwa);
    const { code } = (await get('/batches/B-01/label')).body;
    const typed = `${code.slice(0, 5).toLowerCase()}-${code.slice(5)}`;
    expect((await get(`/labels/${typed}`)).body).toEqual({ batchId: 'B-01' });
    for (const [wrong, token] of [[code, await otherFirm()], ['0000000000'], ['nope']]) {
      const { status, body } = await get(`/labels/${wrong}`, token === undefined ? {} : { token });
      expect([status, body.code]).toEqual([404, 'label.not_found']);
    }
  });
});

describe('POST /labels/reserve', () => {
  it('sets codes aside, one of which a batch may take when it is recorded', async () => {
    const { post, get } = await testServer();
    const { status, body } = await post('/labels/reserve', { count: 3 });
    expect(status).toBe(201);
    expect(new Set(body.codes.map((c: { code: string }) => c.code)).size).toBe(3);
    const { code, printedCode } = body.codes[0];
    expect((await post('/batches', { ...takwa, publicCode: printedCode.toLowerCase() })).status).toBe(201);
    expect((await get('/batches/B-01/label')).body.code).toBe(code);
  });

  it('gives a code to one batch only, and none that was not set aside by this firm', async () => {
    const { post, get, otherFirm } = await testServer();
    const { body } = await post('/labels/reserve', { count: 1 });
    const publicCode = body.codes[0].code;
    const foreign = await post('/batches', { ...takwa, publicCode }, { token: await otherFirm() });
    expect([foreign.status, foreign.body.code]).toEqual([422, 'label.code_unknown']);
    await post('/batches', { ...takwa, publicCode });
    const second = await post('/batches', { ...takwa, batchId: 'B-02', publicCode });
    expect([second.status, second.body.code]).toEqual([422, 'label.code_unknown']);
    expect((await get('/batches/B-02')).status).toBe(404);
  });

  it('refuses more than a block, and blocks without end', async () => {
    const { post } = await testServer();
    for (const count of [0, 101, 1.5, '3'])
      expect((await post('/labels/reserve', { count })).status).toBe(422);
    for (let block = 0; block < 10; block++) await post('/labels/reserve', { count: 100 });
    const { status, body } = await post('/labels/reserve', { count: 1 });
    expect([status, body.code]).toEqual([409, 'label.too_many_reserved']);
  });
});

describe('POST /batches/:batchId/label/replace', () => {
  it('makes a new code and writes down which one was closed', async () => {
    const { post, get, del } = await testServer();
    await post('/batches', takwa);
    const { body: before } = await get('/batches/B-01/label');
    const { status, body: after } = await post('/batches/B-01/label/replace');
    expect(status).toBe(201);
    expect(after.code).not.toBe(before.code);
    expect((await get('/batches/B-01/label')).body.code).toBe(after.code);
    expect((await del('/batches/B-01/label')).status).toBe(204);
    expect((await get('/batches/B-01/label')).body.code).not.toBe(after.code);
  });
});
