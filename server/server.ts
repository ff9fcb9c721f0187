import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { BridgeDirectory } from '../models/contracts/bridge.ts';
import type { EdgeDirectory } from '../models/contracts/edge.ts';
import type {
  Clock,
  GatewayControl,
  IntakeConsumer,
  NodeDirectory,
  PresenceChange,
  SecurityEvent,
} from '../models/contracts/intake.ts';
import type { Reading } from '../models/contracts/reading.ts';
import { type AlertEngine, createAlertEngine } from './alerts/alertEngine.ts';
import { watchShipments } from './alerts/watchShipments.ts';
import { createApp } from './api/app.ts';
import { noteSettings } from './audit/noteSettings.ts';
import { createBridges } from './bridges.ts';
import { loadCalibration } from './calibration.ts';
import { createClaimCodes } from './claimCodes.ts';
import { type Config, dataLayout } from './config.ts';
import { createEdgeGateways } from './edgeGateways.ts';
import { createEstimateFeed } from './estimateFeed.ts';
import { type Fleet, fleetOfOne } from './fleet/fleet.ts';
import { fleetProbe, registerFleetMetrics } from './fleet/fleetMetrics.ts';
import { fleetHub, keepInStep } from './fleet/keepInStep.ts';
import { joinPostgresFleet } from './fleet/postgresFleet.ts';
import { serverIdentity } from './fleet/serverIdentity.ts';
import { SessionTakeover, type SessionTakeoverOptions } from './fleet/sessionTakeover.ts';
import { shareStored } from './fleet/shareReadings.ts';
import { createFoundDevices } from './foundDevices.ts';
import { createIntake } from './ingest/acceptReadings.ts';
import { keepParked } from './ingest/keepParked.ts';
import { createTakeReadings, type TakeReadings } from './ingest/takeReadings.ts';
import { registerIntakeMetrics } from './intakeMetrics.ts';
import { createFitQueue } from './laboratory/fitQueue.ts';
import { createLiveHub, type LiveHub } from './liveHub.ts';
import type { Log } from './log.ts';
import { createNodeBoard } from './nodeBoard.ts';
import { createNodeFeed, type NodeFeed } from './nodeFeed.ts';
import { openChannels } from './notify/openChannels.ts';
import { openReadingStore } from './openReadingStore.ts';
import { createParameterSwitch } from './parameterSets/parameterSwitch.ts';
import { createRerunQueue } from './parameterSets/rerunQueue.ts';
import { diskProbe, storeProbe } from './readiness.ts';
import { createReadingFeed } from './readingFeed.ts';
import { createRetention, type Retention } from './retention.ts';
import type { ReadinessProbe, Services } from './services.ts';
import { createSetup, type Setup } from './setup.ts';
import { type BatchLives, createBatchLives } from './shelf-life/batchLives.ts';
import { loadParametersInUse } from './shelf-life/parametersInUse.ts';
import { type BatchKey, splitBatchKey } from './shelf-life/placementIndex.ts';
import { createShipments } from './shipments/shipments.ts';
import { createSignIn } from './signIn.ts';
import { believedReadingStore } from './store/believedReadingStore.ts';
import { correctedReadingStore } from './store/correctedReadingStore.ts';
import { addAudit } from './store/metadata/audit.ts';
import { findBridgeOfAnyOrganisation } from './store/metadata/bridges.ts';
import { type MetadataDb, metadataTarget, openMetadata } from './store/metadata/database.ts';
import { adoptCountsOfAllOrganisations } from './store/metadata/foundDevices.ts';
import { findNodeOfAnyOrganisation, verifyNode } from './store/metadata/nodes.ts';
import { adoptQuarantineOfAllOrganisations } from './store/metadata/quarantine.ts';
import type { ReadingStore } from './store/readingStore.ts';
import { registerStoreMetrics } from './storeMetrics.ts';
import { createUpgrades, type TakeUpgrade } from './upgrades.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  /** Folder of the built dashboard; without it only the API is served. */
  readonly dashboardDir?: string;
  /** Instead of the store that the settings ask for. */
  readonly readings?: ReadingStore;
  /** More conditions of readiness, keyed by what they watch. */
  readonly probes?: Readonly<Record<string, ReadinessProbe>>;
  /** The gateway beside it, once it runs. */
  readonly gateway?: () => GatewayControl | undefined;
}

export interface TahanServer {
  readonly port: number;
  readonly address: string;
  /** Where the gateway hands readings over. */
  readonly intake: IntakeConsumer;
  /** Who may connect to the gateway as a node. */
  readonly directory: NodeDirectory;
  /** Which edge gateways may connect, and for which nodes they may speak. */
  readonly edgeDirectory: EdgeDirectory;
  /** Who may speak for foreign devices, and on which topics. */
  readonly bridgeDirectory: BridgeDirectory;
  /** Whether there is a node with this id, for a broker that has checked its login itself. */
  knowsNode(nodeId: string): Promise<boolean>;
  presence(change: PresenceChange): void;
  /** Hands WebSocket requests for this path on, if they come from no foreign page. */
  onUpgrade(path: string, take: TakeUpgrade): void;
  security(event: SecurityEvent): void;
  /** Makes organisations, people, tokens, nodes, batches and placements, with the checks of the API. */
  readonly setup: Setup;
  readonly lives: BatchLives;
  readonly alerts: AlertEngine;
  /** The other servers on the same database. */
  readonly fleet: Fleet;
  /** What a broker keeps for servers that are gone, when this one reads from the same. */
  sessionTakeover(broker: Omit<SessionTakeoverOptions, 'db' | 'fleet' | 'clock' | 'log'>): SessionTakeover;
  /** Takes no more requests, ends streams, makes everything durable. Call when the gateway has stopped. */
  stop(): Promise<void>;
}

/** How often readings are made durable while some come in. */
const syncEveryMs = 2_000;
/** How long a request may take to finish when the server stops. */
const drainMs = 2_000;

/** Opens the stores and serves the API. Nothing of the server is wired anywhere else. */
export async function startServer(options: ServerOptions): Promise<TahanServer> {
  const { config } = options;
  const parts = await openParts(options);
  const { services, feed, nodeFeed, metrics, take } = parts;
  const upgrades = createUpgrades({ publicUrl: config.publicUrl, log: options.log });
  const http = createServer(
    {
      ...{ headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 1_000 },
      shouldUpgradeCallback: upgrades.shouldUpgrade,
    },
    createApp(services, options.dashboardDir),
  );
  upgrades.listenTo(http);
  http.listen(config.http.port, config.http.host);
  try {
    await once(http, 'listening');
  } catch (error) {
    await parts.close();
    throw error;
  }
  services.fleet.start();
  feed.start();
  services.alerts.start();
  nodeFeed.start();
  parts.retention.start();
  await services.fits.start();
  await services.parameterSwitch.start();
  await services.reruns.start();
  const { port, address } = http.address() as AddressInfo;
  return {
    port,
    address,
    setup: services.setup,
    lives: services.lives,
    alerts: services.alerts,
    fleet: services.fleet,
    sessionTakeover: broker => new SessionTakeover({ ...services, ...broker }),
    intake: createIntake({
      ...services,
      journal: services.fleet.serverId,
      take,
      onPresence: nodeFeed.presence,
      onHeard: services.bridges.heard,
    }),
    directory: { verify: (nodeId, secret) => verifyNode(services.db, nodeId, secret) },
    edgeDirectory: services.edgeGateways.directory,
    bridgeDirectory: services.bridges.directory,
    knowsNode: async nodeId => (await findNodeOfAnyOrganisation(services.db, nodeId)) !== null,
    presence: nodeFeed.presence,
    onUpgrade: upgrades.on,
    security: event => noteSecurity(services, metrics, event),
    async stop() {
      await stopServing(http, services.hub);
      await parts.close();
    },
  };
}

/** Everything behind the HTTP face, and how to close it in the right order. */
async function openParts(options: ServerOptions) {
  const { config, clock, log, registry, probes } = options;
  mkdirSync(config.dataDir, { recursive: true });
  const layout = dataLayout(config.dataDir);
  const metadata = await openMetadata(metadataTarget(config));
  const { db, engine } = metadata;
  const fleet = await openFleet(options, db);
  await noteSettings(db, config, clock.now());
  const calibration = await loadCalibration(db);
  const believed = believedReadingStore(await openReadings(options, db, fleet.serverId));
  const store = correctedReadingStore(believed, calibration);
  const ownHub = createLiveHub({ epoch: randomBytes(6).toString('hex'), coalesceMs: 100 });
  const hub = fleetHub(ownHub, fleet);
  const signIn = createSignIn({ db, engine, secretPath: layout.signInSecret, publicUrl: config.publicUrl });
  const nodes = createNodeBoard({ db, store, calibration, clock });
  const inUse = await loadParametersInUse(db);
  const lives = await createBatchLives(db, store, clock, inUse, config.liveBatches);
  const onBatchChangedHere = async (orgId: string, batchId: string) => {
    const changed = [...(await lives.changed(orgId, batchId))];
    for (const key of changed)
      ownHub.publish(orgId, { type: 'batch', data: { batchId: splitBatchKey(key).batchId } });
    alerts.touched(changed);
  };
  const onBatchChanged = async (orgId: string, batchId: string) => {
    await onBatchChangedHere(orgId, batchId);
    fleet.publish('batch', { orgId, batchId });
  };
  const setup = createSetup({ db, signIn, clock, timeZone: config.timeZone, onBatchChanged });
  const syncing = keepDurable(store, log);
  const checks = {
    store: storeProbe(db, syncing.lastError),
    disk: diskProbe(config.dataDir),
    ...fleetCheck(fleet),
    ...probes,
  };
  const nodeFeed = createNodeFeed({ db, nodes, hub: ownHub, log });
  const edgeGateways = createEdgeGateways({ db, clock, log, nodeFeed });
  const fits = createFitQueue({ db, hub, clock, log, workers: config.fitWorkers, fleet });
  const feed = createEstimateFeed({ db, lives, hub: ownHub, clock, log });
  registerFleetMetrics(registry, fleet);
  const metrics = registerIntakeMetrics(registry, { db, hub });
  const retention = openRetention(options, db, store, fleet);
  const gateway = options.gateway ?? (() => undefined);
  const disconnect = (name: string) => {
    gateway()?.disconnect(name);
    fleet.publish('disconnect', { name });
  };
  fleet.on<{ name: string }>('disconnect', ({ name }) => gateway()?.disconnect(name));
  const channels = openChannels({ config, db, clock, log, gateway });
  const shipments = createShipments({ db, lives, store, clock, hub });
  const alerts = createAlertEngine({
    ...{ db, store, lives, calibration, hub: ownHub, clock, log, channels, registry, fleet },
    ...{ publicUrl: config.publicUrl, isAlone: engine === 'sqlite' },
    shipments: watchShipments(db, shipments),
  });
  const onTouched = (batches: Iterable<BatchKey>, inserted?: readonly Reading[]) => {
    const all = [...batches];
    feed.touched(all);
    alerts.touched(all, inserted);
  };
  const parameterSwitch = createParameterSwitch({ db, lives, inUse, clock, log, onTouched, fleet });
  const reruns = createRerunQueue({ db, store, lives, clock, log, fleet });
  const readingFeed = createReadingFeed({
    db,
    hub: ownHub,
    nodes,
    calibration,
    log,
    leftOut: metrics.leftOut,
  });
  const take = createTakeReadings({ store, lives, feed: readingFeed, counts: metrics, onTouched });
  const steps = { fleet, log, db, store, lives, calibration, inUse, alerts, hub: ownHub, onTouched };
  keepInStep({ ...steps, onBatchChanged: onBatchChangedHere });
  const sharing = shareStored({ fleet, store, lives, log, take, feed: readingFeed, onTouched });
  const services: Services = {
    ...{ config, clock, log, registry, db, store, calibration, lives, hub, nodes, setup, signIn },
    ...{ edgeGateways, ...(await openOnboarding(db, clock, take, nodeFeed)) },
    ...{ shipments, gateway, disconnect, channels, alerts, onTouched, fits },
    ...{ parameterSwitch, reruns, fleet },
    probes: checks,
  };
  return {
    services,
    feed,
    nodeFeed,
    take,
    metrics,
    retention,
    async close() {
      await fits.stop();
      await parameterSwitch.stop();
      await reruns.stop();
      await retention.stop();
      await feed.stop();
      await readingFeed.stop();
      await alerts.stop();
      await edgeGateways.stop();
      await nodeFeed.stop();
      syncing.stop();
      await store.close();
      await sharing.stop();
      await fleet.stop();
      await metadata.close();
    },
  };
}

const fleetCheck = (fleet: Fleet) => (fleet.isShared ? { fleet: fleetProbe(fleet) } : {});

/** The other servers on the same database, if there can be any. */
async function openFleet({ config, clock, log }: ServerOptions, db: MetadataDb): Promise<Fleet> {
  const layout = dataLayout(config.dataDir);
  const { serverId, isOfOlderJournal } = serverIdentity(layout.serverId, layout.journal);
  if (isOfOlderJournal) {
    await adoptQuarantineOfAllOrganisations(db, serverId);
    await adoptCountsOfAllOrganisations(db, serverId);
  }
  if (config.databaseUrl === null) return fleetOfOne(serverId);
  return joinPostgresFleet({ url: config.databaseUrl, serverId, clock, log });
}

async function openReadings(
  { readings, config, clock, log }: ServerOptions,
  db: MetadataDb,
  journal: string,
) {
  if (readings !== undefined) return readings;
  const store: ReadingStore = await openReadingStore({
    ...{ config, clock, log },
    onParked: parked => keepParked(db, { journal, position: store.durablePosition() }, parked),
  });
  return store;
}

function openRetention(
  { config, clock, log, registry }: ServerOptions,
  db: MetadataDb,
  store: ReadingStore,
  fleet: Fleet,
): Retention {
  const { forgotten } = registerStoreMetrics(registry, store);
  const onForgotten = async (readings: number) => {
    forgotten(readings);
    if (readings === 0) return;
    const detail = `${readings} readings older than ${config.retention.days} days`;
    const line = { at: clock.now(), orgId: null, actor: 'server', action: 'readings.forgotten' };
    await addAudit(db, { ...line, subject: '', detail }).catch(error =>
      log.error({ err: error }, 'that readings have gone could not be written down'),
    );
  };
  const isMine = () =>
    store.shared === undefined ||
    (fleet.members()[0]?.serverId === fleet.serverId && fleet.isCertainlyMember());
  const forgetting: Pick<ReadingStore, 'forget'> = {
    async forget(bounds) {
      const gone = await store.forget(bounds);
      fleet.publish('forgotten', bounds);
      return gone;
    },
  };
  return createRetention({
    store: forgetting,
    ...{ retention: config.retention, clock, log, onForgotten, isMine },
  });
}

/** What joins sensors to firms; claims in whose middle the process ended are finished first. */
async function openOnboarding(db: MetadataDb, clock: Clock, take: TakeReadings, { presence }: NodeFeed) {
  const foundDevices = createFoundDevices({ db, clock, take, onPresence: presence });
  await foundDevices.finishClaims();
  return { foundDevices, bridges: createBridges(db), claimCodes: createClaimCodes({ db, clock }) };
}

/** No new connections; requests may finish, streams end. */
async function stopServing(http: Server, hub: LiveHub): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  hub.close();
  const overdue = setTimeout(() => http.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(overdue);
}

function noteSecurity(
  { db, log }: Services,
  metrics: { security(kind: string): void },
  event: SecurityEvent,
): void {
  metrics.security(event.kind);
  log.warn({ ...event }, 'security event');
  const writeDown = async () => {
    const { nodeId: name } = event;
    const sender =
      name && ((await findNodeOfAnyOrganisation(db, name)) ?? (await findBridgeOfAnyOrganisation(db, name)));
    await addAudit(db, {
      at: event.at,
      orgId: (sender || null)?.orgId ?? null,
      actor: event.remoteAddress ?? 'unknown',
      action: `security.${event.kind}`,
      subject: event.nodeId ?? '',
      detail: event.detail,
    });
  };
  writeDown().catch(error => log.error({ err: error }, 'security event could not be written down'));
}

/** Syncs every few seconds; a failure is kept for the readiness probe until a later sync succeeds. */
function keepDurable(store: ReadingStore, log: Log) {
  let error: unknown;
  const timer = setInterval(() => {
    store.sync().then(
      () => {
        error = undefined;
      },
      failure => {
        error = failure;
        log.error({ err: failure }, 'readings could not be made durable; the journal keeps them');
      },
    );
  }, syncEveryMs);
  return { lastError: () => error, stop: () => clearInterval(timer) };
}
