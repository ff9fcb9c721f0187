import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connackOf, connectPacket, pingreq } from './rawMqtt.ts';
import { startTestGateway } from './startTestGateway.ts';

/** Breaks the protocol (no CONNECT first) from an address and waits until the gateway has cut the connection. */
async function breakProtocol(port: number, localAddress: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(pingreq);
  await once(socket, 'close');
}

const cutFirst = { reason: 'first-packet-not-connect' };

describe('security events of the gateway', () => {
  it('are told at most 20 times a minute for one address, and counted all', async () => {
    const gateway = await startTestGateway();
    for (let i = 0; i < 25; i++) await breakProtocol(gateway.port, '127.0.0.1');
    expect(gateway.security).toHaveLength(20);
    expect(await gateway.metric('tahan_gateway_connections_cut_total', cutFirst)).toBe(25);
  });

  it('are told at most 120 times a minute from however many addresses, without hiding those of another kind', async () => {
    const gateway = await startTestGateway();
    for (let i = 1; i <= 130; i++) await breakProtocol(gateway.port, `127.0.1.${i}`);
    expect(gateway.security).toHaveLength(120);
    expect(await gateway.metric('tahan_gateway_connections_cut_total', cutFirst)).toBe(130);
    const guesser = connect({ port: gateway.port, host: '127.0.0.1', localAddress: '127.0.2.1' });
    guesser.write(connectPacket({ password: 'guessed' }));
    const [answer] = (await once(guesser, 'data')) as [Buffer];
    expect(answer.equals(connackOf(4))).toBe(true);
    expect(gateway.security.at(-1)).toMatchObject({ kind: 'login-refused', remoteAddress: '127.0.2.1' });
    guesser.destroy();
  });
});
