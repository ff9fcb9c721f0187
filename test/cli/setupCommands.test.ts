import { describe, expect, it } from 'vitest';
import { testServer } from '../server/testServer.ts';
import { runTahan, runTahanJson } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

interface NodeAdded {
  nodeId: string;
  mqtt: { username: string; password: string };
}

describe('setup commands', () => {
  it('make the data folder, the demo firm, a token and a node that a later server knows', async () => {
    const dataDir = `${tempDir()}/new/data`;
    const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
    const node = await runTahanJson<NodeAdded>(dataDir, 'node', 'add', 'S-01', '--report-every', '600');
    expect(node).toEqual({ nodeId: 'S-01', mqtt: { username: 'S-01', password: expect.any(String) } });
    const { get, server } = await testServer({ dataDir });
    const { body } = await get('/nodes', { token });
    expect(body.nodes).toMatchObject([{ nodeId: 'S-01', reportEveryS: 600, state: 'never-seen' }]);
    expect(await server.directory.verify('S-01', node.mqtt.password)).toBe(true);
  });

  it('add an edge gateway, whose password is printed once', async () => {
    const { dataDir, server } = await testServer();
    const { gatewayId, mqtt } = await runTahanJson<{
      gatewayId: string;
      mqtt: { username: string; password: string };
    }>(dataDir, ...['edge', 'add', 'truk-1', '--org', 'tani', '--name', 'Truk']);
    expect([gatewayId, mqtt.username]).toEqual(['truk-1', 'truk-1']);
    expect(await server.edgeDirectory.verify('truk-1', mqtt.password)).toBe(true);
    const again = await runTahan(dataDir, 'edge', 'add', 'truk-1');
    expect(again).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tahan: there is an edge gateway truk-1 already\n',
    });
  });

  it('name every setting that is missing for an edge gateway, and show no password', async () => {
    const { code, stderr } = await runTahan(tempDir(), 'gateway');
    expect(code).toBe(2);
    expect(stderr).toMatch(/TAHAN_UPLINK_URL.*TAHAN_UPLINK_USERNAME.*TAHAN_UPLINK_PASSWORD/);
    expect(await runTahan(tempDir(), 'server')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('TAHAN_MQTT_URL'),
    });
  });

  it('work beside a running server, which counts what they add at once', async () => {
    const { dataDir, server, call, get } = await testServer();
    const { mqtt } = await runTahanJson<NodeAdded>(
      dataDir,
      'node',
      'add',
      'S-07',
      '--org',
      'tani',
      '--name',
      'Truk',
    );
    expect(await server.directory.verify('S-07', mqtt.password)).toBe(true);
    expect((await get('/nodes/S-07')).body.name).toBe('Truk');
    const user = await runTahanJson<{ email: string; password: string }>(
      dataDir,
      'user',
      'add',
      'budi@tani.example',
      '--org',
      'tani',
      '--role',
      'distributor',
    );
    const answer = await call('POST', '/api/v1/auth/sign-in/email', { token: null, body: user });
    expect(answer.status).toBe(200);
  });

  it('end with 1 and one sentence when something is in the way, and print no secret', async () => {
    const dataDir = tempDir();
    await runTahan(dataDir, 'node', 'add', 'S-01');
    const again = await runTahan(dataDir, 'node', 'add', 'S-01', '--json');
    expect(again).toEqual({ code: 1, stdout: '', stderr: 'tahan: there is a node or bridge S-01 already\n' });
    const nowhere = await runTahan(dataDir, 'token', 'add', '--role', 'owner', '--org', 'none');
    expect(nowhere).toMatchObject({ code: 1, stderr: 'tahan: there is no organisation none\n' });
  });

  it.each([
    [['node', 'add', 'a/b'], /nodeId.*1 to 64 letters/],
    [['node', 'add'], /missing required argument 'nodeId'/],
    [['node', 'add', 'S-01', '--report-every', '0'], /whole number from 1 to 86400/],
    [['token', 'add', '--role', 'king'], /must be one of owner, producer/],
    [['token', 'add'], /--role/],
    [['edge', 'add', 'a/b'], /1 to 64 letters/],
    [['bridge', 'add', 'rumah'], /--prefix/],
    [['bridge', 'add', 'rumah', '--prefix', 'zigbee2mqtt'], /ending with "\/"/],
    [['bridge', 'add', 'tahan-1', '--prefix', 'a/'], /must not be tahan/],
    [['bridge', 'add', 'rumah', '--prefix', 'a/', '--time-zone', 'Mars/X'], /name of a time zone/],
    [['user', 'add', 'nobody', '--role', 'viewer'], /must be an e-mail address/],
    [['org', 'add', '../x'], /1 to 64 letters/],
  ])('end with 2 for %j', async (args, sentence) => {
    const { code, stdout, stderr } = await runTahan(tempDir(), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });
});
