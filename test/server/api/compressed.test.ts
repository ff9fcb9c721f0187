import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/tempDir.ts';
import { testServer } from '../testServer.ts';

/** An answer as it is on the line. */
function raw(url: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    request(url, { headers }, answer => {
      const parts: Buffer[] = [];
      answer.on('data', part => parts.push(part));
      answer.on('end', () => resolve({ headers: answer.headers, bytes: Buffer.concat(parts) }));
    })
      .on('error', reject)
      .end();
  });
}

describe('what is sent', () => {
  it('is compressed for whoever takes gzip, and the same for whoever does not', async () => {
    const { url: at } = await testServer();
    const url = `${at}/api/v1/openapi.json`;
    const small = await raw(url, { 'accept-encoding': 'gzip' });
    const whole = await raw(url, {});
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(small.headers.vary).toMatch(/accept-encoding/i);
    expect(whole.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(small.bytes).equals(whole.bytes)).toBe(true);
    expect(small.bytes.length).toBeLessThan(whole.bytes.length / 4);
  });

  it('is a script as the build compressed it, under its own name and type', async () => {
    const dashboardDir = tempDir();
    mkdirSync(join(dashboardDir, 'assets'));
    const script = 'export const n = 1;';
    writeFileSync(join(dashboardDir, 'assets', 'a-1.js'), script);
    writeFileSync(join(dashboardDir, 'assets', 'a-1.js.gz'), gzipSync(script));
    const { url: at } = await testServer({ dashboardDir });
    const url = `${at}/assets/a-1.js`;
    const small = await raw(url, { 'accept-encoding': 'gzip' });
    expect(small.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/^text\/javascript/),
      'cache-control': expect.stringMatching(/immutable/),
    });
    expect(gunzipSync(small.bytes).toString()).toBe(script);
    expect((await raw(url, {})).bytes.toString()).toBe(script);
  });
});
