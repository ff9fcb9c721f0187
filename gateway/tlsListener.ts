import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../models/contracts/intake.ts';
import { certificateNames } from './certificateNames.ts';
import type { ConnectionCaps } from './connectionCaps.ts';
import { type Listener, startListener } from './listener.ts';
import { readTlsFiles, type TlsFiles, type TlsPaths } from './tlsFiles.ts';

export interface TlsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly files: TlsPaths;
  readonly caps: ConnectionCaps;
  readonly handshakeTimeoutMs: number;
  /** How often the files are looked at. */
  readonly reloadEveryMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** `names`: whom the client's certificate speaks for; null when none was asked for. */
  readonly onSocket: (socket: TLSSocket, remoteAddress: string, names: readonly string[] | null) => void;
  readonly onTooMany: (remoteAddress: string) => void;
  readonly onHandshakeFailed: (remoteAddress: string, detail: string) => void;
}

export interface TlsListener extends Listener {
  /** When the certificate in use ends, epoch milliseconds. */
  validUntil(): number;
  /** Takes what the files hold now; false when it cannot be used, and the last good ones stay in use. */
  reload(): Promise<boolean>;
}

/**
 * TLS 1.2 only with forward secrecy and authenticated encryption: no CBC, no SHA-1. AES-128 first, which is what the
 * hardware of small nodes does.
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

const signatures = [
  'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519',
  'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
].join(':');

const expiresSoonMs = 14 * 24 * 3_600_000;

/**
 * Listens for MQTT over TLS. Certificate, key and client CA are looked at again and again and taken over without a
 * restart; connections that are open stay as they are.
 *
 * @throws {TlsFileError} when the files cannot be used at the start
 */
export async function startTlsListener(options: TlsListenerOptions): Promise<TlsListener> {
  const { log, clock } = options;
  let files = await readTlsFiles(options.files);
  warnOfExpiry(files, clock, log);
  const asksForCertificate = options.files.clientCa !== undefined;
  const server = createServer({
    ...secureContext(files),
    honorCipherOrder: true,
    handshakeTimeout: options.handshakeTimeoutMs,
    requestCert: asksForCertificate,
    // Judged below instead: Node ends such a connection without a word about why.
    rejectUnauthorized: false,
  });
  /** Mapped by address and port of the peer, which the plain and the encrypted socket share. */
  const handshaking = new Map<string, Socket>();
  server.on('secureConnection', socket => {
    handshaking.delete(peerOf(socket));
    const remoteAddress = socket.remoteAddress ?? 'unknown';
    if (!asksForCertificate) return options.onSocket(socket, remoteAddress, null);
    const certificate = socket.getPeerX509Certificate();
    if (socket.authorized && certificate)
      return options.onSocket(socket, remoteAddress, certificateNames(certificate));
    socket.destroy();
    const fault = certificate ? socket.authorizationError : 'the client has no certificate';
    options.onHandshakeFailed(remoteAddress, String(fault));
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    options.onHandshakeFailed(socket.remoteAddress ?? 'unknown', error.code ?? error.message);
    socket.destroy();
  });
  // The plain listener counts a connection from its first byte on, so that unfinished handshakes count as well.
  const listener = await startListener({
    ...options,
    onSocket(socket) {
      const peer = peerOf(socket);
      handshaking.set(peer, socket);
      socket.once('close', () => handshaking.delete(peer));
      server.emit('connection', socket);
    },
  });

  let lastFault = '';
  async function reload(): Promise<boolean> {
    try {
      const found = await readTlsFiles(options.files);
      lastFault = '';
      if (found.cert === files.cert && found.key === files.key && found.clientCa === files.clientCa)
        return true;
      server.setSecureContext(secureContext(found));
      files = found;
      log.info({ validUntil: new Date(found.validUntil).toISOString() }, 'tls: new certificate in use');
      warnOfExpiry(found, clock, log);
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (message !== lastFault)
        log.error({ err: error }, `tls: the last good certificate stays: ${message}`);
      lastFault = message;
      return false;
    }
  }
  const timer = setInterval(() => void reload(), options.reloadEveryMs);
  timer.unref();

  return {
    host: listener.host,
    port: listener.port,
    stopAccepting() {
      clearInterval(timer);
      for (const socket of handshaking.values()) socket.destroy();
      listener.stopAccepting();
    },
    validUntil: () => files.validUntil,
    reload,
  };
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

function secureContext({ cert, key, clientCa }: TlsFiles): SecureContextOptions {
  return {
    cert,
    key,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    minVersion: 'TLSv1.2',
    ciphers,
    sigalgs: signatures,
    secureOptions: constants.SSL_OP_CIPHER_SERVER_PREFERENCE | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

function warnOfExpiry({ validUntil }: TlsFiles, clock: Clock, log: Logger): void {
  const leftMs = validUntil - clock.now();
  const at = { validUntil: new Date(validUntil).toISOString() };
  if (leftMs <= 0) log.error(at, 'tls: the certificate has expired; nodes will refuse to connect');
  else if (leftMs < expiresSoonMs) log.warn(at, 'tls: the certificate ends in less than 14 days');
}
