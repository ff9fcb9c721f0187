import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { startGateway } from '../../gateway/gateway.ts';
import { type Journal, openJournal } from '../../gateway/journal.ts';
import type { IntakeConsumer } from '../../models/contracts/intake.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { createLog } from '../../server/log.ts';
import { startServer } from '../../server/server.ts';

/**
 * The product with one thing wrong: a publish is acknowledged first and written down a moment later, as stock brokers
 * do. killRecovery.test.ts runs it to show that its own count of lost readings can be anything but zero.
 */
const writtenAfterMs = 150;

const config = readConfig(process.env);
mkdirSync(config.dataDir, { recursive: true });
const log = createLog(config.logLevel);
const registry = new Registry();
const server = await startServer({ config, log, registry, clock: systemClock });
const real = await openJournal({ dir: join(config.dataDir, 'journal'), clock: systemClock, log });
const written = new Map<number, Promise<unknown>>();
let given = real.lastPosition;

const journal: Journal = {
  append(payload) {
    given += 1;
    written.set(
      given,
      new Promise(resolve => setTimeout(() => resolve(real.append(payload)), writtenAfterMs)),
    );
    return Promise.resolve(given);
  },
  read: (from, max) => real.read(from, max),
  forget: through => real.forget(through),
  get lastPosition() {
    return real.lastPosition;
  },
  stats: () => real.stats(),
  close: () => real.close(),
};
const consumer: IntakeConsumer = {
  durablePosition: () => server.intake.durablePosition(),
  async consume(records) {
    for (const { position } of records) {
      await written.get(position);
      written.delete(position);
    }
    await server.intake.consume(records);
  },
};
const gateway = await startGateway({
  mqtt: config.mqtt,
  journalDir: '',
  journal,
  consumer,
  directory: server.directory,
  onPresence: change => server.presence(change),
  onSecurity: event => server.security(event),
  clock: systemClock,
  log,
  registry,
});
process.on('SIGTERM', async () => {
  await gateway.stop();
  await server.stop();
});
process.stdout.write(
  `http://${config.http.host}:${server.port} mqtt://${config.mqtt.host}:${gateway.port}\n`,
);
