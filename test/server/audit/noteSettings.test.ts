import { describe, expect, it } from 'vitest';
import { noteSettings, settingsWithoutSecrets } from '../../../server/audit/noteSettings.ts';
import { readConfig } from '../../../server/config.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';

const everySecret = {
  TAHAN_MQTT_URL: 'mqtt://tahan:s3cret@broker.example',
  TAHAN_UPLINK_URL: 'mqtts://up:s3cret@up.example',
  TAHAN_UPLINK_PASSWORD: 's3cret',
  TAHAN_STORE: 'influxdb',
  INFLUX_URL: 'http://influx.example:8086',
  INFLUX_TOKEN: 's3cret',
  INFLUX_PASSWORD: 's3cret',
  TAHAN_DATABASE_URL: 'postgres://tahan:s3cret@db.example/tahan?password=s3cret',
  TAHAN_SMTP_URL: 'smtps://tahan:s3cret@mail.example',
  TAHAN_MAIL_FROM: 'tahan@mail.example',
  TAHAN_TELEGRAM_TOKEN: 's3cret',
  TAHAN_WHATSAPP_TOKEN: 's3cret',
  TAHAN_WHATSAPP_PHONE_ID: '1',
  TAHAN_SMS_WEBHOOK_URL: 'https://sms.example/s3cret',
  TAHAN_SMS_WEBHOOK_TOKEN: 's3cret',
};

async function starts() {
  const db = await openMetadataOf();
  return {
    async start(environment: Record<string, string>) {
      await noteSettings(db, readConfig(environment), 0);
      return db.selectFrom('audit').selectAll().orderBy('line').execute();
    },
  };
}

describe('noteSettings', () => {
  it('writes a line at the first start, and then only when something has changed since the last', async () => {
    const { start } = await starts();
    expect(await start({})).toMatchObject([
      {
        org_id: null,
        actor: 'server',
        action: 'settings.changed',
        detail: expect.stringMatching(/^first start; SHA-256 [0-9a-f]{64}$/),
      },
    ]);
    expect(await start({})).toHaveLength(1);
    const [, changed] = await start({ TAHAN_RETENTION_DAYS: '90', TAHAN_LOG_LEVEL: 'warn' });
    expect(changed?.detail).toMatch(/^changed: logLevel, retention.days; SHA-256 /);
    expect(JSON.parse(changed!.value_before!)).toEqual({ logLevel: 'info', 'retention.days': null });
    expect(JSON.parse(changed!.value_after!)).toMatchObject({ logLevel: 'warn', 'retention.days': 90 });
    expect(await start({ TAHAN_RETENTION_DAYS: '90', TAHAN_LOG_LEVEL: 'warn' })).toHaveLength(2);
    expect(await start({})).toHaveLength(3);
  });

  it('never writes a secret, only that there is one', async () => {
    const { start } = await starts();
    expect(JSON.stringify(await start(everySecret))).not.toContain('s3cret');
    expect(settingsWithoutSecrets(readConfig(everySecret))).toMatchObject({
      ...{ databaseUrl: 'db.example', mqttUrl: 'broker.example', 'readings.token': 'set' },
      ...{ 'notify.sms.url': 'set', 'notify.email.from': 'tahan@mail.example', 'readings.store': 'influxdb' },
    });
  });
});
