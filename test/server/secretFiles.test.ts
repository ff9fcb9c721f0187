import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { ConfigError, type ConfigFault } from '../../server/errors.ts';
import { readSecretFiles, secretVariables } from '../../server/secretFiles.ts';
import { tempDir } from '../support/tempDir.ts';

function secretFile(content: string | Buffer): string {
  const path = join(tempDir(), 'secret');
  writeFileSync(path, content);
  return path;
}

function faultsOf(environment: Record<string, string>): readonly ConfigFault[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('readSecretFiles', () => {
  it.each(secretVariables)('reads %s from a file, without the line end', name => {
    const { values, faults } = readSecretFiles({ [`${name}_FILE`]: secretFile('s3cret of it\n') });
    expect(values).toEqual({ [name]: 's3cret of it' });
    expect(faults).toEqual([]);
  });

  it('reads nothing where no file is named', () => {
    expect(readSecretFiles({ INFLUX_TOKEN: 'a', INFLUX_TOKEN_FILE: ' ' })).toEqual({
      values: {},
      faults: [],
    });
  });

  it.each([
    ['that is empty', () => secretFile(' \n'), 'this one is empty'],
    ['that is a folder', () => tempDir(), 'this is a folder'],
    ['that is not there', () => join(tempDir(), 'none'), 'there is none here'],
    ['that is not text', () => secretFile(Buffer.from([0xff, 0xfe, 0x41])), 'this one is not text'],
    ['that is far too long', () => secretFile('a'.repeat(70_000)), 'this one has more than 64 KiB'],
  ])('refuses a file %s, by variable and path', (_what, make, problem) => {
    const path = make();
    expect(readSecretFiles({ INFLUX_TOKEN_FILE: path })).toEqual({
      values: {},
      faults: [
        {
          variable: 'INFLUX_TOKEN_FILE',
          value: path,
          allowed: `the path of a file with the secret in it (${problem})`,
        },
      ],
    });
  });

  it('refuses a secret that is given both ways', () => {
    const path = secretFile('a');
    expect(readSecretFiles({ INFLUX_TOKEN: 'b', INFLUX_TOKEN_FILE: path }).faults).toEqual([
      { variable: 'INFLUX_TOKEN_FILE', value: path, allowed: 'left out, because INFLUX_TOKEN is set too' },
    ]);
  });
});

describe('readConfig with secrets in files', () => {
  it('uses them as if they were set', () => {
    const folder = tempDir();
    mkdirSync(folder, { recursive: true });
    const put = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const config = readConfig({
      TAHAN_STORE: 'influxdb',
      INFLUX_URL: 'http://influxdb:8086',
      INFLUX_TOKEN_FILE: put('token', 'tok\n'),
      INFLUX_PASSWORD_FILE: put('password', 'pw\n'),
      TAHAN_DATABASE_URL_FILE: put('database', 'postgres://tahan:pw@postgres:5432/tahan\n'),
      TAHAN_MQTT_URL_FILE: put('broker', 'mqtt://a:b@broker\n'),
      TAHAN_UPLINK_PASSWORD_FILE: put('uplink', 'up\n'),
    });
    expect(config.readings).toMatchObject({ token: 'tok', password: 'pw' });
    expect(config.databaseUrl).toBe('postgres://tahan:pw@postgres:5432/tahan');
    expect(config.mqttUrl).toBe('mqtt://a:b@broker');
    expect(config.uplink.password).toBe('up');
  });

  it('names faults of files and of other settings at once', () => {
    const faults = faultsOf({ INFLUX_TOKEN_FILE: '/none/at/all', TAHAN_HTTP_PORT: 'x' });
    expect(faults.map(fault => fault.variable)).toEqual(['INFLUX_TOKEN_FILE', 'TAHAN_HTTP_PORT']);
  });

  it('never shows what a file holds', () => {
    const path = secretFile('mysql://tahan:hush@db/tahan');
    const faults = faultsOf({ TAHAN_DATABASE_URL_FILE: path });
    expect(faults).toEqual([
      {
        variable: 'TAHAN_DATABASE_URL_FILE',
        value: path,
        allowed: 'a file that holds a postgres:// address',
      },
    ]);
  });
});
