import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its key, as PEM, made for one test. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** Who signs it; without one it signs itself. */
  readonly issuer?: TestCertificate;
  readonly isCa?: boolean;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly validUntil?: Date;
}

/**
 * Makes an X.509 v3 certificate (RFC 5280) with a P-256 key: what a test needs and no more. Node can read certificates
 * but not make them, and the command that could is not on every machine.
 */
export function makeCertificate(options: CertificateOptions): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { commonName, issuer } = options;
  const body = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer?.commonName ?? commonName),
    der.sequence(
      der.time(new Date(Date.UTC(2020, 0, 1))),
      der.time(options.validUntil ?? new Date('2049-01-01')),
    ),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(...extensions(options))),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey);
  const certificate = der.sequence(body, ecdsaWithSha256, der.bits(signature));
  return {
    cert: toPem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    commonName,
    privateKey,
  };
}

function extensions({ isCa = false, dnsNames = [], addresses = [] }: CertificateOptions): Buffer[] {
  const names = [
    ...dnsNames.map(name => der.value(0x82, Buffer.from(name, 'latin1'))),
    ...addresses.map(address => der.value(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  const list = [extension('551d13', der.sequence(...(isCa ? [der.value(0x01, Buffer.from([0xff]))] : [])))];
  if (names.length > 0) list.push(extension('551d11', der.sequence(...names)));
  return list;
}

/** basicConstraints is 2.5.29.19 (55 1d 13), subjectAltName 2.5.29.17 (55 1d 11). */
const extension = (id: string, value: Buffer): Buffer =>
  der.sequence(der.value(0x06, Buffer.from(id, 'hex')), der.value(0x04, value));

const nameOf = (commonName: string): Buffer =>
  der.sequence(
    der.value(
      0x31,
      der.sequence(der.value(0x06, Buffer.from('550403', 'hex')), der.value(0x0c, Buffer.from(commonName))),
    ),
  );

const toPem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/** Distinguished encoding rules of ASN.1 (X.690). */
const der = {
  value(tag: number, content: Buffer): Buffer {
    const { length } = content;
    const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...head]), content]);
  },
  sequence: (...parts: Buffer[]): Buffer => der.value(0x30, Buffer.concat(parts)),
  tagged: (n: number, content: Buffer): Buffer => der.value(0xa0 + n, content),
  integer: (content: Buffer): Buffer => der.value(0x02, content),
  bits: (content: Buffer): Buffer => der.value(0x03, Buffer.concat([Buffer.from([0]), content])),
  /** UTCTime, good until 2049. */
  time: (at: Date): Buffer =>
    der.value(0x17, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`)),
};

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = der.sequence(der.value(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
