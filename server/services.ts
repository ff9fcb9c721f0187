import type { Registry } from 'prom-client';
import type { Clock, GatewayControl } from '../models/contracts/intake.ts';
import type { AlertEngine } from './alerts/alertEngine.ts';
import type { Bridges } from './bridges.ts';
import type { Calibration } from './calibration.ts';
import type { ClaimCodes } from './claimCodes.ts';
import type { Config } from './config.ts';
import type { EdgeGateways } from './edgeGateways.ts';
import type { Fleet } from './fleet/fleet.ts';
import type { FoundDevices } from './foundDevices.ts';
import type { FitQueue } from './laboratory/fitQueue.ts';
import type { LiveHub } from './liveHub.ts';
import type { Log } from './log.ts';
import type { NodeBoard } from './nodeBoard.ts';
import type { OpenChannels } from './notify/createChannels.ts';
import type { ParameterSwitch } from './parameterSets/parameterSwitch.ts';
import type { RerunQueue } from './parameterSets/rerunQueue.ts';
import type { Setup } from './setup.ts';
import type { BatchLives } from './shelf-life/batchLives.ts';
import type { BatchKey } from './shelf-life/placementIndex.ts';
import type { Shipments } from './shipments/shipments.ts';
import type { SignIn } from './signIn.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import type { ReadingStore } from './store/readingStore.ts';

/** Answers true when all is well, and otherwise says in one sentence what is not. */
export type ReadinessProbe = () => true | string | boolean | Promise<true | string | boolean>;

/** What the routes and the intake work with; made once in `server.ts`. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly db: MetadataDb;
  /** Temperatures are corrected by the offsets of their probes wherever they are judged. */
  readonly store: ReadingStore;
  readonly calibration: Calibration;
  readonly lives: BatchLives;
  readonly hub: LiveHub;
  /** Estimates parameters of experiments, in threads of their own. */
  readonly fits: FitQueue;
  /** Which numbers drive the promises of each firm. */
  readonly parameterSwitch: ParameterSwitch;
  readonly reruns: RerunQueue;
  readonly shipments: Shipments;
  readonly nodes: NodeBoard;
  readonly edgeGateways: EdgeGateways;
  readonly bridges: Bridges;
  readonly foundDevices: FoundDevices;
  readonly claimCodes: ClaimCodes;
  /** The gateway beside this server; undefined where readings come from elsewhere, and while it is starting. */
  readonly gateway: () => GatewayControl | undefined;
  /** Cuts the connection of a node or bridge, at whichever server it is. */
  readonly disconnect: (name: string) => void;
  /** Told of batches whose estimate has changed for another reason than readings. */
  readonly onTouched: (batches: Iterable<BatchKey>) => void;
  readonly alerts: AlertEngine;
  /** How people are told. */
  readonly channels: OpenChannels;
  /** The other servers on the same database. */
  readonly fleet: Fleet;
  readonly setup: Setup;
  readonly signIn: SignIn;
  /** Keyed by what they watch: store, disk, intake, broker. */
  readonly probes: Readonly<Record<string, ReadinessProbe>>;
}
