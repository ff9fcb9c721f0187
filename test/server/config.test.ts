import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { ConfigError } from '../../server/errors.ts';

function faultsOf(environment: Record<string, string>) {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readConfig', () => {
  it('gives the documented defaults for an empty environment', () => {
    expect(readConfig({})).toEqual({
      dataDir: './data',
      http: { host: '127.0.0.1', port: 8080 },
      mqtt: { host: '127.0.0.1', port: 1883 },
      mqttTls: null,
      mqttUrl: null,
      uplink: { url: null, username: null, password: null },
      readings: { store: 'embedded' },
      retention: { days: null, hourlyDays: null },
      databaseUrl: null,
      storePatienceMs: null,
      publicUrl: null,
      notify: { email: null, telegram: null, whatsapp: null, sms: null, allowHttpLoopback: false },
      maxConnections: 10_000,
      liveBatches: 20_000,
      fitWorkers: 1,
      logLevel: 'info',
      timeZone: 'Asia/Jakarta',
    });
  });

  it('takes an empty variable for unset, and port 0 for any free port', () => {
    const config = readConfig({ TAHAN_LOG_LEVEL: '', TAHAN_HTTP_PORT: '0', TAHAN_DATA_DIR: ' ' });
    expect(config).toMatchObject({ logLevel: 'info', dataDir: './data', http: { port: 0 } });
  });

  it.each([
    ['TAHAN_HTTP_PORT', '80a', 'a whole number from 0 to 65535'],
    ['TAHAN_HTTP_PORT', '65536', 'a whole number from 0 to 65535'],
    ['TAHAN_MQTT_PORT', '-1', 'a whole number from 0 to 65535'],
    ['TAHAN_MAX_CONNECTIONS', '99', 'a whole number from 100 to 10000000'],
    ['TAHAN_LIVE_BATCHES', '10000001', 'a whole number from 100 to 10000000'],
    ['TAHAN_FIT_WORKERS', '0', 'a whole number from 1 to 32'],
    ['TAHAN_LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['TAHAN_TIME_ZONE', 'Asia/Bandung', 'the name of a time zone, such as Asia/Jakarta'],
    ['TAHAN_PUBLIC_URL', 'ftp://tahan', 'an http:// or https:// address'],
    ['TAHAN_STORE', 'sqlite', 'embedded or influxdb'],
    ['TAHAN_STORE_PATIENCE_S', '90', 'a whole number of seconds from 0 to 60'],
    ['INFLUX_URL', 'influx:8086', 'an http:// or https:// address'],
    ['TAHAN_RETENTION_DAYS', '59', 'a whole number of days, 60 or more'],
    ['TAHAN_RETENTION_HOURLY_DAYS', '1e3', 'a whole number of days, 60 or more'],
    ['TAHAN_DATABASE_URL', 'mysql://db/tahan', 'a postgres:// address'],
    ['TAHAN_SMTP_URL', 'https://mail.example', 'the address of a mail server: smtp:// or smtps://'],
    ['TAHAN_MAIL_FROM', 'tahan', 'an e-mail address'],
    ['TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK', 'yes', '0 or 1'],
  ])('refuses %s=%s and says what is allowed', (variable, value, allowed) => {
    const error = faultsOf({ [variable]: value });
    expect(error.faults).toEqual([{ variable, value, allowed }]);
    expect(error.message).toContain(`${variable} is "${value}" but must be ${allowed}`);
  });

  it('takes TLS with its files, on the host of MQTT unless told otherwise', () => {
    const tls = { TAHAN_MQTT_TLS_PORT: '8883', TAHAN_TLS_CERT: 'a.pem', TAHAN_TLS_KEY: 'a.key' };
    expect(readConfig({ ...tls, TAHAN_MQTT_HOST: '10.0.0.1' }).mqttTls).toEqual({
      host: '10.0.0.1',
      port: 8883,
      files: { cert: 'a.pem', key: 'a.key' },
    });
    expect(
      readConfig({ ...tls, TAHAN_MQTT_TLS_HOST: '0.0.0.0', TAHAN_TLS_CLIENT_CA: 'ca.pem' }).mqttTls,
    ).toEqual({ host: '0.0.0.0', port: 8883, files: { cert: 'a.pem', key: 'a.key', clientCa: 'ca.pem' } });
  });

  it.each([
    [{ TAHAN_MQTT_TLS_PORT: '8883' }, ['TAHAN_TLS_CERT', 'TAHAN_TLS_KEY']],
    [{ TAHAN_MQTT_TLS_PORT: '8883', TAHAN_TLS_CERT: 'a.pem' }, ['TAHAN_TLS_KEY']],
    [{ TAHAN_TLS_CLIENT_CA: 'ca.pem' }, ['TAHAN_MQTT_TLS_PORT']],
  ])('refuses half a set of TLS settings (%o)', (environment, missing) => {
    const { faults } = faultsOf(environment);
    expect(faults.map(fault => fault.variable)).toEqual(missing);
    expect(faults[0]?.allowed).toContain(' is set');
  });

  it('takes InfluxDB with its address, without a slash at the end, and nothing for what is not set', () => {
    const influx = { TAHAN_STORE: 'influxdb', INFLUX_URL: 'http://influx:8086/' };
    expect(readConfig(influx).readings).toEqual({
      store: 'influxdb',
      url: 'http://influx:8086',
      ...{ token: null, org: null, bucket: 'tahan', username: null, password: null },
    });
    expect(
      readConfig({ ...influx, INFLUX_TOKEN: 't', INFLUX_ORG: 'tani', INFLUX_BUCKET: 'cold' }).readings,
    ).toMatchObject({ token: 't', org: 'tani', bucket: 'cold' });
    expect(faultsOf({ TAHAN_STORE: 'influxdb' }).faults).toEqual([
      {
        variable: 'INFLUX_URL',
        value: '',
        allowed: 'an http:// or https:// address, because TAHAN_STORE is influxdb',
      },
    ]);
  });

  it('takes days of retention and a database, and never shows its password', () => {
    const url = 'postgres://tahan:geheim@db/tahan';
    const config = readConfig({ TAHAN_RETENTION_DAYS: '400', TAHAN_DATABASE_URL: url });
    expect(config).toMatchObject({ retention: { days: 400, hourlyDays: null }, databaseUrl: url });
    const error = faultsOf({ TAHAN_DATABASE_URL: url.replace('postgres', 'mysql') });
    expect(error.message).not.toContain('geheim');
  });

  it('names all wrong variables at once', () => {
    const error = faultsOf({ TAHAN_HTTP_PORT: 'x', TAHAN_MQTT_PORT: 'y', TAHAN_LOG_LEVEL: 'z' });
    expect(error.faults.map(f => f.variable)).toEqual([
      'TAHAN_HTTP_PORT',
      'TAHAN_MQTT_PORT',
      'TAHAN_LOG_LEVEL',
    ]);
  });
});
