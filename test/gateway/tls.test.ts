import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, getCiphers, type TLSSocket } from 'node:tls';
import mqtt, { type IClientOptions } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../gateway/gateway.ts';
import { makeCertificate, type TestCertificate } from '../support/makeCertificate.ts';
import { tempDir } from '../support/tempDir.ts';
import { connectPacket, packet } from './rawMqtt.ts';
import { publishJson, startTestGateway } from './startTestGateway.ts';

const root = makeCertificate({ commonName: 'test root', isCa: true });
const server = (commonName = 'gateway') =>
  makeCertificate({ commonName, issuer: root, addresses: ['127.0.0.1'] });
const nodesCa = makeCertificate({ commonName: 'nodes', isCa: true });

async function startTlsGateway(own: { clientCa?: boolean } & Partial<GatewayOptions> = {}) {
  const dir = tempDir();
  const { clientCa, ...options } = own;
  const files = {
    cert: join(dir, 'cert.pem'),
    key: join(dir, 'key.pem'),
    ...(clientCa ? { clientCa: join(dir, 'ca.pem') } : {}),
  };
  const install = ({ cert, key }: TestCertificate) => {
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
  };
  install(server());
  writeFileSync(join(dir, 'ca.pem'), nodesCa.cert);
  const started = await startTestGateway({ mqttTls: { host: '127.0.0.1', port: 0, files }, ...options });
  return { ...started, tlsPort: started.gateway.tlsPort!, files, install };
}

/** Resolves when the server has accepted the handshake, which TLS 1.3 shows only with its first bytes. */
async function shake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: root.cert, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

const isAccepted = (port: number, options: ConnectionOptions) =>
  shake(port, options).then(
    () => true,
    () => false,
  );

async function connectNode(port: number, nodeId: string, options: IClientOptions = {}) {
  const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, {
    clientId: nodeId,
    username: nodeId,
    password: `secret-${nodeId}`,
    reconnectPeriod: 0,
    ca: root.cert,
    ...options,
  });
  onTestFinished(() => client.endAsync(true));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => undefined);
  return client;
}

const clientCertificate = (
  commonName: string,
  more: { dnsNames?: string[]; issuer?: TestCertificate } = {},
) => {
  const { cert, key } = makeCertificate({ commonName, issuer: nodesCa, ...more });
  return { cert, key };
};

describe('MQTT over TLS', () => {
  it('takes readings like MQTT over TCP, which stays open beside it', async () => {
    const { gateway, consumer, tlsPort } = await startTlsGateway();
    const node = await connectNode(tlsPort, 'n1');
    await publishJson(node, 'tahan/n1/readings', { temperatureC: 4 });
    await gateway.caughtUp();
    expect(consumer.readings).toMatchObject([{ nodeId: 'n1', temperatureC: 4 }]);
    expect(gateway.port).not.toBe(tlsPort);
  });

  it('refuses TLS below 1.2', async () => {
    const { tlsPort } = await startTlsGateway();
    const old = { ciphers: 'ALL:@SECLEVEL=0' };
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      expect(await isAccepted(tlsPort, { ...old, minVersion: version, maxVersion: version })).toBe(false);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      expect(await isAccepted(tlsPort, { minVersion: version, maxVersion: version })).toBe(true);
  });

  it('agrees to no cipher without forward secrecy and authenticated encryption', async () => {
    const { tlsPort } = await startTlsGateway();
    const accepted: string[] = [];
    for (const cipher of getCiphers().filter(name => !name.startsWith('tls_'))) {
      const ciphers = `${cipher.toUpperCase()}:@SECLEVEL=0`;
      if (await isAccepted(tlsPort, { ciphers, maxVersion: 'TLSv1.2' })) accepted.push(cipher);
    }
    expect(accepted.sort()).toEqual([
      'ecdhe-ecdsa-aes128-gcm-sha256',
      'ecdhe-ecdsa-aes256-gcm-sha384',
      'ecdhe-ecdsa-chacha20-poly1305',
    ]);
  });

  it('chooses the cipher itself, and accepts no signature with SHA-1', async () => {
    const { tlsPort } = await startTlsGateway();
    const ciphers = 'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256';
    const socket = await shake(tlsPort, { ciphers, maxVersion: 'TLSv1.2' });
    expect(socket.getCipher().name).toBe('ECDHE-ECDSA-AES128-GCM-SHA256');
    const sha1 = { sigalgs: 'ECDSA+SHA1', ciphers: 'DEFAULT:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;
    expect(await isAccepted(tlsPort, sha1)).toBe(false);
  });

  it('guards its bytes: a stranger who is no MQTT client is cut', async () => {
    const { tlsPort, security, sees } = await startTlsGateway();
    const socket = await shake(tlsPort);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await sees(() => security.some(event => event.detail.includes('packet type 4')));
  });

  it('ends a handshake that does not come to its end, and counts it as a connection until then', async () => {
    const { tlsPort, metric, gateway, security } = await startTlsGateway({
      limits: { connectTimeoutMs: 200, maxConnectionsPerAddress: 1 },
    });
    const slow = connectTcp(tlsPort, '127.0.0.1');
    await once(slow, 'connect');
    slow.write(Buffer.from([0x16, 3, 1, 2, 0]));
    const second = connectTcp(tlsPort, '127.0.0.1');
    await once(second, 'close');
    expect(security).toMatchObject([{ detail: 'too many connections' }]);
    await once(slow, 'close');
    expect(await metric('tahan_gateway_connections_cut_total', { reason: 'tls-handshake' })).toBe(1);
    await connectNode(tlsPort, 'n1');
    expect(gateway.stats().connections).toBe(1);
  });

  it('frees the place of a connection that has ended', async () => {
    const { tlsPort, gateway } = await startTlsGateway({ limits: { maxConnectionsPerAddress: 1 } });
    for (let i = 0; i < 3; i++) {
      const node = await connectNode(tlsPort, 'n1');
      await node.endAsync();
      while (gateway.stats().connections > 0) await new Promise(resolve => setImmediate(resolve));
    }
  });
});

describe('mutual TLS', () => {
  it('lets a node in with a certificate in its name and its secret', async () => {
    const { tlsPort } = await startTlsGateway({ clientCa: true });
    await connectNode(tlsPort, 'n1', clientCertificate('n1'));
    await connectNode(tlsPort, 'n2', clientCertificate('some device', { dnsNames: ['n2'] }));
  });

  it('refuses a client without a certificate, or with one of another authority', async () => {
    const { tlsPort, security, sees, consumer } = await startTlsGateway({ clientCa: true });
    await expect(connectNode(tlsPort, 'n1')).rejects.toThrow();
    await expect(connectNode(tlsPort, 'n1', clientCertificate('n1', { issuer: root }))).rejects.toThrow();
    await sees(() => security.length === 2);
    const shown = security.map(event => [event.kind, event.detail]);
    expect(shown).toEqual([
      ['protocol-violation', 'TLS handshake failed: the client has no certificate'],
      ['protocol-violation', expect.stringMatching(/^TLS handshake failed: [A-Z_]+$/)],
    ]);
    expect(consumer.records).toEqual([]);
  });

  it('refuses a certificate in another name, whatever the secret, and says so', async () => {
    const { tlsPort, security, sees } = await startTlsGateway({ clientCa: true });
    const connecting = connectNode(tlsPort, 'n2', clientCertificate('n1', { dnsNames: ['n3'] }));
    await expect(connecting).rejects.toMatchObject({ code: 5 });
    await sees(() => security.length === 1);
    const detail = 'the certificate is in the name of n1, n3; its common name must be "n2"';
    expect(security[0]).toMatchObject({ kind: 'login-refused', nodeId: 'n2', detail });
  });

  it('asks for the secret all the same', async () => {
    const { tlsPort } = await startTlsGateway({ clientCa: true });
    const wrong = connectNode(tlsPort, 'n1', { ...clientCertificate('n1'), password: 'guess' });
    await expect(wrong).rejects.toMatchObject({ code: 4 });
  });
});

describe('a new certificate', () => {
  it('is used for new connections without a restart, and those open stay', async () => {
    const { tlsPort, gateway, install, metric } = await startTlsGateway();
    const before = await connectNode(tlsPort, 'n1');
    expect((await shake(tlsPort)).getPeerCertificate().subject.CN).toBe('gateway');
    install(
      makeCertificate({
        commonName: 'renewed',
        issuer: root,
        addresses: ['127.0.0.1'],
        validUntil: new Date('2040-01-01'),
      }),
    );
    expect(await gateway.reloadCertificates()).toBe(true);
    expect((await shake(tlsPort)).getPeerCertificate().subject.CN).toBe('renewed');
    await publishJson(before, 'tahan/n1/readings', { temperatureC: 4 });
    const until = await metric('tahan_gateway_tls_certificate_valid_until_seconds');
    expect(until).toBe(Date.UTC(2040, 0, 1) / 1000);
  });

  it('that cannot be used leaves the last good one in use', async () => {
    const { tlsPort, gateway, files, install } = await startTlsGateway();
    writeFileSync(files.cert, server('without its key').cert);
    expect(await gateway.reloadCertificates()).toBe(false);
    writeFileSync(files.cert, '');
    expect(await gateway.reloadCertificates()).toBe(false);
    expect((await shake(tlsPort)).getPeerCertificate().subject.CN).toBe('gateway');
    install(server('mended'));
    expect(await gateway.reloadCertificates()).toBe(true);
    expect((await shake(tlsPort)).getPeerCertificate().subject.CN).toBe('mended');
  });

  it('authority takes the place of the old one: who had its certificates must log in anew with new ones', async () => {
    const { tlsPort, gateway, files } = await startTlsGateway({ clientCa: true });
    const old = clientCertificate('n1');
    await connectNode(tlsPort, 'n1', old);
    const nextCa = makeCertificate({ commonName: 'next', isCa: true });
    writeFileSync(files.clientCa!, nextCa.cert);
    expect(await gateway.reloadCertificates()).toBe(true);
    await expect(connectNode(tlsPort, 'n1', old)).rejects.toThrow();
    await connectNode(tlsPort, 'n1', clientCertificate('n1', { issuer: nextCa }));
  });
});

describe('a gateway that stops', () => {
  it('does not wait for strangers who have not logged in', async () => {
    const { tlsPort, gateway } = await startTlsGateway();
    const shaking = connectTcp(tlsPort, '127.0.0.1');
    await once(shaking, 'connect');
    const silent = await shake(tlsPort);
    silent.write(connectPacket().subarray(0, 10));
    const half = await shake(tlsPort);
    half.write(connectPacket());
    await once(half, 'data');
    half.write(packet(3, 2, Buffer.alloc(20)).subarray(0, 8));
    const closed = Promise.all([shaking, silent, half].map(socket => once(socket, 'close')));
    await gateway.stop();
    await closed;
  });
});
