import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import type { Clock, SecurityEvent } from '../models/contracts/intake.ts';
import { KnownLogins } from './edgeLogins.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import { defaultLimits } from './gatewayLimits.ts';
import { openJournal } from './journal.ts';
import { Uplink, type UplinkStats, type UplinkTiming } from './uplink.ts';
import { registerUplinkMetrics } from './uplinkMetrics.ts';
import { openUplinkProgress } from './uplinkProgress.ts';

export interface EdgeGatewayOptions
  extends Omit<
    GatewayOptions,
    'directory' | 'bridges' | 'edges' | 'consumer' | 'onPresence' | 'onSecurity' | 'journal'
  > {
  readonly uplink: { readonly url: string; readonly username: string; readonly password: string };
  /** Where it remembers how far the server has acknowledged, and who may connect. */
  readonly progressPath: string;
  readonly loginsPath: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly timing?: Partial<UplinkTiming>;
}

export interface EdgeGateway {
  readonly gateway: Gateway;
  uplinkStats(): UplinkStats;
  /** Whether anybody may connect yet, in a sentence when not. */
  knowsLogins(): true | string;
  /** Stops taking readings, then sending. What was not acknowledged stays in the journal. Within 10 s. */
  stop(): Promise<void>;
}

const monotonicNow = (): number => performance.now();
/** A node nobody knows may have been added a moment ago; asking more often than this helps nobody. */
const askAgainAfterMs = 5_000;

/**
 * A gateway without a server beside it: nodes connect, readings are on disk when acknowledged, and an uplink hands them
 * on whenever the server can be reached. Gateways chain: another edge gateway of the same firm may connect to this one.
 *
 * @throws {Error} when the port is taken or the journal cannot be opened
 */
export async function startEdgeGateway(options: EdgeGatewayOptions): Promise<EdgeGateway> {
  const { clock, registry, version } = options;
  const log = options.log.child({ gatewayId: options.uplink.username });
  const progress = await openUplinkProgress(options.progressPath, log);
  const logins = new KnownLogins(options.loginsPath, log);
  await logins.load();
  const journal = await openJournal({
    ...{ dir: options.journalDir, clock, log, startAfter: progress.durable },
    maxBytes: options.limits?.journalBytes ?? defaultLimits.journalBytes,
  });
  const connectedNodes = new Set<string>();
  const uplink = new Uplink({
    ...{ journal, progress, log, monotonicNow },
    url: options.uplink.url,
    gatewayId: options.uplink.username,
    secret: options.uplink.password,
    random: Math.random,
    onLogins: payload => logins.replace(payload),
    async describe() {
      const { bytes, maxBytes } = journal.stats();
      return {
        at: clock.now(),
        version,
        journalBytes: bytes,
        journalMaxBytes: maxBytes,
        journalHoursLeft: await hoursLeft(registry),
        connectedNodes: [...connectedNodes].slice(0, 2_000),
        loginsVersion: logins.version,
      };
    },
    ...(options.timing ? { timing: options.timing } : {}),
  });
  const gateway = await startGateway({
    ...options,
    ...{ log, journal, directory: logins, consumer: uplink },
    edges: logins.directoryForGateways((behind, status) => uplink.relayStatus(behind, status)),
    onPresence({ nodeId, connected }) {
      if (connected) connectedNodes.add(nodeId);
      else connectedNodes.delete(nodeId);
    },
    // The gateway has it in its log; the server hears of what was sent, not of who knocked in vain.
    onSecurity: (_event: SecurityEvent) => undefined,
  });
  let askedAt = Number.NEGATIVE_INFINITY;
  logins.onUnknown = () => {
    if (monotonicNow() - askedAt < askAgainAfterMs) return;
    askedAt = monotonicNow();
    uplink.sendStatus();
  };
  registerUplinkMetrics(registry, uplink, () => clock.now());
  uplink.start();
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    await gateway.stop();
    await uplink.stop();
    await logins.saved();
  }

  return {
    gateway,
    uplinkStats: () => uplink.stats(),
    knowsLogins: () =>
      logins.version !== null || 'the server has not been reached yet to say who may connect',
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** As the gauge of the gateway says; it keeps the rate. */
async function hoursLeft(registry: Registry): Promise<number | null> {
  const metric = registry.getSingleMetric('tahan_gateway_journal_hours_left');
  if (!(metric instanceof Gauge)) return null;
  const value = (await metric.get()).values[0]?.value;
  return value === undefined || !Number.isFinite(value) ? null : value;
}
