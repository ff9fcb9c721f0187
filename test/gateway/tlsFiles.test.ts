import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTlsFiles } from '../../gateway/tlsFiles.ts';
import { makeCertificate } from '../support/makeCertificate.ts';
import { tempDir } from '../support/tempDir.ts';

const one = makeCertificate({ commonName: 'one' });
const two = makeCertificate({ commonName: 'two' });

function files(contents: { cert?: string; key?: string; clientCa?: string }) {
  const dir = tempDir();
  const path = (name: string, content: string | undefined) => {
    const at = join(dir, name);
    if (content !== undefined) writeFileSync(at, content);
    return at;
  };
  return {
    cert: path('cert.pem', contents.cert),
    key: path('key.pem', contents.key),
    ...('clientCa' in contents ? { clientCa: path('ca.pem', contents.clientCa) } : {}),
  };
}

describe('readTlsFiles', () => {
  it('gives certificate, key and client CA that belong together', async () => {
    expect(await readTlsFiles(files({ cert: one.cert, key: one.key, clientCa: two.cert }))).toEqual({
      cert: one.cert,
      key: one.key,
      clientCa: two.cert,
      validUntil: Date.UTC(2049, 0, 1),
    });
  });

  it('takes a chain, and a key in the older form of its kind', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const old = one.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
    expect(await readTlsFiles(files({ cert: one.cert + two.cert, key: old }))).toMatchObject({ key: old });
    const rsa = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    await expect(readTlsFiles(files({ cert: one.cert, key: rsa }))).rejects.toThrow('not the key of the');
  });

  const locked = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey;

  it.each<[string, Parameters<typeof files>[0], RegExp]>([
    [
      'a missing certificate',
      { key: one.key },
      /^TAHAN_TLS_CERT is ".*cert\.pem", but there is no such file$/,
    ],
    ['a missing key', { cert: one.cert }, /^TAHAN_TLS_KEY is ".*key\.pem", but there is no such file$/],
    [
      'a missing CA',
      { cert: one.cert, key: one.key, clientCa: undefined as never },
      /^TAHAN_TLS_CLIENT_CA is/,
    ],
    [
      'a certificate that is no PEM',
      { cert: 'x', key: one.key },
      /CERT .* holds no PEM "-----BEGIN CERTIFICATE/,
    ],
    ['a key where the certificate belongs', { cert: one.key, key: one.key }, /TLS_CERT .* holds no PEM/],
    ['a certificate where the key belongs', { cert: one.cert, key: one.cert }, /TLS_KEY .* holds no PEM/],
    ['a certificate cut short', { cert: one.cert.slice(0, 300), key: one.key }, /TLS_CERT .* is cut short/],
    [
      'a damaged certificate',
      { cert: one.cert.replace(/\nMII./, '\nAAAA'), key: one.key },
      /TLS_CERT .* damaged/,
    ],
    ['a damaged key', { cert: one.cert, key: one.key.replace(/\nMI../, '\nAAAA') }, /TLS_KEY .* is damaged/],
    ['a locked key', { cert: one.cert, key: locked }, /TLS_KEY .* is locked with a passphrase/],
    [
      'the key of another certificate',
      { cert: one.cert, key: two.key },
      /TLS_KEY .* is not the key of .*cert\.pem/,
    ],
    ['a CA that is no PEM', { cert: one.cert, key: one.key, clientCa: 'x' }, /TAHAN_TLS_CLIENT_CA .* no PEM/],
  ])('refuses %s and names the setting and the file', async (_what, contents, message) => {
    await expect(readTlsFiles(files(contents))).rejects.toThrow(message);
  });

  it('refuses a folder in place of a file', async () => {
    const paths = files({ key: one.key });
    mkdirSync(paths.cert);
    await expect(readTlsFiles(paths)).rejects.toThrow('it is a folder, not a file');
  });
});
