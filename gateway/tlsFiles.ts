import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Paths of PEM files. */
export interface TlsPaths {
  /** The certificate of the gateway, followed by those between it and the root. */
  readonly cert: string;
  readonly key: string;
  /** Certificates whose holders may connect; without it clients are not asked for one. */
  readonly clientCa?: string;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
  /** When the certificate ends, epoch milliseconds. */
  readonly validUntil: number;
}

const variables = {
  cert: 'TAHAN_TLS_CERT',
  key: 'TAHAN_TLS_KEY',
  clientCa: 'TAHAN_TLS_CLIENT_CA',
} as const satisfies Record<keyof TlsPaths, string>;

/** A certificate, key or CA that cannot be used: which setting, which file, and what is wrong with it. */
export class TlsFileError extends Error {
  constructor(setting: keyof TlsPaths, path: string, fault: string, options?: ErrorOptions) {
    super(`${variables[setting]} is ${JSON.stringify(path)}, but ${fault}`, options);
    this.name = 'TlsFileError';
  }
}

/**
 * Reads certificate, key and client CA, and makes sure that they can be used together.
 *
 * @throws {TlsFileError} when a file is missing, unreadable or not PEM, or the key is not that of the certificate
 */
export async function readTlsFiles(paths: TlsPaths): Promise<TlsFiles> {
  const [cert, key, clientCa] = await Promise.all([
    readPem('cert', paths.cert),
    readPem('key', paths.key),
    paths.clientCa === undefined ? undefined : readPem('clientCa', paths.clientCa),
  ]);
  const [certificate] = certificatesOf('cert', paths.cert, cert);
  if (!certificate!.checkPrivateKey(keyOf(paths.key, key)))
    throw new TlsFileError('key', paths.key, `it is not the key of the certificate in ${paths.cert}`);
  if (clientCa !== undefined) certificatesOf('clientCa', paths.clientCa!, clientCa);
  return { cert, key, clientCa, validUntil: Date.parse(certificate!.validTo) };
}

async function readPem(setting: keyof TlsPaths, path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    throw new TlsFileError(setting, path, whyUnreadable(error as NodeJS.ErrnoException), { cause: error });
  }
  const wanted = setting === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
  if (!new RegExp(`-----BEGIN ([A-Z]+ )*${wanted}-----`).test(text))
    throw new TlsFileError(setting, path, `the file holds no PEM "-----BEGIN ${wanted}-----"`);
  return text;
}

function whyUnreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read the file';
  if (code === 'EISDIR') return 'it is a folder, not a file';
  return `the file cannot be read: ${message}`;
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesOf(setting: keyof TlsPaths, path: string, pem: string): X509Certificate[] {
  try {
    const certificates = (pem.match(certificatePattern) ?? []).map(one => new X509Certificate(one));
    if (certificates.length > 0) return certificates;
  } catch (error) {
    throw new TlsFileError(setting, path, 'a certificate in it is damaged', { cause: error });
  }
  throw new TlsFileError(setting, path, 'the certificate in it is cut short');
}

function keyOf(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isLocked = /ENCRYPTED/.test(pem);
    const fault = isLocked ? 'the key is locked with a passphrase; give one without' : 'the key is damaged';
    throw new TlsFileError('key', path, fault, { cause: error });
  }
}
